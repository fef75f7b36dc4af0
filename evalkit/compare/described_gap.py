"""A field of the zones against the same notion in a reference: a series described, year of the data by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from evalkit.comparability.judge import judge_gap
from evalkit.comparability.observed import Observed
from evalkit.comparability.side import Side, side_of
from evalkit.comparability.verdict import Code
from evalkit.compare.gap_series import GapSeries, gap_series
from evalkit.declare.contract import ZoneKind
from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.declare.model import months_of
from evalkit.errors import ComputationError, Problem
from evalkit.store.rows import current_rows
from evalkit.store.schema import PERIOD
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.typography import typeset
from evalkit.workspace.columns import ZONE_COLUMN
from evalkit.workspace.workspace import Workspace

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
_HOLDERS = (ZoneKind.EPCI, ZoneKind.URBAN_UNIT, ZoneKind.COMMUNE)


@dataclass(frozen=True, slots=True)
class GapField:
    """A field of a feed whose rows are zones."""

    feed: Feed
    field: FieldSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class GapAsked:
    """Which gap is wanted.

    Attributes:
        contract: id of the contract.
        zones: the field read for the QPV.
        reference: the field read for their reference; the same one when absent.
        years: year of the data of some labels of ``zones``, as the evaluator read it on the producer's page.
        as_of: only what was received by that day.
    """

    contract: str
    zones: GapField
    reference: GapField
    years: Mapping[str, int] = field(default_factory=dict)
    as_of: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedGap:
    """The gap of a QPV to its reference.

    Attributes:
        series: the gap by year of the data; None when no year has both sides.
        zone: id of the QPV; ``name`` and ``reference``, the French names of both sides.
        left_out: French sentences: the figures that were not compared, and why.
        said: French sentences printed beside the series.
    """

    zone: str
    name: str
    reference: str
    series: GapSeries | None
    left_out: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Return the series, its limits and what was left out, as French lines without any causal word."""
        if self.series is None:
            yield typeset(f"{self.name} : aucun écart à « {self.reference} » ne peut être décrit.")
        else:
            yield from self.series.lines()
        yield from (typeset(each) for each in (*self.said, *self.left_out))


def gap_field(workspace: Workspace, written: str) -> GapField:
    """Return the field that « flux.champ » names.

    Args:
        workspace: the declarations.
        written: id of a feed, a dot, name of a number of it.

    Raises:
        ComputationError: no such feed, or no such number in it (``EVK-C301``).
    """
    feed_id, _, name = written.rpartition(".")
    feed = workspace.feeds.get(feed_id)
    if feed is None:
        repair = "Écrivez « flux.champ », par exemple insee-qpv-revenus.revenu_disponible_median."
        raise ComputationError(Problem("EVK-C301", "Ce flux n’est pas déclaré.", received=written, repair=repair))
    found = feed.field(name)
    if found is None or found.type not in _NUMBERS or feed.field(ZONE_COLUMN) is None:
        numbers = ", ".join(each.name for each in feed.fields if each.type in _NUMBERS)
        message = f"« {feed.label} » n’a pas ce nombre par zone."
        raise ComputationError(Problem("EVK-C301", message, received=name, repair=f"Nombres du flux : {numbers}."))
    return GapField(feed, found)


def described_gaps(workspace: Workspace, store: Store, asked: GapAsked) -> tuple[DescribedGap, ...]:
    """Describe the gap of each QPV of a contract to its reference, and never test it.

    Figures are set side by side by the year of their data, which is not always that of their label. What the rules of
    comparison forbid (two notions, two units, a year that nobody has checked) is left out and said.

    Args:
        workspace: the declarations.
        store: the accepted rows.
        asked: the two fields, and the years read by the evaluator.

    Returns:
        One gap per QPV with a figure, in the order of their ids.
    """
    territory = workspace.contract(asked.contract).territory
    there = _values(store, asked.reference, asked)
    reference = _reference(territory, there)
    here = _values(store, asked.zones, asked)
    return tuple(
        _described(asked, territory, (zone, here[zone]), (reference, there.get(reference, {})))
        for zone in territory.qpv
        if here.get(zone)
    )


def _values(store: Store, read: GapField, asked: GapAsked) -> dict[str, dict[str, float]]:
    """Return the value of each zone by label of period."""
    rows = current_rows(store, asked.contract, read.feed, asked.as_of)
    table = rows.select(ZONE_COLUMN, PERIOD, pl.col(read.field.name).cast(pl.Float64).alias("value")).collect()
    found: dict[str, dict[str, float]] = {}
    for zone, period, value in table.drop_nulls().sort(ZONE_COLUMN, PERIOD).iter_rows():
        found.setdefault(zone, {})[period] = value
    return found


def _reference(territory: Territory, there: Mapping[str, object]) -> str:
    """Return the zone read against: the territory's reference when it has figures, else an EPCI, else a commune."""
    if territory.reference in there:
        return str(territory.reference)
    known = (zone for kind in _HOLDERS for zone in territory.of_kind(kind) if zone in there)
    return next(known, territory.reference or "")


def _described(
    asked: GapAsked,
    territory: Territory,
    here: tuple[str, Mapping[str, float]],
    there: tuple[str, Mapping[str, float]],
) -> DescribedGap:
    (zone, ours), (reference, theirs) = here, there
    others = {_year(side): side for side in (_side(asked.reference, label, reference, {}) for label in theirs)}
    pairs: dict[str, tuple[float, float]] = {}
    left_out: list[str] = []
    said: list[str] = []
    for label, value in sorted(ours.items()):
        side = _side(asked.zones, label, zone, asked.years)
        year = _year(side)
        other = others.get(year) if year is not None else None
        if other is None:
            left_out.append(_alone(asked, territory.label(reference), label, year))
            continue
        judged = judge_gap(side, other, territory)
        if judged.refusal is not None:
            left_out.append(f"Base {label}, laissée de côté : {judged.refusal.sentence}")
            continue
        said += [each.sentence for each in judged.verdicts if each.code is not Code.CONTAINED]
        pairs[str(year)] = value, theirs[other.period]
        if label in asked.years:
            said.append(f"Base {label} : données de {year}, année lue par l’évaluateur, non par le catalogue.")
        elif label != str(year):
            said.append(f"Base {label} : données de {year}.")
    series = _series(asked, territory, (zone, reference), pairs) if pairs else None
    if territory.reference not in (None, reference):
        said.insert(0, f"« {territory.label(territory.reference or '')} », la référence déclarée, n’a pas de chiffre.")
    return DescribedGap(
        zone=zone,
        name=territory.label(zone),
        reference=territory.label(reference) if reference else "la référence",
        series=series,
        left_out=tuple(left_out),
        said=tuple(dict.fromkeys(said)),
    )


def _alone(asked: GapAsked, reference: str, label: str, year: int | None) -> str:
    if year is None:
        return (
            f"Base {label}, laissée de côté : personne n’a vérifié l’année de ses données. Lisez-la sur la page du "
            f"producteur et donnez-la : --annee {label}=AAAA."
        )
    return f"Base {label} (données de {year}), laissée de côté : « {reference} » n’a pas de chiffre de cette année."


def _side(read: GapField, label: str, zone: str, years: Mapping[str, int]) -> Side:
    side = side_of(read.feed, (read.field.name,), label, zone)
    if label not in years:
        return side
    year = years[label]
    days = {"year": year, "first": dt.date(year, 1, 1), "last": dt.date(year, 12, 31)}
    return replace(side, observed=tuple(replace(each, **days) for each in side.observed))  # type: ignore[arg-type]


def _year(side: Side) -> int | None:
    return next((each.year for each in side.observed), None)


def _series(
    asked: GapAsked, territory: Territory, zones: tuple[str, str], pairs: Mapping[str, tuple[float, float]]
) -> GapSeries:
    """Return the series, cut by the breaks of the origin, which are dated in the time of the data."""
    zone, reference = zones
    read = asked.zones
    origins: tuple[Observed, ...] = side_of(read.feed, (read.field.name,), next(iter(pairs)), zone).observed
    breaks = tuple(dict.fromkeys(each for origin in origins for each in origin.breaks))
    spacing = max((months_of(origin.spacing) for origin in origins if origin.spacing), default=0.0)
    unit = f" ({read.field.unit})" if read.field.unit else ""
    found = gap_series(
        (
            (territory.label(zone), {year: pair[0] for year, pair in pairs.items()}),
            (territory.label(reference), {year: pair[1] for year, pair in pairs.items()}),
        ),
        f"{read.field.label or read.field.name}{unit}",
        breaks,
        contains=reference in territory.containing(zone),
    )
    return replace(found, spacing=round(spacing / 12))
