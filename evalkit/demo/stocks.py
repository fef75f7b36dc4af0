"""Feed ``france-travail-demandeurs``: job seekers at the end of each quarter, counted on the simulated list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from evalkit.demo.delivery_draft import Draft, Fault, received_after
from evalkit.demo.job_seekers import JobSeekers
from evalkit.demo.labour_market import STAYS
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect
from evalkit.demo.timeline import HISTORY_YEARS, quarters, recent_quarters

FEED = "france-travail-demandeurs"
PRODUCER = "france-travail"

_BREAK = "2025-T1"
_QPV_RISE = 1.15
_OTHER_RISE = 1.06
"""What the loi pour le plein emploi adds to the lists in January 2025: a break, not an evolution."""

_GROUPED_QUARTER = "2025-T3"
_SHARE_WITHOUT_WORK = 0.62
"""Category A among A, B and C: 668 of 1,077 in Prés-Saint-Jean (Insee, base of 2021)."""


def stock_drafts(places: Sequence[Place], job_seekers: JobSeekers, seed: int) -> list[Draft]:
    """Return every delivery of the feed: one file per year of history, then one per quarter, one of them twice."""
    table = end_of_quarter(places, job_seekers, seed)
    drafts = []
    for year in HISTORY_YEARS:
        rows = table.filter(pl.col("trimestre").str.starts_with(str(year)))
        dialect = Dialect(encoding="cp1252", headings=1, zones="label")
        drafts.append(Draft(FEED, PRODUCER, f"defm_reprise_{year}.csv", dt.date(2024, 4, 3), rows, dialect))
    for quarter in recent_quarters():
        rows = table.filter(pl.col("trimestre") == quarter)
        thousands = "\N{NARROW NO-BREAK SPACE}" if quarter == _GROUPED_QUARTER else ""
        dialect = Dialect(headings=2, thousands=thousands)
        name = f"defm_{quarter.replace('-', '_')}.csv"
        drafts.append(_with_faults(Draft(FEED, PRODUCER, name, received_after(quarter, 24), rows, dialect)))
    return [*drafts, _second_copy(drafts)]


def end_of_quarter(places: Sequence[Place], job_seekers: JobSeekers, seed: int) -> pl.DataFrame:
    """Return the counts of each zone at the end of each quarter, by zone then quarter, with the break of 2025."""
    persons = job_seekers.persons
    last_month = (job_seekers.month % 3 == 2) & (job_seekers.situation == STAYS)
    person, month = job_seekers.person[last_month], job_seekers.month[last_month]
    age = (month - persons.birth[person]) // 12
    listed = pl.DataFrame(
        {
            "place": persons.zone[person],
            "quarter": month // 3,
            "defm_abc_femmes": persons.female[person],
            "defm_abc_hommes": 1 - persons.female[person],
            "defm_abc_moins_26": (age < 26).astype(np.int64),
            "defm_abc_50_plus": (age >= 50).astype(np.int64),
        }
    )
    counts = listed.group_by("place", "quarter").agg(pl.all().sum()).sort("place", "quarter")
    labels = np.array(quarters(), dtype=object)[counts["quarter"].to_numpy()]
    zones = np.array([place.id for place in places], dtype=object)[counts["place"].to_numpy()]
    treated = np.array([place.treated for place in places])[counts["place"].to_numpy()]
    rise = np.where(labels < _BREAK, 1.0, np.where(treated, _QPV_RISE, _OTHER_RISE))
    parts = ("defm_abc_femmes", "defm_abc_hommes", "defm_abc_moins_26", "defm_abc_50_plus")
    raised = {part: np.rint(counts[part].to_numpy() * rise).astype(np.int64) for part in parts}
    total = raised["defm_abc_femmes"] + raised["defm_abc_hommes"]
    without_work = stream(seed, FEED).binomial(total, _SHARE_WITHOUT_WORK)
    columns = {"zone": zones, "trimestre": labels, "defm_abc": total, **raised, "defm_a": without_work}
    return pl.DataFrame(columns, schema_overrides={"zone": pl.String, "trimestre": pl.String})


def _with_faults(draft: Draft) -> Draft:
    if draft.name == "defm_2025_T3.csv":
        rows = tuple((draft.table["defm_abc"] >= 1_000).arg_true().to_list())
        expected = "Nombre écrit avec une espace entre les milliers : lu et réparé."
        return draft.with_fault(Fault("separateur_de_milliers", "defm_abc", rows, expected))
    if draft.name == "defm_2026_T2.csv":
        row = len(draft.table) - 1
        draft = draft.with_cell(row, "defm_abc", draft.table["defm_abc"][row] + 7)
        expected = "Femmes et hommes ne font pas le total."
        return draft.with_fault(Fault("total_incoherent", "defm_abc", (row,), expected))
    return draft


def _second_copy(drafts: Sequence[Draft]) -> Draft:
    first = next(draft for draft in drafts if draft.name == "defm_2025_T2.csv")
    copy = replace(first, name="defm_2025_T2_bis.csv", received_on=first.received_on + dt.timedelta(days=5))
    return copy.with_fault(
        Fault("meme_fichier_deux_fois", expected="Même contenu que defm_2025_T2.csv : une livraison.")
    )
