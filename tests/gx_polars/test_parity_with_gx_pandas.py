"""GX-pandas is the reference: same verdict, same counts, same failing rows, on random tables."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import great_expectations as gx
import polars as pl
import pytest

import evalkit.gx_polars  # noqa: F401 - registers the engine
from evalkit.gx_polars.silence import quiet_gx

from . import test_choices
from .suite_of_everything import aggregates, column_maps, random_frame, several_columns, under_conditions

# What GX-pandas does otherwise, and why we do not. The suites stay out of these cases, and each has its own
# test, named here, in test_choices.py.
EXCEPTIONS = {
    "test_row_condition_never_keeps_null": "pandas keeps null under != and NOT IN; SQL, Spark and we do not",
    "test_look_around_raises": "Rust's regex has no look-around nor back-reference: the check raises",
    "test_date_bound_on_datetime": "pandas raises when a date bounds a column of datetimes; we take its midnight",
    "test_text_compared_with_number_raises": "pandas raises at the first value, so never on an empty column",
    "test_like_patterns": "GX-pandas has no such metric",
    "test_types_are_polars_types": "pandas types and Polars types are two vocabularies",
    "test_order_of_text": "pandas cannot subtract texts, so cannot say whether they increase",
}


def test_every_exception_is_tested() -> None:
    assert set(EXCEPTIONS) <= set(dir(test_choices))


def run(datasource: Any, frame: Any, expectations: Sequence[Any]) -> dict[int, Any]:
    asset = datasource.add_frame_asset("a") if datasource.type == "polars" else datasource.add_dataframe_asset("a")
    batch = asset.build_batch_request({"dataframe": frame})
    context = datasource.data_context
    suite = []
    for position, expectation in enumerate(expectations):
        configuration = copy.deepcopy(expectation.configuration)
        configuration.meta = {"position": position}
        suite.append(configuration)
    form = {"result_format": {"result_format": "COMPLETE", "return_unexpected_index_query": False}}
    with quiet_gx():
        results = context.get_validator(batch_request=batch).graph_validate(suite, form)
    return {result.expectation_config.meta["position"]: result for result in results}


def context() -> Any:
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return made


COMPARED = ("element_count", "unexpected_count", "missing_count", "unexpected_index_list")


def assert_same(frame: pl.DataFrame, expectations: Sequence[Any]) -> None:
    pandas = run(context().data_sources.add_pandas("pandas"), frame.to_pandas(), expectations)
    polars = run(context().data_sources.add_polars("polars"), frame.lazy(), expectations)
    assert set(pandas) == set(polars) == set(range(len(expectations)))
    for position, expectation in enumerate(expectations):
        reference, ours = pandas[position], polars[position]
        about = f"{expectation.configuration.type} {expectation.configuration.kwargs} on\n{frame}"
        assert not ours.exception_info.get("raised_exception", True), f"{about}\n{ours.exception_info}"
        assert reference.success == ours.success, f"{about}\n{reference.result}\n{ours.result}"
        for key in COMPARED:
            if key == "unexpected_index_list" and key in reference.result:
                assert list(reference.result[key]) == ours.result[key], about
            else:
                assert reference.result.get(key) == ours.result.get(key), f"{key} of {about}"
        if isinstance(reference.result.get("observed_value"), (int, float)):
            assert ours.result["observed_value"] == pytest.approx(reference.result["observed_value"]), about


@pytest.mark.parametrize("seed", [0, 1, 10, 11, 16])
def test_expectations_on_one_column(seed: int) -> None:
    assert_same(random_frame(seed), column_maps())


@pytest.mark.parametrize("seed", [0, 10, 11, 16])
def test_expectations_on_several_columns(seed: int) -> None:
    assert_same(random_frame(seed), several_columns())


@pytest.mark.parametrize("seed", [0, 11])
def test_row_conditions(seed: int) -> None:
    assert_same(random_frame(seed), under_conditions())


@pytest.mark.parametrize("seed", [0, 1, 10, 11, 16])
def test_aggregates(seed: int) -> None:
    assert_same(random_frame(seed), aggregates())
