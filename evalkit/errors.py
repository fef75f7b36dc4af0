"""One root error; each problem has a stable code, a place and a repair, in French."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evalkit.typography import typeset


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a problem stands: a file, then a line and a column counted from 1."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``file:line:column``, without the parts that are not known."""
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file, *numbers] if self.file else numbers)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a user can repair.

    Attributes:
        code: stable code, ``EVK-`` followed by a letter for the stage and three digits.
        message: one French sentence that says what is wrong.
        place: where it is wrong.
        received: the value received, never a personal one.
        repair: one French sentence that says what to do.
    """

    code: str
    message: str
    place: Place = Place()
    received: str = ""
    repair: str = ""

    def __str__(self) -> str:
        """Return the problem as one French line."""
        parts = [
            self.code,
            f"[{self.place}]" if str(self.place) else "",
            self.message,
            f"Reçu : « {self.received} »." if self.received else "",
            self.repair,
        ]
        return typeset(" ".join(part for part in parts if part))


class EvalkitError(Exception):
    """The root of every error that a user can cause: one or more problems, shown without traceback."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        """Keep the problems, sorted by place so that the message does not depend on the order of checks."""
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(found, key=lambda p: (p.place, p.code, p.message)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[EvalkitError], tuple[tuple[Problem, ...]]]:
        """Travel between processes with the problems, not with the message."""
        return type(self), (self.problems,)


class DeclarationError(EvalkitError):
    """A declaration (YAML) is not readable, not valid, or contradicts another one. Codes ``EVK-D``."""


class FormulaError(EvalkitError):
    """A formula is not in the language, or does not fit the columns that it reads. Codes ``EVK-F``."""


class WorkspaceError(EvalkitError):
    """The workspace or its configuration cannot be used. Codes ``EVK-W``."""


class DeliveryError(EvalkitError):
    """A partner's file cannot be received at all. Codes ``EVK-R``."""


class StoreError(EvalkitError):
    """The store or its ledger cannot be read or written. Codes ``EVK-S``."""


class ComputationError(EvalkitError):
    """A measure, a cohort or a comparison was asked for something that it cannot do. Codes ``EVK-M``."""


class PublicationError(EvalkitError):
    """Nothing may be published in this state. Codes ``EVK-P``."""


class ReportError(EvalkitError):
    """A report cannot be rendered. Codes ``EVK-Q``."""
