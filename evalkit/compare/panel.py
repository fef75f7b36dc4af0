"""The cells of a comparison: outcome per zone and period, on both sides of a dated programme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from evalkit.cells.collect import collect_cells
from evalkit.cells.ratio import DENOMINATOR, NUMERATOR, ratio_amounts
from evalkit.cells.request import PERIOD, CellRequest
from evalkit.compare.estimate import ComparisonSeries
from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Feed
from evalkit.declare.period import first_day, period_of_date
from evalkit.formula import parse
from evalkit.store.store import Store
from evalkit.territory.zones import Territory

TREATED, CONTROLS = "QPV", "zones témoins"


@dataclass(frozen=True, slots=True)
class OutcomePanel:
    """The outcome of a comparison, zone by period.

    Attributes:
        cells: ``zone``, ``period``, ``numerator`` and ``denominator`` of the zones compared, sorted.
        treated: zones where the programme begins.
        controls: control units that have rows.
        post_from: first whole period after the programme began.
        transition: the period during which it began, left out of the test when it is not whole.
        counts_units: each unit of the denominator is in the numerator or not, so that the outcome is 0 or 1.
    """

    cells: pl.DataFrame
    treated: tuple[str, ...]
    controls: tuple[str, ...]
    post_from: str
    transition: str | None
    counts_units: bool

    @property
    def compared_periods(self) -> tuple[str, ...]:
        """Return the periods of the test, sorted: all but the transition."""
        return tuple(sorted(set(self.cells[PERIOD].to_list()) - {self.transition}))


def outcome_panel(
    store: Store, territory: Territory, feed: Feed, comparison: Comparison, contract: str, as_of: dt.date | None
) -> OutcomePanel:
    """Collect the outcome of a comparison from the store, in one query.

    A unit is the rows stored under its own zone: those of a zone inside it are another unit's.

    Args:
        store: the accepted rows.
        territory: the zones, for the control units.
        feed: the declaration of the feed read.
        comparison: the declared comparison.
        contract: id of the contract.
        as_of: only what was received by that day.

    Returns:
        The panel, with only the periods that the declaration asks for.
    """
    where = parse(comparison.outcome.where) if comparison.outcome.where else None
    amounts = ratio_amounts(comparison.outcome, feed)
    request = CellRequest(contract, feed, ("zone",), comparison.granularity, where, amounts)
    cells = collect_cells(store, {comparison.id: request}, as_of)[comparison.id]
    zones = [*comparison.treated, *comparison.control_units(territory.controls)]
    kept = cells.filter(pl.col("zone").is_in(zones), _between(comparison)).select(
        "zone", PERIOD, NUMERATOR, DENOMINATOR
    )
    present = set(kept["zone"].to_list())
    began = period_of_date(comparison.programme.begins, comparison.granularity)
    whole = first_day(began) == comparison.programme.begins
    later = sorted(period for period in kept[PERIOD].unique().to_list() if period > began)
    return OutcomePanel(
        cells=kept,
        treated=tuple(sorted(comparison.treated)),
        controls=tuple(sorted(zone for zone in present if zone not in comparison.treated)),
        post_from=began if whole else (later[0] if later else ""),
        transition=None if whole else began,
        counts_units=all(amount.counts == "true" for amount in amounts),
    )


def _between(comparison: Comparison) -> pl.Expr:
    kept = pl.col(PERIOD).is_not_null()
    if comparison.from_ is not None:
        kept &= pl.col(PERIOD) >= comparison.from_
    if comparison.until is not None:
        kept &= pl.col(PERIOD) <= comparison.until
    return kept


def side_series(panel: OutcomePanel, per: int) -> tuple[ComparisonSeries, ...]:
    """Return the two curves of a panel: sum over sum on each side, by period."""
    side = pl.when(pl.col("zone").is_in(panel.treated)).then(pl.lit(TREATED)).otherwise(pl.lit(CONTROLS))
    summed = (
        panel.cells.group_by(side.alias("side"), PERIOD)
        .agg(pl.col(NUMERATOR, DENOMINATOR).sum().cast(pl.Float64))
        .filter(pl.col(DENOMINATOR) > 0)
        .sort("side", PERIOD)
    )
    return tuple(
        ComparisonSeries(side=name, period=period, n=int(below), events=above, rate=per * above / below)
        for name, period, above, below in summed.iter_rows()
    )
