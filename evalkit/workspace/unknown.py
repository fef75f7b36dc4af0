"""The sentence for a name that no declaration gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    "Mot": "EVK-D037",
    "Indicateur": "EVK-D038",
    "Comparaison": "EVK-D092",
    "Cohorte": "EVK-D093",
    "Parole": "EVK-D094",
}
_FEMININE = frozenset({"Zone", "Colonne", "Question", "Comparaison", "Cohorte", "Parole"})


def unknown(what: str, name: str, known: Iterable[str], place: Place) -> Problem:
    """Return the problem of a name of a kind in :data:`CODES` that is not among the known ones."""
    return Problem(CODES[what], f"{what} inconnu{'e' if what in _FEMININE else ''}.", place, name, nearest(name, known))


def unless_known(what: str, name: str, known: Iterable[str], place: Place) -> Iterator[Problem]:
    """Return the problem of a name when it is not among the known ones, and nothing when it is."""
    if name not in known:
        yield unknown(what, name, known, place)
