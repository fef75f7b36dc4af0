"""Reasons for which a comparison must not be made, found before any estimate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.compare.panel import OutcomePanel
from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Break, Feed
from evalkit.declare.period import first_day, last_day
from evalkit.formula import columns_of, parse
from evalkit.territory.zones import Territory


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a comparison is refused: a stable code and a French sentence."""

    code: str
    reason: str


def objections(comparison: Comparison, feed: Feed, territory: Territory, panel: OutcomePanel) -> Iterator[Objection]:
    """Return every reason to refuse a comparison, the most basic first.

    Codes: ``EVK-C001`` nothing received, ``EVK-C002`` nothing before or after, ``EVK-C003`` dated break of the source,
    ``EVK-C004`` moved perimeter, ``EVK-C005`` a control unit that contains a treated zone.
    """
    if panel.cells.is_empty():
        yield Objection("EVK-C001", f"Aucune donnée du flux « {feed.label} » n’a été reçue pour cette comparaison.")
        return
    periods = sorted(panel.cells["period"].unique().to_list())
    if not panel.post_from or periods[-1] < panel.post_from:
        yield Objection("EVK-C002", f"Aucune période reçue après le début de « {comparison.programme.label} ».")
    elif periods[0] >= panel.post_from:
        yield Objection("EVK-C002", f"Aucune période reçue avant le début de « {comparison.programme.label} ».")
    if comparison.accept_breaks is None:
        for crossed in crossed_breaks(comparison, feed, first_day(periods[0]), last_day(periods[-1])):
            yield Objection(
                "EVK-C003",
                f"La source change le {crossed.date:%d/%m/%Y} : {crossed.text} "
                "Comparer l’avant et l’après mesurerait ce changement, pas le programme.",
            )
    for zone_id in panel.treated:
        moved = [each.change for each in territory.zones[zone_id].perimeters if each.change in {"moved", "new"}]
        if moved:
            label = territory.label(zone_id)
            reason = f"Le périmètre de « {label} » a changé : l’avant et l’après n’ont pas le même contour."
            yield Objection("EVK-C004", reason)
    for control in panel.controls:
        inside = [zone for zone in panel.treated if control in territory.containing(zone)]
        if inside:
            label = territory.label(control)
            yield Objection("EVK-C005", f"La zone témoin « {label} » contient un quartier comparé.")


def crossed_breaks(comparison: Comparison, feed: Feed, start: dt.date, end: dt.date) -> tuple[Break, ...]:
    """Return the breaks of the source that lie between two days and touch what the comparison reads."""
    outcome = comparison.outcome
    formulas = [outcome.numerator, outcome.denominator, *([outcome.where] if outcome.where else [])]
    read = {column for formula in formulas for column in columns_of(parse(formula))}
    return tuple(
        each
        for each in sorted(feed.breaks, key=lambda found: found.date)
        if start < each.date <= end and (not each.fields or read & set(each.fields))
    )
