"""Answer cell requests: one lazy query per request, one collection for all, one scan per feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from evalkit.cells.request import PERIOD, ROWS, Amount, CellRequest
from evalkit.declare.period import roll_up
from evalkit.formula import compile_formula, compile_predicate
from evalkit.store.rows import current_rows
from evalkit.store.schema import PERIOD as ROW_PERIOD
from evalkit.store.store import Store
from evalkit.territory.zones import UNKNOWN
from evalkit.workspace.columns import ZONE_COLUMN


def collect_cells(
    store: Store, requests: Mapping[str, CellRequest], as_of: dt.date | None = None
) -> dict[str, pl.DataFrame]:
    """Return the cells of each request, sorted by its keys.

    Requests on the same feed share one scan (Polars finds the common plan), and the streaming engine bounds memory.
    Sums are exact: counts, integers and decimals, never floats. No row is lost: one without a zone is of unknown zone,
    one without another key stands in a cell whose key is null.

    Args:
        store: where accepted rows are.
        requests: what is wanted, by a name of the caller's.
        as_of: only what was received by that day; everything when absent.

    Returns:
        A frame per request: its keys, the period when asked, ``n`` and one column per amount.
    """
    frames = pl.collect_all(cell_plans(store, requests, as_of), engine="streaming")
    return {
        name: frame.sort(_group_names(request), nulls_last=True) if _group_names(request) else frame
        for (name, request), frame in zip(requests.items(), frames, strict=True)
    }


def cell_plans(
    store: Store, requests: Mapping[str, CellRequest], as_of: dt.date | None = None
) -> tuple[pl.LazyFrame, ...]:
    """Return the lazy query of each request, in their order; those on the same feed stand on the same frame."""
    scans: dict[tuple[str, str], pl.LazyFrame] = {}
    plans = []
    for request in requests.values():
        key = (request.contract, request.feed.feed)
        if key not in scans:
            scans[key] = current_rows(store, request.contract, request.feed, as_of)
        plans.append(_plan(scans[key], request))
    return tuple(plans)


def _plan(rows: pl.LazyFrame, request: CellRequest) -> pl.LazyFrame:
    if request.where is not None:
        rows = rows.filter(compile_predicate(request.where))
    groups = [pl.col(key).fill_null(UNKNOWN) if key == ZONE_COLUMN else pl.col(key) for key in request.keys]
    if request.granularity is not None:
        groups.append(roll_up(pl.col(ROW_PERIOD), request.granularity).alias(PERIOD))
    sums = [pl.len().cast(pl.Int64).alias(ROWS), *(_sum(amount) for amount in request.amounts)]
    return rows.group_by(groups).agg(sums) if groups else rows.select(sums)


def _sum(amount: Amount) -> pl.Expr:
    if amount.counts == "true":
        return compile_predicate(amount.formula).sum().cast(pl.Int64).alias(amount.name)
    return compile_formula(amount.formula).sum().alias(amount.name)


def _group_names(request: CellRequest) -> list[str]:
    return [*request.keys, *([PERIOD] if request.granularity is not None else [])]
