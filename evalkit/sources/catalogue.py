"""Open the catalogue that comes with the package, its names checked against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evalkit.declare.french import nearest
from evalkit.declare.load import Located, load_file
from evalkit.errors import DeclarationError, Problem
from evalkit.sources.source import CatalogueFile, Origin, Source, SourceVintage

CATALOGUE = Path(__file__).with_name("catalogue.yml")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every source of open data, in the order of the file.

    Attributes:
        origins: where the figures come from, by id.
        sources: the published tables.
    """

    origins: Mapping[str, Origin]
    sources: tuple[Source, ...]

    def read_by(self, feed: str) -> tuple[Source, ...]:
        """Return the sources that a feed reads; a source answers to its own id too, so that it can be asked for."""
        return tuple(source for source in self.sources if feed in {source.feed, source.id})

    def origins_of(self, source: Source) -> tuple[Origin, ...]:
        """Return the origins of a source, in the order of its parts."""
        return tuple(self.origins[part.origin] for part in source.parts)


def open_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read a catalogue.

    Args:
        path: the file; the one of the package by default.

    Raises:
        DeclarationError: every problem of the file at once, those of its names included (``EVK-D060``, ``EVK-D061``).
    """
    loading = load_file(path, CatalogueFile, path.name)
    if loading.problems:
        raise DeclarationError(loading.problems)
    located = loading.found[0]
    if problems := tuple(_name_problems(located)):
        raise DeclarationError(problems)
    origins = {origin.id: origin for origin in located.value.origins}
    return Catalogue(origins, located.value.sources)


@cache
def shipped_catalogue() -> Catalogue:
    """Return the catalogue of the package, read once: it does not change while a program runs."""
    return open_catalogue()


def _name_problems(located: Located[CatalogueFile]) -> Iterator[Problem]:
    file = located.value
    yield from _repeated(located, "origins", [origin.id for origin in file.origins])
    yield from _repeated(located, "sources", [source.id for source in file.sources])
    origins = {origin.id for origin in file.origins}
    readers: set[tuple[str, str]] = set()
    for index, source in enumerate(file.sources):
        for number, part in enumerate(source.parts):
            if part.origin not in origins:
                place = located.place("sources", index, "parts", number, "origin")
                yield Problem("EVK-D060", "Origine inconnue.", place, part.origin, nearest(part.origin, origins))
        for number, vintage in enumerate(source.vintages):
            place = located.place("sources", index, "vintages", number)
            for name, known in _names_of_vintage(source, vintage):
                if name not in known:
                    yield Problem("EVK-D060", "Nom inconnu dans cette source.", place, name, nearest(name, known))
            named = {(name, vintage.label) for name in (source.feed, source.id) if name}
            if readers & named:
                message = "Ce millésime est déjà décrit pour le même flux."
                yield Problem("EVK-D061", message, place, vintage.label, "Gardez une seule description.")
            readers |= named


def _names_of_vintage(source: Source, vintage: SourceVintage) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each name that a vintage uses, with the names that it may use."""
    parts = frozenset(part.origin for part in source.parts)
    others = frozenset(each.label for each in source.vintages if each.label != vintage.label)
    for data in vintage.data:
        yield data.origin, parts
        for label in data.same_as:
            yield label, others


def _repeated(located: Located[CatalogueFile], field: str, names: list[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            place = located.place(field, index, "id")
            yield Problem("EVK-D061", "Identifiant déjà pris.", place, name, "Changez l’un des deux.")
