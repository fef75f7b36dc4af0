"""T0: the last value before the contract, quoted by a document or measured in what was received, with its evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.declare.period import last_day
from evalkit.declare.target import Baseline
from evalkit.measure.frame import zones_given
from evalkit.measure.judged import change_judgement
from evalkit.measure.known import Known, is_available
from evalkit.measure.observation import Observation, Qualifier
from evalkit.measure.target_points import baseline_of

MEASURED, DECLARED, ABSENT = "mesurée", "déclarée", "absente"

BASELINE_SCHEMA = pl.Schema(
    {
        "contract": pl.String(),
        "indicator": pl.String(),
        "zone": pl.String(),
        "value": pl.Float64(),
        "period": pl.String(),
        "origin": pl.String(),
        "firmness": pl.String(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "perimeter": pl.Int64(),
        "source": pl.String(),
        "document": pl.String(),
        "section": pl.String(),
        "line": pl.Int64(),
        "deliveries": pl.List(pl.String()),
        "declared": pl.Float64(),
        "difference": pl.Float64(),
        "is_comparable": pl.Boolean(),
        "remark": pl.String(),
    }
)
_FIRMNESS = {"exact": "exact", "about": "environ", "at_least": "au moins", "at_most": "au plus"}


def baseline_frame(known: Known, before: dt.date) -> pl.DataFrame:
    """Return the starting value of each indicator and zone, with its evidence, or the reason why there is none.

    A value measured in the rows that were received is preferred to one that a document quotes: it has the definition
    of what follows. When both speak of one period and differ, the difference is given.

    Args:
        known: the observations and the declarations.
        before: the contract's first day: T0 is the last whole period that ended before it.
    """
    rows = [
        _row(known, indicator, zone, before)
        for indicator in known.indicators.values()
        for zone in zones_given(indicator, known.territory)
    ]
    return pl.DataFrame(rows, schema=BASELINE_SCHEMA).sort("indicator", "zone")


def _row(known: Known, indicator: Indicator, zone: str, before: dt.date) -> dict[str, Any]:
    declared, measured = baseline_of(indicator, zone), _measured(known, indicator, zone, before)
    row: dict[str, Any] = {"contract": known.contract, "indicator": indicator.id, "zone": zone}
    if measured is not None:
        row |= _from_rows(known, measured)
    elif declared is not None:
        row |= _from_document(declared)
    else:
        return row | {"origin": ABSENT, "deliveries": [], "remark": _why_absent(known, indicator, zone, before)}
    remarks = list(_objections(known, indicator, zone, row["period"]))
    if measured is not None and declared is not None:
        row["declared"] = float(declared.value)
        row["difference"] = (measured.value or 0.0) - float(declared.value)
        remarks += _disagreement(declared, measured, indicator.decimals)
    return row | {"is_comparable": not remarks, "remark": " ; ".join(remarks)}


def _measured(known: Known, indicator: Indicator, zone: str, before: dt.date) -> Observation | None:
    whole = [
        each
        for each in known.series(indicator.id, zone)
        if is_available(each) and each.qualifier is not Qualifier.PROVISIONAL and last_day(each.period) < before
    ]
    return whole[-1] if whole else None


def _from_rows(known: Known, found: Observation) -> dict[str, Any]:
    feed = known.feeds.get(found.feed)
    return {
        "value": found.value,
        "period": found.period,
        "origin": MEASURED,
        "firmness": found.qualifier.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "perimeter": found.perimeter,
        "source": (feed.source or feed.label) if feed is not None else "",
        "deliveries": list(found.deliveries),
    }


def _from_document(declared: Baseline) -> dict[str, Any]:
    evidence = declared.evidence
    return {
        "value": float(declared.value),
        "period": declared.period,
        "origin": DECLARED,
        "firmness": _FIRMNESS[declared.firmness],
        "numerator": None if declared.numerator is None else float(declared.numerator),
        "denominator": None if declared.denominator is None else float(declared.denominator),
        "perimeter": declared.perimeter,
        "source": declared.source,
        "document": evidence.document if evidence else None,
        "section": evidence.section if evidence else None,
        "line": evidence.line if evidence else None,
        "deliveries": [],
    }


def _objections(known: Known, indicator: Indicator, zone: str, period: str) -> Iterator[str]:
    """Give what forbids to compare T0 with the last value known."""
    later = [each for each in known.series(indicator.id, zone) if is_available(each) and each.period > period]
    if not later:
        yield "aucune valeur plus récente à lui comparer"
        return
    refusal = change_judgement(known, indicator.id, zone, period, later[-1].period).refusal
    if refusal is not None:
        yield refusal.sentence


def _disagreement(declared: Baseline, measured: Observation, decimals: int) -> list[str]:
    same_period = declared.period == measured.period
    apart = abs((measured.value or 0.0) - float(declared.value)) > 0.5 * 10**-decimals + 1e-9
    return (
        ["la valeur mesurée diffère de celle que le document donne pour la même période"]
        if same_period and apart
        else []
    )


def _why_absent(known: Known, indicator: Indicator, zone: str, before: dt.date) -> str:
    if indicator.measure is None:
        return "l’indicateur n’a pas de définition"
    if any(each.zone not in {None, zone} for each in indicator.baselines):
        return "une valeur de départ n’est déclarée que pour d’autres zones"
    series = [each for each in known.series(indicator.id, zone) if is_available(each)]
    if series:
        return f"première valeur connue : {series[0].period}, après le {before:%d/%m/%Y} ou incomplète"
    return "aucune valeur reçue ; demander au producteur la série antérieure au contrat"
