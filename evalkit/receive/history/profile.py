"""The profile of a delivery: levels of its numbers and shares of its words; no value of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.store.schema import PERIOD, declared_schema

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
_WORDS = frozenset({FieldType.CATEGORY, FieldType.BOOLEAN, FieldType.ZONE})


@dataclass(frozen=True, slots=True)
class Level:
    """Where the values of a number stand.

    Attributes:
        count: number of values.
        median: their median.
        deviation: their median absolute deviation.
    """

    count: int
    median: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared from one delivery to the next.

    Attributes:
        rows: number of rows.
        periods: number of periods.
        filled: number of filled cells of each field.
        levels: level of each number that has values.
        words: number of rows of each word of the fields of words; zones are ids.
    """

    rows: int
    periods: int
    filled: Mapping[str, int]
    levels: Mapping[str, Level]
    words: Mapping[str, Mapping[str, int]]


def profile_of(feed: Feed, rows: pl.DataFrame) -> Profile:
    """Return the profile of the rows of one delivery.

    A field that the rows do not have, or have in another type, is left out: the feed was declared otherwise then.
    """
    schema = declared_schema(feed)
    fields = [field for field in feed.fields if rows.schema.get(field.name) == schema[field.name]]
    numbers = [field.name for field in fields if field.type in _NUMBERS]
    words = [field.name for field in fields if field.type in _WORDS]
    filled = rows.select(pl.col(field.name).count() for field in fields).row(0, named=True) if fields else {}
    return Profile(
        rows.height,
        rows[PERIOD].drop_nulls().n_unique(),
        filled,
        {name: _level(rows[name].drop_nulls()) for name in numbers if filled[name]},
        {name: _counts(rows[name].drop_nulls()) for name in words},
    )


def _level(values: pl.Series) -> Level:
    numbers = values.cast(pl.Float64)
    median = _median(numbers)
    return Level(len(numbers), median, _median((numbers - median).abs()))


def _median(numbers: pl.Series) -> float:
    return float(numbers.alias("number").to_frame().select(pl.col("number").median()).item())


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.cast(pl.String).alias("word").value_counts().sort("word")
    return {str(word): int(count) for word, count in counted.iter_rows()}
