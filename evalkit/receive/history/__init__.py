"""What a delivery says beside those received before it: changes, repeated rows, sources that disagree."""
