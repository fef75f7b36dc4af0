"""Expectations that GX does not have, or that it only knows for its own engines (read in GX 1.24.1).

Three expectations on types are declared again under GX's own names: on a Polars batch they compare Polars
types, on any other engine they are GX's, untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, cast

import polars as pl
from great_expectations.expectations.core.expect_column_type_to_be import (
    ExpectColumnTypeToBe as _GxTypeToBe,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_type_list import (
    ExpectColumnValuesToBeInTypeList as _GxInTypeList,
)
from great_expectations.expectations.core.expect_column_values_to_be_of_type import (
    ExpectColumnValuesToBeOfType as _GxOfType,
)
from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.registry import get_metric_kwargs
from great_expectations.validator.metric_configuration import MetricConfiguration

from evalkit.gx_polars.columns import Column
from evalkit.gx_polars.conditions import Condition
from evalkit.gx_polars.engine import PolarsExecutionEngine
from evalkit.gx_polars.failures import CheckError
from evalkit.gx_polars.metrics import ROW_RULE_METRIC, register_condition

TYPE_FAMILIES: Mapping[str, Callable[[pl.DataType], bool]] = MappingProxyType(
    {
        "integer": lambda dtype: dtype.is_integer(),
        "int": lambda dtype: dtype.is_integer(),
        "float": lambda dtype: dtype.is_float(),
        "decimal": lambda dtype: dtype.is_decimal(),
        "numeric": lambda dtype: dtype.is_numeric(),
        "number": lambda dtype: dtype.is_numeric(),
        "temporal": lambda dtype: dtype.is_temporal(),
        "nested": lambda dtype: dtype.is_nested(),
        "str": lambda dtype: dtype == pl.String,
        "utf8": lambda dtype: dtype == pl.String,
        "text": lambda dtype: dtype in (pl.String, pl.Categorical, pl.Enum),
        "bool": lambda dtype: dtype == pl.Boolean,
    }
)


def is_of_type(dtype: pl.DataType, name: str) -> bool:
    """Return whether a Polars type answers to a name.

    Args:
        dtype: a type.
        name: a Polars type ("Int64", "Date", "String", "Datetime" whatever its unit; case is free) or a
            family ("integer", "float", "numeric", "temporal", "text", "bool"...).

    Returns:
        True when it does.

    Raises:
        CheckError: no type and no family has this name.
    """
    asked = name.casefold()
    if asked in TYPE_FAMILIES:
        return TYPE_FAMILIES[asked](dtype)
    if asked not in {known.casefold() for known in _type_names()}:
        raise CheckError("configuration", f"unknown Polars type {name!r}")
    return asked in (str(dtype).casefold(), dtype.base_type().__name__.casefold())


def _type_names() -> list[str]:
    return [name for name, found in vars(pl).items() if isinstance(found, type) and issubclass(found, pl.DataType)]


def _type_dependencies(expectation: Any, execution_engine: Any, runtime_configuration: Any) -> Any:
    found = BatchExpectation.get_validation_dependencies(expectation, execution_engine, runtime_configuration)
    kwargs = get_metric_kwargs("table.column_types", expectation.configuration, runtime_configuration)
    found.set_metric_configuration(
        metric_name="table.column_types",
        metric_configuration=MetricConfiguration(
            "table.column_types", kwargs["metric_domain_kwargs"], kwargs["metric_value_kwargs"]
        ),
    )
    return found


def _type_verdict(column: str, names: Sequence[str], metrics: Mapping[str, Any]) -> dict[str, Any]:
    types = {entry["name"]: entry["type"] for entry in metrics["table.column_types"]}
    if column not in types:
        raise CheckError("missing_column", column)
    success = any(is_of_type(types[column], name) for name in names)
    return {"success": success, "result": {"observed_value": str(types[column])}}


class _OnPolarsTypes:
    """Sends an expectation on types to Polars types when the engine is ours."""

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> Any:
        if isinstance(execution_engine, PolarsExecutionEngine):
            return _type_dependencies(self, execution_engine, runtime_configuration)
        return cast("Any", super()).get_validation_dependencies(execution_engine, runtime_configuration, **kwargs)

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        if not isinstance(execution_engine, PolarsExecutionEngine):
            return cast("Any", super())._validate(metrics, runtime_configuration, execution_engine)
        asked = cast("Any", self)
        names = asked.type_list if hasattr(asked, "type_list") else [asked.type_]
        return _type_verdict(asked.column, names, metrics)


class ExpectColumnValuesToBeOfType(_OnPolarsTypes, _GxOfType):
    """Expect a column to have a type: GX's expectation, read on Polars types for a Polars batch."""


class ExpectColumnValuesToBeInTypeList(_OnPolarsTypes, _GxInTypeList):
    """Expect a column to have one of several types: GX's expectation, read on Polars types for a Polars batch."""


class ExpectColumnTypeToBe(_OnPolarsTypes, _GxTypeToBe):
    """Expect a column to have a type: GX's expectation, read on Polars types for a Polars batch."""


class ExpectRowsToSatisfyRule(MulticolumnMapExpectation):
    """Expect every row to satisfy a rule given with the batch.

    The rule is a Boolean Polars expression, true when the row is fine; null is fine. The suite holds only
    its key: the expression travels with the batch (see :class:`~evalkit.gx_polars.RuledFrame`), so that a
    suite stays plain JSON.
    """

    rule: str
    column_list: Any = None

    map_metric: ClassVar[str] = ROW_RULE_METRIC
    domain_keys: ClassVar[Any] = ("batch_id", "row_condition", "condition_parser")
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("rule",)


def declare_column_rule(name: str, fine: Callable[[pl.Expr], pl.Expr]) -> type[Any]:
    """Declare a new expectation on one column from one Polars expression.

    The expectation enters GX's registry: suites may then name it, with ``mostly``, ``row_condition`` and
    every result format. Null values are left out, as in GX's own column expectations.

    Args:
        name: name of the class, in the manner of GX: ``ExpectColumnValuesToBeEven``.
        fine: makes, from the column, an expression that is true when the value is fine.

    Returns:
        The class of the expectation, to be used as ``ExpectColumnValuesToBeEven(column="age")``.
    """
    metric = f"column_values.declared.{name}"
    register_condition(metric, Condition("column", lambda columns, _: fine(_read(columns))))
    return type(name, (ColumnMapExpectation,), {"map_metric": metric, "__module__": __name__, "__doc__": name})


def _read(columns: Sequence[Column]) -> pl.Expr:
    return columns[0].expr
