"""One call: two passes, reasons instead of errors, no value kept."""

from __future__ import annotations

import doctest
import subprocess
import sys
from typing import Any

import great_expectations as gx
import polars as pl
import pytest
from great_expectations.expectations.registry import list_registered_expectation_implementations

from evalkit import gx_polars
from evalkit.gx_polars import CheckRequest, RuledFrame, declare_column_rule, validate
from evalkit.gx_polars.suites import suite_of

from .suite_of_everything import aggregates, column_maps, random_frame, several_columns

NIR = "1 85 05 78 006 084 36"


class Counter:
    """Counts the passes over the data."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passes = 0
        self._collect_all = pl.collect_all
        monkeypatch.setattr(pl, "collect_all", self._count)

        def forbidden(*_: Any, **__: Any) -> None:
            raise AssertionError("the data were read outside collect_all, or turned into pandas")

        monkeypatch.setattr(pl.LazyFrame, "collect", forbidden)
        monkeypatch.setattr(pl.DataFrame, "to_pandas", forbidden)

    def _count(self, *args: Any, **kwargs: Any) -> Any:
        self.passes += 1
        assert kwargs["engine"] == "streaming"
        return self._collect_all(*args, **kwargs)


def test_a_suite_is_one_pass_when_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(monkeypatch)
    frame = pl.LazyFrame({"a": [1, 2, 3], "b": [1, 2, 3], "s": ["x", "y", "z"]})
    outcome = validate(
        frame,
        [
            CheckRequest("expect_column_values_to_not_be_null", {"column": "a"}),
            CheckRequest("expect_column_values_to_be_between", {"column": "a", "min_value": 0}),
            CheckRequest("expect_column_mean_to_be_between", {"column": "b", "min_value": 0}),
            CheckRequest("expect_column_values_to_be_unique", {"column": "s"}),
            CheckRequest("expect_compound_columns_to_be_unique", {"column_list": ["a", "s"]}),
            CheckRequest("expect_column_quantile_values_to_be_between", _quantiles("b")),
            CheckRequest("expect_table_column_count_to_equal", {"value": 3}),
        ],
        row_rules={"same": pl.col("a") == pl.col("b")},
    )
    assert outcome.success
    assert outcome.rows == 3
    assert counter.passes == 1  # no check failed: no row to look for


def _quantiles(column: str) -> dict[str, Any]:
    return {"column": column, "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[0, 9]]}}


def test_a_suite_is_two_passes_when_checks_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = random_frame(11).lazy()
    counter = Counter(monkeypatch)
    outcome = validate(frame, [*column_maps(), *several_columns(), *aggregates()])
    assert not outcome.success
    assert counter.passes == 2


def test_row_rules() -> None:
    frame = pl.DataFrame({"line": [12, 13, 14], "a": [1, 5, None], "b": [2, 2, 2]})
    rules = {
        "ordered": pl.col("a") <= pl.col("b"),
        "never": pl.lit(value=False),
        "whole": pl.col("b").sum() == 6,
        "lost": pl.col("nowhere") > 0,
        "number": pl.col("a") + 1,
    }
    found = {one.kwargs.get("rule"): one for one in validate(frame, [], row_rules=rules, row_index="line").outcomes}
    assert found["ordered"].unexpected_rows.to_list() == [13]  # null is fine
    assert found["ordered"].evaluated == 3
    assert found["never"].unexpected_rows.to_list() == [12, 13, 14]
    assert found["whole"].success
    assert str(found["lost"].raised) == "missing_column: nowhere"
    assert str(found["number"].raised) == "type: a rule gives Int64, not Boolean"


def test_tolerance_of_a_row_rule() -> None:
    frame = pl.DataFrame({"a": [1, 2, 3, -1]})
    request = CheckRequest("expect_rows_to_satisfy_rule", {"rule": "positive", "mostly": 0.75})
    outcome = validate(frame, [request], row_rules={"positive": pl.col("a") > 0})
    assert [one.name for one in outcome.outcomes] == [
        "expect_rows_to_satisfy_rule",
        "expect_table_row_count_to_be_between",
    ]
    assert outcome.outcomes[0].success
    assert outcome.outcomes[0].unexpected_rows.to_list() == [3]


def test_a_check_that_cannot_run_is_an_outcome_and_stops_no_other() -> None:
    frame = pl.DataFrame({"a": [1, -2], "s": [NIR, "x"]})
    requests = [
        CheckRequest("expect_column_values_to_not_be_null", {"column": "nowhere"}),
        CheckRequest("expect_column_mean_to_be_between", {"column": "s", "min_value": 0}),
        CheckRequest("expect_column_values_to_be_between", {"column": "a", "least": 0}),
        CheckRequest("expect_column_values_to_match_json_schema", {"column": "s", "json_schema": {}}),
        CheckRequest("expect_the_moon", {}),
        CheckRequest("expect_column_values_to_be_between", {"column": "a", "min_value": 0}),
    ]
    rules = {"cast": pl.col("s").cast(pl.Int64) > 0, "fine": pl.col("a") > -5}
    outcomes = validate(frame, requests, row_rules=rules).outcomes
    assert [one.raised.kind if one.raised else None for one in outcomes] == [
        "missing_column",
        "type",
        "configuration",
        "unsupported",
        "unsupported",
        None,
        "type",
        None,
        None,
    ]
    assert outcomes[5].unexpected_rows.to_list() == [1]
    assert not any(one.success for one in outcomes if one.raised)
    assert NIR not in "".join(str(one.raised) for one in outcomes)  # Polars quotes the value that it could not cast


def test_broken_row_condition_condemns_its_check_only() -> None:
    frame = pl.DataFrame({"a": [1, -2]})
    condition = gx_condition("nowhere")
    outcomes = validate(
        frame,
        [
            CheckRequest("expect_column_values_to_not_be_null", {"column": "a", "row_condition": condition}),
            CheckRequest("expect_column_values_to_not_be_null", {"column": "a"}),
        ],
    ).outcomes
    assert str(outcomes[0].raised) == "missing_column: nowhere"
    assert outcomes[1].success


def gx_condition(column: str) -> Any:
    from great_expectations.expectations.row_conditions import Column

    return Column(column) > 0


def test_empty_frame_is_refused_by_its_number_of_rows() -> None:
    frame = pl.DataFrame({"a": [1]}).clear()
    requests = [CheckRequest("expect_column_values_to_not_be_null", {"column": "a"})]
    outcome = validate(frame, requests)
    assert (outcome.success, outcome.rows) == (False, 0)
    assert [one.success for one in outcome.outcomes] == [True, False]
    assert validate(frame, requests, minimum_rows=0).success


def test_outcomes_follow_the_order_of_the_requests_even_when_repeated() -> None:
    requests = [
        CheckRequest("expect_column_values_to_be_between", {"column": "a", "min_value": bound}) for bound in (2, 1, 2)
    ]
    outcomes = validate(pl.DataFrame({"a": [1, 2]}), requests).outcomes
    assert [one.unexpected for one in outcomes[:3]] == [1, 0, 1]


def test_row_index_must_exist() -> None:
    with pytest.raises(ValueError, match="row_index"):
        validate(pl.DataFrame({"a": [1]}), [], row_index="line")


def test_column_named_row_is_left_alone() -> None:
    frame = pl.DataFrame({"row": [5, 6], "a": [None, 1]})
    (first, _) = validate(frame, [CheckRequest("expect_column_values_to_not_be_null", {"column": "a"})]).outcomes
    assert first.unexpected_rows.to_list() == [0]


def test_no_value_is_kept() -> None:
    frame = pl.DataFrame({"nir": [NIR, NIR, None], "n": [1, 2, 3]})
    requests = [
        CheckRequest("expect_column_values_to_not_match_regex", {"column": "nir", "regex": "^1"}),
        CheckRequest("expect_column_values_to_be_unique", {"column": "nir"}),
        CheckRequest("expect_column_most_common_value_to_be_in_set", {"column": "nir", "value_set": ["x"]}),
        CheckRequest("expect_column_distinct_values_to_be_in_set", {"column": "nir", "value_set": ["x"]}),
        CheckRequest("expect_column_max_to_be_between", {"column": "nir", "max_value": "0"}),
        CheckRequest("expect_compound_columns_to_be_unique", {"column_list": ["nir"] * 2}),
    ]
    outcome = validate(frame, requests, row_rules={"x": pl.col("nir").is_null()})
    assert [one.unexpected for one in outcome.outcomes[:2]] == [2, 2]
    assert "85 05" not in repr(outcome)


@pytest.mark.parametrize("form", ["COMPLETE", "SUMMARY", "BASIC"])
def test_no_value_in_the_json_of_gx_when_values_are_excluded(form: str) -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_polars("p").add_frame_asset("a")
    batch = asset.add_batch_definition_whole_frame("w").get_batch({"dataframe": pl.DataFrame({"nir": [NIR]})})
    suite = suite_of("s", [CheckRequest("expect_column_values_to_not_match_regex", {"column": "nir", "regex": "^1"})])
    shown = batch.validate(suite, result_format={"result_format": form})
    hidden = batch.validate(suite, result_format={"result_format": form, "exclude_unexpected_values": True})
    assert NIR in str(shown.to_json_dict())  # the test would see a leak
    assert NIR not in str(hidden.to_json_dict())


def test_result_of_gx_shows_values_keys_and_rows_when_asked() -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_polars("p").add_frame_asset("a")
    frame = pl.DataFrame({"id": ["u", "v", "w"], "a": [1, -1, -2]})
    batch = asset.add_batch_definition_whole_frame("w").get_batch({"dataframe": frame})
    expectation = suite_of("s", [CheckRequest("expect_column_values_to_be_between", {"column": "a", "min_value": 0})])
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["id"], "include_unexpected_rows": True}
    result = batch.validate(expectation, result_format=form).results[0].result
    assert result["unexpected_list"] == [-1, -2]
    assert result["unexpected_index_list"] == [{"a": -1, "id": "v"}, {"a": -2, "id": "w"}]
    assert result["unexpected_rows"] == [{"id": "v", "a": -1}, {"id": "w", "a": -2}]


def test_two_frames_one_after_the_other_in_one_asset() -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    whole = context.data_sources.add_polars("p").add_frame_asset("a").add_batch_definition_whole_frame("w")
    suite = suite_of("s", [CheckRequest("expect_column_values_to_not_be_null", {"column": "a"})])
    counts = [
        whole.get_batch({"dataframe": pl.DataFrame({"a": values})})
        .validate(suite)
        .results[0]
        .result["unexpected_count"]
        for values in ([None, 1], [1, 1], [None, None])
    ]
    assert counts == [1, 0, 2]


def test_checkpoint() -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    whole = context.data_sources.add_polars("p").add_frame_asset("a").add_batch_definition_whole_frame("w")
    suite = context.suites.add(suite_of("s", [CheckRequest("expect_rows_to_satisfy_rule", {"rule": "positive"})]))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="d", data=whole, suite=suite))
    checkpoint = context.checkpoints.add(gx.Checkpoint(name="c", validation_definitions=[definition]))
    data = RuledFrame(pl.DataFrame({"a": [1, -1]}), {"positive": pl.col("a") > 0})
    result = checkpoint.run(batch_parameters={"dataframe": data})
    assert not result.success
    (run,) = result.run_results.values()
    assert run.results[0].result["unexpected_count"] == 1


def test_declared_column_rule() -> None:
    even = declare_column_rule("ExpectColumnValuesToBeEvenForThisTest", lambda column: column % 2 == 0)
    outcome = validate(pl.DataFrame({"a": [2, 3, None]}), [even(column="a", mostly=0.5)]).outcomes[0]
    assert outcome.name == "expect_column_values_to_be_even_for_this_test"
    assert (outcome.success, outcome.evaluated, outcome.unexpected_rows.to_list()) == (True, 2, [1])


def test_every_expectation_of_gx_is_supported_or_refused_with_a_reason() -> None:
    registered = {name for name in list_registered_expectation_implementations() if not name.endswith("_for_this_test")}
    listed = gx_polars.supported_expectations() | set(gx_polars.refused_expectations())
    assert registered - {"expect_rows_to_satisfy_rule"} <= listed
    assert not gx_polars.supported_expectations() & set(gx_polars.refused_expectations())
    assert gx_polars.supported_expectations() <= registered


def test_docstring_runs() -> None:
    assert doctest.testmod(gx_polars).failed == 0
    assert doctest.testmod(gx_polars).attempted > 10


def test_importing_says_nothing() -> None:
    code = "import logging; logging.basicConfig(); import evalkit.gx_polars"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
