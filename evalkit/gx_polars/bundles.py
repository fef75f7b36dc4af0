"""The two passes over the data: counts of the whole suite, then rows of the checks that fail."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.gx_polars.aggregates import Aggregate
from evalkit.gx_polars.checks import Check
from evalkit.gx_polars.failures import Failure, failure_of

ROW = "row"


@dataclass(frozen=True, slots=True)
class Request:
    """One aggregate asked of one frame.

    Attributes:
        key: what the answer is filed under.
        group: requests with the same group share one scan of the same rows.
        frame: the rows.
        aggregate: what is computed from them.
    """

    key: Hashable
    group: Hashable
    frame: pl.LazyFrame
    aggregate: Aggregate


@dataclass(frozen=True, slots=True)
class Answers:
    """Values of the requests that could be computed, reasons of the others."""

    values: Mapping[Any, Any]
    failures: Mapping[Any, Failure]


def compute(requests: Sequence[Request]) -> Answers:
    """Compute every request in one ``collect_all`` on the streaming engine.

    When the common query fails it is halved until the faulty requests stand alone: a fault of one check never
    hides the others, and costs a few more passes, not one per check.

    Args:
        requests: the aggregates of the whole suite.

    Returns:
        Values and reasons, by key.
    """
    try:
        return Answers(_compute_together(requests), {})
    except Exception as error:
        if len(requests) == 1:
            return Answers({}, {requests[0].key: failure_of(error)})
    middle = len(requests) // 2
    halves = [compute(requests[:middle]), compute(requests[middle:])]
    return Answers(
        {key: value for half in halves for key, value in half.values.items()},
        {key: reason for half in halves for key, reason in half.failures.items()},
    )


def _compute_together(requests: Sequence[Request]) -> dict[Any, Any]:
    groups: dict[Hashable, list[Request]] = {}
    for request in requests:
        groups.setdefault(request.group, []).append(request)
    plans = [
        members[0].frame.select(
            expression.alias(f"{position}:{index}")
            for position, request in enumerate(members)
            for index, expression in enumerate(request.aggregate.expressions)
        )
        for members in groups.values()
    ]
    collected = pl.collect_all(plans, engine="streaming") if plans else []
    return {
        request.key: request.aggregate.finish(_row_of(result, position, len(request.aggregate.expressions)))
        for result, members in zip(collected, groups.values(), strict=True)
        for position, request in enumerate(members)
    }


def _row_of(result: pl.DataFrame, position: int, width: int) -> list[Any]:
    return [result[f"{position}:{index}"][0] for index in range(width)]


@dataclass(frozen=True, slots=True)
class RowsRequest:
    """The failing rows of one check.

    Attributes:
        key: what the answer is filed under.
        group: requests with the same group share one scan.
        frame: all the rows of the batch.
        kept: the row condition, or None.
        check: the check whose failing rows are wanted.
        columns: columns whose values are wanted beside the number of the row.
    """

    key: Hashable
    group: Hashable
    frame: pl.LazyFrame
    kept: pl.Expr | None
    check: Check
    columns: tuple[str, ...]


def failing_rows(requests: Sequence[RowsRequest]) -> dict[Any, pl.DataFrame]:
    """Return the failing rows of every check, all flags being computed in one pass.

    Args:
        requests: the checks known to fail.

    Returns:
        For each key, a frame with the column ``row`` (number of the row in the batch, from 0) then the
        columns asked for, in order, named by their position.
    """
    groups: dict[Hashable, list[RowsRequest]] = {}
    for request in requests:
        groups.setdefault(request.group, []).append(request)
    plans = [_flagged(members) for members in groups.values()]
    collected = pl.collect_all(plans, engine="streaming") if plans else []
    return {
        request.key: _rows_of(flagged, position, request, members)
        for flagged, members in zip(collected, groups.values(), strict=True)
        for position, request in enumerate(members)
    }


def _flagged(members: Sequence[RowsRequest]) -> pl.LazyFrame:
    first = members[0]
    number = _free_name(first.frame.collect_schema().names())
    rows = first.frame.with_row_index(number)
    if first.kept is not None:
        rows = rows.filter(first.kept)
    flags = {f"f{position}": request.check.unexpected for position, request in enumerate(members)}
    wanted = {f"c{position}": pl.col(name) for position, name in enumerate(_union(members))}
    return rows.select(pl.col(number).alias(ROW), **wanted, **flags).filter(pl.any_horizontal(*flags))


def _union(members: Iterable[RowsRequest]) -> list[str]:
    return list(dict.fromkeys(name for request in members for name in request.columns))


def _rows_of(
    flagged: pl.DataFrame, position: int, request: RowsRequest, members: Sequence[RowsRequest]
) -> pl.DataFrame:
    places = {name: f"c{index}" for index, name in enumerate(_union(members))}
    columns = [pl.col(places[name]).alias(str(index)) for index, name in enumerate(request.columns)]
    return flagged.filter(pl.col(f"f{position}")).select(ROW, *columns).sort(ROW)


def _free_name(taken: Sequence[str]) -> str:
    name = ROW
    while name in taken:
        name += "_"
    return name
