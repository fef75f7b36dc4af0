"""Findings as a partner reads them: one line for what happened to many columns in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evalkit.declare.feed import Severity
from evalkit.receive.findings.codes import KINDS
from evalkit.receive.receipts.words import Words
from evalkit.store.delivery import Finding, Outcome
from evalkit.typography import counted, french_count

_ORDER = {Severity.BLOCKING: 0, Severity.MAJOR: 1, Severity.MINOR: 2}
_NUMBER_OF_LINES = re.compile(r" \([\d\s]+ lignes?\)")
_SHOWN_LINES = 12
_SHOWN_COLUMNS = 8
_FEW = 4
"""Findings of one kind that are told one by one; more are told together."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a receipt.

    Attributes:
        code: stable code.
        mark: what it does to the verdict, or what was done of it (``réparé``, ``noté``, ``non exécuté``).
        message: what was found.
        columns: the columns concerned, as the partner calls them.
        where: the lines of the partner's file, or how many cells of how many columns.
        received: an example.
        expected: what was expected.
    """

    code: str
    mark: str
    message: str
    columns: tuple[str, ...]
    where: str
    received: str
    expected: str

    def sentence_with(self, where: str) -> str:
        """Return the message with a place before its last point."""
        if self.message.endswith(("?", "!", "…")):
            return f"{self.message}{where}"
        return f"{self.message.rstrip('.')}{where}."

    @property
    def columns_text(self) -> str:
        """Return the columns, the first ones only when they are many."""
        others = len(self.columns) - _SHOWN_COLUMNS
        shown = ", ".join(self.columns[:_SHOWN_COLUMNS])
        return shown + (f" et {counted(others, 'autre', 'autres')}" if others > 0 else "")


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, and what it settles."""

    repair: str
    lines: tuple[Told, ...]


def tasks(findings: Iterable[Finding], words: Words) -> tuple[Task, ...]:
    """Return what the partner has to do, the gravest first, each with what it settles."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_rank):
        if finding.repair and finding.outcome in {Outcome.FAILED, Outcome.NOT_RUN}:
            groups.setdefault(finding.repair, []).append(finding)
    return tuple(Task(repair, told(group, words)) for repair, group in groups.items())


def remarks(findings: Iterable[Finding], words: Words) -> tuple[Told, ...]:
    """Return what was repaired or noted: there is nothing to do, but nothing is silent."""
    noted = [
        finding
        for finding in findings
        if finding.outcome in {Outcome.REPAIRED, Outcome.NOTED}
        or (finding.outcome is Outcome.NOT_RUN and not finding.repair)
    ]
    return told(sorted(noted, key=lambda finding: finding.code), words)


def told(findings: Iterable[Finding], words: Words) -> tuple[Told, ...]:
    """Return findings as lines: those that say the same of several columns are one line."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.code, finding.message), []).append(finding)
    of_kind: dict[str, list[list[Finding]]] = {}
    for (code, _), group in alike.items():
        of_kind.setdefault(code, []).append(group)
    lines: list[Told] = []
    for code, groups in of_kind.items():
        if len(groups) > _FEW:
            together = [finding for group in groups for finding in group]
            lines.append(_together(together, f"{KINDS[code].title} ({len(together)} fois).", words))
        else:
            lines += [_together(group, group[0].message, words) for group in groups]
    return tuple(lines)


def lines_text(finding: Finding) -> str:
    """Return the lines of the partner's file, shortened: ``lignes 3, 5 à 9 et 240 autres``."""
    if not finding.lines:
        return ""
    runs = _runs(finding.lines)[:_SHOWN_LINES]
    shown = sum(last - first + 1 for first, last in runs)
    texts = [str(first) if first == last else f"{first} à {last}" for first, last in runs]
    others = finding.count - shown
    word = "ligne" if finding.count == 1 else "lignes"
    return f"{word} {', '.join(texts)}" + (f" et {counted(others, 'autre', 'autres')}" if others > 0 else "")


def _together(findings: list[Finding], message: str, words: Words) -> Told:
    first = findings[0]
    columns = tuple(dict.fromkeys(name for finding in findings for name in words.columns(finding.field)))
    if len(findings) == 1:
        named = words.told(message, first.field)
        is_named = any(column in named for column in columns)
        where = lines_text(first)
        # The lines say how many they are: a number before them would say it twice.
        named = _NUMBER_OF_LINES.sub("", named) if where else named
        return Told(first.code, _mark(first), named, () if is_named else columns, where, first.received, first.expected)
    cells = sum(finding.count for finding in findings)
    where = f"{french_count(cells)} cases dans {len(columns)} colonnes" if cells and len(columns) > 1 else ""
    example = next((finding.received for finding in findings if finding.received), "")
    return Told(first.code, _mark(first), message, columns, where, example, "")


def _mark(finding: Finding) -> str:
    return finding.severity.value if finding.outcome is Outcome.FAILED else finding.outcome.value


def _rank(finding: Finding) -> tuple[int, str, str]:
    return _ORDER[finding.severity], finding.code, finding.field


def _runs(lines: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return consecutive lines as intervals."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    return runs
