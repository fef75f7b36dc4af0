"""The names of the sheets of a template: the first one is filled, the others explain."""

from __future__ import annotations

DATA = "Données"
DICTIONARY = "Dictionnaire"
GUIDANCE = "Consignes"
LISTS = "Listes"

GUIDE_SHEETS = frozenset({DICTIONARY, GUIDANCE, LISTS})
"""The sheets that explain: the reception has nothing to read there."""
