"""The execution engine that GX drives (GX internals read in GX 1.24.1).

GX resolves a suite in waves. Here every metric that reads data depends on one ``.aggregate_fn`` metric
that reads none, so that the waves are three whatever the suite: expressions are built, one
``collect_all`` computes all of them, one more pass finds the failing rows of the checks that failed.
GX asks up to three times for a wave in which a metric failed; what is already known is kept meanwhile,
so that the data are not read again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import polars as pl
from great_expectations.core.batch import BatchMarkers
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.exceptions.exceptions import BatchSpecError, ExecutionEngineError, MetricResolutionError
from great_expectations.execution_engine.execution_engine import ExecutionEngine

from evalkit.gx_polars.aggregates import Aggregate
from evalkit.gx_polars.batch_data import PolarsBatchData, RuledFrame
from evalkit.gx_polars.bundles import Answers, Request, compute
from evalkit.gx_polars.failures import Failure, failure_of
from evalkit.gx_polars.repeats import Key
from evalkit.gx_polars.row_conditions import filter_of, group_of, typed
from evalkit.gx_polars.row_metrics import is_row_metric, resolve_row_metrics
from evalkit.gx_polars.rows import Rows

Domain = Mapping[str, Any]


class PolarsExecutionEngine(ExecutionEngine[pl.Expr]):
    """Computes GX metrics on Polars frames: never through pandas, never check by check."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with nothing kept."""
        super().__init__(*args, **kwargs)
        self._kept: dict[Any, Any] = {}
        self._failed: dict[Any, Failure] = {}
        self._found: dict[Any, pl.Series] = {}

    def load_batch_data(self, batch_id: str, batch_data: Any) -> None:
        """Make a frame (or a frame already prepared) the active batch."""
        self._kept, self._failed, self._found = {}, {}, {}
        if isinstance(batch_data, (pl.LazyFrame, pl.DataFrame, RuledFrame)):
            batch_data = PolarsBatchData(self, batch_data)
        super().load_batch_data(batch_id=batch_id, batch_data=batch_data)

    def get_batch_data_and_markers(self, batch_spec: Any) -> tuple[PolarsBatchData, Any]:
        """Return the prepared frame of a batch, and when it was loaded."""
        if not isinstance(batch_spec, RuntimeDataBatchSpec):
            raise BatchSpecError("PolarsExecutionEngine reads frames only")
        data = batch_spec.batch_data
        # The specification ends in the result: it must not carry the data.
        batch_spec.batch_data = "PolarsFrame"
        loaded = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        return PolarsBatchData(self, data), BatchMarkers({"ge_load_time": loaded})

    def batch(self, domain_kwargs: Domain) -> PolarsBatchData:
        """Return the prepared frame that a domain speaks of.

        Raises:
            ExecutionEngineError: no such batch is loaded.
        """
        batch_id = domain_kwargs.get("batch_id")
        found = self.batch_manager.batch_data_cache.get(batch_id) if batch_id else self.batch_manager.active_batch_data
        if found is None:
            raise ExecutionEngineError(f"Unable to find batch with batch_id {batch_id}")
        return cast("PolarsBatchData", found)

    def row_filter(self, domain_kwargs: Domain) -> pl.Expr | None:
        """Return the filter of the domain's row condition, or None."""
        condition = typed(domain_kwargs.get("row_condition"))
        return None if condition is None else filter_of(condition, self.batch(domain_kwargs).schema)

    def rows(self, domain_kwargs: Domain) -> Rows:
        """Return the rows of a domain: those of the batch that satisfy the row condition."""
        return Rows(group_of(domain_kwargs), self.batch(domain_kwargs).frame, self.row_filter(domain_kwargs))

    def found(self, count: Any) -> pl.Series | None:
        """Return the failing rows that a count had to find, by the id of its metric; None when it found none."""
        return self._found.get(count)

    def get_domain_records(self, domain_kwargs: Domain) -> pl.LazyFrame:
        """Return the rows of a domain, as a frame."""
        return self.rows(domain_kwargs).plain

    def get_compute_domain(
        self, domain_kwargs: Domain, domain_type: Any, accessor_keys: Iterable[str] | None = None
    ) -> tuple[pl.LazyFrame, dict[str, Any], dict[str, Any]]:
        """Return the rows of a domain, and GX's partition of its keys."""
        parts = self._partition_domain_kwargs(dict(domain_kwargs), domain_type, accessor_keys)
        return self.get_domain_records(domain_kwargs), parts.compute, parts.accessor

    def resolve_metrics(
        self, metrics_to_resolve: Iterable[Any], metrics: Any = None, runtime_configuration: Any = None
    ) -> dict[Any, Any]:
        """Resolve a wave of metrics.

        Raises:
            MetricResolutionError: some metrics failed; GX marks them and asks again for the others.
        """
        wave = list(metrics_to_resolve)
        fresh = [metric for metric in wave if metric.id not in self._kept and metric.id not in self._failed]
        if fresh:
            self._resolve(fresh, metrics or {}, runtime_configuration)
        self._raise_first_failure(wave)
        return {metric.id: self._kept.pop(metric.id) for metric in wave}

    def _resolve(self, wave: Sequence[Any], metrics: Any, runtime_configuration: Any) -> None:
        rows = [metric for metric in wave if is_row_metric(metric.metric_name)]
        others = [metric for metric in wave if not is_row_metric(metric.metric_name)]
        direct, bundled = self._build_direct_and_bundled_metric_computation_configurations(
            metrics_to_resolve=others, metrics=metrics, runtime_configuration=runtime_configuration
        )
        for one in direct:
            try:
                self._kept[one.metric_configuration.id] = one.metric_fn(**one.metric_provider_kwargs)
            except Exception as error:
                self._failed[one.metric_configuration.id] = failure_of(error)
        for answers in (self._answer(bundled), resolve_row_metrics(self, rows, metrics)):
            self._kept.update(answers.values)
            self._failed.update(answers.failures)
            self._found.update(answers.found)

    def _answer(self, bundle: Sequence[Any]) -> Answers:
        return compute(
            [
                Request(
                    key=one.metric_configuration.id,
                    rows=self.rows(one.compute_domain_kwargs),
                    asked=cast("Aggregate | Key", one.metric_fn),
                )
                for one in bundle
            ]
        )

    def resolve_metric_bundle(self, metric_fn_bundle: Iterable[Any]) -> dict[Any, Any]:
        """Compute deferred metrics together, in one ``collect_all``.

        Raises:
            MetricResolutionError: some of them failed.
        """
        bundle = list(metric_fn_bundle)
        answers = self._answer(bundle)
        failed = [one.metric_configuration for one in bundle if one.metric_configuration.id in answers.failures]
        if failed:
            raise MetricResolutionError(message=str(answers.failures[failed[0].id]), failed_metrics=failed)
        return dict(answers.values)

    def _raise_first_failure(self, wave: Sequence[Any]) -> None:
        # One reason at a time: GX files one message for all the metrics of an error.
        reasons = [self._failed[metric.id] for metric in wave if metric.id in self._failed]
        if reasons:
            reason = min(reasons)
            failed = [metric for metric in wave if self._failed.get(metric.id) == reason]
            raise MetricResolutionError(message=str(reason), failed_metrics=failed)

    def _comparison_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        return filter_of(condition, self.batch({}).schema)

    def _nullity_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        return filter_of(condition, self.batch({}).schema)

    def _and_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        return filter_of(condition, self.batch({}).schema)

    def _or_condition_to_filter_clause(self, condition: Any) -> pl.Expr:
        return filter_of(condition, self.batch({}).schema)
