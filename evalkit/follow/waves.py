"""Rates at each wave: the share of a group that has had an exit since entry, with bounds for those lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.follow.persons import VANISHED
from evalkit.follow.result import WaveRate
from evalkit.stats.intervals import wilson_interval


def observed_until(persons: pl.DataFrame, wave: str, last_day: dt.date) -> pl.Series:
    """Tell which persons entered early enough to be seen for the whole of a wave."""
    horizon = pl.col("entry").dt.offset_by(f"{round(months_of(wave))}mo")
    return persons.select((horizon <= last_day).alias("observed"))["observed"]


def had_exit(persons: pl.DataFrame, wave: str, role: str) -> pl.Series:
    """Tell which persons had the exit of ``role`` within the wave."""
    horizon = pl.col("entry").dt.offset_by(f"{round(months_of(wave))}mo")
    within = pl.col("exit_date").fill_null(dt.date(9999, 12, 31)) <= horizon
    return persons.select(((pl.col("exit") == role) & within).alias("had"))["had"]


def wave_rates(persons: pl.DataFrame, group: str, cohort: Cohort, last_day: dt.date) -> Iterator[WaveRate]:
    """Return the rate of each exit at each wave for the persons of one group.

    Only persons seen for the whole wave are counted, so that a rate is a simple share with its Wilson interval. The
    bounds say what it would be if nobody, or everybody, who was lost before the wave had had that exit.
    """
    for wave in cohort.waves:
        seen = persons.filter(observed_until(persons, wave, last_day))
        if seen.is_empty():
            continue
        lost = int(had_exit(seen, wave, VANISHED).sum())
        for role in sorted(cohort.exits):
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


def balance_matrix(persons: pl.DataFrame, names: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the balancing variables as numbers: a category becomes one column per word but the first.

    Args:
        persons: one row per person, without null in ``names``.
        names: the variables.

    Returns:
        A float matrix (persons x columns) and the name of each column.
    """
    columns: list[np.ndarray] = []
    labels: list[str] = []
    for name in names:
        series = persons[name]
        if series.dtype.is_numeric():
            columns.append(series.cast(pl.Float64).to_numpy())
            labels.append(name)
            continue
        for word in sorted(series.unique().to_list())[1:]:
            columns.append((series == word).cast(pl.Float64).to_numpy())
            labels.append(f"{name} = {word}")
    return np.column_stack(columns) if columns else np.empty((persons.height, 0)), tuple(labels)
