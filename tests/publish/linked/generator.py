"""Random publications: zones nested in zones, two breakdowns, counts and shares of them, one edition after another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from evalkit.declare.contract import Zone
from evalkit.declare.indicator import Indicator
from evalkit.measure.observation import Availability, Observation, observation_frame
from evalkit.publish.confidential import Confidential
from evalkit.publish.publication import Publication
from evalkit.territory.zones import Territory

from ..fixture.declared import CLAUSES, DECLARATIONS, FEEDS

THRESHOLD = 5
"""Of the agreement on the feed ``parcours`` in the synthetic contract."""

FIELDS = {"sexe": ("F", "H"), "age": ("16-25", "26-49", "50-99")}
COUNT, SHARE = "emploi.suivis", "emploi.sortis"
GIVEN = {
    "objective": "emploi.retour",
    "kind": "resultat",
    "status": "declared",
    "unit": "personnes",
    "direction": "up",
    "period": "annee",
    "evidence": {},
}
INDICATORS = (
    Indicator.model_validate(
        {"id": COUNT, "label": "Personnes suivies", "measure": {"type": "count", "feed": "parcours"}, **GIVEN}
    ),
    Indicator.model_validate(
        {
            "id": SHARE,
            "label": "Part des sorties durables",
            "measure": {
                "type": "ratio",
                "feed": "parcours",
                "numerator": "situation = 'emploi_durable'",
                "denominator": "date_sortie IS NOT NULL",
                "population": "personnes sorties",
            },
            **GIVEN,
        }
    ),
)


@dataclass(frozen=True)
class Draw:
    """True persons by year, zone, sex and age: those followed, those who left, those who left for durable work.

    Attributes:
        counts: array of shape (3, years, zones, 2, 3); the last zone is all that is outside the QPV.
        breakdowns: the fields that each edition gives, the first edition first.
    """

    counts: np.ndarray
    breakdowns: tuple[tuple[str, ...], ...]

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(f"quartier-{index + 1}" for index in range(self.counts.shape[2] - 1))

    @property
    def years(self) -> tuple[str, ...]:
        return tuple(str(2024 + index) for index in range(self.counts.shape[1]))


def draw(seed: int) -> Draw:
    chance = np.random.default_rng(seed)
    years, zones = int(chance.choice([1, 1, 1, 2])), int(chance.integers(2, 5))
    size = chance.lognormal(2.0, 0.8, (1, zones + 1, 1, 1)) * np.array([1.0] * zones + [6.0])[None, :, None, None]
    followed = chance.poisson(size * chance.dirichlet([2.0] * 6).reshape(1, 1, 2, 3) * 2, (years, zones + 1, 2, 3))
    left = chance.binomial(followed, 0.6)
    durable = chance.binomial(left, 0.35)
    orders = [((), ("sexe",)), (("sexe",), ("sexe", "age")), (("age",), ("sexe",)), (("sexe", "age"), ("sexe", "age"))]
    return Draw(np.stack([followed, left, durable]), orders[int(chance.integers(len(orders)))])


def confidential(drawn: Draw, edition: int, earlier: tuple[Publication, ...] = ()) -> Confidential:
    """Everything that one edition would show, before secrecy."""
    frame = observation_frame([row for name in _classes(drawn.breakdowns[edition]) for row in _rows(drawn, name)])
    zones = {name: Zone.model_validate({"id": name, "label": name, "kind": "qpv"}) for name in drawn.zones}
    declarations = replace(
        DECLARATIONS, territory=Territory(zones), indicators=INDICATORS, comparisons=(), cohorts=(), clauses=CLAUSES
    )
    as_of = dt.date(2026, 6, 30) + dt.timedelta(days=edition)
    return Confidential(declarations=declarations, feeds=FEEDS, observations=frame, as_of=as_of, earlier=earlier)


def truth(drawn: Draw) -> dict[tuple[str, str, str, str], int]:
    """The true number of each quantity: part, zone, year, class."""
    found = {}
    for name in _classes(tuple(FIELDS)):
        for part in ("suivis", "sortis", "durables"):
            for zone in (*drawn.zones, "qpv", "hors-qpv", "ensemble"):
                for year in drawn.years:
                    found[part, zone, year, name] = _count(drawn, part, zone, year, name)
    return found


def _classes(fields: tuple[str, ...]) -> list[str]:
    return ["", *(f"{field}={value}" for field in fields for value in FIELDS[field])]


def _count(drawn: Draw, part: str, zone: str, year: str, name: str) -> int:
    table = drawn.counts[("suivis", "sortis", "durables").index(part), drawn.years.index(year)]
    inside = len(drawn.zones)
    places = {"qpv": slice(0, inside), "hors-qpv": slice(inside, None), "ensemble": slice(None)}
    kept = table[places[zone] if zone in places else [drawn.zones.index(zone)]].sum(axis=0)
    field, _, value = name.partition("=")
    if field == "sexe":
        return int(kept[FIELDS["sexe"].index(value)].sum())
    if field == "age":
        return int(kept[:, FIELDS["age"].index(value)].sum())
    return int(kept.sum())


def _rows(drawn: Draw, name: str) -> list[Observation]:
    rows = []
    for zone in (*drawn.zones, "qpv", "hors-qpv", "ensemble"):
        for year in drawn.years:
            followed, left, durable = (
                _count(drawn, part, zone, year, name) for part in ("suivis", "sortis", "durables")
            )
            given = {
                "contract": "essai",
                "version": 1,
                "zone": zone,
                "period": year,
                "breakdown": name,
                "perimeter": 2024,
                "nature": "exhaustif",
                "feed": "parcours",
                "availability": Availability.AVAILABLE,
            }
            rows.append(
                Observation(indicator=COUNT, numerator=float(followed), value=float(followed), n=followed, **given)
            )
            if left:
                numbers = {"numerator": float(durable), "denominator": float(left), "value": 100 * durable / left}
                rows.append(Observation(indicator=SHARE, n=left, **numbers, **given))
    return rows


def masked_rows(publication: Publication) -> pl.DataFrame:
    """The rows of a publication that readers see masked."""
    return publication.tables.observations.filter(confidentiality="secret")
