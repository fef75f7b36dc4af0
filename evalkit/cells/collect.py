"""Answer cell requests: those that group a feed alike in one query, all together in one scan per feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from evalkit.cells.columns import grouped_by, stored_columns, with_parameters
from evalkit.cells.request import PERIOD, ROWS, Amount, Bands, CellRequest, Worth
from evalkit.declare.clause import Purpose
from evalkit.declare.period import Granularity, roll_up
from evalkit.formula import Formula, compile_formula, compile_predicate
from evalkit.store.rows import current_rows
from evalkit.store.schema import PERIOD as ROW_PERIOD
from evalkit.store.store import Store

_Source = tuple[str, str]
_Grouping = tuple[_Source, tuple[str, ...], Granularity | None, tuple[Worth, ...], tuple[Bands, ...], Formula | None]
"""Requests that are alike here are answered by one group-by; the condition counts when rows are grouped by values."""


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
    scans = {source: _scan(store, source[0], mine, as_of) for source, mine in by_source.items()}
    return tuple(
        _plan(scans[grouping[0]], {name: requests[name] for name in names})
        for grouping, names in _groupings(requests).items()
    )


def _scan(store: Store, contract: str, requests: list[CellRequest], as_of: dt.date | None) -> pl.LazyFrame:
    """Return the columns that some requests read of one feed; persons are seen only by a request that counts them."""
    feed, read = requests[0].feed, stored_columns(requests)
    sees_persons = feed.identity is not None and feed.identity.field in read
    rows = current_rows(store, contract, feed, as_of, Purpose.INDICATOR if sees_persons else None)
    return with_parameters(rows.select(sorted(read)), requests)


def _source(request: CellRequest) -> _Source:
    return request.contract, request.feed.feed


def _groupings(requests: Mapping[str, CellRequest]) -> dict[_Grouping, list[str]]:
    found: dict[_Grouping, list[str]] = {}
    for name, request in requests.items():
        condition = request.where if request.values else None
        grouping = (_source(request), request.keys, request.granularity, request.values, request.bands, condition)
        found.setdefault(grouping, []).append(name)
    return _merged(found)


def _merged(found: Mapping[_Grouping, list[str]]) -> dict[_Grouping, list[str]]:
    """Return the groupings without those that a finer one answers too: its sums are added up, which is exact."""
    merged: dict[_Grouping, list[str]] = {}
    for grouping in sorted(found, key=lambda each: (-len(each[1]), each[1])):
        finer = next((other for other in merged if _answers(other, grouping)), grouping)
        merged.setdefault(finer, []).extend(found[grouping])
    return merged


def _answers(finer: _Grouping, grouping: _Grouping) -> bool:
    """Tell whether cells grouped by ``finer`` add up to those grouped by ``grouping``; cells of values do not merge."""
    source, keys, granularity, values, bands, _ = grouping
    same = (source, granularity) == (finer[0], finer[2]) and not values and not finer[3]
    return same and set(keys) <= set(finer[1]) and set(bands) <= set(finer[4]) and not _cut_apart(keys, bands, finer[4])


def _cut_apart(keys: tuple[str, ...], bands: tuple[Bands, ...], finer: tuple[Bands, ...]) -> bool:
    """Tell whether the finer grouping cuts a key in bands that the other reads whole."""
    return any(each.column in keys and each not in bands for each in finer)


def _plan(rows: pl.LazyFrame, requests: Mapping[str, CellRequest]) -> pl.LazyFrame:
    first = max(requests.values(), key=lambda each: len(each.keys))
    groups = grouped_by(first)
    if first.granularity is not None:
        groups.append(roll_up(pl.col(ROW_PERIOD), first.granularity).alias(PERIOD))
    for each in first.values:
        value = compile_formula(each.formula)
        kept = value if first.where is None else pl.when(compile_predicate(first.where)).then(value)
        groups.append(kept.alias(each.name))
    sums = [each for name, request in requests.items() for each in _sums(name, request)]
    return rows.group_by(groups).agg(sums) if groups else rows.select(sums)


def _sums(name: str, request: CellRequest) -> list[pl.Expr]:
    """Return the sums of a request. A condition that is null adds nothing and keeps nothing: it need not be filled."""
    kept = None if request.where is None else compile_formula(request.where)
    rows = pl.len() if kept is None else kept.sum()
    amounts = [_sum(amount, kept).alias(_column(name, amount.name)) for amount in request.amounts]
    return [rows.cast(pl.Int64).alias(_column(name, ROWS)), *amounts]


def _sum(amount: Amount, kept: pl.Expr | None) -> pl.Expr:
    value = compile_formula(amount.formula)
    if amount.counts == "true":
        return (value if kept is None else value & kept).sum().cast(pl.Int64)
    return (value if kept is None else pl.when(kept).then(value)).sum()


def _column(name: str, amount: str) -> str:
    return f"{name}\n{amount}"


def _answer(frame: pl.DataFrame, name: str, request: CellRequest) -> pl.DataFrame:
    """Return the part of a query that answers one request: its sums, where it kept at least one row."""
    keys = [
        *request.keys,
        *([PERIOD] if request.granularity is not None else []),
        *(each.name for each in request.values),
    ]
    sums = [pl.col(_column(name, each)).alias(each) for each in (ROWS, *(amount.name for amount in request.amounts))]
    cells = frame.select(*keys, *sums)
    if set(frame.columns) - set(keys) - {name for name in frame.columns if "\n" in name}:
        cells = cells.group_by(keys).agg(pl.all().sum()) if keys else cells.select(pl.all().sum())
    return cells.filter(pl.col(ROWS) > 0).sort(keys, nulls_last=True) if keys else cells
