"""What a source forbids: its dated breaks, its windows, the spacing of its vintages, labels that hide their year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from evalkit.clause.words import duration_words
from evalkit.comparability.observed import Observed
from evalkit.comparability.side import Side
from evalkit.comparability.verdict import Code, Verdict, verdict
from evalkit.comparability.words import months_between, quoted
from evalkit.declare.feed import Break
from evalkit.declare.model import months_of
from evalkit.declare.period import first_day, granularity_of, last_day
from evalkit.french_dates import day_words


def breaks_between(breaks: Sequence[Break], columns: frozenset[str], start: dt.date, end: dt.date) -> tuple[Break, ...]:
    """Return the breaks that lie between two days and touch some columns, by date.

    Args:
        breaks: those of a feed or of an origin; one without fields touches every column.
        columns: the fields read.
        start: first day compared. A break on that day is not crossed: everything compared comes after it.
        end: last day compared.
    """
    return tuple(
        each
        for each in sorted(breaks, key=lambda found: found.date)
        if start < each.date <= end and (not each.fields or columns & set(each.fields))
    )


def break_sentence(crossed: Break) -> str:
    """Return the French sentence of a break of a source."""
    return f"La source change le {day_words(crossed.date)} : {crossed.text.rstrip('.')}."


def break_verdicts(before: Side, after: Side) -> Iterator[Verdict]:
    """Yield the breaks that a change crosses: those of the feed in the time of its labels, else those of its origins.

    A feed repeats the breaks of its origins in its own time; the catalogue speaks where the feed is silent.
    """
    found = _feed_breaks(before, after) or _origin_breaks(before, after)
    for crossed in found:
        yield verdict(
            Code.BREAK, f"{break_sentence(crossed)} Une évolution de part et d’autre mesurerait ce changement."
        )


def _feed_breaks(before: Side, after: Side) -> tuple[Break, ...]:
    if granularity_of(before.period) is None or granularity_of(after.period) is None:
        return ()
    span = first_day(before.period), last_day(after.period)
    return breaks_between(before.feed.breaks, before.columns | after.columns, *span)


def _origin_breaks(before: Side, after: Side) -> tuple[Break, ...]:
    return tuple(
        crossed
        for one, other in _same_origins(before, after)
        if one.first is not None and other.last is not None
        for crossed in breaks_between(one.breaks, frozenset(), one.first, other.last)
    )


def window_verdicts(before: Side, after: Side) -> Iterator[Verdict]:
    """Yield what the windows of two periods of one origin forbid: shared observations, then vintages too near."""
    for one, other in _same_origins(before, after):
        if other.label in one.same_as or one.label in other.same_as:
            yield _same_figures(one, other)
        elif one.last is not None and other.first is not None and other.first <= one.last:
            yield _overlap(one, other)
        elif one.spacing is not None and _months(one, other) < months_of(one.spacing):
            yield _too_near(one, other)


def _months(one: Observed, other: Observed) -> float:
    """Return the months between two vintages: those of their data, else those of their labels."""
    if one.first is not None and other.first is not None:
        return abs(months_between(one.first, other.first))
    if granularity_of(one.label) is not None and granularity_of(other.label) is not None:
        return abs(months_between(first_day(one.label), first_day(other.label)))
    return float("inf")


def _same_figures(one: Observed, other: Observed) -> Verdict:
    sentence = (
        f"{quoted(one.name)} : les millésimes {one.label} et {other.label} portent les mêmes chiffres, "
        "leur différence est nulle par construction."
    )
    return verdict(Code.SAME_FIGURES, sentence)


def _overlap(one: Observed, other: Observed) -> Verdict:
    if one.year is not None and one.year == other.year:
        sentence = (
            f"{quoted(one.name)} : les étiquettes {one.label} et {other.label} portent les données d’une même année, "
            f"{one.year}."
        )
        return verdict(Code.SAME_FIGURES, sentence)
    sentence = (
        f"{quoted(one.name)} : les millésimes {one.label} ({_span(one)}) et {other.label} ({_span(other)}) partagent "
        "des observations, leur différence en efface une partie."
    )
    return verdict(Code.OVERLAP, f"{sentence}{_spacing_words(one)}")


def _too_near(one: Observed, other: Observed) -> Verdict:
    sentence = f"{quoted(one.name)} : les millésimes {one.label} et {other.label} sont trop proches."
    return verdict(Code.TOO_NEAR, f"{sentence}{_spacing_words(one)}")


def _spacing_words(one: Observed) -> str:
    if one.spacing is None:
        return ""
    reason = f" ({one.spacing_reason})" if one.spacing_reason else ""
    return f" Deux millésimes se comparent à {duration_words(one.spacing)} d’écart au moins{reason}."


def _span(one: Observed) -> str:
    if one.first is None or one.last is None:
        return "années inconnues"
    return f"{one.first.year} à {one.last.year}" if one.first.year != one.last.year else f"{one.first.year}"


def year_verdicts(sides: Sequence[Side], *, refuses: bool) -> Iterator[Verdict]:
    """Yield the labels whose data are of a year that nobody has checked, and the years that were never produced.

    Args:
        sides: the figures compared.
        refuses: an unknown year forbids the comparison: it does between two zones, where years could differ.
    """
    for side in sides:
        for each in side.observed:
            if each.year is None:
                yield verdict(Code.UNKNOWN_YEAR, _unknown_year(side, each), refuses=refuses)
            elif each.year in each.missing_years:
                yield verdict(Code.NOT_PRODUCED, f"{quoted(each.name)} : le millésime {each.year} n’a pas été produit.")


def _unknown_year(side: Side, each: Observed) -> str:
    vintage = f"{quoted(side.feed.label)}, millésime {each.label}"
    return f"{vintage} : l’année des données {quoted(each.name)} n’est pas connue, l’étiquette ne la dit pas."


def _same_origins(before: Side, after: Side) -> Iterator[tuple[Observed, Observed]]:
    others = {each.origin: each for each in after.observed}
    for one in before.observed:
        if one.origin in others and (one.label, before.feed.feed) != (others[one.origin].label, after.feed.feed):
            yield one, others[one.origin]
