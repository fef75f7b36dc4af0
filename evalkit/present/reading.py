"""Read a publication: the series of an indicator in a zone, and which of its values may be compared."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from evalkit.comparability.zone_rules import contour_moved
from evalkit.declare.contract import Axis, Objective
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DurationMeasure, PublishedMeasure, RatioMeasure, SurveyMeasure
from evalkit.declare.period import first_day, granularity_of, last_day, months_in, season_of
from evalkit.present.messages.catalogue import noun, say
from evalkit.publish.edition import read_edition
from evalkit.publish.publication import Confidentiality, Publication
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV
from evalkit.typography import NO_BREAK

AVAILABLE = "disponible"
NOT_APPLICABLE = "sans objet"
SECRET_AT_SOURCE = "secret à la source"
PROVISIONAL = "provisoire"
_PARTS = re.compile(r"^(\d+) livraisons? sur (2|3|4|6|12)$")
"""The cause of a provisional value counts the parts of its period: half-years, quarters or months."""
_PART_WORDS = {1: "reading.months", 3: "reading.quarters", 6: "reading.half_years"}


@dataclass(frozen=True, slots=True)
class Point:
    """One published observation.

    Attributes:
        is_secret: masked here, or by its producer.
    """

    period: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    low: float | None
    high: float | None
    availability: str
    is_secret: bool
    cause: str
    qualifier: str
    perimeter: int | None
    text: str = ""

    @property
    def is_free(self) -> bool:
        """Tell whether it has a value that may be read."""
        return self.value is not None

    @property
    def part(self) -> str:
        """Return which part of an unfinished period was received: « 2 trimestres sur 4 »."""
        counted = _PARTS.match(self.cause)
        if counted is None:
            return self.cause
        received, expected = int(counted[1]), int(counted[2])
        length = granularity_of(self.period)
        key = _PART_WORDS.get(months_in(length) // expected if length is not None else 0, "reading.months")
        return say("reading.part", received=f"{received}{NO_BREAK}{noun(key, received)}", expected=expected)


@dataclass(frozen=True, slots=True)
class Series:
    """The published observations of one indicator in one zone, without breakdown, in time order."""

    indicator: Indicator
    zone: str
    points: tuple[Point, ...]

    @property
    def free(self) -> tuple[Point, ...]:
        """Return the points that have a value."""
        return tuple(point for point in self.points if point.is_free)

    @property
    def whole(self) -> tuple[Point, ...]:
        """Return the points that may be compared and judged: an unfinished period is not one."""
        return tuple(point for point in self.free if point.qualifier != PROVISIONAL)

    @property
    def provisional(self) -> Point | None:
        """Return the last value when its period is not whole yet."""
        return self.free[-1] if self.free and self.free[-1].qualifier == PROVISIONAL else None

    @property
    def latest(self) -> Point | None:
        """Return the last point that may be compared, else the last that has a value, else the last point."""
        return next((points[-1] for points in (self.whole, self.free, self.points) if points), None)


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two comparable values of a series."""

    since: Point
    until: Point

    @property
    def amount(self) -> float:
        """Return the later value minus the earlier one."""
        return (self.until.value or 0.0) - (self.since.value or 0.0)


@dataclass(frozen=True, slots=True)
class _Index:
    """Where the observations of each series stand.

    Attributes:
        rows: the columns of the observations that a point is made of.
        places: the lines of each series, by indicator, version, zone and breakdown.
        zones: the zones of each indicator.
    """

    rows: pl.DataFrame
    places: Mapping[tuple[str, int, str, str], Sequence[int]]
    zones: Mapping[str, frozenset[str]]


def _indexed(observations: pl.DataFrame) -> _Index:
    places: dict[tuple[str, int, str, str], list[int]] = {}
    zones: dict[str, set[str]] = {}
    keys = observations.select("indicator", "version", "zone", "breakdown").iter_rows()
    for place, (indicator, version, zone, breakdown) in enumerate(keys):
        places.setdefault((indicator, version, zone, breakdown), []).append(place)
        zones.setdefault(indicator, set()).add(zone)
    kept = [name for name in observations.columns if name in {*Point.__slots__, "confidentiality", "reason"}]
    frozen = {indicator: frozenset(found) for indicator, found in zones.items()}
    return _Index(observations.select(kept), places, frozen)


@dataclass(frozen=True, slots=True)
class Reader:
    """A publication with its tables indexed for reading."""

    publication: Publication
    _index: _Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the observations by series once: a report reads some thousands of series."""
        object.__setattr__(self, "_index", _indexed(self.publication.tables.observations))

    @property
    def objectives(self) -> Iterator[tuple[Axis, Objective]]:
        """Give every objective with its axis, in the order of the contract."""
        for axis in self.publication.declared.contract.axes:
            for objective in axis.objectives:
                yield axis, objective

    def indicators_of(self, objective: str) -> tuple[Indicator, ...]:
        """Return the indicators of an objective, in the order of the declarations."""
        return tuple(each for each in self.publication.declared.indicators if each.objective == objective)

    def zone(self, zone: str) -> str:
        """Return the French name of a zone."""
        return self.publication.declared.territory.label(zone)

    def partner(self, partner: str) -> str:
        """Return the French name of a partner."""
        known = {each.id: each.label for each in self.publication.declared.contract.partners}
        return known.get(partner, partner)

    def source(self, feed: str) -> dict[str, object]:
        """Return the line of the sources on a feed; empty when the publication has none."""
        found = self.publication.tables.sources.filter(pl.col("feed") == feed)
        return found.row(0, named=True) if found.height else {}

    def series(self, indicator: Indicator, zone: str, breakdown: str = "") -> Series:
        """Return the observations of an indicator in a zone, whole or of one word of a breakdown."""
        places = self._index.places.get((indicator.id, indicator.version, zone, breakdown), ())
        rows = (self._index.rows.row(place, named=True) for place in places)
        ordered = sorted(rows, key=lambda row: (_day(row["period"]), row["perimeter"] or 0))
        return Series(indicator, zone, tuple(_point(row) for row in ordered))

    def zones_of(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the zones for which the publication has a line: all QPV first, then each, then the reference."""
        found = self._index.zones.get(indicator.id, frozenset()) - {""}
        order = {ALL_QPV: 0, OUTSIDE_QPV: 2, self.publication.declared.reference: 3}
        return tuple(sorted(found, key=lambda zone: (order.get(zone, 1), zone)))

    def reference_of(self, indicator: Indicator) -> str | None:
        """Return the zone to which gaps are read: *hors QPV* when it is measured, else the declared reference."""
        zones = self.zones_of(indicator)
        wanted = (OUTSIDE_QPV, self.publication.declared.reference)
        return next((zone for zone in wanted if zone is not None and zone in zones), None)

    def change(self, series: Series) -> Change | None:
        """Return the change from the first value that is comparable with the last one, of the same season."""
        whole = series.whole
        season = season_of(whole[-1].period) if whole else ""
        earlier = [point for point in whole[:-1] if season_of(point.period) == season]
        comparable = [point for point in earlier if not self.objection(series, point, whole[-1])]
        return Change(comparable[0], whole[-1]) if comparable else None

    def objection(self, series: Series, since: Point, until: Point) -> str:
        """Return the French reason why two values of a series must not be compared; empty when they may."""
        if self.is_cut(series, since, until):
            return say("reading.moved") if self.has_moved(series.zone, since, until) else say("reading.broken")
        feed = series.indicator.measure.feed if series.indicator.measure else ""
        start, end = _day(since.period), _end(until.period)
        spacing = self.source(feed).get("spacing_months")
        months = (end.year - start.year) * 12 + end.month - start.month
        length = granularity_of(since.period)
        if isinstance(spacing, float) and months - (months_in(length) - 1 if length else 0) < spacing:
            return say("reading.overlapping")
        return ""

    def is_cut(self, series: Series, since: Point, until: Point) -> bool:
        """Tell whether a moved perimeter or a dated break of the source stands between two values.

        A break inside the earlier period cuts too: a part of it was counted the new way.
        """
        if since.is_free and until.is_free and self.has_moved(series.zone, since, until):
            return True
        feed = series.indicator.measure.feed if series.indicator.measure else ""
        dates = self.publication.tables.breaks.filter(pl.col("feed") == feed)["date"]
        return any(_day(since.period) < date <= _end(until.period) for date in dates)

    def has_moved(self, zone: str, since: Point, until: Point) -> bool:
        """Tell whether two values of a zone follow two contours: two vintages may keep the same one."""
        if since.perimeter == until.perimeter:
            return False
        return contour_moved(self.publication.declared.territory, zone, _day(since.period), _end(until.period))

    def gap(self, series: Series) -> Change | None:
        """Return the last value of a zone against the reference in the same period, for measures that compare."""
        reference = self.reference_of(series.indicator)
        comparable = isinstance(
            series.indicator.measure, RatioMeasure | DurationMeasure | SurveyMeasure | PublishedMeasure
        )
        latest = series.latest
        if not comparable or reference is None or reference == series.zone or latest is None or not latest.is_free:
            return None
        others = [each for each in self.series(series.indicator, reference).free if each.period == latest.period]
        return Change(others[-1], latest) if others and others[-1].perimeter == latest.perimeter else None


def _point(row: dict[str, object]) -> Point:
    secret = row["confidentiality"] == Confidentiality.SECRET or row["availability"] == SECRET_AT_SOURCE
    kept = {name: row[name] for name in Point.__slots__ if name in row}
    kept["cause"] = row["reason"] or row["cause"]
    return Point(is_secret=secret, **kept)  # type: ignore[arg-type]


def _day(period: str) -> dt.date:
    return first_day(period) if granularity_of(period) else dt.date.min


def _end(period: str) -> dt.date:
    return last_day(period) if granularity_of(period) else dt.date.max


def open_reader(edition: Path) -> Reader:
    """Open the publication of an edition for reading.

    Args:
        edition: the folder of the edition.

    Raises:
        PublicationError: the folder is not a whole edition.
    """
    return Reader(read_edition(edition))
