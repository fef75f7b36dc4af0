"""Repeated keys are found from hashes, and the answer is exact even when hashes collide."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.gx_polars import CheckRequest, validate
from evalkit.gx_polars.repeats import Key, repeated_rows
from evalkit.gx_polars.rows import Rows

FRAME = pl.DataFrame({"a": [1, 1, 2, None, 2, None], "b": ["x", "x", "y", "y", "z", "y"]})


def found(frame: pl.DataFrame, key: Key, kept: pl.Expr | None = None) -> list[int]:
    return repeated_rows(Rows("g", frame.lazy(), kept), key).collect()["row"].sort().to_list()


def test_rows_that_share_a_key() -> None:
    assert found(FRAME, Key(("a", "b"), None)) == [0, 1, 3, 5]  # null is a value like another
    assert found(FRAME, Key(("a",), None)) == [0, 1, 2, 3, 4, 5]
    assert found(FRAME, Key(("a", "b"), pl.col("a").is_not_null())) == [0, 1]


def test_a_row_condition_hides_rows_and_not_their_numbers() -> None:
    assert found(FRAME, Key(("b",), None), pl.col("a") == 2) == []
    assert found(FRAME, Key(("b",), None), pl.col("a").is_null()) == [3, 5]


def test_collisions_of_hashes_are_not_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    def same(self: pl.Expr, *_: Any) -> pl.Expr:
        return self.is_null().cast(pl.UInt64) * 0

    monkeypatch.setattr(pl.Expr, "hash", same)
    assert found(FRAME, Key(("a", "b"), None)) == [0, 1, 3, 5]
    assert found(pl.DataFrame({"a": range(100)}), Key(("a",), None)) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3) | st.none(), st.sampled_from(["", "a", "ab", None])), max_size=30))
def test_same_rows_as_is_duplicated(rows: list[tuple[int | None, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.Int64, "b": pl.String}, orient="row")
    expected = frame.with_row_index().filter(pl.struct("a", "b").is_duplicated())["index"].to_list()
    assert found(frame, Key(("a", "b"), None)) == expected


@pytest.mark.parametrize(
    "values",
    [
        pl.Series([0.0, -0.0, 1.0]),
        pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        pl.Series([[1], [1], [2]]),
        pl.Series([{"n": 1}, {"n": 2}, {"n": 1}]),
        pl.Series(["1.10", "1.1", "2"]).cast(pl.Decimal(10, 2)),
    ],
)
def test_types_whose_equal_values_are_written_in_two_ways(values: pl.Series) -> None:
    frame = pl.DataFrame({"v": values})
    expected = frame.with_row_index().filter(pl.col("v").is_duplicated())["index"].to_list()
    assert len(expected) == 2
    assert found(frame, Key(("v",), None)) == expected


def test_keys_of_the_failing_rows_are_gathered() -> None:
    frame = FRAME.with_columns(line=pl.Series([12, 13, 14, 15, 16, 17]), row=pl.lit("taken"))
    requests = [
        CheckRequest("expect_column_values_to_be_unique", {"column": "a"}),
        CheckRequest("expect_compound_columns_to_be_unique", {"column_list": ["a", "b"]}),
        CheckRequest("expect_column_values_to_not_be_null", {"column": "a"}),
    ]
    outcomes = validate(frame, requests, row_index="line").outcomes
    assert [one.unexpected_rows.to_list() for one in outcomes[:3]] == [[12, 13, 14, 16], [12, 13, 15, 17], [15, 17]]


def test_counts_alone() -> None:
    requests = [
        CheckRequest("expect_column_values_to_be_unique", {"column": "a"}),
        CheckRequest("expect_column_values_to_not_be_null", {"column": "a"}),
    ]
    outcomes = validate(FRAME, requests, find_rows=False).outcomes
    assert [one.unexpected for one in outcomes[:2]] == [4, 2]
    assert [one.unexpected_rows.len() for one in outcomes] == [0, 0, 0]
    assert not outcomes[0].success
