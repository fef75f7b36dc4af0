"""Where the targets of an axis stand, in sentences; those that one table declares for several landlords, in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import RatioMeasure
from evalkit.french_dates import period_in_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader
from evalkit.present.results.targets import Standing, TargetStatus
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.breakdowns import field_words, word_label
from evalkit.present.words.cells import NONE
from evalkit.present.words.dates import in_period, short_period
from evalkit.present.words.numbers import difference, number, quantity

_SENSES = {
    "at_least": "results.standings.at_least",
    "at_most": "results.standings.at_most",
    "around": "results.standings.around",
}
_TABLE = 3
"""From this number on, the targets of one indicator for the words of one field are the rows of a table."""


def standings_markdown(reader: Reader, stands: Iterable[Standing]) -> str:
    """Return where targets stand, in the order of their indicators: a line each, or a table for those of one field."""
    families: dict[tuple[str, ...], list[Standing]] = {}
    for each in stands:
        families.setdefault((each.indicator.id, each.zone, *each.target.scope), []).append(each)
    parts: list[str] = []
    lines: list[str] = []
    for family in families.values():
        if len(family[0].target.scope) == 1 and len(family) >= _TABLE:
            parts += ["\n".join(lines), *_table(reader, family)]
            lines = []
        else:
            lines += [f"- {standing_sentence(reader, each)}" for each in family]
    return "\n\n".join(part for part in (*parts, "\n".join(lines)) if part)


def _table(reader: Reader, family: Sequence[Standing]) -> tuple[str, str]:
    """Return the heading and the table of the targets of one indicator for the words of one field."""
    (field,) = family[0].target.scope
    indicator = family[0].indicator
    heading = say(
        "results.standings.family", label=indicator.label, where=reader.zone(family[0].zone), field=field_words(field)
    )
    rows = [
        (
            word_label(reader, field, each.target.scope[field]),
            f"{_aim(each)}{_until(each)}",
            _value_cell(each),
            NONE if each.gap is None else difference(each.gap, indicator.decimals, indicator.unit),
            each.status.words(),
        )
        for each in family
    ]
    field_heading = field_words(field)
    columns = (
        Column(f"{field_heading[0].upper()}{field_heading[1:]}", width=22),
        Column(say("results.standings.column_target"), width=22),
        Column(say("results.standings.column_value"), width=26),
        Column(say("results.standings.column_gap"), "right", 14),
        Column(say("results.standings.column_status"), width=16),
    )
    return heading, markdown_table(columns, rows)


def _value_cell(each: Standing) -> str:
    if each.point is None or each.point.value is None:
        return each.reason or NONE
    value = quantity(each.point.value, each.indicator.decimals, each.indicator.unit)
    return f"{value} ({short_period(each.point.period)})"


def standing_sentence(reader: Reader, each: Standing) -> str:
    """Return one sentence: the target, the last value, the status, and what is missing."""
    indicator = each.indicator
    head = say(
        "results.standings.target",
        label=indicator.label,
        where=_where(reader, each),
        aim=_aim(each),
        until=_until(each),
    )
    if each.point is None or each.point.value is None or each.status is TargetStatus.NOT_MEASURABLE:
        return say(
            "results.standings.unmeasurable",
            head=head,
            status=each.status.words(),
            reason=each.reason,
            provisional=provisional_words(each),
        )
    value = quantity(each.point.value, indicator.decimals, indicator.unit)
    when = f"{in_period(each.point.period)}{counts(indicator, each.point)}{provisional_words(each)}"
    text = say("results.standings.valued", head=head, value=value, when=when, status=each.status.words())
    if each.status is TargetStatus.REACHED or each.gap is None:
        return f"{text}."
    return say(
        "results.standings.gap",
        text=text,
        gap=difference(each.gap, indicator.decimals, indicator.unit),
        missing=_missing(each),
    )


def _where(reader: Reader, each: Standing) -> str:
    """Return where a target is read: its zone, and the word of a breakdown when it is for that word alone."""
    words = (
        say("results.standings.where", field=field_words(field), word=word_label(reader, field, word))
        for field, word in each.target.scope.items()
    )
    return " ; ".join((reader.zone(each.zone), *words))


def provisional_words(each: Standing) -> str:
    """Return the value of the unfinished period, which the status leaves aside; empty when there is none."""
    point = each.provisional
    if point is None or point.value is None:
        return ""
    value = quantity(point.value, each.indicator.decimals, each.indicator.unit)
    return say(
        "results.standings.provisional",
        period=period_in_words(point.period),
        value=value,
        part=f", {point.part}" if point.part else "",
    )


def _aim(each: Standing) -> str:
    unit = each.indicator.unit
    return f"{say(_SENSES[each.target.sense])} {quantity(each.target.value, _target_decimals(each), unit)}"


def _until(each: Standing) -> str:
    return say("results.standings.until", until=each.target.until) if each.target.until else ""


def counts(indicator: Indicator, point: Point) -> str:
    """Return the two counts of a ratio, in brackets."""
    if not isinstance(indicator.measure, RatioMeasure) or point.numerator is None or point.denominator is None:
        return ""
    return say(
        "results.standings.counts",
        numerator=number(point.numerator),
        denominator=number(point.denominator),
        population=indicator.measure.population,
    )


def _missing(each: Standing) -> str:
    if each.missing is None or each.missing <= 0:
        return ""
    unit = "" if isinstance(each.indicator.measure, RatioMeasure) else f" {each.indicator.unit}"
    if each.target.sense == "at_most":
        return say("results.standings.too_many", missing=number(each.missing), unit=unit)
    return say("results.standings.still_missing", missing=number(each.missing), unit=unit)


def _target_decimals(each: Standing) -> int:
    exponent = each.target.value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else each.indicator.decimals
