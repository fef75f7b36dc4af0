"""Which stored zones make up a zone: added, or taken out of a whole where rows are totals of zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.declare.feed import Grain
from evalkit.measure.frame import Subject
from evalkit.territory.zones import ALL_QPV, EVERYWHERE, OUTSIDE_QPV, Territory, members

_WIDE = frozenset({OUTSIDE_QPV, EVERYWHERE})

NOT_SUBTRACTED = "« hors QPV » ne se déduit pas d’une valeur lue dans les lignes : elle ne se soustrait pas"


@dataclass(frozen=True, slots=True)
class Selected:
    """The stored zones that make up a zone.

    Attributes:
        added: stored zones whose cells are added up.
        taken: stored zones whose sums are then taken out.
        problems: by period, the French reason why the zone has no value.
    """

    added: tuple[str, ...]
    taken: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    def problem(self, period: str) -> str:
        """Return why the zone has no value in a period; empty when it may have one."""
        return self.problems.get(period, "")


def selected(subject: Subject, cells: pl.DataFrame, zone: str) -> Selected:
    """Return the stored zones that make up a zone.

    Where a row is the total of a zone (``grain: zone``), a zone that has rows of its own is read in them, and
    *hors QPV* is its reference without the QPV: the reference contains them. Where rows are other totals
    (``grain: total``), nobody says whether the total of a commune holds those of its QPV: zones that contain each other
    are not added up.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, by stored zone.
        zone: a declared or derived zone.
    """
    stored = frozenset(cells["zone"].unique())
    if subject.rows_are_zones:
        territory = subject.territory
        whole = territory.reference if zone in {OUTSIDE_QPV, EVERYWHERE} else whole_of(territory, zone)
        if zone in stored:
            return Selected((zone,))
        if zone == ALL_QPV:
            return Selected(territory.qpv, (), _missing(subject, cells, territory.qpv))
        if whole in stored and zone == EVERYWHERE:
            return Selected((str(whole),))
        if whole in stored:
            qpv = tuple(each for each in territory.qpv if whole in territory.containing(each))
            return Selected((str(whole),), qpv, _missing(subject, cells, qpv))
    added = members(subject.territory, zone).holds(sorted(stored))
    return Selected(added, (), _counted_twice(subject, stored, zone, added))


def rows_selected(subject: Subject, cells: pl.DataFrame, zone: str) -> tuple[pl.DataFrame, Selected]:
    """Return the cells of a zone whose values are read and not added up; none where something must be taken out."""
    found = selected(subject, cells, zone)
    if found.taken:
        return cells.clear(), Selected((), (), dict.fromkeys(subject.periods, NOT_SUBTRACTED))
    return cells.filter(pl.col("zone").is_in(list(found.added))), found


def _counted_twice(subject: Subject, stored: frozenset[str], zone: str, added: tuple[str, ...]) -> dict[str, str]:
    """Return, for every period, why totals may not be added up: one of the zones contains another one."""
    if subject.feed.grain not in {Grain.TOTAL, Grain.ZONE} or (
        zone not in _WIDE and zone not in subject.territory.rests
    ):
        return {}
    territory = subject.territory
    beside = stored & set(territory.qpv) if zone == OUTSIDE_QPV else frozenset()
    for inner in sorted({*added, *beside}):
        holders = sorted(territory.containing(inner) & set(added))
        if holders:
            text = (
                f"« {territory.label(holders[0])} » contient « {territory.label(inner)} », et chacune a son total : "
                "la somme compterait deux fois"
            )
            return dict.fromkeys(subject.periods, text)
    return {}


def _missing(subject: Subject, cells: pl.DataFrame, qpv: tuple[str, ...]) -> dict[str, str]:
    """Return the periods in which a QPV has no row: neither their sum nor what is left without them is known."""
    known = cells.filter(pl.col("zone").is_in(list(qpv))).group_by(PERIOD).agg(pl.col("zone").n_unique())
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
