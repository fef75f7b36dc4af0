"""The metrics of the Polars engine, entered in GX's registry (GX internals read in GX 1.24.1).

A map metric ``m`` needs six names: ``m.unexpected_count`` (deferred: an ``.aggregate_fn`` that returns
the expression), ``m.filtered_row_count`` (the same), and the four that show failing rows, which the engine
resolves itself. The condition is found again from the name: GX's registry holds it, this module holds none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl
from great_expectations.core.id_dict import IDDict
from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import (
    _registered_metrics,
    register_core_metrics,
    register_metric,
)
from great_expectations.validator.metric_configuration import MetricConfiguration

from evalkit.gx_polars.aggregates import AGGREGATES, Aggregate, Make, counted, row_count
from evalkit.gx_polars.bound_checks import bound
from evalkit.gx_polars.checks import columns_in
from evalkit.gx_polars.conditions import CONDITIONS, Condition
from evalkit.gx_polars.engine import PolarsExecutionEngine
from evalkit.gx_polars.repeats import Key
from evalkit.gx_polars.row_metrics import ROW_SUFFIXES, is_row_metric
from evalkit.gx_polars.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFERRED = ".aggregate_fn"
ROW_RULE_METRIC = "rows.satisfy_rule"
_TABLE_DOMAIN = ("batch_id", "table", "row_condition", "condition_parser")
DOMAINS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "column": (*_TABLE_DOMAIN, "column"),
        "column_pair": (*_TABLE_DOMAIN, "column_A", "column_B", "ignore_row_if"),
        "multicolumn": (*_TABLE_DOMAIN, "column_list", "ignore_row_if"),
        "rows": _TABLE_DOMAIN,
    }
)


class IdentifiedArguments(IDDict):
    """Arguments of a metric whose identifier is known: GX digests them anew for each metric that shares them."""

    def __init__(self, arguments: Mapping[str, Any], identifier: Any) -> None:
        """Hold the arguments of another metric, with the identifier that GX has already computed."""
        super().__init__(arguments)
        self._identifier = identifier

    def to_id(self, id_keys: Any = None, id_ignore_keys: Any = None) -> Any:
        """Return the identifier of these arguments, or of some of them."""
        if id_keys is None and id_ignore_keys is None:
            return self._identifier
        return super().to_id(id_keys, id_ignore_keys)


class PolarsMetric(MetricProvider):
    """Says on what a metric of this engine depends: nothing that reads data, so that waves stay few."""

    @classmethod
    def get_evaluation_dependencies(
        cls, metric: Any, configuration: Any = None, execution_engine: Any = None, runtime_configuration: Any = None
    ) -> dict[str, Any]:
        """Return the metrics to be resolved before this one, by role."""
        name: str = metric.metric_name
        domain = IdentifiedArguments(metric.metric_domain_kwargs, metric.metric_domain_kwargs_id)
        if is_row_metric(name):
            values = {key: value for key, value in metric.metric_value_kwargs.items() if key != "result_format"}
            count = f"{name.rpartition('.')[0]}.unexpected_count"
            return {"unexpected_count": MetricConfiguration(count, domain, values)}
        if name + DEFERRED in _registered_metrics and not name.endswith(DEFERRED):
            same = IdentifiedArguments(metric.metric_value_kwargs, metric.metric_value_kwargs_id)
            return {"metric_partial_fn": MetricConfiguration(name + DEFERRED, domain, same)}
        return {}


class ConditionMetric(PolarsMetric):
    """A metric made from a condition; one subclass per condition carries it into GX's registry."""

    condition: Condition


def _deferred(
    make: Callable[[PolarsExecutionEngine, Mapping[str, Any], Mapping[str, Any]], Aggregate | Key],
) -> Any:
    def provide(
        cls: Any,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Mapping[str, Any],
        metric_value_kwargs: Mapping[str, Any],
        **_: Any,
    ) -> tuple[Aggregate | Key, Mapping[str, Any], dict[str, Any]]:
        # A broken row condition must fail here, with its reason, before the common query.
        rows = execution_engine.rows(metric_domain_kwargs)
        asked = make(execution_engine, metric_domain_kwargs, metric_value_kwargs or {})
        _try_schema(rows, asked)
        return asked, metric_domain_kwargs, {}

    return provide


def _try_schema(rows: Rows, asked: Aggregate | Key) -> None:
    # Types that do not fit are found without reading a row, so that they never break the common query.
    expressions = (asked.value.is_duplicated(),) if isinstance(asked, Key) else asked.expressions
    rows.plain.select(expression.alias(str(index)) for index, expression in enumerate(expressions)).collect_schema()


def _keys(name: str, domain: tuple[str, ...], values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = _registered_metrics.get(name)
    return (known["metric_domain_keys"], known["metric_value_keys"]) if known else (domain, values)


def _enter(name: str, keys: tuple[tuple[str, ...], tuple[str, ...]], metric: type[PolarsMetric], provider: Any) -> None:
    deferred = name.endswith(DEFERRED)
    register_metric(
        metric_name=name,
        metric_domain_keys=keys[0],
        metric_value_keys=keys[1],
        execution_engine=PolarsExecutionEngine,
        metric_class=metric,
        metric_provider=provider,
        metric_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN if deferred else MetricFunctionTypes.VALUE,
    )


def _enter_deferred(name: str, keys: Any, metric: type[PolarsMetric], make: Any) -> None:
    _enter(name, keys, metric, None)
    _enter(name + DEFERRED, _keys(name + DEFERRED, *keys), metric, _deferred(make))


def _never_called(**_: Any) -> None:
    """Stand for a metric that the engine resolves itself."""


def register_condition(name: str, condition: Condition, values: tuple[str, ...] = ()) -> None:
    """Enter a condition in GX's registry, under the names of a map metric.

    Args:
        name: name of the map metric, such as ``column_values.between``.
        condition: what is asked of each row.
        values: GX's value keys, for a metric that GX does not know already.
    """
    metric = type("PolarsCondition", (ConditionMetric,), {"condition": condition})
    domain = DOMAINS[condition.shape]

    def unexpected(engine: Any, kwargs: Any, parameters: Any) -> Aggregate | Key:
        check = bound(condition, engine, kwargs, parameters)
        return Key(check.columns, check.considered) if check.is_key else counted(check.unexpected)

    def considered(engine: Any, kwargs: Any, parameters: Any) -> Aggregate:
        rows = bound(condition, engine, kwargs, parameters).considered
        return row_count() if rows is None else counted(rows)

    for suffix, make in (("unexpected_count", unexpected), ("filtered_row_count", considered)):
        keys = _keys(f"{name}.{suffix}", domain, values)
        _enter_deferred(f"{name}.{suffix}", keys, metric, make)
    for suffix in ROW_SUFFIXES:
        keys = _keys(f"{name}.{suffix}", domain, (*values, "result_format"))
        _enter(f"{name}.{suffix}", keys, metric, _never_called)


def _register_aggregate(name: str, make: Make) -> None:
    def of_column(engine: PolarsExecutionEngine, domain: Mapping[str, Any], values: Mapping[str, Any]) -> Aggregate:
        (column,) = columns_in(engine.batch(domain).schema, (domain["column"],))
        return make(column, values)

    _enter_deferred(name, _keys(name, DOMAINS["column"], ()), PolarsMetric, of_column)


def _from_schema(read: Callable[[pl.Schema], Any]) -> Any:
    def provide(
        cls: Any,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Mapping[str, Any],
        **_: Any,
    ) -> Any:
        return read(execution_engine.batch(metric_domain_kwargs).schema)

    return provide


def _types(schema: pl.Schema) -> list[dict[str, Any]]:
    return [{"name": name, "type": dtype} for name, dtype in schema.items()]


def register_all() -> None:
    """Enter every metric of this engine in GX's registry; GX's own metrics are left as they are."""
    register_core_metrics()
    for name, condition in CONDITIONS.items():
        register_condition(name, condition)
    for name, make in AGGREGATES.items():
        _register_aggregate(name, make)
    register_condition(ROW_RULE_METRIC, Condition("rows", lambda *_: pl.lit(value=True)), ("rule",))
    _enter_deferred("table.row_count", _keys("table.row_count", _TABLE_DOMAIN, ()), PolarsMetric, _count_rows)
    tables: Iterable[tuple[str, Callable[[pl.Schema], Any]]] = (
        ("table.columns", pl.Schema.names),
        ("table.column_count", pl.Schema.len),
        ("table.column_types", _types),
    )
    for name, read in tables:
        _enter(name, _keys(name, _TABLE_DOMAIN, ()), PolarsMetric, _from_schema(read))


def _count_rows(*_: Any) -> Aggregate:
    return row_count()
