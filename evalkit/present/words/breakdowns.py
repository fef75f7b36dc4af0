"""The French words of breakdowns: what a field is called, what its words are called."""

from __future__ import annotations

from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.territory.zones import OUTSIDE, UNKNOWN

SEX = "sexe"
_FIELDS = {
    "age": "words.breakdowns.field_age",
    "reservataire": "words.breakdowns.field_reservataire",
    "tranche_age": "words.breakdowns.field_tranche_age",
    "etablissement": "words.breakdowns.field_etablissement",
    "modalite": "words.breakdowns.field_modalite",
    "matiere": "words.breakdowns.field_matiere",
}
_WORDS = {(SEX, "F"): "words.breakdowns.women", (SEX, "H"): "words.breakdowns.men"}
_KNOWN = {
    "non_precise": "words.breakdowns.not_said",
    "Etat": "words.breakdowns.state",
    "Collectivites": "words.breakdowns.local_authorities",
}
"""Words of feeds that are written without accents."""
_NOWHERE = {OUTSIDE: "words.breakdowns.nowhere_outside", UNKNOWN: "words.breakdowns.nowhere_unknown"}


def field_words(field: str) -> str:
    """Return what a field is called in a sentence."""
    return say(_FIELDS[field]) if field in _FIELDS else field.replace("_", " ")


def word_label(reader: Reader, field: str, word: str) -> str:
    """Return a word of a breakdown in French: people, places, else the word of the feed."""
    if (field, word) in _WORDS:
        return say(_WORDS[field, word])
    if word in _NOWHERE:
        return say(_NOWHERE[word])
    if word in _KNOWN:
        return say(_KNOWN[word])
    places = reader.publication.declared.territory.zones
    return reader.zone(word) if word in places else word.replace("_", " ")
