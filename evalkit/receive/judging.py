"""Judge one delivery: from a table of texts to accepted rows, refused rows and a verdict."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.feed import Feed, FieldType, Grain
from evalkit.receive.checks.run_checks import run_checks, without_wrong_words
from evalkit.receive.checks.small_cells import small_cells
from evalkit.receive.checks.verdict import Share, judge
from evalkit.receive.file.table import TextTable, without_copies
from evalkit.receive.findings.finding import RefusedFileError, Where, found, is_blocking
from evalkit.receive.headings import Matching, judge_headings
from evalkit.receive.history.headings_kept import Headings, headings_of
from evalkit.receive.history.judge_history import judge_history
from evalkit.receive.history.past import Past
from evalkit.receive.normalise import Reader, type_rows
from evalkit.receive.order import Case, Judgement
from evalkit.receive.periods import add_periods, period_counts
from evalkit.receive.privacy.key import IdentityKey
from evalkit.receive.privacy.personal import refuse_personal_data
from evalkit.receive.terms import judge_calendar, judge_terms
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding
from evalkit.store.quarantine import REASONS
from evalkit.store.schema import DELIVERY_ID, LINE, PERIOD, stored_schema
from evalkit.territory.zones import OUTSIDE, Territory
from evalkit.typography import counted

_BAD = "_bad"


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows sorted into those that pass and those that do not.

    Attributes:
        kept: rows that pass.
        refused: rows that do not, with their reasons.
        findings: what the checks found.
        refuses_all: a blocking check refuses the delivery as a whole.
    """

    kept: pl.DataFrame
    refused: pl.DataFrame
    findings: tuple[Finding, ...]
    refuses_all: bool


def judge_table(
    case: Case,
    table: TextTable,
    matching: Matching,
    territory: Territory,
    key: IdentityKey | None,
    past: Past | None = None,
) -> Judgement:
    """Judge a table that was read and whose feed is known.

    The order matters: personal data first, since they decide what may be remembered; then the clause; then the
    columns; then the values; then the checks of the rows; last what was received before (``past``).

    The pseudonyms of the rows are still those received: :func:`evalkit.receive.privacy.identity.seal` hides them
    before anything is written.

    Raises:
        RefusedFileError: nothing is left to judge; see :func:`refusal` to make a delivery of it.
    """
    suspected = refuse_personal_data(case.feed, table, matching, case.file.name)
    terms = judge_terms(case.feed, case.terms)
    if key is not None and key.is_demonstration:
        terms = (*terms, found("EVK-R036", "La clé d’identité est publique : elle ne sert qu’à la démonstration."))
    columns = judge_headings(case.feed, table, matching)
    table = without_copies(table)
    typed = type_rows(Reader(case.feed, territory), table, matching)
    dated, other_periods = add_periods(case.feed, typed.frame, case.period)
    rows, dropped = _drop_other_territories(case.feed, dated.with_columns(typed.unreadable.alias(_BAD)))
    sorted_rows = _sort_rows(case.feed, rows, table.broken, case.received_on)
    periods = tuple(period for period, _ in period_counts(sorted_rows.kept))
    findings = (
        *table.findings,
        *suspected,
        *terms,
        *columns,
        *typed.findings,
        *other_periods,
        *dropped,
        *sorted_rows.findings,
    )
    beside = _beside(case, sorted_rows.kept, headings_of(table, matching), past)
    findings = (*findings, *beside, *judge_calendar(case.terms, periods, case.received_on))
    kept, not_kept = sorted_rows.kept.height, sorted_rows.refused.height
    refuses_all = sorted_rows.refuses_all or any(is_blocking(finding) for finding in beside)
    status, reasons = judge(findings, Share(kept, not_kept, case.feed.refused_rows), refuses_all)
    if status is DeliveryStatus.REFUSED:
        delivery = make_delivery(case, status, (*reasons, *findings), Rows(periods, 0, kept + not_kept))
        return Judgement(delivery, sorted_rows.kept.clear(), sorted_rows.refused)
    delivery = make_delivery(case, status, findings, Rows(periods, kept, not_kept))
    return Judgement(delivery, sorted_rows.kept, sorted_rows.refused)


def _beside(case: Case, rows: pl.DataFrame, headings: Headings, past: Past | None) -> tuple[Finding, ...]:
    """Return what is said of the rows beside the clause and beside what was received before."""
    if rows.is_empty():
        return ()
    return (*small_cells(case.feed, case.terms.clause, rows), *judge_history(case.feed, rows, headings, past))


def refusal(case: Case, error: RefusedFileError) -> Judgement:
    """Return the judgement of a file that leaves nothing to judge.

    When it holds personal data, only its hash, its feed and line numbers remain: not even its name.
    """
    delivery = make_delivery(case, DeliveryStatus.REFUSED, error.findings, Rows())
    if error.is_personal:
        delivery = replace(delivery, file_name="")
    return Judgement(delivery, pl.DataFrame(schema=_judged_schema(case.feed)))


@dataclass(frozen=True, slots=True)
class Rows:
    """The periods and the numbers of rows of a delivery."""

    periods: tuple[str, ...] = ()
    accepted: int = 0
    refused: int = 0


def make_delivery(case: Case, status: DeliveryStatus, findings: tuple[Finding, ...], rows: Rows) -> Delivery:
    """Return the delivery of a case."""
    return Delivery(
        id=case.delivery_id,
        contract=case.contract,
        feed=case.feed.feed,
        producer=case.terms.producer,
        periods=rows.periods,
        received_on=case.received_on,
        file_name=case.file.name,
        file_hash=case.file.hash,
        rows_accepted=rows.accepted,
        rows_refused=rows.refused,
        status=status,
        findings=findings,
        declaration=case.declaration,
        fictitious=case.terms.is_fictitious,
    )


def _judged_schema(feed: Feed) -> pl.Schema:
    return pl.Schema({name: kind for name, kind in stored_schema(feed).items() if name != DELIVERY_ID})


def _drop_other_territories(feed: Feed, rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Drop the other territories of a base whose rows are zones; elsewhere a row from outside is a row."""
    zones = [field.name for field in feed.fields if field.type is FieldType.ZONE and field.name in feed.key]
    if feed.grain is not Grain.ZONE or not zones:
        return rows, ()
    here = rows.filter(~pl.any_horizontal(pl.col(zone).eq_missing(OUTSIDE) for zone in zones))
    others = rows.height - here.height
    if not others:
        return rows, ()
    message = counted(
        others, "ligne d’un autre territoire, non conservée.", "lignes d’autres territoires, non conservées."
    )
    return here, (found("EVK-R045", message, Where(zones[0], (), others)),)


def _sort_rows(feed: Feed, rows: pl.DataFrame, broken: tuple[int, ...], received_on: dt.date) -> _Sorted:
    """Run the checks on the rows that could be read, and take out those that a blocking one refuses."""
    names = _judged_schema(feed).names()
    # A blank period is a needed value that is absent: the checks tell it, as for any other needed field.
    is_dated = pl.col(PERIOD).is_not_null() | (pl.col(feed.period.field).is_null() if feed.period.field else False)
    is_bad = pl.col(_BAD) | ~is_dated
    unread = _with_reason(rows.filter(is_bad).select(names), "EVK-R041")
    lines_lost = pl.DataFrame({LINE: list(broken)}, schema={LINE: pl.Int64})
    lost = _with_reason(lines_lost, "EVK-R009")
    good = rows.filter(~is_bad).select(names)
    if good.is_empty():
        return _Sorted(good, pl.concat([unread, lost], how="diagonal"), (), True)
    checked = run_checks(feed, good, received_on)
    reasons = [
        _with_reason(good[failure.rows.to_list()], failure.finding.code)
        for failure in checked.failed
        if failure.refuses_rows
    ]
    refused = pl.concat([unread, lost, *reasons], how="diagonal")
    together = refused.group_by(LINE, maintain_order=True).agg(
        pl.exclude(REASONS).first(), pl.col(REASONS).unique().sort().str.join(" ")
    )
    kept = good.join(together.select(LINE), on=LINE, how="anti", maintain_order="left")
    findings = (*(failure.finding for failure in checked.failed), *checked.not_run)
    refuses_all = any(failure.refuses_delivery for failure in checked.failed)
    return _Sorted(
        without_wrong_words(feed, kept), without_wrong_words(feed, together.sort(LINE)), findings, refuses_all
    )


def _with_reason(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    return rows.with_columns(pl.lit(code).alias(REASONS))
