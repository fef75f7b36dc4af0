"""Draw the files of the example: the same seed gives the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

SEED = 2030
TREATED = ("La Prairie", "Les Tilleuls")
CONTROLS = tuple(f"Quartier témoin {rank:02d}" for rank in range(1, 13))
QUARTERS = tuple(f"{year}-T{quarter}" for year in (2021, 2022, 2023, 2024, 2025) for quarter in (1, 2, 3, 4))
LAST_MONTH = (2025, 12)
CHARTER = "2024-T1"
EFFECT = -0.09
"""What the charter takes from the share of leases signed by households of the first quartile: the planted truth."""

Row = Sequence[object]


def write_arrivals(folder: Path) -> None:
    """Write the two files of the partners and the slip that announces them.

    Args:
        folder: ``arrivees/exemple`` of a workspace; made when missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    _write(folder / "baux.csv", ("zone", "trimestre", "baux", "premier_quartile"), _leases(chance))
    heading = ("personne", "zone", "mois", "sexe", "age", "date_entree", "accompagnement", "situation", "date_sortie")
    _write(folder / "parcours.csv", heading, _pathways(chance))
    slip = (
        ("parcours.csv", "parcours", "france-travail", "", "2026-01-20"),
        ("baux.csv", "baux", "bailleur", "", "2026-01-25"),
    )
    _write(folder / "bordereau.csv", ("fichier", "flux", "producteur", "periode", "recu_le"), slip)


def _write(path: Path, heading: Row, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(heading)
        writer.writerows(rows)


def _leases(chance: random.Random) -> Iterator[Row]:
    """Give the leases of each quarter: a level of its own for each place, a common season, and the charter."""
    levels = {place: chance.gauss(0.47, 0.03) for place in (*TREATED, *CONTROLS)}
    for rank, quarter in enumerate(QUARTERS):
        season = 0.02 * math.sin(math.pi * rank / 2) - 0.001 * rank
        for place, level in levels.items():
            share = level + season + (EFFECT if place in TREATED and quarter >= CHARTER else 0)
            leases = chance.randint(70, 110)
            yield place, quarter, leases, sum(chance.random() < share for _ in range(leases))


def _pathways(chance: random.Random) -> Iterator[Row]:
    """Give each person's months; those who are accompanied are younger, and leave a little faster for a lasting job."""
    for number in range(620):
        is_helped = number % 3 == 0
        age = min(64, max(16, round(chance.gauss(33 if is_helped else 38, 9))))
        entered = dt.date(2024, chance.randint(1, 12), chance.randint(1, 28))
        monthly = (0.052 if is_helped else 0.034) * math.exp(-0.008 * (age - 35))
        person = hashlib.sha256(f"exemple-{number}".encode()).hexdigest()
        known = (person, chance.choice(TREATED), chance.choice("FH"), age, entered, is_helped)
        yield from _months(chance, known, monthly)


def _months(chance: random.Random, known: tuple[str, str, str, int, dt.date, bool], monthly: float) -> Iterator[Row]:
    person, place, sex, age, entered, is_helped = known
    year, month = entered.year, entered.month
    help_ = "maison_emploi" if is_helped else "droit_commun"
    while (year, month) <= LAST_MONTH:
        drawn = chance.random()
        situation = _situation(drawn, monthly)
        left = "" if situation == "recherche" else max(entered, dt.date(year, month, 28)).isoformat()
        yield person, place, f"{year}-{month:02d}", sex, age, entered.isoformat(), help_, situation, left
        if left:
            return
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _situation(drawn: float, durable: float) -> str:
    for situation, share in (("emploi_durable", durable), ("emploi_transition", 0.02), ("formation", 0.015)):
        if drawn < share:
            return situation
        drawn -= share
    return "sans_nouvelle" if drawn < 0.012 else "recherche"
