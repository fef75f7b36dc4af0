"""The cells that each type of measure asks of its feed: sums, or the distribution of a value that does not add up."""

from __future__ import annotations

from evalkit.cells.request import Amount, Bands, CellRequest, Worth
from evalkit.declare.feed import FieldType
from evalkit.declare.measures import (
    DistributionMeasure,
    DurationMeasure,
    KindsMeasure,
    ListMeasure,
    MedianMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
    PersonsMeasure,
    PublishedMeasure,
    QuantileMeasure,
)
from evalkit.declare.period import last_day
from evalkit.formula import parse
from evalkit.measure.frame import Subject
from evalkit.measure.sums import amounts_of, is_summed
from evalkit.store.schema import cause_column

VALUE = "value_of_rows"
ENDED = "has_ended"
WEIGHT = "weight"
PUBLISHABLE = "publiable"


def cell_request(subject: Subject) -> CellRequest:
    """Return the cells that an indicator needs: zone, breakdowns and period, with sums or with values of rows.

    Args:
        subject: the indicator and what surrounds it.
    """
    indicator, feed = subject.indicator, subject.feed
    own = _own_keys(subject)
    keys = tuple(dict.fromkeys((*subject.zone_columns, *subject.breakdowns, *own)))
    bands = tuple(
        Bands(name, bounds, is_whole=(field := feed.field(name)) is not None and field.type is FieldType.INTEGER)
        for name, bounds in sorted(indicator.bands.items())
    )
    where = parse(subject.measure.where) if subject.measure.where else None
    amounts = amounts_of(subject) if is_summed(subject.measure) else _weights(subject)
    return CellRequest(
        subject.contract,
        feed,
        keys,
        indicator.period,
        where,
        amounts,
        _values(subject),
        bands,
        subject.parameters,
    )


def _own_keys(subject: Subject) -> tuple[str, ...]:
    """Return the stored columns whose values a measure reads as they are."""
    measure, names = subject.measure, {field.name for field in subject.feed.fields}
    found: tuple[str | None, ...] = ()
    match measure:
        case DistributionMeasure():
            found = (measure.of, measure.distinct)
        case KindsMeasure() | ListMeasure():
            found = (measure.of,)
        case PersonsMeasure():
            found = (measure.person,)
        case PublishedMeasure():
            found = (measure.value, cause_column(measure.value), measure.qualifier)
        case NarrativeMeasure():
            found = (measure.text, PUBLISHABLE if PUBLISHABLE in names else None)
        case MilestoneMeasure():
            found = (measure.date,)
    return tuple(name for name in found if name is not None)


def _values(subject: Subject) -> tuple[Worth, ...]:
    """Return the values of rows that a measure needs and that are calculated."""
    measure = subject.measure
    if isinstance(measure, MedianMeasure | QuantileMeasure):
        return (Worth(VALUE, parse(measure.of)),)
    if not isinstance(measure, DurationMeasure) or is_summed(measure):
        return ()
    if measure.open == "apart":
        return (Worth(VALUE, parse(f"DAYS_BETWEEN({measure.start}, {measure.end})")),)
    known = last_day(subject.periods[-1])
    ended = f"{measure.end} IS NOT NULL AND {measure.end} <= DATE '{known}'"
    end = f"CASE WHEN {ended} THEN {measure.end} ELSE DATE '{known}' END"
    return (
        Worth(VALUE, parse(f"DAYS_BETWEEN({measure.start}, {end})")),
        Worth(ENDED, parse(ended)),
    )


def _weights(subject: Subject) -> tuple[Amount, ...]:
    measure = subject.measure
    if isinstance(measure, DistributionMeasure) and measure.weight is not None:
        return (Amount(WEIGHT, parse(measure.weight), "value"),)
    return ()
