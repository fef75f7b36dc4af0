"""The clause DATA at work: what is agreed, what is due, what came, what to ask for, what a new version changes."""
