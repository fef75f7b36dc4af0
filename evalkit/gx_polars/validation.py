"""Validate a Polars frame in one call (GX internals read in GX 1.24.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import great_expectations as gx
import polars as pl
from great_expectations.core.batch import Batch, LegacyBatchDefinition
from great_expectations.core.id_dict import IDDict
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.validator.validator import Validator

from evalkit.gx_polars.batch_data import PolarsBatchData, RuledFrame
from evalkit.gx_polars.coverage import refused_expectations
from evalkit.gx_polars.engine import PolarsExecutionEngine
from evalkit.gx_polars.failures import Failure, failure_of, parse_failure
from evalkit.gx_polars.outcomes import CheckRequest, ExpectationOutcome, SuiteOutcome
from evalkit.gx_polars.settled import SettledConfiguration
from evalkit.gx_polars.silence import quiet_gx

ROW_RULE = "expect_rows_to_satisfy_rule"
ROW_COUNT = "expect_table_row_count_to_be_between"
_POSITION = "gx_polars_position"
# Observed values that speak of many rows; a minimum, a median or a mode is the value of one row.
_SHOWN = frozenset(
    {
        "expect_column_mean_to_be_between",
        "expect_column_proportion_of_non_null_values_to_be_between",
        "expect_column_proportion_of_unique_values_to_be_between",
        "expect_column_stdev_to_be_between",
        "expect_column_sum_to_be_between",
        "expect_column_type_to_be",
        "expect_column_unique_value_count_to_be_between",
        "expect_column_values_to_be_in_type_list",
        "expect_column_values_to_be_of_type",
        "expect_table_column_count_to_be_between",
        "expect_table_column_count_to_equal",
        "expect_table_row_count_to_be_between",
        "expect_table_row_count_to_equal",
    }
)


def validate(
    frame: pl.LazyFrame | pl.DataFrame,
    expectations: Sequence[Any],
    *,
    row_rules: Mapping[str, pl.Expr] = MappingProxyType({}),
    row_index: str | None = None,
    minimum_rows: int = 1,
    find_rows: bool = True,
) -> SuiteOutcome:
    """Check a frame: two passes over the data whatever the number of expectations.

    An empty frame satisfies every expectation on rows, so that a minimum number of rows is always checked
    and its outcome comes last.

    Args:
        frame: rows to be checked, lazy or not; NaN is read as null.
        expectations: :class:`CheckRequest` (by name) or expectations of GX.
        row_rules: Boolean expressions by key, true when a row is fine, null being fine. Each is run as the
            expectation ``expect_rows_to_satisfy_rule``; name it among ``expectations`` to give it a ``mostly``.
        row_index: column that numbers the rows; None for their position from 0.
        minimum_rows: number of rows below which the frame is refused.
        find_rows: whether the failing rows are wanted; without them the counts take one pass only.

    Returns:
        Verdicts, counts and failing rows. A check that could not run is an outcome with its reason.

    Raises:
        ValueError: ``row_index`` is not a column of the frame.
    """
    schema = frame.collect_schema()
    if row_index is not None and row_index not in schema:
        raise ValueError(f"row_index {row_index!r} is not a column of the frame")
    requests = _requests(expectations, row_rules, minimum_rows)
    empty = pl.Series(row_index or "row", [], dtype=schema[row_index] if row_index else pl.get_index_type())
    prepared = [_prepared(request, position) for position, request in enumerate(requests)]
    configurations = [found for found in prepared if not isinstance(found, Failure)]
    with quiet_gx():
        form = _result_format(row_index, find_rows=find_rows)
        results = _run(RuledFrame(frame, dict(row_rules)), configurations, form)
    outcomes = tuple(
        _raised(request, found, empty)
        if isinstance(found, Failure)
        else _outcome(request, results.get(position), empty)
        for position, (request, found) in enumerate(zip(requests, prepared, strict=True))
    )
    rows = outcomes[-1].observed
    return SuiteOutcome(
        success=all(outcome.success for outcome in outcomes),
        rows=rows if isinstance(rows, int) else None,
        outcomes=outcomes,
        engine=f"great_expectations {gx.__version__}, polars {pl.__version__}",
    )


def _requests(expectations: Sequence[Any], row_rules: Mapping[str, pl.Expr], minimum_rows: int) -> list[CheckRequest]:
    given = [one if isinstance(one, CheckRequest) else _request_of(one) for one in expectations]
    named = {request.kwargs.get("rule") for request in given if request.name == ROW_RULE}
    rules = [CheckRequest(ROW_RULE, {"rule": key}) for key in row_rules if key not in named]
    return [*given, *rules, CheckRequest(ROW_COUNT, {"min_value": minimum_rows})]


def _request_of(expectation: Any) -> CheckRequest:
    configuration = expectation.configuration
    return CheckRequest(configuration.type, dict(configuration.kwargs))


def _prepared(request: CheckRequest, position: int) -> Any:
    """Return GX's configuration of a request, or the reason why there is none."""
    if request.name in refused_expectations():
        return Failure("unsupported", f"{request.name}: {refused_expectations()[request.name]}")
    try:
        get_expectation_impl(request.name)
    except Exception:
        return Failure("unsupported", f"{request.name}: no such expectation")
    configuration = SettledConfiguration(type=request.name, kwargs=dict(request.kwargs), meta={_POSITION: position})
    try:
        configuration.to_domain_obj()
    except Exception as error:
        return Failure("configuration", f"{request.name}: {_summary(error)}")
    return configuration


def _summary(error: Exception) -> str:
    errors = getattr(error, "errors", None)
    if callable(errors):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in errors())
    return str(error)


def _result_format(row_index: str | None, *, find_rows: bool) -> dict[str, Any]:
    form: dict[str, Any] = {
        "result_format": "COMPLETE" if find_rows else "BASIC",
        "exclude_unexpected_values": True,
        "partial_unexpected_count": 0,
        "return_unexpected_index_query": False,
    }
    return form if row_index is None else {**form, "unexpected_index_column_names": [row_index]}


def _run(data: RuledFrame, configurations: Sequence[Any], form: Mapping[str, Any]) -> dict[int, Any]:
    """Run the configurations on an engine of their own; no context is made, none of the caller is touched."""
    engine = PolarsExecutionEngine()
    prepared: Any = PolarsBatchData(engine, data)
    batch = Batch(data=prepared, batch_definition=LegacyBatchDefinition("polars", "polars", "frame", IDDict()))
    validator = Validator(execution_engine=engine, batches=[batch])
    validator.metrics_calculator.show_progress_bars = False
    results = validator.graph_validate(
        configurations=list(configurations), runtime_configuration={"result_format": dict(form)}
    )
    return {_position(result): result for result in results}


def _position(result: Any) -> int:
    return int(result.expectation_config.meta[_POSITION])


def _raised(request: CheckRequest, reason: Failure, empty: pl.Series) -> ExpectationOutcome:
    return ExpectationOutcome(
        name=request.name,
        kwargs=MappingProxyType(dict(request.kwargs)),
        success=False,
        evaluated=None,
        unexpected=None,
        unexpected_rows=empty,
        observed=None,
        raised=reason,
    )


def _outcome(request: CheckRequest, result: Any, empty: pl.Series) -> ExpectationOutcome:
    if result is None:
        return _raised(request, Failure("computation", "no result"), empty)
    reason = _reason(result)
    if reason is not None:
        return _raised(request, reason, empty)
    found: Mapping[str, Any] = result.result
    on_rows = "element_count" in found
    observed = found.get("observed_value") if request.name in _SHOWN else None
    return ExpectationOutcome(
        name=request.name,
        kwargs=MappingProxyType(dict(request.kwargs)),
        success=bool(result.success),
        evaluated=found["element_count"] - (found.get("missing_count") or 0) if on_rows else None,
        unexpected=int(found["unexpected_count"]) if on_rows else None,
        unexpected_rows=_rows(found.get("unexpected_index_list") or [], empty),
        observed=observed,
        raised=None,
    )


def _rows(listed: Sequence[Any], empty: pl.Series) -> pl.Series:
    if listed and isinstance(listed[0], dict):
        listed = listed[0][empty.name]
    return pl.Series(empty.name, listed, dtype=empty.dtype)


def _reason(result: Any) -> Failure | None:
    """Return why GX could not run a check: our own reasons are read back, the words of others are dropped."""
    info = dict(result.exception_info or {})
    entries = [info] if "raised_exception" in info else list(info.values())
    raised = [entry for entry in entries if entry.get("raised_exception")]
    if not raised:
        return None
    known = [found for entry in raised if (found := parse_failure(str(entry.get("exception_message")))) is not None]
    return min(known) if known else failure_of(RuntimeError())
