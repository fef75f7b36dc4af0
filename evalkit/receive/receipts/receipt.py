"""The receipt: the verdict first, then what to do, then everything that was found."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from evalkit.declare.feed import Severity
from evalkit.receive.checks.verdict import RULE
from evalkit.receive.findings.counts import french_count
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding, Outcome
from evalkit.typography import typeset

_ORDER = {Severity.BLOCKING: 0, Severity.MAJOR: 1, Severity.MINOR: 2}
_SHOWN_LINES = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the partner gets back.

    Attributes:
        delivery: the verdict and its findings.
        rows_by_period: accepted rows of each period.
        is_repeated: the same file had been received before; nothing was added.
    """

    delivery: Delivery
    rows_by_period: tuple[tuple[str, int], ...] = ()
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, and the findings that it settles."""

    repair: str
    findings: tuple[Finding, ...]


def headline(receipt: Receipt) -> str:
    """Return the verdict as one French sentence."""
    delivery = receipt.delivery
    accepted, refused = french_count(delivery.rows_accepted), french_count(delivery.rows_refused)
    if delivery.status is DeliveryStatus.REFUSED:
        return "Livraison refusée : aucune ligne n’est conservée.".replace(" :", "\N{NO-BREAK SPACE}:")
    rows = f"{accepted} ligne{_s(delivery.rows_accepted)} acceptée{_s(delivery.rows_accepted)}"
    if delivery.rows_refused:
        rows += f", {refused} refusée{_s(delivery.rows_refused)}"
    return typeset(f"Livraison {delivery.status.value} : {rows}.")


def tasks(findings: Iterable[Finding]) -> tuple[Task, ...]:
    """Return what the partner has to do, the gravest first, each with the findings that it settles."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_rank):
        if finding.repair and finding.outcome in {Outcome.FAILED, Outcome.NOT_RUN}:
            groups.setdefault(finding.repair, []).append(finding)
    return tuple(Task(repair, tuple(group)) for repair, group in groups.items())


def remarks(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what was repaired or noted: there is nothing to do, but nothing is silent."""
    return tuple(finding for finding in findings if finding.outcome in {Outcome.REPAIRED, Outcome.NOTED})


def lines_text(finding: Finding) -> str:
    """Return the lines of the partner's file, shortened: ``lignes 3, 5 à 9 et 240 autres``."""
    if not finding.lines:
        return ""
    runs = _runs(finding.lines)[:_SHOWN_LINES]
    shown = sum(last - first + 1 for first, last in runs)
    texts = [str(first) if first == last else f"{first} à {last}" for first, last in runs]
    others = finding.count - shown
    word = "ligne" if finding.count == 1 else "lignes"
    return f"{word} {', '.join(texts)}" + (f" et {french_count(others)} autre{_s(others)}" if others > 0 else "")


def receipt_json(receipt: Receipt) -> str:
    """Return the receipt for machines, keys sorted."""
    delivery = asdict(receipt.delivery)
    delivery |= {name: day.isoformat() for name, day in delivery.items() if isinstance(day, dt.date)}
    content = {
        "delivery": delivery,
        "verdict": headline(receipt),
        "rule": typeset(RULE),
        "rows_by_period": dict(receipt.rows_by_period),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt for a terminal, as plain French lines."""
    delivery = receipt.delivery
    lines = [headline(receipt)]
    if receipt.is_repeated:
        lines.append("Ce fichier avait déjà été reçu ; rien n’a été ajouté.")
    lines.append(f"Livraison {delivery.id}, flux {delivery.feed}, producteur {delivery.producer}.")
    if receipt.rows_by_period:
        periods = ", ".join(f"{period} ({french_count(rows)} lignes)" for period, rows in receipt.rows_by_period)
        lines.append(f"Périodes : {periods}.")
    to_do = tasks(delivery.findings)
    if to_do:
        lines += ["", "À faire"]
    for task in to_do:
        lines.append(f"- {task.repair}")
        lines += [f"    {_finding_line(finding)}" for finding in task.findings]
    if notes := remarks(delivery.findings):
        lines += ["", "Réparé ou noté, rien à faire"]
        lines += [f"- {_finding_line(finding)}" for finding in notes]
    return "\n".join(typeset(line) for line in lines) + "\n"


def _finding_line(finding: Finding) -> str:
    parts = [
        f"[{finding.severity.value}] {finding.message}",
        f"({lines_text(finding)})" if finding.lines else "",
        f"Reçu : « {finding.received} »." if finding.received else "",
        f"Attendu : {finding.expected}." if finding.expected else "",
        finding.code,
    ]
    return " ".join(part for part in parts if part)


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


def _s(number: int) -> str:
    return "s" if abs(number) >= 2 else ""
