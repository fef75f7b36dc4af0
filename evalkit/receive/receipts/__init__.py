"""What a partner reads: the verdict, what to do, what was found."""
