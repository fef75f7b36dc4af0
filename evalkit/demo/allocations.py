"""Feed ``logement-attributions``: allocations of social housing by two landlords, at the levels of the CIA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from evalkit.declare.period import first_day
from evalkit.demo.delivery_draft import Draft, Fault, received_after
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect
from evalkit.demo.timeline import HISTORY_YEARS, quarters, recent_quarters

FEED = "logement-attributions"

ELSEWHERE = "Hors QPV"
"""What landlords write for a dwelling that is in no quarter of the contract."""

_PER_YEAR_IN_QPV = 390
_PER_YEAR_OUTSIDE = 681
"""231 allocations are 59.23 % of 390 (2020); 82 are 12.04 % of 681 (2021)."""

_SHARE_ELSEWHERE = 0.25
_FIRST_QUARTILE_IN_QPV = 1 - 231 / 390
_FIRST_QUARTILE_OUTSIDE = {2019: 0.115, 2020: 0.117, 2021: 0.1204, 2022: 0.128, 2023: 0.145, 2024: 0.165}
_MUTATIONS = 0.33
_SIGNED = 0.84
_QUARTILE_BOUNDS = (4_000.0, 8_958.0, 13_200.0, 18_500.0, 29_000.0)
"""Resources in euros a year and consumption unit; 8,958 is the first quartile of 2021, as the CIA prints it."""

_HOLDERS = ("Etat", "Collectivites", "Action Logement Services", "Bailleurs", "Autre")
_HOLDER_SHARES = (0.22, 0.16, 0.30, 0.29, 0.03)
_PRIORITY_SHARES = (0.88, 0.22, 0.19, 0.21, 0.24)


@dataclass(frozen=True, slots=True)
class Landlord:
    """A landlord that delivers, and its share of the allocations."""

    producer: str
    name: str
    share: float
    dialect: Dialect
    prefix: str


LANDLORDS = (
    Landlord("opac71", "OPAC 71", 0.68, Dialect(encoding="cp1252", headings=1, words=0, zones="alias"), "O"),
    Landlord("habellis", "Habellis", 0.32, Dialect(encoding="cp1252", headings=2, words=1, zones="2024"), "H"),
)


def first_quartile_share(year: int, *, in_qpv: bool) -> float:
    """Return the share of allocations to the first quartile of resources in one year."""
    if in_qpv:
        return _FIRST_QUARTILE_IN_QPV
    return _FIRST_QUARTILE_OUTSIDE.get(year, min(0.165 + 0.0225 * (year - 2024), 0.23))


def allocation_drafts(places: Sequence[Place], seed: int) -> list[Draft]:
    """Return every delivery of both landlords: one file of history each, then one per quarter."""
    return [draft for landlord in LANDLORDS for draft in _drafts_of(landlord, places, seed)]


def _drafts_of(landlord: Landlord, places: Sequence[Place], seed: int) -> list[Draft]:
    rng = stream(seed, FEED, landlord.producer)
    tables = {quarter: _quarter(landlord, places, quarter, rng) for quarter in quarters()}
    old = pl.concat([table for quarter, table in tables.items() if int(quarter[:4]) in HISTORY_YEARS])
    name = f"attributions_{landlord.producer}"
    drafts = [
        Draft(FEED, landlord.producer, f"{name}_reprise_2019_2023.csv", dt.date(2024, 4, 4), old, landlord.dialect)
    ]
    for quarter in recent_quarters():
        late = landlord.producer == "opac71" and quarter == "2026-T1"
        received = received_after(quarter, 96 if late else 25)
        file_name = f"{name}_{quarter.replace('-', '_')}.csv"
        draft = Draft(FEED, landlord.producer, file_name, received, tables[quarter], landlord.dialect)
        if late:
            draft = draft.with_fault(Fault("retard", expected="Livraison reçue après l’échéance de la clause."))
        drafts.append(_with_faults(draft))
    return drafts


def _quarter(landlord: Landlord, places: Sequence[Place], quarter: str, rng: np.random.Generator) -> pl.DataFrame:
    zones = _zones(landlord.share / 4, places, rng)
    n = len(zones)
    in_qpv = np.isin(zones, [place.id for place in places if place.treated])
    decided = rng.integers(0, 88, n)
    signed = rng.random(n) < _SIGNED
    quartile = _quartiles(int(quarter[:4]), in_qpv, rng)
    holder = rng.choice(len(_HOLDERS), n, p=_HOLDER_SHARES)
    bounds = np.array(_QUARTILE_BOUNDS)
    resources = rng.uniform(bounds[quartile - 1], bounds[quartile])
    start = np.datetime64(first_day(quarter), "D")
    lease = start + decided + rng.integers(3, 19, n)
    table = pl.DataFrame(
        {
            "bailleur": [landlord.name] * n,
            "reservataire": np.array(_HOLDERS, dtype=object)[holder],
            "zone": zones,
            "trimestre": [quarter] * n,
            "date_decision": start + decided,
            "date_bail": np.where(signed, lease, np.datetime64("NaT", "D")),
            "rang": 1 + rng.binomial(3, 0.12, n),
            "quartile": quartile,
            "prioritaire": rng.random(n) < np.array(_PRIORITY_SHARES)[holder],
            "mutation": rng.random(n) < _MUTATIONS,
            "ressources": np.round(resources, 2),
        },
        schema_overrides={"reservataire": pl.String, "zone": pl.String},
    )
    dates = pl.col("date_decision", "date_bail").cast(pl.Date)
    table = table.with_columns(dates).sort("date_decision", maintain_order=True)
    numbers = [f"{landlord.prefix}{quarter.replace('-', '')}-{rank:03d}" for rank in range(1, n + 1)]
    return table.select(pl.Series("attribution", numbers), *table.columns)


def _zones(share: float, places: Sequence[Place], rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw the zone of each allocation of a quarter, in proportion to residents on each side."""
    drawn: list[str] = []
    totals = {
        True: sum(place.residents for place in places if place.treated),
        False: sum(place.residents for place in places if not place.treated),
    }
    yearly = {True: float(_PER_YEAR_IN_QPV), False: _PER_YEAR_OUTSIDE * (1 - _SHARE_ELSEWHERE)}
    for place in places:
        expected = yearly[place.treated] * place.residents / totals[place.treated] * share
        drawn += [place.id] * int(rng.poisson(expected))
    drawn += [ELSEWHERE] * int(rng.poisson(_PER_YEAR_OUTSIDE * _SHARE_ELSEWHERE * share))
    return np.array(drawn, dtype=object)


def _quartiles(year: int, in_qpv: npt.NDArray[np.bool_], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    chance = np.where(in_qpv, first_quartile_share(year, in_qpv=True), first_quartile_share(year, in_qpv=False))
    others = rng.choice([2, 3, 4], len(in_qpv), p=[0.40, 0.35, 0.25])
    return np.where(rng.random(len(in_qpv)) < chance, 1, others)


def _with_faults(draft: Draft) -> Draft:
    if draft.name == "attributions_habellis_2025_T3.csv":
        draft = draft.with_cell(4, "reservataire", "Mairie annexe")
        return draft.with_fault(Fault("categorie_inconnue", "reservataire", (4,), "Mot qui n’est pas déclaré."))
    last = len(draft.table)
    if draft.name == "attributions_opac71_2025_T2.csv":
        copied = replace(draft, table=draft.table.vstack(draft.table[2]))
        return copied.with_fault(
            Fault("ligne_en_double", "attribution", (2, last), "Même ligne deux fois : gardée une.")
        )
    if draft.name == "attributions_opac71_2024_T4.csv":
        copied = replace(draft, table=draft.table.vstack(draft.table[9]))
        copied = copied.with_cell(last, "rang", 7)
        expected = "Deux lignes différentes sous un même numéro : refusées."
        return copied.with_fault(Fault("cle_en_double", "attribution", (9, last), expected))
    return draft
