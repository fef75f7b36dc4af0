"""An observation: one value of one indicator for one zone and one period, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

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
        text: a narrative, for a written review.
        cause: a French sentence that says why there is no value.
        deliveries: ids of the deliveries that it comes from, sorted.
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
    }
)


def observation_frame(observations: Sequence[Observation]) -> pl.DataFrame:
    """Return observations as a frame of :data:`OBSERVATION_SCHEMA`, sorted by indicator, zone, period, breakdown."""
    rows = [{**asdict(each), "deliveries": list(each.deliveries)} for each in observations]
    frame = pl.DataFrame(rows, schema=OBSERVATION_SCHEMA)
    return frame.sort("contract", "indicator", "zone", "period", "breakdown")
