"""How a report calls the groups of a cohort, what is measured at entry, and its classes."""

from __future__ import annotations

from evalkit.declare.cohort import Cohort
from evalkit.french_dates import period_in_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader

ACCOMPANIED = "accompagnés"

_GROUPS = {
    "comparaison": "cohorts.words.comparison",
    "comparaison pondérée": "cohorts.words.balanced",
}
_VARIABLES = {
    "age": "cohorts.words.age",
    "sexe": "cohorts.words.sex",
    "zone": "cohorts.words.zone",
}
_BY = {
    "age": "cohorts.words.by_age",
    "sexe": "cohorts.words.by_sex",
    "zone": "cohorts.words.by_zone",
}
_CLASSES = {("sexe", "F"): "cohorts.words.women", ("sexe", "H"): "cohorts.words.men"}


def group_words(cohort: Cohort, group: str) -> str:
    """Return the name of a group of a cohort; whoever is compared with nobody is only « followed »."""
    if group == ACCOMPANIED:
        return say("cohorts.words.accompanied") if cohort.against is not None else say("cohorts.words.followed")
    return say(_GROUPS[group]) if group in _GROUPS else group


def people_words(cohort: Cohort) -> str:
    """Return « personnes accompagnées », or « personnes suivies » when nothing says that an action is judged."""
    return say("cohorts.words.people_accompanied" if cohort.against is not None else "cohorts.words.people_followed")


def variable_words(reader: Reader, variable: str) -> str:
    """Return a variable at entry in French: « zone = x » becomes the name of the zone.

    Args:
        reader: the publication, for the names of zones.
        variable: its name, with its class after « = » when it has one.
    """
    name, _, value = variable.partition(" = ")
    words = say(_VARIABLES[name]) if name in _VARIABLES else name[:1].upper() + name[1:]
    return say("cohorts.words.worded", words=words, value=class_words(reader, name, value)) if value else words


def class_words(reader: Reader, variable: str, value: str) -> str:
    """Return a class of a variable in French: a zone by its name, a period in words.

    Args:
        reader: the publication, for the names of zones.
        variable: the variable.
        value: its word in the file.
    """
    if variable == "zone":
        return reader.zone(value)
    return say(_CLASSES[variable, value]) if (variable, value) in _CLASSES else period_in_words(value)


def by_words(variable: str) -> str:
    """Return a variable at entry as « selon » takes it: « le sexe », « l’âge »."""
    known = _BY.get(variable)
    return say(known) if known else say("cohorts.words.by_other", name=lower_first(variable.replace("_", " ")))


def lower_first(words: str) -> str:
    """Return words as a sentence holds them, without a capital."""
    return f"{words[:1].lower()}{words[1:]}"


def upper_first(words: str) -> str:
    """Return words as a cell starts them, with a capital."""
    return f"{words[:1].upper()}{words[1:]}"
