"""Where this engine differs from GX-pandas on purpose, and what only this engine has."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from great_expectations.expectations.row_conditions import Column

from evalkit.gx_polars import CheckRequest, ExpectationOutcome, is_of_type, validate
from evalkit.gx_polars.text_conditions import like_to_regex


def one(frame: pl.DataFrame, name: str, **kwargs: Any) -> ExpectationOutcome:
    return validate(frame, [CheckRequest(name, kwargs)]).outcomes[0]


def test_row_condition_never_keeps_null() -> None:
    frame = pl.DataFrame({"a": [None, 1, 2, 3], "b": [9, 9, 9, 0]})
    for condition in (Column("a") != 1, Column("a").is_not_in([1])):
        outcome = one(frame, "expect_column_values_to_be_in_set", column="b", value_set=[9], row_condition=condition)
        assert (outcome.evaluated, outcome.unexpected, outcome.unexpected_rows.to_list()) == (2, 1, [3])


def test_look_around_raises() -> None:
    outcome = one(pl.DataFrame({"s": ["a"]}), "expect_column_values_to_match_regex", column="s", regex="(?=a)")
    assert not outcome.success
    assert outcome.raised is not None
    assert outcome.raised.kind == "configuration"


def test_date_bound_on_datetime() -> None:
    frame = pl.DataFrame({"d": [dt.datetime(2024, 3, 1), dt.datetime(2024, 3, 1, 8)]})
    outcome = one(frame, "expect_column_values_to_be_between", column="d", max_value=dt.date(2024, 3, 1))
    assert outcome.unexpected_rows.to_list() == [1]


def test_text_compared_with_number_raises() -> None:
    frame = pl.DataFrame({"s": ["1"]}).clear()
    outcome = one(frame, "expect_column_values_to_be_between", column="s", min_value=1)
    assert outcome.raised is not None
    assert outcome.raised.kind == "type"


@pytest.mark.parametrize(
    ("pattern", "escape", "failing"),
    [("a%", None, [1, 3]), ("_b", None, [0, 2, 3]), ("100\\%", "\\", [0, 1, 2]), ("100!%", "!", [0, 1, 2])],
)
def test_like_patterns(pattern: str, escape: str | None, failing: list[int]) -> None:
    frame = pl.DataFrame({"s": ["abc", "xb", "a.b\nc", "100%", None]})
    kwargs = {"column": "s", "like_pattern": pattern} | ({"escape": escape} if escape else {})
    outcome = one(frame, "expect_column_values_to_match_like_pattern", **kwargs)
    assert outcome.unexpected_rows.to_list() == failing
    reverse = one(frame, "expect_column_values_to_not_match_like_pattern", **kwargs)
    assert reverse.unexpected_rows.to_list() == sorted(set(range(4)) - set(failing))


def test_like_pattern_is_literal_elsewhere() -> None:
    assert like_to_regex("a.b_%") == r"(?s)^a\.b..*$"


def test_order_of_text() -> None:
    frame = pl.DataFrame({"s": ["a", None, "c", "b"]})
    assert one(frame, "expect_column_values_to_be_increasing", column="s").unexpected_rows.to_list() == [3]


@pytest.mark.parametrize(
    ("dtype", "name", "expected"),
    [
        (pl.Int64(), "Int64", True),
        (pl.Int64(), "int64", True),
        (pl.Int64(), "integer", True),
        (pl.Int64(), "Int32", False),
        (pl.UInt8(), "integer", True),
        (pl.Float32(), "numeric", True),
        (pl.String(), "str", True),
        (pl.String(), "Utf8", True),
        (pl.Categorical(), "text", True),
        (pl.Datetime("us"), "Datetime", True),
        (pl.Datetime("us"), "temporal", True),
        (pl.Date(), "Datetime", False),
        (pl.List(pl.Int8), "list", True),
        (pl.Boolean(), "bool", True),
    ],
)
def test_types_are_polars_types(dtype: pl.DataType, name: str, expected: bool) -> None:
    assert is_of_type(dtype, name) is expected


def test_expectations_on_types() -> None:
    frame = pl.DataFrame({"a": [1], "s": ["x"]})
    assert one(frame, "expect_column_values_to_be_of_type", column="a", type_="integer").success
    assert one(frame, "expect_column_type_to_be", column="s", type_="String").success
    outcome = one(frame, "expect_column_values_to_be_in_type_list", column="a", type_list=["String", "Date"])
    assert (outcome.success, outcome.observed, outcome.raised) == (False, "Int64", None)
    assert one(frame, "expect_column_values_to_be_of_type", column="a", type_="varchar").raised is not None
    missing = one(frame, "expect_column_type_to_be", column="zz", type_="String").raised
    assert missing is not None
    assert (missing.kind, missing.detail) == ("missing_column", "zz")


def test_categories_are_text() -> None:
    frame = pl.DataFrame({"c": ["a", "b", None]}, schema={"c": pl.Categorical})
    outcome = one(frame, "expect_column_values_to_be_in_set", column="c", value_set=["a"])
    assert outcome.unexpected_rows.to_list() == [1]


def test_dates_of_a_suite_read_from_json() -> None:
    frame = pl.DataFrame({"d": [dt.date(2024, 1, 1), dt.date(2024, 6, 1)]})
    outcome = one(frame, "expect_column_values_to_be_in_set", column="d", value_set=["2024-01-01"])
    assert outcome.unexpected_rows.to_list() == [1]
