"""The numbers of a file: drawn around the figures of the document, and holding together as the checks want."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from evalkit.declare.feed import FieldSpec, FieldType
from evalkit.demo.planned.bounds import NUMBERS, Total
from evalkit.demo.planned.reading import Figure
from evalkit.demo.planned.rows import PERIOD, WHOLE, Frame
from evalkit.demo.randomness import stream
from evalkit.formula.compile import compile_predicate
from evalkit.formula.parse import parse

Floats = npt.NDArray[np.float64]

_LEVELS = {"€": 9_000.0, "heures": 420.0, "%": 38.0, "€/an/UC": 12_500.0, "€/m²": 5.6, "€/logement": 480.0}
_COUNT = 24.0
_WOMEN = ("femmes", "filles")
_SHARE_OF_WOMEN, _SHARE_OF_TOTAL = 0.52, 0.8
_DRIFT, _NOISE, _POINTS = 0.04, 0.08, 0.8
"""Yearly drift of a level at most, its noise, and the noise of a percentage, when no document says how they move."""

_LONGEST_SCALE = 10
_MOST_OF_WHOLE = 0.7


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the numbers of a file are drawn from.

    Attributes:
        frame: the feed, its plan, and what the contract reads.
        rows: the rows with their keys and categories, without those that only add up others.
        weights: size of each zone over the mean size of the QPV.
        quarters: the QPV.
        first_year: the year of the levels.
        seed: of the demonstration.
    """

    frame: Frame
    rows: pl.DataFrame
    weights: Mapping[str, float]
    quarters: frozenset[str]
    first_year: int
    seed: int

    @property
    def zone(self) -> str:
        """Return the field of the zone, empty when the feed has none."""
        return next((each.name for each in self.frame.feed.fields if each.type is FieldType.ZONE), "")

    def stream(self, name: str) -> np.random.Generator:
        """Return the random numbers of one field of one sender."""
        return stream(self.seed, self.frame.feed.feed, self.frame.sender.producer, name)


def draw_quantities(drawing: Drawing, names: frozenset[str]) -> dict[str, pl.Series]:
    """Return the numeric columns of a file, parts after their wholes."""
    specs = {each.name: each for each in drawing.frame.feed.fields if each.name in names and each.type in NUMBERS}
    specs = {name: spec for name, spec in specs.items() if name not in drawing.rows.columns}
    bounds = drawing.frame.bounds
    groups = [total for total in bounds.totals if {total.of, *total.parts} & specs.keys()]
    grouped = {part: total for total in groups for part in total.parts}
    made: dict[str, Floats] = {}
    waiting = list(specs)
    while waiting:
        name = next(each for each in waiting if _is_ready(each, made, grouped, bounds.whole, specs))
        if name in grouped:
            made |= _parts(drawing, grouped[name], specs, made)
        elif bounds.whole.get(name) in made:
            made[name] = _part(drawing, specs[name], made[bounds.whole[name]])
        else:
            made[name] = _level(drawing, specs[name])
        waiting = [each for each in waiting if each not in made]
    return {name: _series(specs[name], values) for name, values in made.items() if name in specs}


def _is_ready(
    name: str,
    made: Mapping[str, Floats],
    grouped: Mapping[str, Total],
    whole: Mapping[str, str],
    specs: Mapping[str, FieldSpec],
) -> bool:
    before = grouped[name].of if name in grouped else whole.get(name, "")
    return before not in specs or before in made


def _level(drawing: Drawing, spec: FieldSpec) -> Floats:
    """Draw a quantity that is no part of another, around its figures or its planned level."""
    rng = drawing.stream(spec.name)
    n = drawing.rows.height
    if _is_scale(spec):
        return _grades(spec, n, rng)
    years = drawing.rows[PERIOD].str.slice(0, 4).cast(pl.Int64).to_numpy() - drawing.first_year
    drift = (1 + rng.uniform(-_DRIFT, _DRIFT)) ** years
    planned = drawing.frame.plan.levels.get(spec.name)
    level = float(planned) if planned is not None else _LEVELS.get(spec.unit or "", _COUNT)
    is_rate = spec.unit not in {"€", "heures"} and spec.type is FieldType.DECIMAL
    expected = np.full(n, level) if is_rate else level * _weights(drawing)
    for figure in _figures(drawing, spec.name, ""):
        expected = _anchored(drawing, figure, expected)
    expected = np.maximum(expected, _room_for_parts(drawing, spec.name)) * drift
    if spec.type is FieldType.INTEGER:
        return rng.poisson(np.maximum(expected, 0.0)).astype(float)
    noise = rng.normal(0.0, _POINTS, n) if spec.unit == "%" else expected * rng.normal(0.0, _NOISE / 4, n)
    return _bounded(spec, expected + noise)


def _is_scale(spec: FieldSpec) -> bool:
    is_short = spec.maximum is not None and spec.maximum <= _LONGEST_SCALE
    return spec.type is FieldType.INTEGER and is_short and spec.minimum is not None


def _grades(spec: FieldSpec, n: int, rng: np.random.Generator) -> Floats:
    """Draw answers on a short scale, its middle more often."""
    grades = np.arange(int(spec.minimum or 1), int(spec.maximum or 1) + 1)
    weights = 1.0 + np.minimum(grades - grades[0], grades[-1] - grades)
    return rng.choice(grades, n, p=weights / weights.sum()).astype(float)


def _weights(drawing: Drawing) -> Floats:
    if not drawing.zone:
        return np.ones(drawing.rows.height)
    zones = drawing.rows[drawing.zone].to_list()
    return np.array([drawing.weights.get(zone, 1.0) for zone in zones])


def _figures(drawing: Drawing, column: str, of: str) -> Iterator[Figure]:
    """Yield the figures of a column, those of all zones before those of one."""
    mine = [each for each in drawing.frame.reading.figures if each.column == column and each.of == of]
    yield from sorted(mine, key=lambda each: each.zone not in {"", "qpv", "ensemble"})


def _anchored(drawing: Drawing, figure: Figure, expected: Floats) -> Floats:
    """Return the expected values with those of the rows that a figure speaks of."""
    chosen = _chosen(drawing, figure)
    if not chosen.any():
        return expected
    if not figure.spread:
        return np.where(chosen, figure.value, expected)
    weights = np.where(chosen, _weights(drawing), 0.0)
    periods = drawing.rows[PERIOD].to_numpy()
    totals = {period: weights[periods == period].sum() for period in set(periods.tolist())}
    shared = figure.value * weights / np.array([totals[period] or 1.0 for period in periods])
    return np.where(chosen, shared, expected)


def _chosen(drawing: Drawing, figure: Figure) -> npt.NDArray[np.bool_]:
    """Return the rows that a figure speaks of; a word ``ensemble`` stands for the rows that add up to it."""
    rows = drawing.rows
    chosen = np.ones(rows.height, dtype=np.bool_)
    if drawing.zone and figure.zone != "ensemble":
        told = drawing.quarters if figure.zone in {"", "qpv"} else {figure.zone}
        chosen = rows[drawing.zone].is_in(list(told)).to_numpy()
    if not figure.where or not chosen.any():
        return chosen
    specs = drawing.frame.feed.fields
    ones = [pl.lit(1).alias(each.name) for each in specs if each.type in NUMBERS and each.name not in rows.columns]
    predicate = compile_predicate(parse(figure.where))
    read = {name for name in predicate.meta.root_names() if name in rows.columns}
    added = [each.name for each in specs if each.name in read and WHOLE in each.values]
    met = np.zeros(rows.height, dtype=np.bool_)
    for size in range(len(added) + 1):
        for names in itertools.combinations(added, size):
            seen = rows.with_columns(*ones, *(pl.lit(WHOLE).alias(name) for name in names))
            met |= seen.select(predicate.alias("met"))["met"].to_numpy()
    return chosen & met


def _share(drawing: Drawing, spec: FieldSpec, of: str, default: float) -> Floats:
    """Return the share of a part in its whole, row by row."""
    planned = drawing.frame.plan.shares.get(spec.name)
    share = np.full(drawing.rows.height, float(planned) if planned is not None else default)
    for figure in _figures(drawing, spec.name, of):
        share = np.where(_chosen(drawing, figure), figure.value, share)
    bounded: Floats = np.clip(share, 0.0, 1.0)
    return bounded


def _room_for_parts(drawing: Drawing, name: str) -> Floats:
    """Return what a whole must be at least, for the parts that the document prints to stand in it."""
    room = np.zeros(drawing.rows.height)
    for part, whole in drawing.frame.bounds.whole.items():
        if whole == name:
            needed = _room_for_parts(drawing, part)
            for figure in _figures(drawing, part, ""):
                needed = np.maximum(needed, _anchored(drawing, figure, np.zeros(len(room))))
            room = np.maximum(room, needed / _MOST_OF_WHOLE)
    return room


def _part(drawing: Drawing, spec: FieldSpec, whole: Floats) -> Floats:
    """Draw a part of a whole: around the figure of the document, else its share."""
    rng = drawing.stream(spec.name)
    women = any(word in spec.name for word in _WOMEN)
    default = _SHARE_OF_WOMEN if women else float(rng.uniform(0.3, 0.6))
    share = _share(drawing, spec, drawing.frame.bounds.whole[spec.name], default)
    if spec.type is FieldType.INTEGER:
        values = rng.binomial(whole.astype(np.int64), share).astype(float)
    else:
        values = whole * np.clip(share * (1 + rng.normal(0.0, _NOISE / 4, len(share))), 0.0, 1.0)
    printed = np.full(len(values), np.nan)
    for figure in _figures(drawing, spec.name, ""):
        printed = _anchored(drawing, figure, printed)
    values = np.where(np.isnan(printed), values, rng.poisson(np.nan_to_num(printed)))
    values = np.maximum(values, np.ceil(_room_for_parts(drawing, spec.name)))
    kept: Floats = np.minimum(values, whole)
    return kept


def _parts(
    drawing: Drawing, total: Total, specs: Mapping[str, FieldSpec], made: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Share a total out between its parts; the last one takes the rest when they make it up."""
    rng = drawing.stream(total.of)
    names = [name for name in total.parts if name in specs]
    left = made[total.of].copy()
    of_rest = np.ones(len(left))
    each = (1.0 if total.complete else _SHARE_OF_TOTAL) / len(total.parts)
    found: dict[str, Floats] = {}
    for rank, name in enumerate(names):
        share = _share(drawing, specs[name], total.of, each)
        if total.complete and rank == len(names) - 1:
            found[name] = left
            break
        chance = np.clip(np.divide(share, of_rest, out=np.zeros_like(share), where=of_rest > 0), 0.0, 1.0)
        whole_numbers = specs[name].type is FieldType.INTEGER
        taken = rng.binomial(left.astype(np.int64), chance).astype(float) if whole_numbers else left * chance
        found[name] = taken
        left, of_rest = left - taken, of_rest - share
    return {name: values for name, values in found.items() if name not in made}


def _bounded(spec: FieldSpec, values: Floats) -> Floats:
    low = float(spec.minimum) if spec.minimum is not None else -np.inf
    high = float(spec.maximum) if spec.maximum is not None else np.inf
    return np.clip(values, low, high)


def _series(spec: FieldSpec, values: Floats) -> pl.Series:
    if spec.type is FieldType.INTEGER:
        return pl.Series(spec.name, values.astype(np.int64), dtype=pl.Int64)
    return pl.Series(spec.name, np.round(values, spec.scale), dtype=pl.Float64)
