"""The states of a person in a month, as small numbers: sums and choices over millions of months stay exact and fast."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from evalkit.declare.cohort import Cohort

STILL_THERE = "en cours"
OTHER_EXIT = "autre"
VANISHED = "lost"

STATES = (VANISHED, STILL_THERE, OTHER_EXIT, "positive", "transition", "durable")
"""Every state, from no news to a lasting job; its place is its number."""

LOST, THERE, OTHER = 0, 1, 2
NOTHING = 7
"""Stands for no state, in a month that nothing tells."""

KINDS = 8
"""What the number of a state, or of none, is under."""


def number_of(state: str) -> int:
    """Return the number of a state."""
    return STATES.index(state)


def from_words(column: str, exits: Iterable[tuple[str, str]]) -> pl.Expr:
    """Read the words of a file as numbers of states; a word that is no exit says that the person is there.

    Args:
        column: the column of the situation.
        exits: role and word of each exit.
    """
    state = pl.lit(THERE, pl.UInt8)
    for role, word in exits:
        state = pl.when(pl.col(column) == word).then(pl.lit(number_of(role), pl.UInt8)).otherwise(state)
    return state


def to_words(state: pl.Expr) -> pl.Expr:
    """Return the states that numbers stand for."""
    return state.cat.to(pl.Enum(STATES))


def is_exit(state: pl.Expr) -> pl.Expr:
    """Tell whether a person has left: any state but being there, or being lost."""
    return state > THERE


def severity(cohort: Cohort) -> tuple[int, ...]:
    """Return, for each state, how far it is from the outcome, the furthest first: what the strictest rule believes.

    No news is never believed against news, so it comes last.
    """
    outcome = number_of(cohort.rows.outcome)
    order = [state for state in range(1, len(STATES)) if state != outcome] + [outcome, LOST]
    return tuple(order.index(state) for state in range(len(STATES)))
