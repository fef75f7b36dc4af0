"""Come, stay or leave: moves read from both ends, for a zone or for several taken as one."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.cells.request import PERIOD, ROWS
from evalkit.declare.measures import FlowsMeasure
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Observation
from evalkit.measure.value import Value
from evalkit.territory.zones import UNKNOWN, Selection, members

MOVE = "mouvement"
CAME, STAYED, LEFT = "venus", "restés", "partis"
UNPLACED = "origine ou destination inconnue"
FROM, TO = "venus de", "partis vers"


def move_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return, per zone and period, all who touch the zone, then who came, stayed, left, and from or to where.

    A move between two zones of a group is a stay for the group. One whose other end nobody knows is told apart: it is
    neither a stay nor a move. The whole is the sum of its movements.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per zone of origin, zone of destination and period.
    """
    measure = subject.measure
    if not isinstance(measure, FlowsMeasure):
        raise TypeError(subject.indicator.id)
    for zone in subject.zones:
        selection = members(subject.territory, zone)
        begins, ends = _inside(measure.from_, selection), _inside(measure.to, selection)
        touched = cells.filter(begins | ends).with_columns(_movement(measure, begins, ends).alias(MOVE))
        by_period = {str(period): rows for (period,), rows in touched.group_by(PERIOD, maintain_order=True)}
        for period in subject.periods:
            mine = by_period.get(period, touched.clear())
            yield subject.observe(zone, period, _counted(mine))
            for word in (CAME, STAYED, LEFT, UNPLACED):
                yield subject.observe(zone, period, _counted(mine.filter(pl.col(MOVE) == word)), f"{MOVE}={word}")
            yield from _ends(subject, measure, zone, period, mine)


def _ends(
    subject: Subject, measure: FlowsMeasure, zone: str, period: str, moves: pl.DataFrame
) -> Iterator[Observation]:
    """Return the origins of those who came and the destinations of those who left."""
    for word, name, column in ((CAME, FROM, measure.from_), (LEFT, TO, measure.to)):
        mine = moves.filter(pl.col(MOVE) == word)
        for other in sorted(mine[column].unique().to_list()):
            yield subject.observe(zone, period, _counted(mine.filter(pl.col(column) == other)), f"{name}={other}")


def _movement(measure: FlowsMeasure, begins: pl.Expr, ends: pl.Expr) -> pl.Expr:
    unknown = (pl.col(measure.from_) == UNKNOWN) | (pl.col(measure.to) == UNKNOWN)
    return (
        pl.when(unknown)
        .then(pl.lit(UNPLACED))
        .when(begins & ends)
        .then(pl.lit(STAYED))
        .when(ends)
        .then(pl.lit(CAME))
        .otherwise(pl.lit(LEFT))
    )


def _inside(column: str, selection: Selection) -> pl.Expr:
    inside = pl.col(column).is_in(list(selection.zones))
    return inside if selection.sense == "in" else ~inside


def _counted(moves: pl.DataFrame) -> Value:
    count = int(moves[ROWS].sum())
    return Value(float(count), None, float(count), count)
