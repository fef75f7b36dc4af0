"""The sentence for a name that no declaration gives."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.declare.french import nearest
from evalkit.errors import Place, Problem

CODES = {
    "Flux": "EVK-D030",
    "Objectif": "EVK-D031",
    "Zone": "EVK-D032",
    "Partenaire": "EVK-D033",
    "Colonne": "EVK-D034",
    "Question": "EVK-D035",
    "Contrat": "EVK-D036",
}


def unknown(what: str, name: str, known: Iterable[str], place: Place) -> Problem:
    """Return the problem of a name of a kind in :data:`CODES` that is not among the known ones."""
    feminine = what in {"Zone", "Colonne", "Question"}
    return Problem(CODES[what], f"{what} inconnu{'e' if feminine else ''}.", place, name, nearest(name, known))
