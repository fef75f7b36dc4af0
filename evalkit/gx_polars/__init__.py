"""Great Expectations on Polars: an execution engine, a data source, and one function to validate a frame.

Great Expectations (GX 1.24) knows pandas, Spark and SQL. This package adds Polars, from outside: importing it
registers the data source ``polars``, the engine and its metrics in GX's own registries, and changes nothing
for the other engines. It imports nothing else of the project and can be taken alone.

The counts of a whole suite are computed by one ``polars.collect_all`` on the streaming engine, whatever the
number of expectations; one more pass finds the failing rows of the checks that failed. Nothing is ever
converted to pandas. A check that cannot run (column missing, type that does not fit, pattern that cannot be
read) is reported with its reason, and never stops the others.

In one call::

    >>> import polars as pl
    >>> from evalkit.gx_polars import CheckRequest, validate
    >>> frame = pl.LazyFrame({"age": [17, 30, None, 120], "entry": [1, 2, 3, 4], "exit": [2, 1, None, 9]})
    >>> outcome = validate(
    ...     frame,
    ...     [CheckRequest("expect_column_values_to_be_between", {"column": "age", "min_value": 15, "max_value": 99})],
    ...     row_rules={"exit-after-entry": pl.col("exit") >= pl.col("entry")},
    ... )
    >>> for one in outcome.outcomes:
    ...     print(one.name, one.success, one.unexpected, one.unexpected_rows.to_list())
    expect_column_values_to_be_between False 1 [3]
    expect_rows_to_satisfy_rule False 1 [1]
    expect_table_row_count_to_be_between True None []

Or as any data source of GX, with its suites, its conditions, its checkpoints::

    >>> import great_expectations as gx
    >>> import great_expectations.expectations as gxe
    >>> context = gx.get_context(mode="ephemeral")
    >>> context.variables.progress_bars = {"globally": False}
    >>> people = context.data_sources.add_polars("frames").add_frame_asset("people")
    >>> batch = people.add_batch_definition_whole_frame("all").get_batch({"dataframe": frame})
    >>> result = batch.validate(gxe.ExpectColumnValuesToNotBeNull(column="age", mostly=0.7))
    >>> result.success, result.result["unexpected_count"]
    (True, 1)

Differences from GX-pandas, by choice: a row condition never keeps a row where it compares with null; patterns
are those of Rust's ``regex`` (no look-around, no back-reference); expectations on types read Polars types.
"""

from evalkit.gx_polars.light_import import UNUSED as _UNUSED
from evalkit.gx_polars.light_import import light_import as _light_import
from evalkit.gx_polars.silence import quiet_gx as _quiet_gx

with _quiet_gx(), _light_import(*_UNUSED):
    # GX's registries are global: entering them is what a plug-in is. GX warns when its own three
    # expectations on types are declared again; they stay the same for its own engines.
    from evalkit.gx_polars import metrics as _metrics

    _metrics.register_all()
    from evalkit.gx_polars.datasource import FrameAsset, PolarsDatasource
    from evalkit.gx_polars.expectations import (
        ExpectRowsToSatisfyRule,
        declare_column_rule,
        is_of_type,
    )

from evalkit.gx_polars.batch_data import RuledFrame
from evalkit.gx_polars.coverage import polars_only, refused_expectations, supported_expectations
from evalkit.gx_polars.engine import PolarsExecutionEngine
from evalkit.gx_polars.failures import Failure, FailureKind
from evalkit.gx_polars.outcomes import CheckRequest, ExpectationOutcome, SuiteOutcome
from evalkit.gx_polars.suites import load_suite, save_suite, suite_from_json, suite_of, suite_to_json
from evalkit.gx_polars.validation import validate

__all__ = [
    "CheckRequest",
    "ExpectRowsToSatisfyRule",
    "ExpectationOutcome",
    "Failure",
    "FailureKind",
    "FrameAsset",
    "PolarsDatasource",
    "PolarsExecutionEngine",
    "RuledFrame",
    "SuiteOutcome",
    "declare_column_rule",
    "is_of_type",
    "load_suite",
    "polars_only",
    "refused_expectations",
    "save_suite",
    "suite_from_json",
    "suite_of",
    "suite_to_json",
    "supported_expectations",
    "validate",
]
