"""Whom both sides are made of, period by period: a repeated cross-section should compare alike persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import polars as pl

from evalkit.cells.collect import collect_cells
from evalkit.cells.ratio import DENOMINATOR, ratio_amounts
from evalkit.cells.request import PERIOD, CellRequest
from evalkit.compare.panel import OutcomePanel
from evalkit.compare.result import CompositionShift
from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Feed
from evalkit.formula import parse
from evalkit.stats.arrays import to_digits
from evalkit.store.store import Store


def composition(cells: pl.DataFrame, treated: Collection[str], categories: str) -> pl.DataFrame:
    """Return how unlike both sides are in each period, by categories of persons.

    Args:
        cells: ``zone``, ``period``, the column of categories, and ``n`` persons.
        treated: the treated zones.
        categories: name of the column of categories.

    Returns:
        ``period``, ``category``, the two shares, and ``difference``, in standard deviations (Austin 2009): a
        repeated cross-section compares alike persons when it stays under 0.1 and does not move.
    """
    side = pl.when(pl.col("zone").is_in(list(treated))).then(pl.lit("treated")).otherwise(pl.lit("controls"))
    counted = cells.group_by("period", pl.col(categories).alias("category"), side.alias("side")).agg(pl.col("n").sum())
    wide = counted.pivot("side", index=["period", "category"], values="n").fill_null(0)
    shares = [(pl.col(name) / pl.col(name).sum().over("period")).alias(name) for name in ("treated", "controls")]
    spread = ((pl.col("treated") * (1 - pl.col("treated")) + pl.col("controls") * (1 - pl.col("controls"))) / 2).sqrt()
    gap = pl.col("treated") - pl.col("controls")
    return (
        wide.with_columns(shares)
        .with_columns(difference=pl.when(spread > 0).then(gap / spread).otherwise(0.0))
        .select("period", "category", "treated", "controls", "difference")
        .sort("period", "category")
    )


def composition_shifts(
    store: Store, feed: Feed, comparison: Comparison, panel: OutcomePanel, scope: tuple[str, dt.date | None]
) -> tuple[CompositionShift, ...]:
    """Return, for each category declared, the share that parted most between both sides.

    Args:
        store: the accepted rows.
        feed: the declaration of the feed read.
        comparison: the declared comparison.
        panel: its panel, for the zones and periods compared.
        scope: id of the contract, and the day until which deliveries count.
    """
    contract, as_of = scope
    where = parse(comparison.outcome.where) if comparison.outcome.where else None
    amounts = ratio_amounts(comparison.outcome, feed)
    requests = {
        column: CellRequest(contract, feed, ("zone", column), comparison.granularity, where, amounts)
        for column in comparison.composition
    }
    zones = [*panel.treated, *panel.controls]
    found = []
    for column, cells in sorted(collect_cells(store, requests, as_of).items()):
        kept = cells.filter(pl.col("zone").is_in(zones), pl.col(PERIOD).is_in(panel.compared_periods))
        counted = kept.select("zone", PERIOD, pl.col(column).cast(pl.String), n=pl.col(DENOMINATOR).cast(pl.Float64))
        found += _largest(composition(counted.fill_null("non dit"), panel.treated, column), column, panel.post_from)
    return tuple(found)


def _largest(table: pl.DataFrame, column: str, post_from: str) -> list[CompositionShift]:
    moved = (
        table.group_by("category")
        .agg(
            before=pl.col("difference").filter(pl.col("period") < post_from).mean(),
            after=pl.col("difference").filter(pl.col("period") >= post_from).mean(),
        )
        .drop_nulls()
        .with_columns(move=(pl.col("after") - pl.col("before")).abs())
        .sort(["move", "category"], descending=[True, False])
    )
    return [
        CompositionShift(column=column, category=category, before=to_digits(before, 6), after=to_digits(after, 6))
        for category, before, after, _ in moved.head(1).iter_rows()
    ]
