"""The largest contributions to each sum, unit by unit: what a rule of dominance is checked on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from evalkit.cells.collect import collect_cells
from evalkit.cells.ratio import NUMERATOR
from evalkit.cells.request import PERIOD
from evalkit.declare.measures import MeanMeasure, SumMeasure
from evalkit.measure.frame import Subject
from evalkit.measure.plan import cell_request
from evalkit.measure.run import subjects_of
from evalkit.measure.selection import Selected, selected
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace

LARGEST = "largest"
"""Column of the largest contributions, in decreasing order; null where they cannot be told."""

KEPT = 10
"""Contributions kept of each sum."""

_PLACE = ("indicator", "zone", "period", "breakdown")
_ADDED = SumMeasure | MeanMeasure

Place = tuple[str, str, str, str]


def with_largest(
    frame: pl.DataFrame,
    contributors: Mapping[str, str],
    source: tuple[Workspace, Store, str],
    as_of: dt.date | None = None,
) -> pl.DataFrame:
    """Return observations with the largest contributions to the sums of some feeds.

    A unit that has several rows in a cell contributes their sum. Nothing is told where a row that brings something
    names no unit, or where a unit brings less than nothing: shares of a total then have no meaning.

    Args:
        frame: observations.
        contributors: by feed, the field that names who contributes (an enterprise, an association).
        source: the declarations, the accepted rows and the contract.
        as_of: only what was received by that day; everything when absent.

    Returns:
        The observations with the column :data:`LARGEST`; all of them null when no feed is asked for.
    """
    workspace, store, contract = source
    received = deliveries(store, contract, None, as_of)
    subjects = [
        each
        for each in subjects_of(workspace, workspace.contract(contract), received)
        if each.received and each.feed.feed in contributors and isinstance(each.measure, _ADDED)
    ]
    requests = {}
    for each in subjects:
        request = cell_request(each)
        requests[each.indicator.id] = replace(request, keys=(*request.keys, contributors[each.feed.feed]))
    cells = collect_cells(store, requests, as_of) if requests else {}
    found: dict[Place, list[float] | None] = {}
    for each in subjects:
        found |= dict(_largest(each, cells[each.indicator.id], contributors[each.feed.feed]))
    nobody: dict[str, list[float]] = {each.indicator.id: [] for each in subjects}
    told = [found.get(place, nobody.get(place[0])) for place in frame.select(_PLACE).iter_rows()]
    return frame.with_columns(pl.Series(LARGEST, told, dtype=pl.List(pl.Float64)))


def _largest(subject: Subject, cells: pl.DataFrame, unit: str) -> Iterator[tuple[Place, list[float] | None]]:
    for zone in subject.zones:
        mine = _signed(cells, selected(subject, cells, zone))
        for field in ("", *subject.breakdowns):
            keys = [PERIOD, *([field] if field else [])]
            for (period, *word), part in mine.drop_nulls(field or PERIOD).group_by(keys, maintain_order=True):
                breakdown = f"{field}={word[0]}" if field else ""
                yield (subject.indicator.id, zone, str(period), breakdown), _first(part, unit)


def _signed(cells: pl.DataFrame, chosen: Selected) -> pl.DataFrame:
    """Return the cells of a zone, what is taken out of it counted below zero."""
    amount = pl.col(NUMERATOR).cast(pl.Float64).fill_null(0.0)
    added = cells.filter(pl.col("zone").is_in(list(chosen.added))).with_columns(amount)
    taken = cells.filter(pl.col("zone").is_in(list(chosen.taken))).with_columns(-amount)
    return pl.concat([added, taken])


def _first(part: pl.DataFrame, unit: str) -> list[float] | None:
    """Return the largest contributions of a sum; none when they cannot be told."""
    brought = part.group_by(unit).agg(pl.col(NUMERATOR).sum()).filter(pl.col(NUMERATOR) != 0)
    if brought[unit].null_count() or (brought[NUMERATOR] < 0).any():
        return None
    return [float(each) for each in brought[NUMERATOR].sort(descending=True).head(KEPT)]
