"""Run the checks of a feed on its typed rows, with Great Expectations on Polars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from evalkit.declare.feed import Feed, FieldType, Severity
from evalkit.receive.checks.check_plan import plan_checks
from evalkit.receive.checks.planned import PlannedCheck
from evalkit.receive.findings.finding import at_lines, found
from evalkit.receive.privacy.names import is_printable
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE, Cause, cause_column
from evalkit.typography import counted, typeset

if TYPE_CHECKING:
    from evalkit.gx_polars import CheckRequest, ExpectationOutcome

_ROW_RULE = "expect_rows_to_satisfy_rule"
_SHOWN_WORDS = 3


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that some rows, or the whole table, do not satisfy.

    Attributes:
        finding: what is told.
        rows: the rows, from 0, that fail; none when the table as a whole fails.
        refuses_delivery: a blocking check that the table as a whole fails, or whose own tolerance is passed.
    """

    finding: Finding
    rows: pl.Series
    refuses_delivery: bool

    @property
    def refuses_rows(self) -> bool:
        """Tell whether the failing rows go to quarantine."""
        return self.finding.severity is Severity.BLOCKING and len(self.rows) > 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of all checks.

    Attributes:
        failed: the checks that failed.
        not_run: the checks that could not run, as findings.
    """

    failed: tuple[FailedCheck, ...]
    not_run: tuple[Finding, ...]


def run_checks(feed: Feed, frame: pl.DataFrame, received_on: dt.date) -> Checked:
    """Check typed rows.

    Args:
        feed: the declaration.
        frame: ``_line`` and the declared columns; at least one row (an empty frame satisfies every rule on rows, which
            is why the caller refuses it before).
        received_on: the day of reception, after which no date can be.

    Returns:
        What failed, with every failing row, and what could not run. No value of a personal field is in it.
    """
    from evalkit.gx_polars import validate  # noqa: PLC0415  Great Expectations takes seconds to import

    plan = plan_checks(feed, received_on)
    runnable = [check for check in plan if not check.reason]
    rules = {f"rule-{index}": check.rule for index, check in enumerate(runnable) if check.rule is not None}
    requests = [_request(check, f"rule-{index}") for index, check in enumerate(runnable)]
    outcome = validate(frame, requests, row_rules=rules)
    pairs = list(zip(runnable, outcome.outcomes, strict=False))
    failed = tuple(_failure(feed, check, one, frame) for check, one in pairs if one.raised is None and not one.success)
    raised = [(check, str(one.raised)) for check, one in pairs if one.raised is not None]
    skipped = [(check, check.reason) for check in plan if check.reason]
    return Checked(failed, tuple(_not_run([*raised, *skipped])))


def without_wrong_words(feed: Feed, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose category fields hold words of their list only: any other word could be a person's name."""
    changes: list[pl.Expr] = []
    for field in feed.fields:
        if field.type is not FieldType.CATEGORY or not field.values:
            continue
        is_wrong = ~pl.col(field.name).is_in(list(field.values)).fill_null(True)
        cause = cause_column(field.name)
        lost = pl.lit(Cause.NOT_AVAILABLE.value)
        changes += [
            pl.when(~is_wrong).then(pl.col(field.name)).alias(field.name),
            pl.when(is_wrong).then(lost).otherwise(pl.col(cause)).alias(cause),
        ]
    return frame.with_columns(changes)


def _request(check: PlannedCheck, rule: str) -> CheckRequest:
    from evalkit.gx_polars import CheckRequest  # noqa: PLC0415

    if check.rule is not None:
        return CheckRequest(_ROW_RULE, {"rule": rule})
    return CheckRequest(check.expectation, dict(check.kwargs))


def _failure(feed: Feed, check: PlannedCheck, outcome: ExpectationOutcome, frame: pl.DataFrame) -> FailedCheck:
    rows = outcome.unexpected_rows.cast(pl.UInt32)
    share = len(rows) / frame.height if outcome.unexpected is not None else 1.0
    where = at_lines(", ".join(check.fields), frame[LINE].gather(rows))
    suffix = f" ({counted(where.count, 'ligne', 'lignes')})" if len(rows) else ""
    message = check.message.rstrip(".") + suffix + "."
    finding = found(check.code, message, where, _examples(feed, check, frame, rows), check.expected)
    is_tolerated = share <= float(check.tolerance)
    severity = check.severity
    if is_tolerated and severity is not Severity.BLOCKING:
        severity = Severity.MINOR
        finding = replace(finding, message=typeset(f"{finding.message} Dans la tolérance de {_percent(check)} %."))
    refuses_all = check.severity is Severity.BLOCKING and not is_tolerated and (not len(rows) or check.tolerance > 0)
    return FailedCheck(replace(finding, severity=severity), rows, refuses_all)


def _percent(check: PlannedCheck) -> str:
    return f"{check.tolerance * 100:f}".rstrip("0").rstrip(".").replace(".", ",") or "0"


def _examples(feed: Feed, check: PlannedCheck, frame: pl.DataFrame, rows: pl.Series) -> str:
    """Return some failing values of a check on one field that is not personal, nothing otherwise."""
    if check.shows and len(rows):
        return _first_row(check, frame, rows)
    if len(check.fields) != 1 or not len(rows):
        return ""
    field = feed.field(check.fields[0])
    if field is None or field.is_personal or field.type is FieldType.ZONE:
        return ""
    values = frame[field.name].gather(rows).drop_nulls().cast(pl.String).unique().sort().head(_SHOWN_WORDS)
    # A wrong word may be somebody's name, typed in the wrong column.
    return ", ".join(value[:40] for value in values if is_printable(value))


def _first_row(check: PlannedCheck, frame: pl.DataFrame, rows: pl.Series) -> str:
    """Return the fields of the first failing row, as an example: ``femmes 12, hommes 9, total 25``."""
    values = frame.select(check.shows)[int(rows[0])].row(0, named=True)
    return ", ".join(f"{name} {'non connu' if value is None else value}" for name, value in values.items())


def _not_run(checks: Sequence[tuple[PlannedCheck, str]]) -> Iterator[Finding]:
    for check, reason in checks:
        message = f"Le contrôle « {check.message.rstrip('.')} » n’a pas pu être exécuté ({reason})."
        yield found("EVK-R057", message, at_lines(", ".join(check.fields), ()))
