"""A cohort that a rotation of the identity key crosses: followed up to it, and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from evalkit.clause.schedule import day_after
from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.declare.period import first_day
from evalkit.store.rotation import KeyBreak
from evalkit.store.schema import PERIOD
from evalkit.typography import typeset


def crossed_break(breaks: Iterable[KeyBreak], cohort: Cohort) -> KeyBreak | None:
    """Return the first break between the first entry of a cohort and the end of its last wave."""
    start, end = cohort.entry.window
    until = day_after(end, max(cohort.waves, key=months_of))
    return next((each for each in sorted(breaks) if start < first_day(each.period) <= until), None)


def before_break(rows: pl.LazyFrame, crossed: KeyBreak) -> tuple[pl.LazyFrame, dt.date]:
    """Return the rows of the persons as they were named before a break, and the last day on which they are seen.

    Beyond it the same persons have other pseudonyms: they would be counted as lost, then as new ones.
    """
    return rows.filter(pl.col(PERIOD) < crossed.period), first_day(crossed.period) - dt.timedelta(days=1)


def break_sentence(crossed: KeyBreak) -> str:
    """Say in French what a break does to a cohort, and what would mend it."""
    last = first_day(crossed.period) - dt.timedelta(days=1)
    return typeset(
        f"La clé d’identité a changé à partir de la période {crossed.period} (livraison du "
        f"{crossed.received_on:%d/%m/%Y}) : au-delà, une même personne porte un autre pseudonyme. La cohorte est "
        f"suivie jusqu’au {last:%d/%m/%Y} ; les entrées et les sorties d’après ne sont pas comptées. Si le partenaire "
        "renvoie les périodes antérieures, elles passent à la nouvelle clé et la rupture disparaît."
    )
