"""From the bytes of a partner’s file to a tidy table of texts, whatever made the file."""
