"""Rates at each wave: the share of a group that has had an exit since entry, with bounds for those lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import Duration
from evalkit.follow.calendar_months import by_day
from evalkit.follow.result.cohort import WaveRate
from evalkit.follow.states import VANISHED
from evalkit.stats.arrays import FloatArray
from evalkit.stats.intervals import wilson_interval

_OFFSETS = {"D": "d", "M": "mo", "Y": "y"}
_NEVER = dt.date(9999, 12, 31)


def wave_ends(entries: pl.Series, wave: Duration) -> pl.Series:
    """Return the last day of a wave for each person: entry plus the wave, the end of the month when it is shorter.

    Args:
        entries: the day of the entry of each person.
        wave: the wave.
    """
    return by_day(entries, lambda day: day.dt.offset_by(_offset(wave)))


def last_day_of_wave(entry: dt.date, wave: Duration) -> dt.date:
    """Return the last day of a wave for somebody who enters on a day."""
    return pl.select(pl.lit(entry).dt.offset_by(_offset(wave))).item()  # type: ignore[no-any-return]


def _offset(wave: Duration) -> str:
    return f"{wave[1:-1]}{_OFFSETS[wave[-1]]}"


def observed_until(persons: pl.DataFrame, wave: Duration, last_day: dt.date) -> pl.Series:
    """Tell which persons entered early enough to be seen for the whole of a wave, its last day included."""
    return wave_ends(persons["entry"], wave).le(last_day).alias("observed")


def had_exit(persons: pl.DataFrame, wave: Duration, role: str) -> pl.Series:
    """Tell which persons had the exit of ``role`` within the wave, its last day included."""
    within = persons["exit_date"].fill_null(_NEVER) <= wave_ends(persons["entry"], wave)
    return ((persons["exit"] == role) & within).alias("had")


def roles_of(cohort: Cohort) -> tuple[str, ...]:
    """Return the exits that are counted, sorted: those declared, and being lost, which needs no declaration."""
    return tuple(sorted({*cohort.exits, VANISHED}))


def wave_rates(persons: pl.DataFrame, group: str, cohort: Cohort, last_day: dt.date) -> Iterator[WaveRate]:
    """Return the rate of each exit at each wave for the persons of one group.

    Only persons seen for the whole wave are counted, so that a rate is a simple share with its Wilson interval: the
    cumulative incidence, exits competing. The bounds say what it would be if nobody, or everybody, who was lost before
    the end of the wave had had that exit.

    Args:
        persons: :attr:`evalkit.follow.entry.persons.Persons.frame`, of one group.
        group: its name.
        cohort: the protocol, for the waves and the exits.
        last_day: last day covered.
    """
    for wave in cohort.waves:
        seen = persons.filter(observed_until(persons, wave, last_day))
        if seen.is_empty():
            continue
        lost = int(had_exit(seen, wave, VANISHED).sum())
        for role in roles_of(cohort):
            count = int(had_exit(seen, wave, role).sum())
            interval = wilson_interval(count, seen.height)
            reachable = count if role == VANISHED else count + lost
            yield WaveRate(
                group=group,
                wave=wave,
                exit=role,
                at_risk=seen.height,
                count=count,
                rate=count / seen.height,
                low=interval.low,
                high=interval.high,
                worst=count / seen.height,
                best=reachable / seen.height,
            )


def balance_matrix(persons: pl.DataFrame, names: Sequence[str]) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the balancing variables as numbers: a category becomes one column per word but the first.

    A variable that does not vary is left out: it is balanced already.

    Args:
        persons: one row per person, without null in ``names``.
        names: the variables.

    Returns:
        A float matrix (persons x columns) and the name of each column.
    """
    columns: list[FloatArray] = []
    labels: list[str] = []
    for name in names:
        series = persons[name]
        if series.n_unique() < 2:
            continue
        if series.dtype.is_numeric():
            columns.append(series.cast(pl.Float64).to_numpy())
            labels.append(name)
            continue
        for word in series.unique().sort().to_list()[1:]:
            columns.append((series == word).cast(pl.Float64).to_numpy())
            labels.append(f"{name} = {word}")
    return np.column_stack(columns) if columns else np.empty((persons.height, 0)), tuple(labels)
