"""Problems of a formula: their place inside the text, and the closest right word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from evalkit.errors import Place, Problem
from evalkit.formula.tree import Span
from evalkit.formula.types import Kind

LEFT_OUT = "Cette écriture n’est pas dans le langage des formules."
LOOK_UP = "Voyez ce qui s’écrit dans docs/formula.md."

_SHOWN = 60

_KIND_NAMES = {
    Kind.BOOLEAN: "une condition (vrai ou faux)",
    Kind.INTEGER: "un nombre entier",
    Kind.DECIMAL: "un nombre décimal",
    Kind.TEXT: "un texte",
    Kind.DATE: "une date",
    Kind.MONTH: "un mois",
    Kind.QUARTER: "un trimestre",
    Kind.HALF_YEAR: "un semestre",
    Kind.YEAR: "une année",
}


def kind_name(kind: Kind) -> str:
    """Return a kind in French, with its article."""
    return _KIND_NAMES[kind]


def place_of(text: str, place: Place, start: int) -> Place:
    """Return the place of the character ``start`` of a formula that begins at ``place``.

    YAML removes the indentation of a text of several lines: after the first line, the column is not known.
    """
    lines_before = text.count("\n", 0, start)
    column = start - (text.rfind("\n", 0, start) + 1)
    if not place.line:
        return place if place.file else Place("", lines_before + 1, column + 1)
    if lines_before or not place.column:
        return Place(place.file, place.line + lines_before)
    return Place(place.file, place.line, place.column + column)


def problem(code: str, message: str, where: tuple[str, Place, Span], repair: str = "") -> Problem:
    """Return a problem of the formula whose text, place and faulty part are ``where``."""
    text, place, span = where
    received = " ".join(text[span.start : span.end].split())
    if len(received) > _SHOWN:
        received = received[: _SHOWN - 1] + "…"
    return Problem(code, message, place_of(text, place, span.start), received, repair)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``Vouliez-vous dire « … » ?`` for the closest known word, or nothing when none is close."""
    by_key = {each.casefold(): each for each in sorted(known)}
    close = difflib.get_close_matches(word.casefold(), by_key, n=1)
    return f"Vouliez-vous dire « {by_key[close[0]]} » ?" if close else ""


def listed(words: Iterable[str], most: int = 20) -> str:
    """Return words separated by commas, cut after ``most`` of them."""
    every = list(words)
    return ", ".join(every[:most]) + (", …" if len(every) > most else "")
