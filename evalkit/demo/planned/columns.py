"""The columns of a file that are no quantity: dates, words, yes or no, texts; and the rules between columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from evalkit.declare.feed import FieldSpec, FieldType, RuleCheck
from evalkit.declare.period import first_day, last_day
from evalkit.demo.narratives import SENTENCES
from evalkit.demo.planned.quantities import Drawing
from evalkit.demo.planned.rows import PERIOD, known_words
from evalkit.formula.compile import compile_formula
from evalkit.formula.parse import parse
from evalkit.formula.tree import columns_of

_TRUE = 0.93
"""Share of true answers when the plan gives none: proofs sent, interventions done."""

_LONGEST_ANSWER = 28
_UNKNOWN_ZONE_RULE = "zone <> 'unknown'"


def draw_words(drawing: Drawing, names: Sequence[FieldSpec]) -> list[pl.Series]:
    """Return the categories and the codes that stand outside the key, every word equally often."""
    return [_words(drawing, spec) for spec in names if spec.type in {FieldType.CATEGORY, FieldType.CODE}]


def _words(drawing: Drawing, spec: FieldSpec) -> pl.Series:
    words = known_words(drawing.frame, spec)[spec.name] or (f"{spec.label or spec.name} fictif",)
    n = drawing.rows.height
    repeated = np.resize(np.array(words, dtype=object), n)
    return pl.Series(spec.name, drawing.stream(spec.name).permutation(repeated), dtype=pl.String)


def draw_others(drawing: Drawing, names: Sequence[FieldSpec]) -> list[pl.Series]:
    """Return the dates, the booleans and the texts; a date that follows another comes after it."""
    follows = drawing.frame.bounds.follows
    made: dict[str, pl.Series] = {}
    for spec in sorted(names, key=lambda each: each.name in follows):
        if spec.type is FieldType.DATE:
            made[spec.name] = _dates(drawing, spec, made.get(follows.get(spec.name, "")))
        elif spec.type is FieldType.BOOLEAN:
            made[spec.name] = _booleans(drawing, spec)
        elif spec.type is FieldType.FREE_TEXT:
            made[spec.name] = _texts(drawing, spec)
    return list(made.values())


def _dates(drawing: Drawing, spec: FieldSpec, before: pl.Series | None) -> pl.Series:
    rng = drawing.stream(spec.name)
    n = drawing.rows.height
    if before is not None:
        days: list[dt.date | None] = [
            day + dt.timedelta(days=int(added)) if day else None
            for day, added in zip(before.to_list(), rng.integers(1, _LONGEST_ANSWER, n), strict=True)
        ]
    else:
        spans = [(first_day(period), last_day(period)) for period in drawing.rows[PERIOD].to_list()]
        part = rng.random(n)
        days = [
            first + dt.timedelta(days=int(share * (last - first).days))
            for (first, last), share in zip(spans, part, strict=True)
        ]
    filled = drawing.frame.plan.shares.get(spec.name)
    if filled is not None and not spec.required:
        kept = rng.random(n) < float(filled)
        days = [day if keep else None for day, keep in zip(days, kept, strict=True)]
    return pl.Series(spec.name, days, dtype=pl.Date)


def _booleans(drawing: Drawing, spec: FieldSpec) -> pl.Series:
    share = float(drawing.frame.plan.shares.get(spec.name, _TRUE))
    return pl.Series(spec.name, drawing.stream(spec.name).random(drawing.rows.height) < share)


def _texts(drawing: Drawing, spec: FieldSpec) -> pl.Series:
    picked = drawing.stream(spec.name).integers(0, len(SENTENCES), drawing.rows.height)
    return pl.Series(spec.name, [f"[Texte synthétique] {SENTENCES[rank]}" for rank in picked], dtype=pl.String)


def keep_rules(table: pl.DataFrame, drawing: Drawing) -> pl.DataFrame:
    """Return the table without the optional cells that break a rule between columns.

    A refused request has no amount granted, an awaited review has no text: the cell is emptied, the latest named first.
    """
    specs = {each.name: each for each in drawing.frame.feed.fields}
    for each in (check for check in drawing.frame.feed.checks if isinstance(check, RuleCheck)):
        formula = parse(each.rule)
        if each.rule == _UNKNOWN_ZONE_RULE or not set(columns_of(formula)) <= set(table.columns):
            continue
        holds = compile_formula(formula).fill_null(value=True)
        for name in reversed(columns_of(formula)):
            if specs[name].required or name in drawing.frame.feed.key:
                continue
            emptied = table.with_columns(pl.when(holds).then(pl.col(name)).alias(name))
            if emptied.select(holds.all()).item():
                table = emptied
                break
    return table
