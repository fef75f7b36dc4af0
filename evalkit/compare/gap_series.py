"""A gap followed in time, described and nothing more: its breaks said, its reference said, no cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.declare.feed import Break
from evalkit.declare.period import first_day, last_day
from evalkit.french_dates import day_words, period_in_words, span_in_words
from evalkit.stats.arrays import to_digits
from evalkit.typography import typeset

_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GapSeries:
    """The gap of a zone to its reference, period by period.

    Attributes:
        label: what is measured, with its unit.
        zone, reference: names of both sides.
        gaps: periods in order, with the gap of the zone to the reference.
        breaks: dated breaks of the source inside the series.
        contains: the reference contains the zone and cannot be parted from it.
        alone: there is one reference, so that no test is possible whatever is received.
        spacing: shortest number of years between two periods whose difference the producer lets read.
    """

    label: str
    zone: str
    reference: str
    gaps: tuple[tuple[str, float], ...]
    breaks: tuple[Break, ...] = ()
    contains: bool = False
    alone: bool = True
    spacing: int = 0

    def lines(self) -> Iterator[str]:
        """Return the series and its limits as French lines, without any causal word."""
        digits = 2 if max((abs(gap) for _, gap in self.gaps), default=0.0) < 10 else 1
        shown = " ; ".join(f"{period_in_words(period)} : {_shown(gap, digits)}" for period, gap in self._told())
        yield typeset(f"{self.label}, écart de « {self.zone} » à « {self.reference} » : {shown}.")
        for each in self.breaks:
            yield typeset(f"La source change le {day_words(each.date)} : {each.text.rstrip('.')}.")
        if self.contains:
            yield typeset(f"« {self.reference} » contient « {self.zone} » : l’écart est atténué.")
        for start, end in self._unbroken():
            change = _shown(to_digits(end[1] - start[1]), digits)
            span = span_in_words(start[0], end[0])
            if first_day(end[0]).year - first_day(start[0]).year < self.spacing:
                yield typeset(
                    f"{span[:1].upper()}{span[1:]}, les deux millésimes sont trop proches pour lire une évolution (le "
                    f"producteur demande {self.spacing} ans)."
                )
                continue
            yield typeset(f"{span[:1].upper()}{span[1:]}, sans rupture de la source, l’écart a bougé de {change}.")
        if len(self.gaps) == 1:
            yield "Un seul point : il décrit un écart, non son évolution."
        elif self.alone:
            yield typeset(
                "Une seule référence décrit un écart et ne permet aucun test : rien ici ne dit pourquoi il a bougé."
            )
        else:
            yield "Cet écart est décrit, non expliqué : rien ici ne dit pourquoi il a bougé."

    def _told(self) -> tuple[tuple[str, float], ...]:
        """Return every gap of a short series, the ends of each run between breaks of a long one."""
        if len(self.gaps) <= _SHORT:
            return self.gaps
        return tuple(dict.fromkeys(end for run in self._unbroken() for end in run))

    def runs(self) -> Iterator[tuple[tuple[str, float], ...]]:
        """Return the runs of periods that no break cuts."""
        run: list[tuple[str, float]] = []
        for gap in self.gaps:
            if run and any(last_day(run[-1][0]) < each.date <= last_day(gap[0]) for each in self.breaks):
                yield tuple(run)
                run = []
            run.append(gap)
        if run:
            yield tuple(run)

    def _unbroken(self) -> Iterator[tuple[tuple[str, float], tuple[str, float]]]:
        """Return the ends of each run of periods that no break cuts, when it has two periods at least."""
        yield from ((run[0], run[-1]) for run in self.runs() if len(run) > 1)


def gap_series(
    sides: tuple[tuple[str, Mapping[str, float]], tuple[str, Mapping[str, float]]],
    label: str,
    breaks: Sequence[Break] = (),
    *,
    contains: bool = False,
    alone: bool = True,
) -> GapSeries:
    """Follow the gap of a zone to its reference over the periods that both have.

    Args:
        sides: the zone then the reference: a name, and a value per period.
        label: what is measured, with its unit.
        breaks: dated breaks of the source.
        contains: the reference contains the zone.
        alone: there is one reference only.

    Returns:
        The series, with the breaks that fall inside it.
    """
    (zone, here), (reference, there) = sides
    periods = sorted(set(here) & set(there), key=first_day)
    gaps = tuple((period, to_digits(here[period] - there[period])) for period in periods)
    span = (first_day(periods[0]), last_day(periods[-1])) if periods else (dt.date.max, dt.date.min)
    inside = tuple(sorted((each for each in breaks if span[0] < each.date <= span[1]), key=lambda each: each.date))
    return GapSeries(
        label=label, zone=zone, reference=reference, gaps=gaps, breaks=inside, contains=contains, alone=alone
    )


def _shown(value: float, digits: int) -> str:
    text = f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+,.{digits}f}"
    return text.replace(",", " ").replace(".", ",").replace("-", "\N{MINUS SIGN}")
