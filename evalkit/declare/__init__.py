"""Declarations: YAML files become frozen, typed values, each file alone, with file and line kept."""
