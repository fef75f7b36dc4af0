"""Writing an expectation once changes what a validation costs, never what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.registry import get_expectation_impl, list_registered_expectation_implementations

from evalkit.gx_polars import CheckRequest, validate
from evalkit.gx_polars.settled import SettledConfiguration

from .suite_of_everything import aggregates, column_maps, random_frame, several_columns, under_conditions
from .test_parity_with_gx_pandas import context, run


def told(result: Any) -> tuple[Any, ...]:
    found = result.result
    return result.success, found.get("element_count"), found.get("unexpected_count"), found.get("unexpected_index_list")


@pytest.mark.parametrize("seed", [11, 16])
@pytest.mark.parametrize("suite", [column_maps, several_columns, under_conditions, aggregates])
def test_same_answers_as_the_plain_expectations(suite: Any, seed: int) -> None:
    frame, expectations = random_frame(seed), suite()
    plain = run(context().data_sources.add_polars("polars"), frame, expectations)
    outcomes = validate(frame, expectations, minimum_rows=0).outcomes
    for position, (expectation, outcome) in enumerate(zip(expectations, outcomes[:-1], strict=True)):
        success, elements, unexpected, rows = told(plain[position])
        assert outcome.raised is None, expectation
        assert outcome.success == success, expectation
        assert outcome.unexpected == (None if elements is None else unexpected), expectation
        assert outcome.unexpected_rows.to_list() == (rows or []), expectation


def count_calls(monkeypatch: pytest.MonkeyPatch, requests: Sequence[CheckRequest]) -> dict[str, int]:
    calls = {"written": 0, "made": 0}
    write, make = Expectation.configuration.fget, Expectation.__init__

    def counted(name: str, function: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls[name] += 1
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr(Expectation, "configuration", property(counted("written", write)))
    monkeypatch.setattr(Expectation, "__init__", counted("made", make))
    validate(pl.DataFrame({"a": [1, 2, -1]}), requests)
    return calls


def test_an_expectation_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = [
        CheckRequest("expect_column_values_to_be_between", {"column": "a", "min_value": bound}) for bound in range(10)
    ]
    calls = count_calls(monkeypatch, requests)
    assert calls["written"] == 11  # ten expectations and the number of rows; plain GX writes about a hundred each
    assert calls["made"] == 22  # once to be checked before the validation, once in it


def test_registry_of_gx_keeps_its_own_classes() -> None:
    before = {name: get_expectation_impl(name) for name in list_registered_expectation_implementations()}
    validate(random_frame(11), [*column_maps(), *aggregates()])
    after = {name: get_expectation_impl(name) for name in list_registered_expectation_implementations()}
    assert after == before


def test_a_copy_makes_its_own_expectation() -> None:
    first = SettledConfiguration(type="expect_column_values_to_not_be_null", kwargs={"column": "a"}, notes="n")
    copied = first.__deepcopy__({})
    copied.kwargs["mostly"] = 0.5
    assert (first.kwargs, copied.notes) == ({"column": "a"}, "n")
    assert first.to_domain_obj() is first.to_domain_obj()
    assert first.to_domain_obj().configuration.to_domain_obj() is first.to_domain_obj()
    assert copied.to_domain_obj().mostly == 0.5
    assert first.to_domain_obj().mostly == 1
    assert copied.to_domain_obj().expectation_type == "expect_column_values_to_not_be_null"
