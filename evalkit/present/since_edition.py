"""A report beside an earlier one: what was published then, what is known now, what was revised or redefined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evalkit.declare.contract import Axis
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import MilestoneMeasure, NarrativeMeasure
from evalkit.declare.period import season_of
from evalkit.french_dates import day_words
from evalkit.present.cells import value_cell
from evalkit.present.dates import short_period, since
from evalkit.present.numbers import counted, difference
from evalkit.present.opening import enumerate_words
from evalkit.present.reading import Point, Reader, Series
from evalkit.present.results import NONE, axis_indicators
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown
from evalkit.present.targets import standing
from evalkit.territory.zones import ALL_QPV
from evalkit.typography import NO_BREAK, typeset

_SAID: Mapping[str, str] = MappingProxyType(
    {
        "label": "l’intitulé",
        "measure": "la mesure",
        "unit": "l’unité",
        "targets": "les cibles",
        "baselines": "le point de départ",
        "direction": "le sens souhaité",
        "period": "la période",
        "by": "les ventilations",
    }
)
"""What a reader must know of a definition that moved; the other fields change no number."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One indicator in both editions.

    Attributes:
        then: the value that the earlier report judged; ``None`` when it had none.
        now: the series as it is known now.
        moved: the words for what changed in the definition; empty when nothing did.
    """

    indicator: Indicator
    then: Point | None
    now: Series
    moved: tuple[str, ...]

    @property
    def known_again(self) -> Point | None:
        """Return the point of today's series for the period that was judged then."""
        if self.then is None:
            return None
        same = [each for each in self.now.points if each.period == self.then.period]
        return same[-1] if same else None


def pairs(reader: Reader, before: Reader, indicators: tuple[Indicator, ...]) -> Iterator[Pair]:
    """Give each measured indicator with its value in the earlier edition, in the zone of the main tables."""
    known = {each.id: each for each in before.publication.declared.indicators}
    for indicator in indicators:
        zones = reader.zones_of(indicator)
        if indicator.measure is None or isinstance(indicator.measure, NarrativeMeasure) or not zones:
            continue
        zone = ALL_QPV if ALL_QPV in zones else zones[0]
        older = known.get(indicator.id)
        then = before.series(older, zone).latest if older is not None else None
        kept = then if then is not None and then.is_free else None
        yield Pair(indicator, kept, reader.series(indicator, zone), moved_words(older, indicator))


def moved_words(older: Indicator | None, newer: Indicator) -> tuple[str, ...]:
    """Return the French words for the parts of a definition that are not the same; empty for a new indicator."""
    if older is None:
        return ()
    return tuple(words for field, words in _SAID.items() if getattr(older, field) != getattr(newer, field))


def since_markdown(reader: Reader, before: Reader, axis: Axis) -> str:
    """Return the table of an axis: published then, known now, evolution, status of the target then and now."""
    found = {each.indicator.id: each for each in pairs(reader, before, axis_indicators(reader, axis))}
    columns = (
        Column("Indicateur", width=34),
        Column("Publié alors", "right", 14),
        Column("Connu aujourd’hui", "right", 14),
        Column("Évolution entre les deux", width=26),
        Column("Cible, alors et aujourd’hui", width=20),
    )
    groups = []
    for objective in axis.objectives:
        rows = tuple(
            _row(reader, before, found[each.id]) for each in reader.indicators_of(objective.id) if each.id in found
        )
        if rows:
            groups.append(Group(f"*{objective.label}*", rows))
    if not groups:
        return typeset("Aucun indicateur mesuré sur cet axe.")
    return typeset(grouped_markdown(GroupedTable(columns, tuple(groups))))


def moved_markdown(reader: Reader, before: Reader) -> str:
    """Return what changed under the numbers: definitions, revised values, indicators that came or went."""
    declared, older = reader.publication.declared.indicators, before.publication.declared.indicators
    lines = [
        f"- **{each.indicator.label}** : {enumerate_words(each.moved)}. L’évolution depuis n’est pas donnée."
        for each in pairs(reader, before, declared)
        if _breaks(each.moved)
    ]
    for each in pairs(reader, before, declared):
        revised = _revised(each)
        lines += [f"- **{each.indicator.label}** : {revised}."] if revised else []
    come = [each.label for each in declared if each.id not in {one.id for one in older}]
    gone = [each.label for each in older if each.id not in {one.id for one in declared}]
    lines += [f"- Indicateurs nouveaux : {enumerate_words(come)}."] if come else []
    lines += [f"- Indicateurs abandonnés : {enumerate_words(gone)}."] if gone else []
    day = day_words(before.publication.as_of)
    opening = f"Le rapport précédent reproduit l’édition {before.publication.manifest.edition}, au {day}."
    if not lines:
        return typeset(f"{opening} Aucune définition n’a changé et aucune valeur publiée alors n’a été revue.")
    heading = counted(len(lines), "changement se lit", "changements se lisent")
    return typeset(f"{opening} {heading} sous les nombres :\n\n" + "\n".join(lines))


def _row(reader: Reader, before: Reader, pair: Pair) -> tuple[str, ...]:
    indicator = pair.indicator
    unit = "" if indicator.unit.startswith("%") else f" ({indicator.unit})"
    then = _dated(pair.then, indicator) if pair.then else NONE
    return (
        f"**{indicator.label}**{unit}",
        then,
        _dated(pair.now.latest, indicator),
        _evolution(reader, pair),
        _statuses(reader, before, pair),
    )


def _dated(point: Point | None, indicator: Indicator) -> str:
    value = value_cell(point, indicator, with_unit=False)
    if point is None or not point.is_free:
        return value
    return f"{value} ({short_period(point.period).replace(' ', NO_BREAK)})"


def _evolution(reader: Reader, pair: Pair) -> str:
    """Return the change on today's series, or why there is none: a revised value is compared as it is known now."""
    then, now = pair.known_again, pair.now.latest
    if pair.then is None or isinstance(pair.indicator.measure, MilestoneMeasure):
        return NONE
    if _breaks(pair.moved):
        return "non comparable (définition modifiée)"
    if then is None or not then.is_free or now is None or not now.is_free:
        return NONE
    # A quarter is read against the same quarter of another year.
    later = [each for each in pair.now.whole if each.period > then.period and _season(each) == _season(then)]
    if not later:
        return "pas de période nouvelle"
    objection = reader.objection(pair.now, then, later[-1])
    if objection:
        return f"non comparable ({objection})"
    amount = (later[-1].value or 0.0) - (then.value or 0.0)
    until = "" if later[-1].period == now.period else f", jusqu’à {short_period(later[-1].period)}"
    return f"{difference(amount, pair.indicator.decimals, pair.indicator.unit)} {since(then.period)}{until}"


def _season(point: Point) -> str:
    return season_of(point.period)


def _statuses(reader: Reader, before: Reader, pair: Pair) -> str:
    if not pair.indicator.targets:
        return NONE
    now = standing(reader, pair.indicator, pair.indicator.targets[0]).status
    older = next((each for each in before.publication.declared.indicators if each.id == pair.indicator.id), None)
    if older is None or not older.targets:
        return f"{NONE} ; {now}"
    return f"{standing(before, older, older.targets[0]).status} ; {now}"


def _revised(pair: Pair) -> str:
    """Return the words for a value that was published then and is not the same now; empty when it is."""
    again = pair.known_again
    if pair.then is None or _breaks(pair.moved):
        return ""
    when = short_period(pair.then.period)
    was = value_cell(pair.then, pair.indicator)
    if again is None:
        return f"la valeur de {when}, {was} alors, n’est plus dans la série"
    now = value_cell(again, pair.indicator)
    return f"la valeur de {when}, {was} alors, est {now} aujourd’hui (données revues)" if was != now else ""


def _breaks(moved: tuple[str, ...]) -> bool:
    """Tell whether what moved in a definition changes what its numbers mean."""
    return bool({_SAID["measure"], _SAID["unit"], _SAID["period"]} & set(moved))
