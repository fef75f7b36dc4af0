"""The cells of a comparison by its declared covariates, from the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import polars as pl

from evalkit.cells.collect import collect_cells
from evalkit.cells.ratio import DENOMINATOR, NUMERATOR, ratio_amounts
from evalkit.cells.request import PERIOD, Amount, CellRequest
from evalkit.compare.covariates import FineCells
from evalkit.compare.panel import OutcomePanel
from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Feed, FieldType
from evalkit.formula import parse
from evalkit.store.store import Store

_DISCRETE = frozenset({FieldType.CATEGORY, FieldType.BOOLEAN})
_UNSAID = "non dit"


def collect_fine_cells(
    store: Store, feed: Feed, comparison: Comparison, panel: OutcomePanel, scope: tuple[str, dt.date | None]
) -> FineCells:
    """Collect the cells of a comparison by its covariates, in one query.

    Args:
        store: the accepted rows.
        feed: the declaration of the feed read.
        comparison: the declared comparison.
        panel: its panel, for the zones and periods compared.
        scope: id of the contract, and the day until which deliveries count.

    Returns:
        The cells; a category that is not said is one of its own, a unit without a continuous covariate is left out.
    """
    contract, as_of = scope
    types = {field.name: field.type for field in feed.fields}
    discrete = tuple(sorted(name for name in comparison.covariates if types[name] in _DISCRETE))
    continuous = tuple(sorted(name for name in comparison.covariates if types[name] not in _DISCRETE))
    conditions = [f"({comparison.outcome.where})"] if comparison.outcome.where else []
    conditions += [f"{name} IS NOT NULL" for name in continuous]
    where = parse(" AND ".join(conditions)) if conditions else None
    amounts = (*ratio_amounts(comparison.outcome, feed), *_moments(comparison, feed, continuous))
    request = CellRequest(contract, feed, ("zone", *discrete), comparison.granularity, where, amounts)
    found = collect_cells(store, {comparison.id: request}, as_of)[comparison.id]
    zones = [*panel.treated, *panel.controls]
    kept = found.filter(pl.col("zone").is_in(zones), pl.col(PERIOD).is_in(panel.compared_periods))
    per = comparison.outcome.per
    sums = [pl.col(NUMERATOR), *(pl.col(f"x{rank}y") for rank in range(len(continuous)))]
    others = [each.name for each in amounts[2:] if not each.name.endswith("y")]
    table = kept.select(
        "zone",
        PERIOD,
        *(pl.col(name).cast(pl.String).fill_null(_UNSAID) for name in discrete),
        pl.col(DENOMINATOR).cast(pl.Float64).alias("n"),
        *(each.cast(pl.Float64) * per for each in sums),
        *(pl.col(name).cast(pl.Float64) for name in others),
    ).rename({NUMERATOR: "sum_y"})
    before = panel.cells.filter(pl.col("zone").is_in(zones), pl.col(PERIOD).is_in(panel.compared_periods))
    total = float(before[DENOMINATOR].sum() or 0)
    lost = 1.0 - float(table["n"].sum()) / total if total > 0 else 0.0
    return FineCells(table.filter(pl.col("n") != 0).sort("zone", PERIOD, *discrete), discrete, continuous, lost)


def _moments(comparison: Comparison, feed: Feed, continuous: Sequence[str]) -> Iterator[Amount]:
    """Return the sums of the continuous covariates, of their products, and of those with the outcome."""
    above, below = ratio_amounts(comparison.outcome, feed)
    written = comparison.outcome
    inside = f"({written.denominator})"
    event = f"({written.numerator})" + (f" AND {inside}" if "true" == above.counts == below.counts else "")
    for rank, name in enumerate(continuous):
        yield Amount(f"x{rank}", parse(_weighted(below.counts, inside, name)), "value")
        yield Amount(f"x{rank}y", parse(_weighted(above.counts, event, name)), "value")
        for other in range(rank + 1):
            product = f"{name} * {continuous[other]}"
            yield Amount(f"x{other}x{rank}", parse(_weighted(below.counts, inside, product)), "value")


def _weighted(counts: str, formula: str, value: str) -> str:
    return f"CASE WHEN {formula} THEN {value} END" if counts == "true" else f"({formula}) * {value}"
