"""The rows of a file before their values: one for each zone, period and combination of words that name it once."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.declare.period import Granularity, periods_between
from evalkit.demo.planned.bounds import Bounds
from evalkit.demo.planned.plan import FeedPlan, Sender
from evalkit.demo.planned.reading import Reading
from evalkit.formula.compile import compile_predicate
from evalkit.formula.parse import parse

WHOLE = "ensemble"
"""The word of a category whose row adds up those of the other words."""

NOT_SPLIT = "non_ventile"
"""The word of a category whose row stands alone, for what is not given by the other words."""

PERIOD = "__period"
"""The period of a row, whatever field holds it."""

RANK = "__rank"
"""The rank of a row among those of its zone and period that only a number tells apart."""

_UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SCHOOLS_FROM = 9_990_000
"""No département has the number 999: these schools are fictitious."""


@dataclass(frozen=True, slots=True)
class Frame:
    """All that the rows of a sender are made from."""

    feed: Feed
    plan: FeedPlan
    sender: Sender
    reading: Reading
    bounds: Bounds
    zones: tuple[str, ...]


def periods_of(granularity: Granularity, years: Sequence[int]) -> tuple[str, ...]:
    """Return every period of a granularity that begins in the years."""
    first, last = years[0], years[-1]
    match granularity:
        case Granularity.YEAR:
            return tuple(str(year) for year in years)
        case Granularity.SCHOOL_YEAR:
            return tuple(f"{year}-{year + 1}" for year in years)
        case Granularity.HALF_YEAR:
            return periods_between(f"{first}-S1", f"{last}-S2")
        case Granularity.QUARTER:
            return periods_between(f"{first}-T1", f"{last}-T4")
        case Granularity.MONTH:
            return periods_between(f"{first}-01", f"{last}-12")


def key_rows(frame: Frame, periods: Sequence[str]) -> pl.DataFrame:
    """Return one row per key, with the fields of the key, the period and the rank."""
    feed = frame.feed
    zone = next((each.name for each in feed.fields if each.type is FieldType.ZONE), "")
    listed = {
        name: _words_of(frame, spec)
        for name, spec in _key_fields(feed).items()
        if name not in {zone, feed.period.field} and not _is_numbered(frame, spec)
    }
    numbered = [name for name, spec in _key_fields(feed).items() if _is_numbered(frame, spec)]
    count = frame.plan.size if numbered or set(feed.key) <= {zone, feed.period.field or ""} - {zone} else 1
    zones = frame.zones if zone else ("",)
    made = [
        {PERIOD: period, **({zone: place} if zone else {}), **dict(zip(listed, words, strict=True)), RANK: rank}
        for period, place, words, rank in itertools.product(
            periods, zones, itertools.product(*listed.values()), range(count)
        )
    ]
    rows = _split_or_not(pl.DataFrame(made, infer_schema_length=None), frame)
    if frame.bounds.schools:
        rows = rows.with_columns(_schools(rows, zone, zones).alias(next(iter(frame.bounds.schools))))
    return _numbered(rows, numbered, frame)


def _split_or_not(rows: pl.DataFrame, frame: Frame) -> pl.DataFrame:
    """Keep the row ``non_ventile`` of what no indicator splits, and the other words of what one does."""
    split = next((each.name for each in frame.feed.fields if NOT_SPLIT in each.values and each.name in rows), "")
    if not split:
        return rows
    asked = pl.lit(value=False)
    for indicator in frame.reading.indicators:
        where = getattr(indicator.measure, "where", None)
        if split in indicator.by and where:
            asked = asked | compile_predicate(parse(where))
    return rows.filter((pl.col(split) != NOT_SPLIT) == asked)


def _key_fields(feed: Feed) -> dict[str, FieldSpec]:
    return {each.name: each for each in feed.fields if each.name in feed.key}


def _is_numbered(frame: Frame, spec: FieldSpec) -> bool:
    """Tell whether a field of the key is a number given to each row: of an action, a meeting, an answer."""
    if spec.type is not FieldType.CODE or spec.name in frame.bounds.schools:
        return False
    return not _asked(frame, spec)


def _asked(frame: Frame, spec: FieldSpec) -> tuple[str, ...]:
    """Return the words that somebody names for a field."""
    return (
        frame.sender.holds.get(spec.name) or frame.plan.words.get(spec.name) or frame.reading.equal.get(spec.name) or ()
    )


def _words_of(frame: Frame, spec: FieldSpec) -> tuple[str, ...]:
    """Return the words of a field of the key: those asked for, or all of them when some must add up."""
    if spec.name in frame.bounds.schools:
        return ("",)
    asked = _asked(frame, spec)
    if spec.type is not FieldType.CATEGORY or frame.sender.holds.get(spec.name) or frame.plan.words.get(spec.name):
        return asked
    if spec.name in frame.reading.open or (WHOLE in asked and len(asked) > 1):
        return tuple(word for word in spec.values if word != WHOLE) + ((WHOLE,) if WHOLE in spec.values else ())
    if not asked:
        return (WHOLE,) if WHOLE in spec.values else spec.values
    return asked


def _schools(rows: pl.DataFrame, zone: str, zones: Sequence[str]) -> pl.Series:
    """Return a fictitious school for each zone, with its control letter (number modulo 23)."""
    numbers = {place: _SCHOOLS_FROM + 1 + rank for rank, place in enumerate(zones)}
    codes = {place: f"{number:07d}{_UAI_LETTERS[number % 23]}" for place, number in numbers.items()}
    return rows[zone].replace_strict(codes, return_dtype=pl.String)


def _numbered(rows: pl.DataFrame, names: Sequence[str], frame: Frame) -> pl.DataFrame:
    """Give a number to each row, for each year on its own; an action has the same one in every file that names it."""
    several = len(frame.plan.senders) > 1
    producer = [pl.lit(frame.sender.producer.replace("-", "")[:4].upper())] if several else []
    year = pl.col(PERIOD).str.slice(0, 4)
    rank = (pl.int_range(pl.len()).over(year) + 1).cast(pl.String).str.zfill(4)
    numbers = [
        pl.concat_str([pl.lit(name[:1].upper()), *producer, year, rank], separator="-").alias(name) for name in names
    ]
    return rows.with_columns(numbers)


def summed_up(rows: pl.DataFrame, feed: Feed) -> tuple[str, ...]:
    """Return the categories of the key of which the rows ``ensemble`` add up the others."""
    categories = (name for name, spec in _key_fields(feed).items() if spec.type is FieldType.CATEGORY)
    words = {name: set(rows[name].unique().to_list()) for name in categories}
    return tuple(name for name, found in words.items() if WHOLE in found and len(found) > 1)


def margins(table: pl.DataFrame, frame: Frame, names: Sequence[str], summed: Sequence[str]) -> pl.DataFrame:
    """Return a table with the rows ``ensemble`` of some categories of the key, made from the sum of the others.

    Args:
        table: the rows that add up no others.
        frame: their feed.
        names: the categories.
        summed: the quantities.
    """
    specs = _key_fields(frame.feed)
    for name in names:
        others = [each for each in table.columns if each not in {*summed, name}]
        keys = [each for each in others if each in specs or each in {PERIOD, RANK}]
        rest = [pl.col(each).first() for each in others if each not in keys]
        whole = table.group_by(keys, maintain_order=True).agg(*rest, pl.col(*summed).sum())
        table = pl.concat([table, whole.with_columns(pl.lit(WHOLE).alias(name)).select(table.columns)])
    return table


def known_words(frame: Frame, spec: FieldSpec) -> Mapping[str, tuple[str, ...]]:
    """Return the words of a field outside the key, under its name: those asked for first, then the others."""
    asked = _asked(frame, spec)
    others = tuple(word for word in spec.values if word not in asked)
    held = frame.sender.holds.get(spec.name) or frame.plan.words.get(spec.name)
    return {spec.name: held or (*asked, *others)}
