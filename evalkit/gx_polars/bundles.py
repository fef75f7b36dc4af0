"""The two passes over the data: counts of the whole suite, then rows of the checks that fail."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.gx_polars.aggregates import Aggregate
from evalkit.gx_polars.checks import Check
from evalkit.gx_polars.failures import Failure, failure_of
from evalkit.gx_polars.repeats import Key, repeated_rows
from evalkit.gx_polars.rows import ROW, Rows


@dataclass(frozen=True, slots=True)
class Request:
    """One number asked of some rows.

    Attributes:
        key: what the answer is filed under.
        rows: the rows.
        asked: an aggregate, or a key whose repeated rows are to be counted.
    """

    key: Hashable
    rows: Rows
    asked: Aggregate | Key


@dataclass(frozen=True, slots=True)
class Answers:
    """Values of the requests that could be computed, reasons of the others.

    Attributes:
        values: by key of request.
        failures: by key of request.
        found: numbers of the failing rows, in order, for the requests whose count had to find them anyway.
    """

    values: Mapping[Any, Any]
    failures: Mapping[Any, Failure]
    found: Mapping[Any, pl.Series]


def compute(requests: Sequence[Request]) -> Answers:
    """Compute every request in one ``collect_all`` on the streaming engine.

    When the common query fails it is halved until the faulty requests stand alone: a fault of one check never
    hides the others, and costs a few more passes, not one per check.

    Args:
        requests: the numbers wanted by the whole suite.

    Returns:
        Values and reasons, by key.
    """
    try:
        return _compute_together(requests)
    except Exception as error:
        if len(requests) == 1:
            return Answers({}, {requests[0].key: failure_of(error)}, {})
    middle = len(requests) // 2
    first, second = compute(requests[:middle]), compute(requests[middle:])
    return Answers(
        {**first.values, **second.values}, {**first.failures, **second.failures}, {**first.found, **second.found}
    )


def _compute_together(requests: Sequence[Request]) -> Answers:
    groups: dict[Hashable, list[tuple[Request, Aggregate]]] = {}
    keys: list[tuple[Request, Key]] = []
    for request in requests:
        if isinstance(request.asked, Key):
            keys.append((request, request.asked))
        else:
            groups.setdefault(request.rows.group, []).append((request, request.asked))
    plans = [*(_selected(members) for members in groups.values()), *(repeated_rows(one.rows, key) for one, key in keys)]
    collected = _collected(plans)
    found = {
        request.key: result[ROW].sort() for (request, _), result in zip(keys, collected[len(groups) :], strict=True)
    }
    values = {
        request.key: aggregate.finish(_row_of(result, position, len(aggregate.expressions)))
        for result, members in zip(collected, groups.values(), strict=False)
        for position, (request, aggregate) in enumerate(members)
    }
    return Answers({**values, **{key: len(rows) for key, rows in found.items()}}, {}, found)


def _collected(plans: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
    # What plans have in common would be held whole in memory until the slowest of them has read it; to scan anew is
    # cheaper.
    separate = pl.QueryOptFlags(comm_subplan_elim=False)
    return pl.collect_all(plans, engine="streaming", optimizations=separate) if plans else []


def _selected(members: Sequence[tuple[Request, Aggregate]]) -> pl.LazyFrame:
    return members[0][0].rows.plain.select(
        expression.alias(f"{position}:{index}")
        for position, (_, aggregate) in enumerate(members)
        for index, expression in enumerate(aggregate.expressions)
    )


def _row_of(result: pl.DataFrame, position: int, width: int) -> list[Any]:
    return [result[f"{position}:{index}"][0] for index in range(width)]


@dataclass(frozen=True, slots=True)
class RowsRequest:
    """The failing rows of one check.

    Attributes:
        key: what the answer is filed under.
        rows: the rows that the check speaks of.
        failing: the check whose failing rows are wanted, or their numbers when they are known already.
        columns: columns whose values are wanted beside the number of the row.
    """

    key: Hashable
    rows: Rows
    failing: Check | pl.Series
    columns: tuple[str, ...]


def failing_rows(requests: Sequence[RowsRequest]) -> dict[Any, pl.DataFrame]:
    """Return the failing rows of every check, all flags being computed in one pass.

    Args:
        requests: the checks known to fail.

    Returns:
        For each key, a frame with the column ``row`` (number of the row in the batch, from 0) then the
        columns asked for, in order, named by their position.
    """
    groups: dict[Hashable, list[tuple[RowsRequest, Check]]] = {}
    known: list[tuple[RowsRequest, pl.Series]] = []
    for request in requests:
        if isinstance(request.failing, Check):
            groups.setdefault(request.rows.group, []).append((request, request.failing))
        else:
            known.append((request, request.failing))
    read = [(request, rows) for request, rows in known if request.columns]
    plans = [*(_flagged(members) for members in groups.values()), *(_gathered(one, rows) for one, rows in read)]
    collected = _collected(plans)
    bare = {request.key: rows.alias(ROW).to_frame() for request, rows in known if not request.columns}
    gathered = zip(read, collected[len(groups) :], strict=True)
    flagged = {
        request.key: _rows_of(result, position, request, members)
        for result, members in zip(collected, groups.values(), strict=False)
        for position, (request, _) in enumerate(members)
    }
    return {**bare, **{request.key: result.sort(ROW) for (request, _), result in gathered}, **flagged}


def _gathered(request: RowsRequest, numbers: pl.Series) -> pl.LazyFrame:
    wanted = {str(index): pl.col(name) for index, name in enumerate(request.columns)}
    rows = request.rows.numbered.select(pl.col(request.rows.number).alias(ROW), **wanted)
    return rows.join(numbers.alias(ROW).to_frame().lazy(), on=ROW, how="semi")


def _flagged(members: Sequence[tuple[RowsRequest, Check]]) -> pl.LazyFrame:
    rows = members[0][0].rows
    flags = {f"f{position}": check.unexpected for position, (_, check) in enumerate(members)}
    wanted = {f"c{position}": pl.col(name) for position, name in enumerate(_union(members))}
    numbered = rows.numbered.select(pl.col(rows.number).alias(ROW), **wanted, **flags)
    return numbered.filter(pl.any_horizontal(*flags))


def _union(members: Iterable[tuple[RowsRequest, Check]]) -> list[str]:
    return list(dict.fromkeys(name for request, _ in members for name in request.columns))


def _rows_of(
    flagged: pl.DataFrame, position: int, request: RowsRequest, members: Sequence[tuple[RowsRequest, Check]]
) -> pl.DataFrame:
    places = {name: f"c{index}" for index, name in enumerate(_union(members))}
    columns = [pl.col(places[name]).alias(str(index)) for index, name in enumerate(request.columns)]
    return flagged.filter(pl.col(f"f{position}")).select(ROW, *columns).sort(ROW)
