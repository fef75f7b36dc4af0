"""Random linked publications, and an attack on them that shares no code with the package."""
