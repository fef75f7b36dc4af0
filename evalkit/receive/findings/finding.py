"""Make findings from the table of codes, and stop a reception on those that leave nothing to judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Severity
from evalkit.errors import DeliveryError, Place, Problem
from evalkit.receive.findings.codes import KINDS
from evalkit.store.delivery import Finding, Outcome
from evalkit.typography import typeset

SHOWN_LINES = 50
"""Lines kept in a finding; its count says how many there are."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something was found: a field or a heading, lines of the partner's file, number of rows."""

    field: str = ""
    lines: tuple[int, ...] = ()
    count: int = 0


def at_lines(field: str, lines: pl.Series | Iterable[int]) -> Where:
    """Return the place of a finding, with its first lines in order and their number."""
    numbers = (lines if isinstance(lines, pl.Series) else pl.Series(list(lines), dtype=pl.Int64)).unique().sort()
    return Where(field, tuple(int(line) for line in numbers.head(SHOWN_LINES)), len(numbers))


def found(code: str, message: str, where: Where = Where(), received: str = "", expected: str = "") -> Finding:
    """Return a finding with the severity, the outcome and the repair of its code.

    Args:
        code: a key of :data:`evalkit.receive.findings.codes.KINDS`.
        message: one French sentence; its no-break spaces are set here.
        where: the field, the lines and the number of rows.
        received: an example, never a personal one.
        expected: what was expected.
    """
    kind = KINDS[code]
    return Finding(
        code,
        kind.severity,
        typeset(message),
        kind.outcome,
        where.field,
        where.lines,
        where.count,
        received,
        typeset(expected),
        typeset(kind.repair),
    )


class RefusedFileError(DeliveryError):
    """A file that leaves nothing to judge: it cannot be read, or it must not be kept."""

    def __init__(self, findings: Finding | Iterable[Finding], is_personal: bool = False) -> None:
        """Keep the findings; ``is_personal`` says that only hash, feed and line numbers may remain."""
        self.findings = (findings,) if isinstance(findings, Finding) else tuple(findings)
        self.is_personal = is_personal
        super().__init__(problem_of(finding) for finding in self.findings)

    def __reduce__(self) -> tuple[type[RefusedFileError], tuple[tuple[Finding, ...], bool]]:  # type: ignore[override]
        """Travel between processes with the findings, from which the problems are made again."""
        return type(self), (self.findings, self.is_personal)


def refused(
    code: str, message: str, where: Where = Where(), received: str = "", expected: str = ""
) -> RefusedFileError:
    """Return the error that stops a reception for one reason; see :func:`found`."""
    return RefusedFileError(found(code, message, where, received, expected))


def problem_of(finding: Finding) -> Problem:
    """Return a finding as a problem to print."""
    place = Place(line=finding.lines[0]) if finding.lines else Place()
    return Problem(finding.code, finding.message, place, finding.received, finding.repair)


def is_blocking(finding: Finding) -> bool:
    """Tell whether a finding is a failed check that blocks."""
    return finding.severity is Severity.BLOCKING and finding.outcome is Outcome.FAILED
