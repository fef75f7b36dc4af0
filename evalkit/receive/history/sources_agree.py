"""Two sources of one quantity: where their periods end on the same day, they must say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import QuantitySpec, SourcesCheck
from evalkit.declare.period import last_day
from evalkit.formula import check as check_formula
from evalkit.formula import compile_predicate, parse
from evalkit.receive.checks.planned import french_number
from evalkit.receive.findings.finding import Where, found
from evalkit.store.delivery import Finding
from evalkit.store.schema import PERIOD
from evalkit.territory.zones import OUTSIDE, UNKNOWN
from evalkit.typography import counted
from evalkit.workspace.columns import formula_columns

_DAY, _HERE, _THERE = "_day", "_here", "_there"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two sources: a quantity of a feed, and the rows of that feed."""

    feed: Feed
    quantity: QuantitySpec
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Pair:
    """A declared agreement, seen from the delivery that is being received.

    Attributes:
        check: the agreement, wherever it is declared.
        mine: the quantity of the feed received.
        theirs: the quantity of the other feed.
    """

    check: SourcesCheck
    mine: QuantitySpec
    theirs: QuantitySpec


def pairs_of(feed: Feed, feeds: Mapping[str, Feed]) -> tuple[Pair, ...]:
    """Return the agreements that a feed takes part in, whichever of the two feeds declares it.

    Whichever comes second is compared: else an agreement would be checked in one order of arrival only.
    """
    pairs: list[Pair] = []
    for name in sorted({*feeds, feed.feed}):
        declaring = feed if name == feed.feed else feeds[name]
        for check in declaring.checks:
            if not isinstance(check, SourcesCheck):
                continue
            own = QuantitySpec(feed=declaring.feed, of=check.of, where=check.where)
            if declaring.feed == feed.feed:
                pairs.append(Pair(check, own, check.same_as))
            elif check.same_as.feed == feed.feed:
                pairs.append(Pair(check, check.same_as, own))
    return tuple(pairs)


def disagreement(check: SourcesCheck, mine: Side, theirs: Side, may_tell: bool) -> Finding | None:
    """Return what is said of two sources that differ; nothing where they agree, or have no period in common.

    Args:
        check: the agreement, with its tolerances.
        mine: the delivery received.
        theirs: the other source.
        may_tell: its figures may be shown to this partner.

    Raises:
        FormulaError: a condition cannot be read.
    """
    met = _sums(mine, check, _HERE).join(_sums(theirs, check, _THERE), on=[_DAY, *check.by])
    gap = (pl.col(_HERE) - pl.col(_THERE)).abs()
    largest = pl.max_horizontal(pl.col(_HERE).abs(), pl.col(_THERE).abs())
    allowed = largest * float(check.within) + float(check.rounding)
    apart = met.with_columns(gap.alias("_gap")).filter(pl.col("_gap") > allowed)
    if apart.is_empty() or apart.height <= float(check.tolerance) * met.height:
        return None
    worst = apart.sort("_gap", _DAY, *check.by, descending=[True, *([False] * (1 + len(check.by)))]).row(0, named=True)
    message = check.message or f"« {mine.quantity.of} » ne s’accorde pas avec « {theirs.feed.label} »."
    told = (
        f"{message.rstrip('.')} : {counted(apart.height, 'valeur diffère', 'valeurs diffèrent')} sur {met.height}, "
        f"au-delà de {french_number(check.within * 100)} %{_rounding(check)}. {_worst(check, worst, may_tell)}"
    )
    where = Where(mine.quantity.of, (), apart.height)
    finding = found("EVK-R081", told, where, expected=f"comme le flux « {theirs.feed.feed} », {theirs.quantity.of}")
    return replace(finding, severity=check.severity)


def _rounding(check: SourcesCheck) -> str:
    return f" et de {french_number(check.rounding)}" if check.rounding else ""


def _worst(check: SourcesCheck, row: Mapping[str, object], may_tell: bool) -> str:
    place = ", ".join(str(row[name]) for name in check.by)
    day = f"{row[_DAY]:%d/%m/%Y}"
    if not may_tell:
        return f"Le plus grand écart : {place}, au {day}."
    here, there = (french_number(Decimal(str(row[name]))) for name in (_HERE, _THERE))
    return f"Le plus grand écart : {place}, au {day}, {here} ici et {there} dans l’autre source."


def _sums(side: Side, check: SourcesCheck, name: str) -> pl.DataFrame:
    """Return the sums of a side by place and by last day of the period; a sum with a hidden part is left out."""
    rows = side.rows.filter(_condition(side)) if side.quantity.where else side.rows
    known = rows.filter(pl.all_horizontal(~pl.col(column).is_in([OUTSIDE, UNKNOWN]) for column in check.by))
    value = pl.col(side.quantity.of)
    sums = known.group_by(PERIOD, *check.by).agg(
        pl.when(value.null_count() == 0).then(value.sum()).cast(pl.Float64).alias(name)
    )
    days = {period: last_day(period) for period in sums[PERIOD].unique().to_list()}
    day = pl.col(PERIOD).replace_strict(days, return_dtype=pl.Date).alias(_DAY)
    return sums.drop_nulls(name).with_columns(day).drop(PERIOD)


def _condition(side: Side) -> pl.Expr:
    formula = parse(side.quantity.where or "")
    check_formula(formula, formula_columns(side.feed))
    return compile_predicate(formula)
