"""Values that a producer published: stored as supplied, never recomputed, never added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.declare.measures import PublishedMeasure
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Availability, Observation, Qualifier
from evalkit.measure.value import Value
from evalkit.measure.whole_counts import impossible_remark
from evalkit.store.schema import Cause, cause_column
from evalkit.territory.zones import DERIVED_ZONES, normalise_name

_AT_LEAST, _AT_MOST = "au moins", "au plus"
_QUALIFIERS = {
    "environ": (Qualifier.ABOUT, ""),
    "autour": (Qualifier.ABOUT, ""),
    "pres": (Qualifier.ABOUT, ""),
    "presde": (Qualifier.ABOUT, ""),
    "auplus": (Qualifier.BOUND, _AT_MOST),
    "moinsde": (Qualifier.BOUND, _AT_MOST),
    "auplusde": (Qualifier.BOUND, _AT_MOST),
    "aumoins": (Qualifier.BOUND, _AT_LEAST),
    "plusde": (Qualifier.BOUND, _AT_LEAST),
    "provisoire": (Qualifier.PROVISIONAL, ""),
    "exact": (Qualifier.EXACT, ""),
}
_SIGNS = {
    "~": (Qualifier.ABOUT, ""),
    "≈": (Qualifier.ABOUT, ""),
    "<": (Qualifier.BOUND, _AT_MOST),
    "<=": (Qualifier.BOUND, _AT_MOST),
    ">": (Qualifier.BOUND, _AT_LEAST),
    ">=": (Qualifier.BOUND, _AT_LEAST),
    "=": (Qualifier.EXACT, ""),
}


def published_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return the values that the producer gives for each zone; a derived zone has none of its own.

    Args:
        subject: the indicator and what surrounds it.
        cells: its rows, by zone and period, with their value and the cause of its absence.
    """
    measure = subject.measure
    if not isinstance(measure, PublishedMeasure):
        raise TypeError(subject.indicator.id)
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in cells.iter_rows(named=True):
        rows.setdefault((row["zone"], row[PERIOD]), []).append(row)
    for zone in subject.zones:
        for period in subject.periods:
            yield _published(subject, measure, zone, period, rows.get((zone, period), []))


def _published(
    subject: Subject, measure: PublishedMeasure, zone: str, period: str, rows: list[Mapping[str, Any]]
) -> Observation:
    if zone in DERIVED_ZONES and not rows:
        why = "une valeur publiée ne s’additionne pas d’une zone à l’autre"
        return subject.absent(zone, period, Availability.NOT_APPLICABLE, why)
    if period not in subject.covered:
        return subject.absent(zone, period)
    if not rows:
        return subject.absent(zone, period, Availability.NOT_PRODUCED, "la zone n’est pas dans la base publiée")
    known = [row for row in rows if row[measure.value] is not None]
    if not known:
        return _without_value(subject, zone, period, rows[0][cause_column(measure.value)])
    values = sorted({float(row[measure.value]) for row in known})
    if len(values) > 1:
        listed = ", ".join(f"{each:g}".replace(".", ",") for each in values)
        why = f"le fichier donne plusieurs valeurs ({listed}) : précisez « where »"
        return subject.absent(zone, period, Availability.NOT_COMPUTABLE, why)
    word = known[0][measure.qualifier] if measure.qualifier is not None else None
    return subject.observe(zone, period, qualified(known[0][measure.value], word, measure.base))


def _without_value(subject: Subject, zone: str, period: str, cause: str | None) -> Observation:
    if cause == Cause.SECRET:
        return subject.absent(zone, period, Availability.SECRET_AT_SOURCE, "masqué par le producteur")
    why = f"valeur absente de la base ({cause or 'sans cause dite'})"
    return subject.absent(zone, period, Availability.NOT_PRODUCED, why)


def qualified(value: Decimal | int, word: str | None, base: int | None = None) -> Value:
    """Return a published value with what is said of it: « environ », a bound, a percentage that cannot be.

    Args:
        value: as supplied.
        word: what its source says of it (« environ », « plus de », « < »); nothing when it is exact.
        base: the units that a percentage is a share of.
    """
    number = float(value)
    written = (word or "").strip()
    qualifier, side = _SIGNS.get(written) or _QUALIFIERS.get(normalise_name(written), (Qualifier.EXACT, ""))
    unread = bool(written) and written not in _SIGNS and normalise_name(written) not in _QUALIFIERS
    remarks = [side, f"dit « {written} » par sa source" if unread else ""]
    if base is not None and qualifier is Qualifier.EXACT:
        remarks.append(impossible_remark(_shortest(value), base))
    return Value(
        value=number,
        low=number if side == _AT_LEAST else None,
        high=number if side == _AT_MOST else None,
        qualifier=Qualifier.ABOUT if unread else qualifier,
        remark=" ; ".join(each for each in remarks if each),
    )


def _shortest(value: Decimal | int) -> Decimal:
    """Return a number without the zeros that its storage adds: 34.00 was printed 34."""
    plain = Decimal(value).normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain
