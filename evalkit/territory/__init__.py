"""Zones, what contains what, the names that partners give them, and the derived zones of a comparison."""
