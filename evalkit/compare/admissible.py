"""Reasons for which a comparison must not be made, found before any estimate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.comparability.side import side_of
from evalkit.comparability.source_rules import break_sentence, breaks_between, window_verdicts
from evalkit.comparability.verdict import Code
from evalkit.comparability.zone_rules import moved_sentence, moves_within
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
    ``EVK-C004`` moved perimeter, ``EVK-C005`` a control unit that contains a treated zone, or lies inside one,
    ``EVK-C006`` vintages too near each other, ``EVK-C201`` windows that overlap, ``EVK-C206`` the same figures under
    two labels. The rules are those of :mod:`evalkit.comparability`.

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
                Code.BREAK.value, f"{sentence} Comparer l’avant et l’après mesurerait ce changement, pas le programme."
            )
    yield from _zone_objections(feed, territory, panel, (start, end))
    columns = columns_read(comparison)
    for found in window_verdicts(side_of(feed, columns, before[-1]), side_of(feed, columns, after[0])):
        yield Objection(found.code.value, found.sentence)


def _zone_objections(
    feed: Feed, territory: Territory, panel: OutcomePanel, span: tuple[dt.date, dt.date]
) -> Iterator[Objection]:
    for zone in (*panel.treated, *panel.controls):
        # A source that keeps one perimeter for all its periods follows the same contour throughout.
        if feed.perimeter is None and moves_within(territory.zones[zone], *span):
            yield Objection(Code.MOVED.value, moved_sentence(territory.zones[zone]))
    for control in panel.controls:
        label = territory.label(control)
        if any(control in territory.containing(zone) for zone in panel.treated):
            yield Objection(Code.CONTROL.value, f"La zone témoin « {label} » contient un quartier comparé.")
        if territory.containing(control) & set(panel.treated):
            yield Objection(Code.CONTROL.value, f"La zone témoin « {label} » est dans un quartier comparé.")


def break_sentences(comparison: Comparison, feed: Feed, start: dt.date, end: dt.date) -> Iterator[str]:
    """Return one French sentence per break of the source that the comparison crosses."""
    for crossed in crossed_breaks(comparison, feed, start, end):
        yield break_sentence(crossed)


def crossed_breaks(comparison: Comparison, feed: Feed, start: dt.date, end: dt.date) -> tuple[Break, ...]:
    """Return the breaks of the source that lie between two days and touch what the comparison reads.

    A break on the first day is not crossed: everything compared comes after it.
    """
    return breaks_between(feed.breaks, columns_read(comparison), start, end)


def columns_read(comparison: Comparison) -> frozenset[str]:
    """Return the fields that a comparison reads: numerator, denominator, condition and covariates."""
    outcome = comparison.outcome
    formulas = [outcome.numerator, outcome.denominator, *([outcome.where] if outcome.where else [])]
    read = {column for formula in formulas for column in columns_of(parse(formula))}
    return frozenset(read | set(comparison.covariates))
