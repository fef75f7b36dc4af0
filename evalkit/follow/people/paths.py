"""From spells: who is in which state each month, and who passes from one to another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from evalkit.follow.people.result import Occupation, Transition
from evalkit.follow.people.states import STATES
from evalkit.stats.arrays import IntArray


def occupation(spells: pl.DataFrame, horizon: int) -> Iterator[Occupation]:
    """Give the persons of each group in each state, month by month; a month of nobody is left out.

    Args:
        spells: as :func:`evalkit.follow.people.spells.spells_of` returns them.
        horizon: last month since entry.
    """
    for group in sorted(spells["group"].unique()):
        counts = standing(spells.filter(group=group), horizon)
        for month, states in enumerate(counts.T):
            at_risk = int(states.sum())
            for state in range(len(STATES)):
                if at_risk and counts[state].any():
                    yield Occupation(
                        group=group, month=month, state=STATES[state], at_risk=at_risk, count=int(states[state])
                    )


def standing(spells: pl.DataFrame, horizon: int) -> IntArray:
    """Return the persons in each state at each month, shape (states, horizon + 1)."""
    changes = np.zeros((len(STATES), horizon + 2), dtype=np.int64)
    for column, sign in (("start", 1), ("stop", -1)):
        counted = spells.group_by("state", column).len()
        place = (counted["state"].to_numpy().astype(np.int64), counted[column].to_numpy().astype(np.int64))
        np.add.at(changes, place, sign * counted["len"].to_numpy().astype(np.int64))
    return changes.cumsum(axis=1)[:, : horizon + 1]


def transitions(spells: pl.DataFrame, horizon: int) -> Iterator[Transition]:
    """Give, month by month then for all months, those who pass from a state to another and those who stay.

    Only those still seen in the month of arrival are counted: from each state, arrivals add up to them.

    Args:
        spells: the spells of one group.
        horizon: last month since entry.
    """
    here = standing(spells, horizon)
    ends = spells.filter(pl.col("stop") == pl.col("seen") + 1).group_by("state", "stop").len()
    out = np.zeros((len(STATES), horizon + 2), dtype=np.int64)
    place = (ends["state"].to_numpy().astype(np.int64), ends["stop"].to_numpy().astype(np.int64))
    np.add.at(out, place, ends["len"].to_numpy().astype(np.int64))
    moves = _moves(spells, horizon)
    at_risk = here[:, :-1] - out[:, 1 : horizon + 1]
    stays = at_risk - moves.sum(axis=1)
    moves[np.arange(len(STATES)), np.arange(len(STATES))] = stays
    for month in range(1, horizon + 1):
        yield from _of_month(month, at_risk[:, month - 1], moves[:, :, month - 1])
    yield from _of_month(0, at_risk.sum(axis=1), moves.sum(axis=2))


def _moves(spells: pl.DataFrame, horizon: int) -> IntArray:
    """Return the passages by state before, state after and month of arrival less one."""
    same = pl.col("id").shift(-1) == pl.col("id")
    ordered = spells.sort("id", "start")
    passed = ordered.with_columns(pl.when(same).then(pl.col("state").shift(-1)).alias("after")).drop_nulls("after")
    counted = passed.group_by("state", "after", "stop").len()
    moves = np.zeros((len(STATES), len(STATES), horizon), dtype=np.int64)
    place = tuple(counted[name].to_numpy().astype(np.int64) for name in ("state", "after", "stop"))
    np.add.at(moves, (place[0], place[1], place[2] - 1), counted["len"].to_numpy().astype(np.int64))
    return moves


def _of_month(month: int, at_risk: IntArray, moves: IntArray) -> Iterator[Transition]:
    for before, row in enumerate(moves):
        for after, count in enumerate(row):
            if count:
                yield Transition(
                    month=month,
                    before=STATES[before],
                    after=STATES[after],
                    at_risk=int(at_risk[before]),
                    count=int(count),
                )
