"""Metrics that show failing rows: their numbers, their keys, their values (GX internals read in GX 1.24.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from evalkit.gx_polars.bound_checks import check_of
from evalkit.gx_polars.bundles import Answers, RowsRequest, failing_rows
from evalkit.gx_polars.checks import Check, columns_in
from evalkit.gx_polars.failures import Failure, failure_of
from evalkit.gx_polars.rows import ROW

if TYPE_CHECKING:
    from evalkit.gx_polars.engine import PolarsExecutionEngine

# GX 1.24.1 lists at most this number of values (great_expectations.constants).
MOST_VALUES = 200
ROW_SUFFIXES = ("unexpected_values", "unexpected_index_list", "unexpected_rows", "unexpected_index_query")


def is_row_metric(name: str) -> bool:
    """Return whether a metric shows failing rows."""
    return name.endswith(ROW_SUFFIXES)


@dataclass(frozen=True, slots=True)
class _Wanted:
    metric: Any
    check: Check
    columns: tuple[str, ...]

    @property
    def kind(self) -> str:
        return str(self.metric.metric_name).rpartition(".")[2]

    @property
    def form(self) -> Mapping[str, Any]:
        form: Mapping[str, Any] = self.metric.metric_value_kwargs["result_format"]
        return form


def resolve_row_metrics(engine: PolarsExecutionEngine, wave: Sequence[Any], metrics: Mapping[Any, Any]) -> Answers:
    """Resolve the metrics that show failing rows, in one pass over the checks that failed.

    Args:
        engine: holds the batches.
        wave: the metrics wanted; each depends on the count of its check.
        metrics: the metrics already resolved, by id.

    Returns:
        Values and reasons, by id of metric.
    """
    values: dict[Any, Any] = {}
    failures: dict[Any, Failure] = {}
    wanted: list[_Wanted] = []
    for metric in wave:
        if _is_silent(metric, metrics):
            values[metric.id] = _nothing(metric)
            continue
        try:
            wanted.append(_wanted(engine, metric))
        except Exception as error:
            failures[metric.id] = failure_of(error)
    for metric_id, result in _collected(engine, wanted).items():
        (failures if isinstance(result, Failure) else values)[metric_id] = result
    return Answers(values, failures, {})


def _is_silent(metric: Any, metrics: Mapping[Any, Any]) -> bool:
    kind = metric.metric_name.rpartition(".")[2]
    if kind == "unexpected_index_query":
        return True
    hidden = metric.metric_value_kwargs["result_format"].get("exclude_unexpected_values", False)
    # A rule on whole rows has no value of its own to show.
    if kind == "unexpected_values" and (hidden or metric.metric_name.startswith("rows.")):
        return True
    if kind == "unexpected_rows" and hidden:
        return True
    return not metrics[metric.metric_dependencies["unexpected_count"].id]


def _nothing(metric: Any) -> list[Any] | None:
    return None if metric.metric_name.endswith("unexpected_index_query") else []


def _wanted(engine: PolarsExecutionEngine, metric: Any) -> _Wanted:
    check = check_of(engine, metric)
    schema = engine.batch(metric.metric_domain_kwargs).schema
    one = _Wanted(metric, check, ())
    columns = _columns(one, schema)
    columns_in(schema, columns)
    return replace(one, columns=columns)


def _columns(one: _Wanted, schema: pl.Schema) -> tuple[str, ...]:
    match one.kind:
        case "unexpected_values":
            return one.check.columns
        case "unexpected_rows":
            return tuple(schema.names())
        case _:
            keys = tuple(one.form.get("unexpected_index_column_names") or ())
            hidden = not keys or one.form.get("exclude_unexpected_values", False)
            return keys if hidden else tuple(dict.fromkeys((*one.check.columns, *keys)))


def _collected(engine: PolarsExecutionEngine, wanted: Sequence[_Wanted]) -> dict[Any, Any]:
    requests = [_request(engine, one) for one in wanted]
    try:
        frames = failing_rows(requests)
    except Exception as error:
        return {one.metric.id: failure_of(error) for one in wanted}
    return {one.metric.id: _shown(one, frames[one.metric.id]) for one in wanted}


def _request(engine: PolarsExecutionEngine, one: _Wanted) -> RowsRequest:
    known = engine.found(one.metric.metric_dependencies["unexpected_count"].id)
    failing = one.check if known is None else known
    return RowsRequest(one.metric.id, engine.rows(one.metric.metric_domain_kwargs), failing, one.columns)


def _shown(one: _Wanted, rows: pl.DataFrame) -> list[Any]:
    complete = one.form["result_format"] == "COMPLETE"
    limit = None if complete else one.form["partial_unexpected_count"]
    if one.kind == "unexpected_index_list":
        return _index_list(one, rows.head(limit) if limit is not None else rows)
    rows = rows.head(MOST_VALUES if limit is None else min(limit, MOST_VALUES))
    names = dict(enumerate(one.columns))
    if one.kind == "unexpected_values" and len(names) == 1 and not _is_multicolumn(one):
        return rows["0"].to_list()
    if one.kind == "unexpected_values" and not _is_multicolumn(one):
        return list(rows.drop(ROW).rows())
    return [{names[int(key)]: value for key, value in row.items()} for row in rows.drop(ROW).rows(named=True)]


def _is_multicolumn(one: _Wanted) -> bool:
    return one.metric.metric_domain_kwargs.get("column_list") is not None


def _index_list(one: _Wanted, rows: pl.DataFrame) -> list[Any]:
    if not one.columns:
        return rows[ROW].to_list()
    if one.form.get("exclude_unexpected_values", False):
        # One dictionary of lists: the form that GX gives to keys shown without values.
        return [{name: rows[str(index)].to_list() for index, name in enumerate(one.columns)}]
    plain = [rows[str(index)].to_list() for index in range(len(one.columns))]
    return [dict(zip(one.columns, row, strict=True)) for row in zip(*plain, strict=True)]
