"""Notions that look alike and must not be compared: declared and disposable income first of all."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pydantic import Field

from evalkit.declare.load import load_file
from evalkit.declare.model import Declaration, Identifier, Label
from evalkit.errors import DeclarationError

CONCEPTS = Path(__file__).with_name("concepts.yml")


class Notion(Declaration):
    """One notion, and where it is read.

    Attributes:
        columns: names of fields; ``*`` stands for any text.
        feeds: feeds whose every value is of this notion.
    """

    label: Label
    columns: tuple[Label, ...] = ()
    feeds: tuple[Identifier, ...] = ()

    def holds(self, feed: str, columns: frozenset[str]) -> bool:
        """Tell whether the columns of a feed are of this notion."""
        return feed in self.feeds or any(fnmatchcase(name, each) for name in columns for each in self.columns)


class Family(Declaration):
    """Notions that are taken for each other, and why they must not be."""

    family: Label
    reason: Label
    notions: tuple[Notion, ...] = Field(min_length=2)

    def notion_of(self, feed: str, columns: frozenset[str]) -> Notion | None:
        """Return the first notion that the columns of a feed hold."""
        return next((each for each in self.notions if each.holds(feed, columns)), None)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two notions of one family that somebody sets side by side."""

    first: str
    second: str
    reason: str


def open_families(path: Path = CONCEPTS) -> tuple[Family, ...]:
    """Read the families of notions.

    Raises:
        DeclarationError: the file is not valid.
    """
    loading = load_file(path, Family, path.name)
    if loading.problems:
        raise DeclarationError(loading.problems)
    return tuple(located.value for located in loading.found)


@cache
def shipped_families() -> tuple[Family, ...]:
    """Return the families of the package, read once: they do not change while a program runs."""
    return open_families()


def confusion(first: tuple[str, frozenset[str]], second: tuple[str, frozenset[str]]) -> Confusion | None:
    """Return the two notions that a comparison would mix, ``None`` when it mixes none.

    Args:
        first: a feed and the fields read in it.
        second: the other feed, perhaps the same, and its fields.
    """
    for family in shipped_families():
        one, other = family.notion_of(*first), family.notion_of(*second)
        if one is not None and other is not None and one != other:
            return Confusion(one.label, other.label, family.reason)
    return None
