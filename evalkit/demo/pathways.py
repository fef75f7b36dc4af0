"""Feed ``france-travail-parcours``: one row per person and month, under a pseudonym made by a third party."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from evalkit.demo.delivery_draft import Draft, Fault, received_after
from evalkit.demo.job_seekers import Integers, JobSeekers
from evalkit.demo.labour_market import SITUATIONS, STAYS
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect
from evalkit.demo.timeline import FIRST_YEAR, HISTORY_YEARS, month_label, recent_quarters

Dates = npt.NDArray[np.datetime64]

FEED = "france-travail-parcours"
PRODUCER = "france-travail"

_THIRD_PARTY_KEY = hashlib.sha256("tiers de confiance fictif de la démonstration".encode()).digest()


def pathway_drafts(places: Sequence[Place], job_seekers: JobSeekers, seed: int) -> list[Draft]:
    """Return every delivery of the feed: one file per year of history, then one per quarter.

    Args:
        places: the places simulated, in the order that ``job_seekers`` counts them.
        job_seekers: the simulated list.
        seed: the seed of the demonstration.
    """
    rows = _Rows(places, job_seekers, seed)
    drafts = [_history(rows, year) for year in HISTORY_YEARS]
    drafts += [_quarter(rows, number, quarter) for number, quarter in enumerate(recent_quarters())]
    return [_with_faults(draft) for draft in drafts]


def _history(rows: _Rows, year: int) -> Draft:
    first = 12 * (year - FIRST_YEAR)
    dialect = Dialect(encoding="cp1252", headings=1, zones="2015")
    received = dt.date(2024, 4, 2)
    return Draft(FEED, PRODUCER, f"parcours_reprise_{year}.csv", received, rows.of(first, first + 12), dialect)


def _quarter(rows: _Rows, number: int, quarter: str) -> Draft:
    first = 12 * (int(quarter[:4]) - FIRST_YEAR) + 3 * (int(quarter[-1]) - 1)
    modern = Dialect(day="%Y-%m-%d", headings=0, words=0)
    older = Dialect(encoding="cp1252", headings=2, words=1)
    name = f"parcours_{quarter.replace('-', '_')}.csv"
    dialect = modern if number >= 6 else older
    return Draft(FEED, PRODUCER, name, received_after(quarter, 20), rows.of(first, first + 3), dialect)


class _Rows:
    """The rows of the feed, cut month by month; persons are written once and looked up."""

    def __init__(self, places: Sequence[Place], job_seekers: JobSeekers, seed: int) -> None:
        persons = job_seekers.persons
        self._list = job_seekers
        self._zones = np.array([place.id for place in places], dtype=object)[persons.zone]
        self._sexes = np.where(persons.female == 1, "F", "H")
        self._exit_days = _exit_days(job_seekers, seed)
        self._entries = _days(persons.entry, persons.entry_day)
        self._pseudonyms = _pseudonyms(job_seekers)

    def of(self, first: int, after: int) -> pl.DataFrame:
        """Return the rows of months ``first`` to ``after - 1``, by person then month."""
        months = self._list.month
        low, high = np.searchsorted(months, [first, after])
        person, month = self._list.person[low:high], months[low:high]
        situation, exit_day = self._list.situation[low:high], self._exit_days[low:high]
        persons = self._list.persons
        left = situation != STAYS
        table = pl.DataFrame(
            {
                "personne": self._pseudonyms[person],
                "zone": self._zones[person],
                "mois": np.array([month_label(each) for each in range(first, after)], dtype=object)[month - first],
                "sexe": self._sexes[person],
                "age": (month - persons.birth[person]) // 12,
                "date_entree": self._entries[person],
                "accompagnement": np.where(persons.accompanied[person], "cite_emploi", "droit_commun"),
                "situation": np.array(SITUATIONS, dtype=object)[situation],
                "date_sortie": np.where(left, _days(month, exit_day), np.datetime64("NaT", "D")),
            },
            schema_overrides={"zone": pl.String, "mois": pl.String, "personne": pl.String, "situation": pl.String},
        )
        return table.with_columns(pl.col("date_entree", "date_sortie").cast(pl.Date)).sort("personne", "mois")


def _days(month: Integers, day: Integers) -> Dates:
    first: Dates = (np.datetime64(f"{FIRST_YEAR}-01", "M") + month).astype("datetime64[D]")
    days: Dates = first + (day - 1).astype("timedelta64[D]")
    return days


def _exit_days(job_seekers: JobSeekers, seed: int) -> Integers:
    """Draw a day of exit for each row, never before the day of entry."""
    rng = stream(seed, FEED, "exit-days")
    same_month = job_seekers.persons.entry[job_seekers.person] == job_seekers.month
    lowest = np.where(same_month, job_seekers.persons.entry_day[job_seekers.person], 1)
    return rng.integers(lowest, 29)


def _pseudonyms(job_seekers: JobSeekers) -> npt.NDArray[np.object_]:
    """Return the 64 hexadecimal characters of each person who is ever listed, as a third party would make them."""
    made = np.full(len(job_seekers.persons.zone), "", dtype=object)
    for person in np.unique(job_seekers.person):
        made[person] = hmac.digest(_THIRD_PARTY_KEY, b"personne fictive %d" % person, "sha256").hex()
    return made


def _with_faults(draft: Draft) -> Draft:
    if draft.name == "parcours_2025_T1.csv":
        leaving = draft.table["date_sortie"].is_not_null().arg_true().to_list()[:3]
        for row in leaving:
            entered = draft.table["date_entree"][row]
            draft = draft.with_cell(row, "date_sortie", entered - dt.timedelta(days=31))
        expected = "Lignes refusées : la date de sortie précède la date d’entrée."
        return draft.with_fault(Fault("sortie_avant_entree", "date_sortie", tuple(leaving), expected))
    if draft.name == "parcours_2025_T3.csv":
        rows = (10, 400)
        for row in rows:
            draft = draft.with_cell(row, "age", 130)
        return draft.with_fault(Fault("valeur_impossible", "age", rows, "L’âge de 130 ans dépasse le maximum."))
    if draft.name == "parcours_2026_T1.csv":
        draft = draft.with_cell(25, "sexe", "X")
        return draft.with_fault(Fault("categorie_inconnue", "sexe", (25,), "Le mot « X » n’est pas déclaré."))
    return draft
