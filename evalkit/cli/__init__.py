"""The command line: the same verbs as the notebook, with French help, progress and messages."""
