"""A series on one contour: figures of the earlier contours are carried to the later ones by shares of population.

Carrying supposes that what is counted is spread in a neighbourhood as its population is. How far that may be wrong is
bounded (Fréchet): of ``c`` cases among ``N`` units, those that are in a part of ``n`` units are at least
``max(0, c - (N - n))`` and at most ``min(c, n)``, where ``n`` is ``N`` times the share of population. A sum that counts
no units (euros, hours) is only known to be between nothing and the whole of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from evalkit.declare.contract import Perimeter, Zone
from evalkit.declare.period import last_day
from evalkit.territory.amounts import Amount, Statistic, require_additive
from evalkit.territory.correspondence import Correspondence
from evalkit.territory.perimeters import perimeter_on
from evalkit.territory.zones import Territory
from evalkit.typography import typeset

SMALLEST_COVERAGE = 0.8
"""Below this part of the population of a contour, its past is not the past of the contour."""

_INSTEAD = "Gardez les seuls quartiers dont le contour n’a pas changé, ou demandez cette valeur au producteur."


@dataclass(frozen=True, slots=True)
class Carried:
    """A figure carried to another contour.

    Attributes:
        target: code of the contour.
        amount: what is carried; ``None`` when too little of the contour is covered, or a figure is missing.
        low: lowest possible value, whatever the spread inside each neighbourhood.
        high: highest possible value.
        coverage: part of the population of the contour that the figure speaks for, ``None`` when unknown.
        origins: codes of the contours that it comes from.
        remark: what to print beside it, in French.
    """

    target: str
    amount: Amount | None
    low: float | None
    high: float | None
    coverage: float | None
    origins: tuple[str, ...]
    remark: str


def carry(
    amounts: Mapping[str, Amount],
    correspondence: Correspondence,
    statistic: Statistic,
    smallest_coverage: float = SMALLEST_COVERAGE,
) -> tuple[Carried, ...]:
    """Carry figures from the contours of one generation to those of the other.

    Args:
        amounts: figures by code of the contour that they were observed on.
        correspondence: the passages.
        statistic: how the figures are made.
        smallest_coverage: contours less covered than this have no figure.

    Returns:
        One result per target contour, sorted by code.

    Raises:
        ComputationError: the figure is a median, a quantile or a published value (``EVK-M201``).
    """
    require_additive(statistic, "Le périmètre constant", _INSTEAD)
    return tuple(
        _carried(target, amounts, correspondence, statistic, smallest_coverage) for target in correspondence.targets
    )


def _carried(
    target: str,
    amounts: Mapping[str, Amount],
    correspondence: Correspondence,
    statistic: Statistic,
    smallest_coverage: float,
) -> Carried:
    passages = [each for each in correspondence.to(target) if each.share > 0]
    coverage = correspondence.coverage(target)
    origins = tuple(each.origin for each in passages)
    missing = [each for each in origins if each not in amounts]
    refusal = _refusal(origins, missing, coverage, smallest_coverage)
    if refusal:
        return Carried(target, None, None, None, coverage, origins, typeset(refusal))
    weighted = [(amounts[each.origin], each.share) for each in passages]
    numerator = sum(amount.numerator * share for amount, share in weighted)
    has_units = all(amount.denominator is not None for amount, _ in weighted)
    units = sum((amount.denominator or 0) * share for amount, share in weighted) if has_units else None
    low, high = (sum(found) for found in zip(*(_bounds(*each, statistic) for each in weighted), strict=True))
    amount = Amount(numerator, units)
    remark = typeset(_remark(correspondence, coverage, is_estimated=any(0 < share < 1 for _, share in weighted)))
    return Carried(target, amount, _value(low, units), _value(high, units), coverage, origins, remark)


def _bounds(amount: Amount, share: float, statistic: Statistic) -> tuple[float, float]:
    """Return the least and the most of a sum that may be in a part of its contour."""
    if share >= 1:
        return amount.numerator, amount.numerator
    total = amount.denominator
    if statistic is not Statistic.RATE or total is None or not 0 <= amount.numerator <= total:
        return min(0.0, amount.numerator), max(0.0, amount.numerator)
    part = share * total
    return max(0.0, amount.numerator - (total - part)), min(amount.numerator, part)


def _value(sum_: float, units: float | None) -> float | None:
    return Amount(sum_, units).value


def _refusal(origins: tuple[str, ...], missing: list[str], coverage: float | None, smallest_coverage: float) -> str:
    if not origins:
        return "quartier entrant : rien ne permet de remonter avant 2024"
    if missing:
        return f"valeur manquante pour {', '.join(missing)}"
    if coverage is not None and coverage < smallest_coverage:
        return f"{_percent(coverage)} de la population seulement vient de quartiers suivis avant 2024"
    return ""


def _remark(correspondence: Correspondence, coverage: float | None, *, is_estimated: bool) -> str:
    known = "couverture inconnue" if coverage is None else f"couverture {_percent(coverage)}"
    year = f" de {correspondence.year}" if correspondence.year is not None else ""
    how = f"estimé par parts de population{year}" if is_estimated else "quartiers repris en entier"
    return f"périmètre {correspondence.target_vintage} constant, {how}, {known}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


CONSTANT_SCHEMA = pl.Schema(
    {
        "zone": pl.String(),
        "period": pl.String(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "coverage": pl.Float64(),
        "perimeter": pl.Int64(),
        "remark": pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class SeriesOnOneContour:
    """How a series is to be read on one contour.

    Attributes:
        statistic: how its figures are made.
        smallest_coverage: contours less covered than this have no earlier figure.
        per: multiplier of a rate: 100 for a percentage.
        followed: the vintage that the source follows for all its periods; ``None`` for the contour in force.
    """

    statistic: Statistic
    smallest_coverage: float = SMALLEST_COVERAGE
    per: int = 1
    followed: int | None = None


def constant_series(
    series: pl.DataFrame, territory: Territory, correspondence: Correspondence, option: SeriesOnOneContour
) -> pl.DataFrame:
    """Return a series on the contours of 2024: figures on earlier contours are carried, others stay as they are.

    Args:
        series: ``zone`` (ids of the territory), ``period``, ``numerator`` and ``denominator`` (null for a count).
        territory: the zones, whose perimeters give the codes of the correspondence.
        correspondence: from 2015 to 2024.
        option: how the series is to be read.

    Returns:
        A frame of :data:`CONSTANT_SCHEMA`, sorted by zone and period.

    Raises:
        ComputationError: the figure is a median, a quantile or a published value (``EVK-M201``).
    """
    require_additive(option.statistic, "Le périmètre constant", _INSTEAD)
    rows: list[dict[str, object]] = []
    owners = _owners(territory, correspondence.target_vintage)
    for (period,), part in series.sort("period", "zone").group_by(["period"], maintain_order=True):
        observed = _by_code(part, territory, str(period), option.followed)
        now = {code: amount for (vintage, code), amount in observed.items() if vintage == correspondence.target_vintage}
        rows += [_kept(owners.get(code, code), str(period), amount, correspondence) for code, amount in now.items()]
        before = {
            code: amount for (vintage, code), amount in observed.items() if vintage == correspondence.origin_vintage
        }
        if before:
            rows += [
                _row(owners.get(each.target, each.target), str(period), each, correspondence)
                for each in carry(before, correspondence, option.statistic, option.smallest_coverage)
                if each.target in owners
            ]
    done = pl.DataFrame(rows, schema=CONSTANT_SCHEMA).sort("zone", "period")
    return done.with_columns(pl.col("value", "low", "high") * option.per)


def _owners(territory: Territory, vintage: int) -> dict[str, str]:
    return {
        perimeter.code: zone.id
        for zone in territory.zones.values()
        for perimeter in zone.perimeters
        if perimeter.vintage == vintage
    }


def _by_code(
    part: pl.DataFrame, territory: Territory, period: str, followed: int | None
) -> dict[tuple[int, str], Amount]:
    """Return the figures of one period by vintage and code of the contour that they follow."""
    day = last_day(period)
    found: dict[tuple[int, str], Amount] = {}
    for row in part.iter_rows(named=True):
        zone = territory.zones.get(row["zone"])
        perimeter = _followed(zone, day, followed) if zone is not None else None
        if perimeter is not None and row["numerator"] is not None:
            found[(perimeter.vintage, perimeter.code)] = Amount(row["numerator"], row["denominator"])
    return found


def _followed(zone: Zone, day: dt.date, vintage: int | None) -> Perimeter | None:
    if vintage is None:
        return perimeter_on(zone, day)
    return next((each for each in zone.perimeters if each.vintage == vintage), None)


def _kept(zone: str, period: str, amount: Amount, correspondence: Correspondence) -> dict[str, object]:
    remark = f"périmètre {correspondence.target_vintage} observé"
    carried = Carried(zone, amount, amount.value, amount.value, 1.0, (), remark)
    return _row(zone, period, carried, correspondence)


def _row(zone: str, period: str, each: Carried, correspondence: Correspondence) -> dict[str, object]:
    amount = each.amount
    return {
        "zone": zone,
        "period": period,
        "numerator": amount.numerator if amount else None,
        "denominator": amount.denominator if amount else None,
        "value": amount.value if amount else None,
        "low": each.low,
        "high": each.high,
        "coverage": each.coverage,
        "perimeter": correspondence.target_vintage,
        "remark": each.remark,
    }
