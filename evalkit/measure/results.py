"""What a measure leaves in the store: observations, where targets stand, and what the last run changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from evalkit.measure.known import Known
from evalkit.measure.revisions import revisions
from evalkit.measure.run import given_frame
from evalkit.measure.standings import standing_frame
from evalkit.store.ledger import deliveries
from evalkit.store.results import read_result, write_result
from evalkit.store.store import Store

OBSERVATIONS, STANDINGS, REVISIONS = "observations", "standings", "revisions"


@dataclass(frozen=True, slots=True)
class Written:
    """The results of one run.

    Attributes:
        observations: confidential values.
        standings: each declared target and where it stands.
        revisions: values of the run before that this one changed.
        path: the file of the observations.
    """

    observations: pl.DataFrame
    standings: pl.DataFrame
    revisions: pl.DataFrame
    path: Path


def write_measured(store: Store, known: Known, as_of: dt.date | None = None) -> Written:
    """Write the results of a run, and compare them with those of the run before.

    Targets are judged on the day of ``as_of``, else on that of the last delivery: results have no clock.

    Args:
        store: the store.
        known: what was measured.
        as_of: the day of the measure; that of the last delivery when absent.
    """
    observations = given_frame(known)
    changed = revisions(_before(store, known.contract, observations), observations)
    standings = standing_frame(known, as_of or _last_received(store, known.contract))
    write_result(store, STANDINGS, known.contract, standings)
    write_result(store, REVISIONS, known.contract, changed)
    path = write_result(store, OBSERVATIONS, known.contract, observations)
    return Written(observations, standings, changed, path)


def _before(store: Store, contract: str, now: pl.DataFrame) -> pl.DataFrame:
    """Return the observations of the run before; none when there is no such run."""
    if not store.result(OBSERVATIONS, contract).exists():
        return now.clear()
    return read_result(store, OBSERVATIONS, contract)


def _last_received(store: Store, contract: str) -> dt.date:
    return max((each.received_on for each in deliveries(store, contract)), default=dt.date.min)
