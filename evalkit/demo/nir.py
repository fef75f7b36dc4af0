"""A number that has the form and the key of a NIR and can belong to nobody."""

from __future__ import annotations

_STEM = "2840599999000"
"""Born abroad in a country that has no code (99999), with order number 000, which is never given."""


def fictitious_nir() -> str:
    """Return a fictitious NIR with a valid key, spaced as people write it.

    The key is 97 less the remainder of the thirteen digits by 97 (Code de la sécurité sociale, art. R. 115-1).
    """
    key = 97 - int(_STEM) % 97
    stem = _STEM
    return f"{stem[0]} {stem[1:3]} {stem[3:5]} {stem[5:7]} {stem[7:10]} {stem[10:]} {key:02d}"
