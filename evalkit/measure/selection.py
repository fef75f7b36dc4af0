"""The cells of a zone: stored zones are added; where rows are totals of zones, QPV are taken out of their reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from evalkit.cells.request import PERIOD, ROWS
from evalkit.measure.frame import Subject
from evalkit.territory.zones import ALL_QPV, EVERYWHERE, OUTSIDE_QPV, Territory, members

NOT_SUBTRACTED = "« hors QPV » ne se déduit pas d’une valeur lue dans les lignes : elle ne se soustrait pas"


@dataclass(frozen=True, slots=True)
class Selected:
    """The cells of one zone.

    Attributes:
        cells: to be added up; those that are taken out of a whole have their amounts negated.
        problems: by period, the French reason why the zone has no value; under ``""``, for every period.
    """

    cells: pl.DataFrame
    problems: Mapping[str, str] = field(default_factory=dict)

    def problem(self, period: str) -> str:
        """Return why the zone has no value in a period; empty when it may have one."""
        return self.problems.get("", self.problems.get(period, ""))


def selected(subject: Subject, cells: pl.DataFrame, zone: str, amounts: tuple[str, ...] | None) -> Selected:
    """Return the cells that make up a zone.

    Where a row is the total of a zone (``grain: zone``), a zone that has rows of its own is read in them, and
    *hors QPV* is its reference without the QPV: the reference contains them.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, by stored zone.
        zone: a declared or derived zone.
        amounts: the columns of sums; ``None`` when cells hold values that do not subtract.
    """
    if subject.rows_are_zones:
        territory, stored = subject.territory, set(cells["zone"].unique())
        whole = territory.reference if zone in {OUTSIDE_QPV, EVERYWHERE} else whole_of(territory, zone)
        if zone in stored:
            return Selected(cells.filter(pl.col("zone") == zone))
        if zone == ALL_QPV:
            return Selected(_rows_of(cells, territory.qpv), _missing(subject, cells, territory.qpv))
        if whole in stored:
            mine = cells.filter(pl.col("zone") == whole)
            return Selected(mine) if zone == EVERYWHERE else _without_qpv(subject, cells, mine, str(whole), amounts)
    selection = members(subject.territory, zone)
    inside = pl.col("zone").is_in(list(selection.zones))
    return Selected(cells.filter(inside if selection.sense == "in" else ~inside))


def _without_qpv(
    subject: Subject, cells: pl.DataFrame, mine: pl.DataFrame, whole: str, amounts: tuple[str, ...] | None
) -> Selected:
    """Return a whole and, taken out of it, the QPV that it contains."""
    if amounts is None:
        return Selected(cells.clear(), {"": NOT_SUBTRACTED})
    qpv = tuple(each for each in subject.territory.qpv if whole in subject.territory.containing(each))
    taken = [name for name in amounts if name != ROWS]
    parts = _rows_of(cells, qpv).with_columns(-pl.col(name) for name in taken)
    return Selected(pl.concat([mine, parts], how="vertical_relaxed"), _missing(subject, cells, qpv))


def _rows_of(cells: pl.DataFrame, zones: tuple[str, ...]) -> pl.DataFrame:
    return cells.filter(pl.col("zone").is_in(list(zones)))


def _missing(subject: Subject, cells: pl.DataFrame, qpv: tuple[str, ...]) -> dict[str, str]:
    """Return the periods in which a QPV has no row: neither their sum nor what is left without them is known."""
    known = _rows_of(cells, qpv).group_by(PERIOD).agg(pl.col("zone").n_unique())
    found = dict(known.iter_rows())
    return {
        period: f"{found.get(period, 0)} QPV sur {len(qpv)} dans le fichier"
        for period in subject.periods
        if found.get(period, 0) < len(qpv)
    }


def whole_of(territory: Territory, zone: str) -> str | None:
    """Return the declared zone of which ``zone`` is the rest without its QPV; ``None`` when it is no such rest."""
    if zone not in territory.rests:
        return None
    return max((each for each in territory.zones if zone.startswith(f"{each}.")), key=len, default=None)
