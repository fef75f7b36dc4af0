"""Answer cell requests: those that group a feed alike in one query, all together in one scan per feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import polars as pl

from evalkit.cells.request import PERIOD, ROWS, Amount, CellRequest
from evalkit.declare.period import Granularity, roll_up
from evalkit.formula import columns_of, compile_formula, compile_predicate
from evalkit.store.rows import current_rows
from evalkit.store.schema import PERIOD as ROW_PERIOD
from evalkit.store.store import Store
from evalkit.territory.zones import UNKNOWN
from evalkit.workspace.columns import ZONE_COLUMN

_Source = tuple[str, str]
_Grouping = tuple[_Source, tuple[str, ...], Granularity | None]


def collect_cells(
    store: Store, requests: Mapping[str, CellRequest], as_of: dt.date | None = None
) -> dict[str, pl.DataFrame]:
    """Return the cells of each request, sorted by its keys.

    Requests on the same feed share one scan, and the streaming engine bounds memory. Sums are exact: counts, integers
    and decimals, never floats. No row is lost: one without a zone is of unknown zone, one without another key stands
    in a cell whose key is null.

    Args:
        store: where accepted rows are.
        requests: what is wanted, by a name of the caller's.
        as_of: only what was received by that day; everything when absent.

    Returns:
        A frame per request: its keys, the period when asked, ``n`` and one column per amount.
    """
    frames = pl.collect_all(cell_plans(store, requests, as_of), engine="streaming")
    answers = {
        name: _answer(frame, name, requests[name])
        for names, frame in zip(_groupings(requests).values(), frames, strict=True)
        for name in names
    }
    return {name: answers[name] for name in requests}


def cell_plans(
    store: Store, requests: Mapping[str, CellRequest], as_of: dt.date | None = None
) -> tuple[pl.LazyFrame, ...]:
    """Return one lazy query per way of grouping a feed, each answering every request that groups so.

    The condition of a request stands in its sums, not before them: a filter would be pushed into the scan, which could
    then serve no other request.
    """
    by_source: dict[_Source, list[CellRequest]] = {}
    for request in requests.values():
        by_source.setdefault(_source(request), []).append(request)
    scans = {
        source: current_rows(store, source[0], mine[0].feed, as_of).select(sorted(_columns(mine)))
        for source, mine in by_source.items()
    }
    return tuple(
        _plan(scans[source], keys, granularity, {name: requests[name] for name in names})
        for (source, keys, granularity), names in _groupings(requests).items()
    )


def _source(request: CellRequest) -> _Source:
    return request.contract, request.feed.feed


def _groupings(requests: Mapping[str, CellRequest]) -> dict[_Grouping, list[str]]:
    found: dict[_Grouping, list[str]] = {}
    for name, request in requests.items():
        found.setdefault((_source(request), request.keys, request.granularity), []).append(name)
    return found


def _columns(requests: Iterable[CellRequest]) -> set[str]:
    """Return the stored columns that requests read; the period always, so that rows can be counted."""
    read = {ROW_PERIOD}
    for request in requests:
        formulas = [
            *([request.where] if request.where is not None else []),
            *(each.formula for each in request.amounts),
        ]
        read |= {*request.keys, *(name for formula in formulas for name in columns_of(formula))}
    return read


def _plan(
    rows: pl.LazyFrame, keys: tuple[str, ...], granularity: Granularity | None, requests: Mapping[str, CellRequest]
) -> pl.LazyFrame:
    groups = [pl.col(key).fill_null(UNKNOWN) if key == ZONE_COLUMN else pl.col(key) for key in keys]
    if granularity is not None:
        groups.append(roll_up(pl.col(ROW_PERIOD), granularity).alias(PERIOD))
    sums = [each for name, request in requests.items() for each in _sums(name, request)]
    return rows.group_by(groups).agg(sums) if groups else rows.select(sums)


def _sums(name: str, request: CellRequest) -> list[pl.Expr]:
    kept = None if request.where is None else compile_predicate(request.where)
    rows = pl.len() if kept is None else kept.sum()
    amounts = [_sum(amount, kept).alias(_column(name, amount.name)) for amount in request.amounts]
    return [rows.cast(pl.Int64).alias(_column(name, ROWS)), *amounts]


def _sum(amount: Amount, kept: pl.Expr | None) -> pl.Expr:
    if amount.counts == "true":
        true = compile_predicate(amount.formula)
        return (true if kept is None else true & kept).sum().cast(pl.Int64)
    value = compile_formula(amount.formula)
    return (value if kept is None else pl.when(kept).then(value)).sum()


def _column(name: str, amount: str) -> str:
    return f"{name}\n{amount}"


def _answer(frame: pl.DataFrame, name: str, request: CellRequest) -> pl.DataFrame:
    """Return the part of a query that answers one request: its sums, where it kept at least one row."""
    keys = [*request.keys, *([PERIOD] if request.granularity is not None else [])]
    sums = [pl.col(_column(name, each)).alias(each) for each in (ROWS, *(amount.name for amount in request.amounts))]
    cells = frame.select(*keys, *sums)
    return cells.filter(pl.col(ROWS) > 0).sort(keys, nulls_last=True) if keys else cells
