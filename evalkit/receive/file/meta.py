"""The ``meta_`` file that Insee puts beside a base: what each column is, and what the codes of a column mean."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from evalkit.receive.file.encoding import decode
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.territory.zones import normalise_name

_NAMES = {
    "code": ("COD_VAR", "VARIABLE", "CODE_VARIABLE", "NOM_VAR", "CODE"),
    "label": ("LIB_VAR_LONG", "LIB_VAR", "LIBELLE", "LIBELLE_VARIABLE", "LIB_VARIABLE"),
    "word": ("COD_MOD", "MODALITE", "CODE_MODALITE"),
    "meaning": ("LIB_MOD", "LIBELLE_MODALITE", "LIB_MODALITE"),
}
"""Titles that Insee's files of metadata have had; the first one present wins."""


@dataclass(frozen=True, slots=True)
class ColumnNotes:
    """What a producer writes of the columns of its base.

    Attributes:
        labels: what each column is, by normalised heading.
        headings: the headings as they are written there, by normalised heading.
        meanings: what each code of a column means, by normalised heading and code.
    """

    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    headings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    meanings: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))

    def label(self, heading: str) -> str:
        """Return what a column is, nothing when the producer does not say it."""
        return self.labels.get(normalise_name(heading), "")


def read_column_notes(content: bytes) -> ColumnNotes | None:
    """Read a ``meta_`` file.

    Args:
        content: its bytes: one line per column, or one per code of a column.

    Returns:
        The descriptions, ``None`` when the file is not laid out as those of Insee: the data are received without it.
    """
    try:
        text, _ = decode(content)
    except RefusedFileError:
        return None
    rows = _rows(text)
    if not rows:
        return None
    places = {role: _place(rows[0], names) for role, names in _NAMES.items()}
    if places["code"] is None or places["label"] is None:
        return None
    return _notes(rows[1:], {role: place for role, place in places.items() if place is not None})


def _rows(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(text.split("\n"), delimiter=separator) if row]
    except csv.Error:
        return []


def _place(titles: list[str], names: tuple[str, ...]) -> int | None:
    known = {normalise_name(title): index for index, title in enumerate(titles)}
    return next((known[name] for name in map(normalise_name, names) if name in known), None)


def _notes(rows: list[list[str]], places: dict[str, int]) -> ColumnNotes:
    labels: dict[str, str] = {}
    headings: dict[str, str] = {}
    meanings: dict[tuple[str, str], str] = {}
    for row in rows:
        cells = {role: row[place] if place < len(row) else "" for role, place in places.items()}
        name = normalise_name(cells["code"])
        if not name:
            continue
        labels.setdefault(name, cells["label"])
        headings.setdefault(name, cells["code"])
        if cells.get("word") and cells.get("meaning"):
            meanings.setdefault((name, cells["word"]), cells["meaning"])
    return ColumnNotes(labels, headings, meanings)
