"""Observations computed from others: masked as soon as one of those is not shown."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.measure.observation import Availability, name_of
from evalkit.publish.observed import cell_id
from evalkit.publish.policy import Policy
from evalkit.publish.secrecy import Key


def derived_hidden(
    frame: pl.DataFrame, indicators: Mapping[str, Indicator], policy: Policy, hidden: frozenset[Key]
) -> frozenset[Key]:
    """Return the cells of gaps, changes, quotients and composites that may not be shown.

    A reader who knows such a result and all of its parts but one finds that one; when all of them are shown, it tells
    nothing more. One that does not name its parts, or names one that is not published, or is only rounded, is masked.

    Args:
        frame: observations, with the names of their ``parts``.
        indicators: the declared indicators by id.
        policy: for the feeds whose counts are rounded.
        hidden: the other masked cells.
    """
    rows = [row for row in frame.iter_rows(named=True) if row["availability"] == Availability.AVAILABLE]
    waiting = [row for row in rows if isinstance(indicators[row["indicator"]].measure, DerivedMeasure)]
    derived = {cell_id(row) for row in waiting}
    secret = {_name(row) for row in rows if cell_id(row) in hidden or policy.rule(row["feed"]).rounding}
    shown = {_name(row) for row in rows if cell_id(row) not in derived} - secret
    while True:
        ready = [row for row in waiting if row.get("parts") and set(row["parts"]) <= shown]
        if not ready:
            return frozenset(cell_id(row) for row in waiting)
        shown |= {_name(row) for row in ready}
        waiting = [row for row in waiting if row not in ready]


def _name(row: Mapping[str, str]) -> str:
    return name_of(row["indicator"], row["zone"], row["period"], row["breakdown"])
