"""Persons met in two feeds: how many, who, and how far the matching may be wrong."""
