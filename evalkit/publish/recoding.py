"""Classes merged before anything is masked: ages, years, zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from evalkit.declare.decisions import Recoding
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import CountMeasure, RatioMeasure, SumMeasure
from evalkit.declare.period import Granularity, granularity_of, is_within, year_of
from evalkit.measure.observation import Availability
from evalkit.publish.secrecy import Key, Link

ZONE = "zone"
_ADDITIVE = (CountMeasure, SumMeasure, RatioMeasure)
_KEPT = ("contract", "indicator", "version", "zone", "perimeter", "period", "breakdown")


def recode(frame: pl.DataFrame, indicators: Mapping[str, Indicator], recodings: Iterable[Recoding]) -> pl.DataFrame:
    """Return observations in which the declared classes are merged; what they replace is left out.

    Args:
        frame: observations.
        indicators: the declared indicators by id; only those that add up (counts, sums, ratios of sums) can be merged.
        recodings: what is merged, in order.

    Returns:
        The observations. A merged one is available when all of its parts are, and takes the first cause otherwise; a
        merged year needs every quarter or month that it had. The largest contributions to merged sums are not known.
        What cannot be added is left out, for its own classes would give the merged ones back.
    """
    for each in recodings:
        frame = _recode(frame, indicators, each)
    return frame


def recoding_links(keys: Iterable[Key], recodings: Iterable[Recoding]) -> Iterator[Link]:
    """Give the equations between merged classes and those that they replace, which an earlier edition may show."""
    known = sorted({key for key in keys if len(key) == 4})
    for each in recodings:
        for key in known:
            term, zone, period, breakdown = key
            if each.field == ZONE and zone in each.into:
                yield Link(key, tuple((term, part, period, breakdown) for part in each.into[zone]))
            field, _, name = breakdown.partition("=")
            if field == each.field and name in each.into:
                parts = tuple((term, zone, period, f"{field}={part}") for part in each.into[name])
                yield Link(key, parts)


def _recode(frame: pl.DataFrame, indicators: Mapping[str, Indicator], recoding: Recoding) -> pl.DataFrame:
    kept: list[dict[str, Any]] = []
    merged: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    wanted = set(recoding.indicators) or set(indicators)
    for row in frame.iter_rows(named=True):
        target = _target(row, recoding) if row["indicator"] in wanted else None
        if target is None:
            kept.append(row)
        elif isinstance(indicators[row["indicator"]].measure, _ADDITIVE):
            merged.setdefault(tuple(target[name] for name in _KEPT), []).append({**row, **target})
    rows = [*kept, *(_sum(rows, indicators[rows[0]["indicator"]]) for _, rows in sorted(merged.items(), key=repr))]
    return pl.DataFrame(rows, schema=frame.schema).sort("contract", "indicator", "zone", "period", "breakdown")


def _target(row: Mapping[str, Any], recoding: Recoding) -> dict[str, Any] | None:
    """Return where a row is merged to; none when it stays as it is."""
    place = {name: row[name] for name in _KEPT}
    if recoding.period is not None:
        own = granularity_of(row["period"])
        is_part = own is not None and own is not Granularity.YEAR and is_within(own, Granularity.YEAR)
        return {**place, "period": year_of(row["period"])} if is_part else None
    classes = {part: whole for whole, parts in recoding.into.items() for part in parts}
    if recoding.field == ZONE:
        return {**place, "zone": classes[row["zone"]]} if row["zone"] in classes else None
    field, _, name = row["breakdown"].partition("=")
    if field != recoding.field or name not in classes:
        return None
    return {**place, "breakdown": f"{field}={classes[name]}"}


def _sum(rows: list[dict[str, Any]], indicator: Indicator) -> dict[str, Any]:
    """Return the sum of observations; the first that is not available says why there is none."""
    missing = next((row for row in rows if row["availability"] != Availability.AVAILABLE), None)
    first = {**(missing or rows[0]), "low": None, "high": None}
    if "largest" in first:
        first["largest"] = None
    first["deliveries"] = sorted({each for row in rows for each in row["deliveries"]})
    if missing is not None:
        return first
    for name in ("numerator", "denominator", "n"):
        known = [row[name] for row in rows if row[name] is not None]
        first[name] = sum(known) if len(known) == len(rows) else None
    first["value"] = _value(first, indicator)
    first["qualifier"] = max((row["qualifier"] for row in rows), key=lambda each: each != "exact")
    return first


def _value(row: Mapping[str, Any], indicator: Indicator) -> float | None:
    above, below = row["numerator"], row["denominator"]
    if not isinstance(indicator.measure, RatioMeasure):
        return float(above) if above is not None else None
    return indicator.measure.per * above / below if above is not None and below else None
