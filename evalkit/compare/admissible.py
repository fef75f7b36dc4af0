"""Reasons for which a comparison must not be made, found before any estimate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.compare.panel import OutcomePanel
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Zone
from evalkit.declare.feed import Break, Feed
from evalkit.declare.model import months_of
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
    ``EVK-C004`` moved perimeter, ``EVK-C005`` a control unit that contains a treated zone, or lies inside one,
    ``EVK-C006`` vintages too near each other.

    Args:
        comparison: the declared comparison.
        feed: the source, with its dated breaks and the spacing of its vintages.
        territory: the zones, with their perimeters.
        panel: what was received.
    """
    if panel.cells.is_empty():
        yield Objection("EVK-C001", f"Aucune donnée du flux « {feed.label} » n’a été reçue pour cette comparaison.")
        return
    before = [period for period in panel.compared_periods if not panel.post_from or period < panel.post_from]
    after = [period for period in panel.compared_periods if panel.post_from and period >= panel.post_from]
    if not before or not after:
        side = "après" if before else "avant"
        yield Objection("EVK-C002", f"Aucune période reçue {side} le début de « {comparison.programme.label} ».")
        return
    start, end = first_day(before[0]), last_day(after[-1])
    if comparison.accept_breaks is None:
        for sentence in break_sentences(comparison, feed, start, end):
            yield Objection(
                "EVK-C003", f"{sentence} Comparer l’avant et l’après mesurerait ce changement, pas le programme."
            )
    yield from _zone_objections(feed, territory, panel, (start, end))
    if feed.spacing is not None and _months(before[-1], after[0]) < months_of(feed.spacing):
        yield Objection(
            "EVK-C006",
            f"Les périodes {before[-1]} et {after[0]} sont trop proches : deux millésimes de « {feed.label} » "
            f"se comparent à {duration_words(feed.spacing)} d’écart au moins.",
        )


def _zone_objections(
    feed: Feed, territory: Territory, panel: OutcomePanel, span: tuple[dt.date, dt.date]
) -> Iterator[Objection]:
    for zone in (*panel.treated, *panel.controls):
        # A source that keeps one perimeter for all its periods follows the same contour throughout.
        if feed.perimeter is None and _moves_within(territory.zones[zone], span):
            label = territory.label(zone)
            reason = f"Le périmètre de « {label} » a changé : l’avant et l’après n’ont pas le même contour."
            yield Objection("EVK-C004", reason)
    for control in panel.controls:
        label = territory.label(control)
        if any(control in territory.containing(zone) for zone in panel.treated):
            yield Objection("EVK-C005", f"La zone témoin « {label} » contient un quartier comparé.")
        if territory.containing(control) & set(panel.treated):
            yield Objection("EVK-C005", f"La zone témoin « {label} » est dans un quartier comparé.")


def _moves_within(zone: Zone, span: tuple[dt.date, dt.date]) -> bool:
    """Tell whether a zone has another contour at the end of a span: vintages hold from 1 January of their year."""
    start, end = span
    return any(
        each.change in {"moved", "new"} and start < dt.date(each.vintage, 1, 1) <= end for each in zone.perimeters
    )


def _months(earlier: str, later: str) -> int:
    start, end = first_day(earlier), first_day(later)
    return 12 * (end.year - start.year) + end.month - start.month


def duration_words(duration: str) -> str:
    """Return a declared duration in French (``5 ans``)."""
    count = int(duration[1:-1])
    plural = "s" if count > 1 else ""
    return f"{count} {({'D': f'jour{plural}', 'M': 'mois', 'Y': f'an{plural}'})[duration[-1]]}"


def break_sentences(comparison: Comparison, feed: Feed, start: dt.date, end: dt.date) -> Iterator[str]:
    """Return one French sentence per break of the source that the comparison crosses."""
    for crossed in crossed_breaks(comparison, feed, start, end):
        yield f"La source change le {crossed.date:%d/%m/%Y} : {crossed.text.rstrip('.')}."


def crossed_breaks(comparison: Comparison, feed: Feed, start: dt.date, end: dt.date) -> tuple[Break, ...]:
    """Return the breaks of the source that lie between two days and touch what the comparison reads.

    A break on the first day is not crossed: everything compared comes after it.
    """
    outcome = comparison.outcome
    formulas = [outcome.numerator, outcome.denominator, *([outcome.where] if outcome.where else [])]
    read = {column for formula in formulas for column in columns_of(parse(formula))}
    return tuple(
        each
        for each in sorted(feed.breaks, key=lambda found: found.date)
        if start < each.date <= end and (not each.fields or read & set(each.fields))
    )
