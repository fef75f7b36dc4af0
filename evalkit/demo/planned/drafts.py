"""The files of a plan: who sends which rows, when, in which habits of writing, and with which faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed, Grain
from evalkit.declare.indicator import Indicator
from evalkit.declare.model import months_of
from evalkit.declare.period import last_day
from evalkit.demo.delivery_draft import Draft, Fault, Sheet
from evalkit.demo.places import Naming, Place
from evalkit.demo.planned.bounds import bounds_of
from evalkit.demo.planned.faults import with_fault
from evalkit.demo.planned.plan import FeedPlan, Plan, Sender
from evalkit.demo.planned.reading import Reading, reading_of
from evalkit.demo.planned.rows import PERIOD, Frame
from evalkit.demo.planned.table import Setting, drop_working_columns, table_of
from evalkit.demo.spelling import Dialect

ELSEWHERE = "Hors QPV"
"""What partners write for what lies in no quarter of the contract."""

_FORMER = 2015
"""The geography of some sources: a quarter that entered in 2024 is not in them."""

_ALL_QPV = frozenset({"qpv", "hors-qpv", "ensemble"})
_HABITS = (
    Dialect(headings=1, words=1, zones="label"),
    Dialect(encoding="cp1252", headings=2, words=1, zones="2024"),
    Dialect(encoding="utf-8", day="%Y-%m-%d"),
    Dialect(encoding="cp1252", headings=1, words=2, zones="alias"),
)
"""Habits of writing, one after the other: headings, words, names of places, dates, encodings."""

_WORKBOOK = 4
"""A fifth of the senders send a workbook with titles above the table."""

_EARLY, _LATE = 20, 40
"""Days before the day when rows are owed, and after it for who is late."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The contract that a plan is played in.

    Attributes:
        feeds: the feeds, by id.
        indicators: those of the contract.
        clauses: the real clauses, by feed.
        places: every zone of the contract.
        seed: of the demonstration.
    """

    plan: Plan
    feeds: Mapping[str, Feed]
    indicators: Sequence[Indicator]
    clauses: Mapping[str, Clause]
    places: Sequence[Place]
    seed: int

    @property
    def quarters(self) -> tuple[str, ...]:
        """Return the QPV."""
        return tuple(place.id for place in self.places if place.treated)

    def setting(self, plan: FeedPlan) -> Setting:
        """Return the years, the zones with their sizes, and the seed of the rows of a feed."""
        treated = [place.residents for place in self.places if place.treated]
        mean = sum(treated) / len(treated)
        weights = {place.id: place.residents / mean for place in self.places}
        return Setting(self.plan.years(plan), weights, frozenset(self.quarters), self.seed)


@dataclass(frozen=True, slots=True)
class SentTable:
    """All the rows of a sender, before they are cut into files.

    Attributes:
        rows: typed columns, with the period of each row beside (:data:`evalkit.demo.planned.rows.PERIOD`).
        habits: the dialect of its files, by rank.
    """

    frame: Frame
    rows: pl.DataFrame
    habits: int


def planned_tables(scene: Scene) -> Iterator[SentTable]:
    """Yield the rows of every sender, but those that follow persons or a cohort."""
    for rank, plan in enumerate(scene.plan.feeds):
        if plan.personal or plan.feed == COHORT_RETURNS:
            continue
        feed = scene.feeds[plan.feed]
        reading = reading_of(plan.feed, scene.indicators)
        for number, sender in enumerate(plan.senders):
            frame = Frame(feed, plan, sender, reading, bounds_of(feed), _zones(scene, plan, reading, feed))
            habits = sender.habits if sender.habits is not None else rank + number
            yield SentTable(frame, table_of(frame, scene.setting(plan)), habits)


def planned_drafts(scene: Scene) -> Iterator[Draft]:
    """Yield the files of every sender, but those that follow persons or a cohort."""
    for sent in planned_tables(scene):
        yield from files_of(scene, sent)


COHORT_RETURNS = "france-travail-retours"
"""The feed whose rows are counts of a cohort, made apart."""


def files_of(scene: Scene, sent: SentTable) -> Iterator[Draft]:
    """Cut the table of a sender into files: one for all years, or the last year apart when something happens to it.

    A feed without a field for its period has one file per period. The last file is the one that is late, wrong or
    missing.
    """
    frame, table = sent.frame, sent.rows
    whole = frame.feed.period.field is None
    years = scene.plan.years(frame.plan)
    groups = [table.filter(pl.col(PERIOD) == each) for each in table[PERIOD].unique(maintain_order=True)]
    if not whole and not frame.sender.has_incident:
        groups = [table]
    elif not whole:
        is_last = pl.col(PERIOD).str.slice(0, 4) == str(years[-1])
        groups = [part for part in (table.filter(~is_last), table.filter(is_last)) if part.height]
    for part in groups:
        last = part is groups[-1]
        if last and frame.sender.missing:
            continue
        draft = _draft(scene, frame, part, sent.habits)
        if last and frame.sender.late:
            draft = draft.with_fault(Fault("retard", expected="Livraison reçue après l’échéance de la clause."))
        yield from with_fault(draft, frame.feed, frame.sender.fault if last else None)


def _draft(scene: Scene, frame: Frame, part: pl.DataFrame, habits: int) -> Draft:
    periods = part[PERIOD].unique().sort().to_list()
    first, last = periods[0], periods[-1]
    span = last if first == last else f"{first}_{last}"
    is_book = habits % (_WORKBOOK + 1) == _WORKBOOK
    dialect = _dialect(str(frame.feed.perimeter or scene.plan.perimeter), habits)
    late = frame.sender.late and last[:4] == str(scene.plan.years(frame.plan)[-1])
    owed = owed_on(scene.clauses.get(frame.feed.feed), frame.plan, frame.sender, last)
    received = owed + dt.timedelta(days=_LATE) if late else owed - dt.timedelta(days=_EARLY)
    title = f"{frame.feed.label} (données synthétiques de démonstration)"
    stem = f"{frame.feed.feed.replace('-', '_')}_{frame.sender.producer.replace('-', '_')}_{span.replace('-', '_')}"
    return Draft(
        frame.feed.feed,
        frame.sender.producer,
        f"{stem}.xlsx" if is_book else f"{stem}.csv",
        received,
        drop_working_columns(part),
        dialect,
        period="" if frame.feed.period.field else last,
        sheet=Sheet("Données", (title, f"Période : {span.replace('_', ' à ')}")) if is_book else None,
    )


def _dialect(perimeter: str, habits: int) -> Dialect:
    """Return the habits of a sender; codes are those of the geography of the feed, else of the plan."""
    found = _HABITS[habits % len(_HABITS)]
    codes: Naming = "2015" if perimeter == "2015" else "2024"
    return replace(found, zones=codes) if found.zones == "2024" or perimeter == "2015" else found


def owed_on(clause: Clause | None, plan: FeedPlan, sender: Sender, period: str) -> dt.date:
    """Return the day when the rows of a period are owed: the one that the real clause writes, else the planned one."""
    if clause is not None and sender.producer in clause.producers:
        day = next((each for each in clause.production.deadlines if each.sends), None)
        if day is not None:
            return day.date_for(int(period[:4]))
    return last_day(period) + dt.timedelta(days=round(30 * months_of(plan.due)))


def _zones(scene: Scene, plan: FeedPlan, reading: Reading, feed: Feed) -> tuple[str, ...]:
    """Return the zones of the rows: those planned, else the QPV and every other one that an indicator reads."""
    if plan.zones:
        return plan.zones
    known = [place.id for place in scene.places]
    quarters = scene.quarters
    if feed.perimeter == _FORMER:
        quarters = tuple(place.id for place in scene.places if place.treated and place.names["2015"].startswith("QP"))
        known = list(quarters)
    named = [zone for zone in reading.zones if zone in known]
    asks_all = not reading.zones or bool(_ALL_QPV & set(reading.zones))
    found = dict.fromkeys([*(quarters if asks_all else ()), *named])
    if "hors-qpv" in reading.zones and feed.grain is not Grain.ZONE:
        found[ELSEWHERE] = None
    return tuple(found)
