"""One or more expectations of every supported kind, on one table of columns, and random tables to run them on."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import great_expectations.expectations as gxe
import polars as pl
from great_expectations.expectations.row_conditions import Column

SCHEMA = {
    "i": pl.Int64,
    "j": pl.Int64,
    "k": pl.Int64,
    "x": pl.Float64,
    "y": pl.Float64,
    "s": pl.String,
    "t": pl.String,
    "d": pl.Datetime("us"),
    "day": pl.String,
}
WORDS = ["", "a", "ab", "abc", "Paris 13e", "éà", "a1", "QN07511M", "b\n"]
DAYS = ["2024-02-29", "2023-02-29", "2024-1-5", "05/03/2025", "", "2024-12-31"]


def random_frame(seed: int) -> pl.DataFrame:
    """Return a small table with nulls, NaN and repeated values; some have no row, some have one."""
    draw = random.Random(seed)
    rows = [0, 1, 2, 5, 12, 40][seed % 6]
    holes = [0.0, 0.2, 1.0][seed // 6 % 3]
    makers: dict[str, Any] = {
        "i": lambda: draw.randint(-3, 6),
        "j": lambda: draw.randint(-3, 6),
        "k": lambda: draw.randint(0, 3),
        "x": lambda: draw.choice([-1.5, 0.0, 0.5, 2.0, 7.25, float("nan")]),
        "y": lambda: draw.choice([-1.5, 0.0, 0.5, 2.0]),
        "s": lambda: draw.choice(WORDS),
        "t": lambda: draw.choice(WORDS[:3]),
        "d": lambda: dt.datetime(2024, draw.randint(1, 4), draw.randint(1, 5)),
        "day": lambda: draw.choice(DAYS),
    }
    columns = {
        name: [None if draw.random() < holes else maker() for _ in range(rows)] for name, maker in makers.items()
    }
    return pl.DataFrame(columns, schema=SCHEMA)


def column_maps() -> list[Any]:
    march = dt.datetime(2024, 3, 1)
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="i"),
        gxe.ExpectColumnValuesToNotBeNull(column="x", mostly=0.6),
        gxe.ExpectColumnValuesToBeNull(column="s", mostly=0.3),
        gxe.ExpectColumnValuesToBeBetween(column="i", min_value=-1, max_value=4),
        gxe.ExpectColumnValuesToBeBetween(column="i", min_value=-1, strict_min=True, mostly=0.7),
        gxe.ExpectColumnValuesToBeBetween(column="x", max_value=2.0, strict_max=True),
        gxe.ExpectColumnValuesToBeBetween(column="x", min_value=0, max_value=2, strict_min=True, strict_max=True),
        gxe.ExpectColumnValuesToBeBetween(column="d", min_value=march),
        gxe.ExpectColumnValuesToBeBetween(column="d", max_value="2024-03-01T00:00:00"),
        gxe.ExpectColumnValuesToBeInSet(column="i", value_set=[0, 1, 2, 2.0, "z"]),
        gxe.ExpectColumnValuesToBeInSet(column="s", value_set=["a", "ab", 3]),
        gxe.ExpectColumnValuesToBeInSet(column="x", value_set=[0.5, 2]),
        gxe.ExpectColumnValuesToBeInSet(column="t", value_set=[]),
        gxe.ExpectColumnValuesToNotBeInSet(column="i", value_set=[0, 1]),
        gxe.ExpectColumnValuesToNotBeInSet(column="s", value_set=["", None, "a1"], mostly=0.5),
        gxe.ExpectColumnValuesToBeUnique(column="i"),
        gxe.ExpectColumnValuesToBeUnique(column="x"),
        gxe.ExpectColumnValuesToBeUnique(column="s", mostly=0.4),
        gxe.ExpectColumnValuesToBeIncreasing(column="i"),
        gxe.ExpectColumnValuesToBeIncreasing(column="x", strictly=True, mostly=0.5),
        gxe.ExpectColumnValuesToBeDecreasing(column="i", strictly=True),
        gxe.ExpectColumnValuesToBeDecreasing(column="d"),
        gxe.ExpectColumnValuesToMatchRegex(column="s", regex="^[a-z]"),
        gxe.ExpectColumnValuesToMatchRegex(column="s", regex=r"\d"),
        gxe.ExpectColumnValuesToNotMatchRegex(column="s", regex="a"),
        gxe.ExpectColumnValuesToMatchRegexList(column="s", regex_list=["^a", r"\d+"], match_on="any"),
        gxe.ExpectColumnValuesToMatchRegexList(column="s", regex_list=["^a", r"\d+"], match_on="all"),
        gxe.ExpectColumnValuesToNotMatchRegexList(column="s", regex_list=["^a", r"\d+"]),
        gxe.ExpectColumnValueLengthsToBeBetween(column="s", min_value=1, max_value=3),
        gxe.ExpectColumnValueLengthsToBeBetween(column="s", min_value=1, strict_min=True),
        gxe.ExpectColumnValueLengthsToEqual(column="s", value=2),
        gxe.ExpectColumnValuesToMatchStrftimeFormat(column="day", strftime_format="%Y-%m-%d"),
        gxe.ExpectColumnValuesToMatchStrftimeFormat(column="day", strftime_format="%d/%m/%Y"),
        gxe.ExpectColumnValueZScoresToBeLessThan(column="y", threshold=1, double_sided=True),
        gxe.ExpectColumnValueZScoresToBeLessThan(column="y", threshold=0.5, double_sided=False),
        gxe.ExpectColumnValuesToNotBeOutliers(column="y", method="iqr", multiplier=0.5),
        gxe.ExpectColumnValuesToNotBeOutliers(column="y", method="std", multiplier=1.0),
    ]


def several_columns() -> list[Any]:
    found: list[Any] = []
    for ignored in ("both_values_are_missing", "either_value_is_missing", "neither"):
        pair = {"column_A": "i", "column_B": "j", "ignore_row_if": ignored}
        found += [
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(**pair),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(**pair, or_equal=True, mostly=0.4),
            gxe.ExpectColumnPairValuesToBeEqual(**pair),
            gxe.ExpectColumnPairValuesToBeInSet(**pair, value_pairs_set=[(0, 1), (1, 0), (2, 2), (None, 3)]),
        ]
    for ignored in ("all_values_are_missing", "any_value_is_missing", "never"):
        several = {"column_list": ["i", "j", "k"], "ignore_row_if": ignored}
        found += [
            gxe.ExpectMulticolumnSumToEqual(**several, sum_total=4),
            gxe.ExpectMulticolumnValuesToBeEqual(**several),
            gxe.ExpectSelectColumnValuesToBeUniqueWithinRecord(**several, mostly=0.5),
            gxe.ExpectCompoundColumnsToBeUnique(column_list=["i", "k"], ignore_row_if=ignored),
            gxe.ExpectCompoundColumnsToBeUnique(column_list=["s", "k", "x"], ignore_row_if=ignored),
        ]
    return found


def under_conditions() -> list[Any]:
    i, s, d = Column("i"), Column("s"), Column("d")
    conditions = [
        s == "a",
        i.is_in([0, 1, 2]),
        s.is_null(),
        (i >= 0) & (s.is_not_null()),
        (i < 0) | (i > 3),
        d >= dt.datetime(2024, 2, 1),
    ]
    return [
        made
        for condition in conditions
        for made in (
            gxe.ExpectColumnValuesToBeBetween(column="j", min_value=0, max_value=3, row_condition=condition),
            gxe.ExpectColumnValuesToBeUnique(column="k", mostly=0.2, row_condition=condition),
            gxe.ExpectColumnPairValuesToBeEqual(column_A="i", column_B="k", row_condition=condition),
            gxe.ExpectCompoundColumnsToBeUnique(column_list=["j", "k"], row_condition=condition),
            gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=3, row_condition=condition),
            gxe.ExpectColumnSumToBeBetween(column="j", min_value=0, max_value=9, row_condition=condition),
        )
    ]


def aggregates() -> list[Any]:
    ranges = {"quantiles": [0.0, 0.25, 0.5, 0.9, 1.0], "value_ranges": [[-3, 0], [-2, 2], [0, 3], [None, 6], [1, None]]}
    return [
        gxe.ExpectColumnMinToBeBetween(column="i", min_value=-2, max_value=3),
        gxe.ExpectColumnMaxToBeBetween(column="x", min_value=0, max_value=5),
        gxe.ExpectColumnMeanToBeBetween(column="x", min_value=0, max_value=2),
        gxe.ExpectColumnMedianToBeBetween(column="i", min_value=0, max_value=2),
        gxe.ExpectColumnSumToBeBetween(column="i", min_value=0, max_value=30),
        gxe.ExpectColumnStdevToBeBetween(column="x", min_value=0.5, max_value=3),
        gxe.ExpectColumnUniqueValueCountToBeBetween(column="s", min_value=1, max_value=6),
        gxe.ExpectColumnProportionOfUniqueValuesToBeBetween(column="i", min_value=0.3, max_value=0.9),
        gxe.ExpectColumnProportionOfNonNullValuesToBeBetween(column="i", min_value=0.5),
        gxe.ExpectColumnDistinctValuesToBeInSet(column="k", value_set=[0, 1, 2]),
        gxe.ExpectColumnDistinctValuesToContainSet(column="k", value_set=[0, 3]),
        gxe.ExpectColumnDistinctValuesToEqualSet(column="k", value_set=[0, 1, 2, 3]),
        gxe.ExpectColumnMostCommonValueToBeInSet(column="k", value_set=[1, 2], ties_okay=True),
        gxe.ExpectColumnMostCommonValueToBeInSet(column="t", value_set=["a"], ties_okay=False),
        gxe.ExpectColumnQuantileValuesToBeBetween(column="i", quantile_ranges=ranges),
        gxe.ExpectColumnQuantileValuesToBeBetween(column="y", quantile_ranges=ranges, allow_relative_error="linear"),
        gxe.ExpectColumnToExist(column="i"),
        gxe.ExpectColumnToExist(column="nowhere"),
        gxe.ExpectTableRowCountToEqual(value=5),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
        gxe.ExpectTableColumnCountToEqual(value=9),
        gxe.ExpectTableColumnCountToBeBetween(min_value=10),
        gxe.ExpectTableColumnsToMatchOrderedList(column_list=list(SCHEMA)),
        gxe.ExpectTableColumnsToMatchSet(column_set=["i", "j"], exact_match=False),
    ]
