"""A suite written as GX's JSON is read back the same, and asks the same questions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.expectations.row_conditions import Column

from evalkit.gx_polars import CheckRequest, load_suite, save_suite, suite_from_json, suite_of, suite_to_json, validate

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
