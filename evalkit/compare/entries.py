"""A declared comparison with several entries: who enters when, and the estimate that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.compare.estimate import Checks
from evalkit.compare.result import DidRefusal, InferenceOptions
from evalkit.compare.staggered import StaggeredResult, estimate_staggered
from evalkit.compare.staggered_panel import EntryDesign
from evalkit.declare.comparison import Comparison
from evalkit.declare.period import first_day, period_of_date
from evalkit.french_dates import period_in_words
from evalkit.territory.zones import Territory
from evalkit.typography import typeset

_AFTER = "+"
"""Ends the entry of a zone that enters after the last period: it sorts after it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a comparison, as periods.

    Attributes:
        periods: first whole period of each treated zone, sorted.
        partial: periods during which a zone enters, neither before nor after for it: left out for all.
        always: treated zones that had entered when the series begins.
    """

    periods: Mapping[str, str]
    partial: tuple[str, ...]
    always: tuple[str, ...]

    @property
    def dates(self) -> tuple[str, ...]:
        """Return the entries that fall inside the series, sorted."""
        inside = {period for zone, period in self.periods.items() if zone not in self.always}
        return tuple(sorted(period for period in inside if not period.endswith(_AFTER)))


def entries_of(comparison: Comparison, received: Sequence[str]) -> Entries:
    """Return the entries of a comparison on the periods received.

    Args:
        comparison: the declaration.
        received: periods with rows, in any order.
    """
    periods, partial = {}, set()
    ordered = sorted(received, key=first_day)
    for zone in sorted(comparison.treated):
        began = comparison.begins(zone)
        period = period_of_date(began, comparison.granularity)
        if first_day(period) < began and period in ordered:
            partial.add(period)
        later = [each for each in ordered if first_day(each) >= began]
        periods[zone] = period if first_day(period) == began else (later[0] if later else f"{ordered[-1]}{_AFTER}")
    kept = [each for each in ordered if each not in partial]
    always = [zone for zone, period in periods.items() if kept and period <= kept[0]]
    return Entries(periods, tuple(sorted(partial)), tuple(always))


def staggered(
    cells: pl.DataFrame, comparison: Comparison, entries: Entries, options: InferenceOptions
) -> StaggeredResult | DidRefusal:
    """Estimate a comparison whose zones enter at several dates.

    Args:
        cells: ``zone``, ``period``, ``n`` and ``sum_y``.
        comparison: its declaration.
        entries: its entries.
        options: draws, seed and level.
    """
    kept = cells.filter(~pl.col(PERIOD).is_in(entries.partial))
    return estimate_staggered(kept, EntryDesign(entries.periods, comparison.weights, comparison.against), options)


def staggered_checks(found: StaggeredResult) -> Checks:
    """Return what an estimate with several entries is confronted with."""
    return Checks(
        event_study=found.points,
        cohorts=found.cohorts,
        other_controls=found.other_controls,
        interaction=found.interaction,
        two_way=found.two_way,
    )


def staggered_reason(found: StaggeredResult, comparison: Comparison) -> str:
    """Return why the effect is that of Callaway and Sant'Anna, and its test a permutation of the dates."""
    against = {
        "never": "celles qui n’entrent jamais",
        "not_yet": "celles qui n’entrent jamais ou pas encore",
    }[comparison.against]
    return typeset(
        f"Les zones entrent à {len(found.cohorts)} dates : l’effet de chaque date est mesuré contre {against} "
        "(Callaway et Sant’Anna), puis moyenné ; la probabilité est la part des distributions des mêmes dates entre "
        "les zones qui donneraient un écart au moins aussi net."
    )


def staggered_pretrend(found: StaggeredResult) -> str:
    """Return what the periods before the entries say; never that trends were parallel."""
    if found.before_p is None:
        return typeset("Les évolutions antérieures ne peuvent pas être comparées : une seule période précède l’entrée.")
    shown = "p < 0,001" if found.before_p < 0.001 else f"p = {found.before_p:.3f}".replace(".", ",")
    if found.before_p <= 0.05:
        return typeset(f"Les évolutions différaient déjà avant ({shown}) : l’effet n’est pas celui du programme.")
    return typeset(f"Aucun écart d’évolution n’est décelé avant ({shown}) ; l’absence d’écart n’est pas prouvée.")


def entry_warnings(comparison: Comparison, entries: Entries, territory: Territory) -> Iterator[str]:
    """Say which zones and periods the entries leave out."""
    if comparison.left:
        names = ", ".join(territory.label(zone) for zone in comparison.left)
        yield (
            f"Zones sorties de la géographie, laissées de côté : {names}. Une sortie n’est pas l’inverse d’une "
            "entrée : elle se mesure à part."
        )
    if entries.partial and comparison.entries:
        names = ", ".join(period_in_words(each) for each in entries.partial)
        yield f"Des zones entrent au cours de ces périodes, laissées de côté : {names}."
    if comparison.entries and len(entries.dates) == 1:
        yield (
            "Une seule date d’entrée tombe dans la série : c’est une comparaison avant-après ordinaire, les zones déjà "
            "entrées au début mises à part."
        )
