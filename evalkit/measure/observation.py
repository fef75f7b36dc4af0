"""An observation: one value of one indicator for one zone and one period, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl


class Availability(StrEnum):
    """Whether there is a value, and why not: never a zero in place of a missing one."""

    AVAILABLE = "disponible"
    NOT_RECEIVED = "non reçu"
    NOT_PRODUCED = "non produit"
    NOT_APPLICABLE = "sans objet"
    NOT_COMPUTABLE = "non calculable"
    SECRET_AT_SOURCE = "secret à la source"


class Qualifier(StrEnum):
    """How firm a value is."""

    EXACT = "exact"
    PROVISIONAL = "provisoire"
    BOUND = "borne"
    ABOUT = "environ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value, confidential until it is published.

    Attributes:
        indicator: id of the indicator, with its ``version``.
        zone: a declared or derived zone.
        perimeter: vintage of the geography, 2015 or 2024.
        period: the period asked for; ``window`` says when the data were really observed.
        numerator: sum or count above the line; alone for counts and sums.
        denominator: sum or count under the line.
        value: in the unit of the indicator.
        n: units behind the value (rows, persons, answers), on which secrecy is decided.
        low: lower end of the interval; of a bound (« au moins »), the bound itself.
        high: upper end of the interval; of a bound (« au plus »), the bound itself.
        text: a narrative or a list of names.
        cause: a French sentence that says why there is no value, or what to know of the one there is.
        deliveries: ids of the deliveries that it comes from, sorted.
        relative: the relative change beside an absolute one, in %.
        shortfall: units missing to reach a target, beside the gap in points.
        parts: names of the observations that it is computed from (:func:`name_of`); none when it comes from rows. A
            reader who knows all of them but one may find that one.
        definition: hash of the declaration that it was computed by.
    """

    contract: str
    indicator: str
    version: int
    zone: str
    period: str
    availability: Availability
    perimeter: int | None = None
    window: str = ""
    breakdown: str = ""
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""
    cause: str = ""
    qualifier: Qualifier = Qualifier.EXACT
    nature: str = ""
    feed: str = ""
    deliveries: tuple[str, ...] = ()
    relative: float | None = None
    shortfall: float | None = None
    parts: tuple[str, ...] = ()
    definition: str = ""

    @property
    def name(self) -> str:
        """Return the name by which the observations that are computed from it call it."""
        return name_of(self.indicator, self.zone, self.period, self.breakdown)


def name_of(indicator: str, zone: str, period: str, breakdown: str = "") -> str:
    """Return the name of an observation inside one contract."""
    return "|".join((indicator, zone, period, breakdown))


OBSERVATION_SCHEMA = pl.Schema(
    {
        "contract": pl.String(),
        "indicator": pl.String(),
        "version": pl.Int64(),
        "zone": pl.String(),
        "period": pl.String(),
        "availability": pl.String(),
        "perimeter": pl.Int64(),
        "window": pl.String(),
        "breakdown": pl.String(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "value": pl.Float64(),
        "n": pl.Int64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "text": pl.String(),
        "cause": pl.String(),
        "qualifier": pl.String(),
        "nature": pl.String(),
        "feed": pl.String(),
        "deliveries": pl.List(pl.String()),
        "relative": pl.Float64(),
        "shortfall": pl.Float64(),
        "parts": pl.List(pl.String()),
        "definition": pl.String(),
    }
)


_LISTS = ("deliveries", "parts")


def observation_frame(observations: Sequence[Observation]) -> pl.DataFrame:
    """Return observations as a frame of :data:`OBSERVATION_SCHEMA`, sorted by indicator, zone, period, breakdown."""
    columns: dict[str, Any] = {name: [getattr(each, name) for each in observations] for name in OBSERVATION_SCHEMA}
    for name in _LISTS:
        # A column of lists is built much faster from joined texts than from lists.
        joined = pl.Series(name, ["\n".join(each) for each in columns[name]], pl.String)
        columns[name] = pl.select(
            pl.when(joined == "").then(pl.lit([], pl.List(pl.String))).otherwise(joined.str.split("\n"))
        ).to_series()
    frame = pl.DataFrame(columns, schema=OBSERVATION_SCHEMA)
    return frame.sort("contract", "indicator", "zone", "period", "breakdown")
