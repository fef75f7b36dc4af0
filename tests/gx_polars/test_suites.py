"""A suite written as GX's JSON is read back the same, and asks the same questions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.expectations.row_conditions import Column

from evalkit.gx_polars import CheckRequest, load_suite, save_suite, suite_from_json, suite_of, suite_to_json, validate
from evalkit.gx_polars.silence import quiet_gx
from evalkit.gx_polars.suites import POLARS_ONLY

from .suite_of_everything import aggregates, column_maps, random_frame, several_columns

FRAME = pl.DataFrame({"d": [dt.date(2023, 5, 1), dt.date(2024, 5, 1), None], "a": [1, 2, 3]})
EXPECTATIONS = [
    gxe.ExpectColumnValuesToBeBetween(column="d", min_value=dt.date(2024, 1, 1), mostly=0.9),
    gxe.ExpectColumnValuesToNotBeNull(column="d", row_condition=(Column("a") > 1) & (Column("a") < 9)),
    CheckRequest("expect_rows_to_satisfy_rule", {"rule": "small", "mostly": 0.5}),
]
RULES = {"small": pl.col("a") < 2}


def test_same_answers_after_a_round_trip(tmp_path: Path) -> None:
    suite = suite_of("livraison", EXPECTATIONS)
    save_suite(suite, tmp_path / "suite.json")
    read = load_suite(tmp_path / "suite.json")
    assert suite_to_json(read) == suite_to_json(suite)
    before, after = (validate(FRAME, one.expectations, row_rules=RULES) for one in (suite, read))
    assert [(one.success, one.unexpected, one.unexpected_rows.to_list()) for one in after.outcomes] == [
        (one.success, one.unexpected, one.unexpected_rows.to_list()) for one in before.outcomes
    ]
    assert [one.unexpected_rows.to_list() for one in after.outcomes] == [[0], [2], [1, 2], []]


def test_text_is_stable_and_plain_json() -> None:
    text = suite_to_json(suite_of("livraison", EXPECTATIONS))
    assert text == suite_to_json(suite_of("livraison", EXPECTATIONS))
    assert [one["type"] for one in json.loads(text)["expectations"]] == [
        "expect_column_values_to_be_between",
        "expect_column_values_to_not_be_null",
        "expect_rows_to_satisfy_rule",
    ]


@pytest.mark.parametrize("text", ["[]", "{}", '{"name": "s", "expectations": [{"type": "expect_column_to_exist"}]}'])
def test_what_is_not_a_suite_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        suite_from_json(text)


def test_unknown_expectation_is_refused() -> None:
    with pytest.raises(ValueError, match="expect_the_moon"):
        suite_of("s", [CheckRequest("expect_the_moon", {})])


def test_the_file_names_what_only_polars_runs() -> None:
    requests = [
        CheckRequest("expect_column_values_to_not_be_null", {"column": "a"}),
        CheckRequest("expect_rows_to_satisfy_rule", {"rule": "small"}),
        CheckRequest("expect_column_values_to_match_like_pattern", {"column": "s", "like_pattern": "a%"}),
        CheckRequest("expect_column_values_to_be_of_type", {"column": "a", "type_": "Int64"}),
    ]
    suite = suite_of("livraison", requests)
    named = json.loads(suite_to_json(suite))["meta"][POLARS_ONLY]
    assert list(named) == [
        "expect_column_values_to_be_of_type",
        "expect_column_values_to_match_like_pattern",
        "expect_rows_to_satisfy_rule",
    ]
    assert all(named.values())
    read = suite_from_json(suite_to_json(suite))
    assert suite_to_json(read) == suite_to_json(suite)


def test_the_rest_of_a_saved_suite_runs_unchanged_on_pandas(tmp_path: Path) -> None:
    """Plain GX reads the file, without this package's reader, and gives the same verdicts on pandas."""
    every = [*column_maps(), *several_columns(), *aggregates()]
    save_suite(suite_of("livraison", every), tmp_path / "suite.json")
    content = json.loads((tmp_path / "suite.json").read_text(encoding="utf-8"))
    assert content["meta"][POLARS_ONLY] == {}
    frame = random_frame(11)
    polars = [one.success for one in validate(frame, every).outcomes[:-1]]
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = {"globally": False, "metric_calculations": False}
    plain = gx.ExpectationSuite(name="relue", expectations=content["expectations"])
    asset = made.data_sources.add_pandas("pandas").add_dataframe_asset("a")
    batch = asset.add_batch_definition_whole_dataframe("w").get_batch({"dataframe": frame.to_pandas()})
    with quiet_gx():
        results = batch.validate(plain).results
    assert len(results) == len(every)
    pandas = {signature(one.expectation_config): one.success for one in results}
    ours = {signature(one.configuration): success for one, success in zip(every, polars, strict=True)}
    assert pandas == ours


def signature(configuration: Any) -> str:
    kwargs = {name: value for name, value in configuration.kwargs.items() if name != "batch_id"}
    return f"{configuration.type} {json.dumps(kwargs, sort_keys=True, default=_as_written)}"


def _as_written(value: Any) -> str:
    return str(value.isoformat())
