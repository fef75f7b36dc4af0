"""The check behind a metric, bound to its batch (GX internals read in GX 1.24.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from great_expectations.expectations.registry import get_metric_provider

from evalkit.gx_polars.checks import Check, bind

if TYPE_CHECKING:
    from evalkit.gx_polars.conditions import Condition
    from evalkit.gx_polars.engine import PolarsExecutionEngine


def check_of(engine: PolarsExecutionEngine, metric: Any) -> Check:
    """Return the check of a map metric, found again from its name in GX's registry.

    Args:
        engine: holds the batches.
        metric: GX's configuration of the metric.

    Returns:
        The check, bound to the batch that the metric's domain speaks of.

    Raises:
        CheckError: the check does not fit the frame.
    """
    provider, _ = get_metric_provider(metric.metric_name, engine)
    condition = cast("Condition", cast("Any", provider).condition)
    return bound(condition, engine, metric.metric_domain_kwargs, metric.metric_value_kwargs)


def bound(
    condition: Condition, engine: PolarsExecutionEngine, domain: Mapping[str, Any], values: Mapping[str, Any]
) -> Check:
    """Return a condition bound to the batch of a domain; a rule on rows is looked up in the batch.

    Raises:
        CheckError: the check does not fit the frame.
    """
    batch = engine.batch(domain)
    if condition.shape == "rows":
        return Check((), batch.rule(values["rule"]), None)
    return bind(condition, batch.schema, domain, values)
