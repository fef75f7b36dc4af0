"""What was published, reopened years later: what there is, whether it is whole, what moved since."""
