"""Read ``refusals.txt``: what the language refuses, with the exact French problems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Told:
    """A problem told to the user: its code, the column of the formula where it stands, what is wrong and the repair."""

    code: str
    column: int
    words: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A formula and every problem told about it."""

    formula: str
    told: tuple[Told, ...]


def refusals() -> tuple[Refusal, ...]:
    """Return the refusals of the file: a formula on a line, then its problems on indented lines."""
    text = Path(__file__).with_name("refusals.txt").read_text(encoding="utf-8")
    blocks = [block.split("\n    ") for block in text.strip().split("\n\n")]
    return tuple(Refusal(formula, tuple(_told(line) for line in lines)) for formula, *lines in blocks)


def _told(line: str) -> Told:
    code, column, words = line.split(" ", 2)
    return Told(code, int(column), words)
