"""A workspace: a folder of declarations cross-checked together, and its configuration."""
