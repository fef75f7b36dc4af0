"""The whole table of a sender: keys, words, quantities, dates and texts, then the rows that add up others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.demo.planned.bounds import NUMBERS
from evalkit.demo.planned.columns import draw_others, draw_words, keep_rules
from evalkit.demo.planned.quantities import Drawing, draw_quantities
from evalkit.demo.planned.rows import PERIOD, RANK, WHOLE, Frame, key_rows, margins, periods_of, summed_up
from evalkit.formula.compile import compile_predicate
from evalkit.formula.parse import parse
from evalkit.formula.tree import columns_of

_LABELS = frozenset({FieldType.QUARTER, FieldType.HALF_YEAR, FieldType.MONTH})


@dataclass(frozen=True, slots=True)
class Setting:
    """What rows are drawn in.

    Attributes:
        years: years covered.
        weights: size of each zone over the mean size of the QPV.
        quarters: the QPV.
        seed: of the demonstration.
    """

    years: Sequence[int]
    weights: Mapping[str, float]
    quarters: frozenset[str]
    seed: int


def table_of(frame: Frame, setting: Setting) -> pl.DataFrame:
    """Return the rows that a sender owes, with their period beside (:data:`PERIOD`).

    Args:
        frame: the feed, its plan, and what the contract reads.
        setting: years, zones and seed.
    """
    names = _written(frame)
    rows = key_rows(frame, periods_of(frame.feed.period.granularity, setting.years))
    split = summed_up(rows, frame.feed)
    keys = rows.filter(~pl.any_horizontal([pl.col(name) == WHOLE for name in split])) if split else rows
    drawing = Drawing(frame, keys, setting.weights, setting.quarters, setting.years[0], setting.seed)
    left = [each for each in frame.feed.fields if each.name in names and each.name not in keys.columns]
    words = keys.with_columns(draw_words(drawing, _but_period(left, frame.feed)))
    drawing = replace(drawing, rows=words)
    quantities = draw_quantities(drawing, names)
    table = words.with_columns(*quantities.values(), *draw_others(drawing, left), *_period_field(words, frame.feed))
    table = margins(table, frame, split, tuple(quantities))
    if frame.feed.supplied:
        table = _asked_cells(table, frame)
    ordered = [each.name for each in frame.feed.fields if each.name in table.columns]
    return keep_rules(table, drawing).select(*ordered, PERIOD)


def _written(frame: Frame) -> frozenset[str]:
    """Return the fields of the file: required, read, planned, never empty, and all that these depend on."""
    feed = frame.feed
    required = {each.name for each in feed.fields if each.required}
    declared = {each.name for each in feed.fields}
    plan, fault = frame.plan, frame.sender.fault
    named = {*plan.columns, *plan.levels, *plan.shares, *([fault.field] if fault and fault.field else [])}
    wanted = required | frame.reading.columns | named | frame.bounds.filled | set(feed.key)
    return frame.bounds.closure(frozenset(wanted & declared))


def _asked_cells(table: pl.DataFrame, frame: Frame) -> pl.DataFrame:
    """Empty the optional quantities of the rows of which no indicator reads them: a count has no denominator."""
    for spec in (each for each in frame.feed.fields if each.type in NUMBERS and not each.required):
        if spec.name not in table.columns:
            continue
        asked = pl.lit(value=False)
        for indicator in frame.reading.indicators:
            where = getattr(indicator.measure, "where", None)
            if where and spec.name in columns_of(parse(str(getattr(indicator.measure, "denominator", "0")))):
                asked = asked | compile_predicate(parse(where))
        table = table.with_columns(pl.when(asked).then(pl.col(spec.name)).alias(spec.name))
    return table


def _but_period(specs: Sequence[FieldSpec], feed: Feed) -> list[FieldSpec]:
    return [each for each in specs if each.name != feed.period.field and each.type not in NUMBERS]


def _period_field(rows: pl.DataFrame, feed: Feed) -> list[pl.Series]:
    """Return the field that holds the period, when it is written as a period and not as a date."""
    spec = feed.field(feed.period.field or "")
    if spec is None:
        return []
    periods = rows[PERIOD]
    if spec.type is FieldType.YEAR:
        return [periods.str.slice(0, 4).cast(pl.Int64).alias(spec.name)]
    if spec.type in _LABELS:
        return [periods.alias(spec.name)]
    return []


def drop_working_columns(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table as its sender writes it."""
    return table.drop(PERIOD, RANK, strict=False)
