"""The French words of breakdowns: what a field is called, what its words are called."""

from __future__ import annotations

from evalkit.present.reading import Reader
from evalkit.territory.zones import OUTSIDE, UNKNOWN

SEX = "sexe"
_FIELDS = {
    "age": "âge",
    "reservataire": "réservataire",
    "tranche_age": "tranche d’âge",
    "etablissement": "établissement",
    "modalite": "modalité",
    "matiere": "matière",
}
_WORDS = {(SEX, "F"): "Femmes", (SEX, "H"): "Hommes"}
_NOWHERE = {OUTSIDE: "hors des zones déclarées", UNKNOWN: "lieu inconnu"}


def field_words(field: str) -> str:
    """Return what a field is called in a sentence."""
    return _FIELDS.get(field, field.replace("_", " "))


def word_label(reader: Reader, field: str, word: str) -> str:
    """Return a word of a breakdown in French: people, places, else the word of the feed."""
    places = {**{zone: reader.zone(zone) for zone in reader.publication.declared.territory.zones}, **_NOWHERE}
    return _WORDS.get((field, word)) or places.get(word, word)
