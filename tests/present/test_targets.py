from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from evalkit.declare.target import Baseline, Target
from evalkit.measure.observation import Observation, Qualifier, observation_frame
from evalkit.present.reading import Point, Reader
from evalkit.present.results.axes import change_cell
from evalkit.present.results.standings import standing_sentence
from evalkit.present.results.targets import TargetStatus, is_reached, standing, units_missing
from evalkit.present.words.cells import value_cell
from evalkit.publish.confidential import Confidential
from evalkit.publish.publish import publish
from tests.publish.fixture.declared import DECLARATIONS, FEEDS
from tests.publish.fixture.results import AS_OF, ratio

from .reader import synthetic

DURABLE = DECLARATIONS.indicators[0]


def target(value: str, sense: str = "at_least", until: int | None = 2030) -> Target:
    return Target.model_validate({"value": value, "sense": sense, "until": until, "zone": "prairie"})


def reader(*rows: Observation, as_of: dt.date = AS_OF) -> Reader:
    frame = observation_frame(rows)
    return Reader(publish(Confidential(declarations=DECLARATIONS, feeds=FEEDS, observations=frame, as_of=as_of)))


def of(period: str, above: int, below: int = 200) -> Observation:
    return ratio("emploi.durable", "prairie", period, (above, below), "parcours")


BARE = DURABLE.model_copy(update={"baselines": ()})
STARTED = DURABLE.model_copy(
    update={"baselines": (Baseline(value=Decimal(20), period="2023", source="bilan précédent"),)}
)


@pytest.mark.parametrize(
    ("value", "sense", "reached"),
    [
        ("30", "at_least", True),
        ("30.01", "at_least", False),
        ("30", "at_most", True),
        ("29.99", "at_most", False),
        ("31.5", "around", True),  # 1.5 is under 5 % of 31.5
        ("31.6", "around", False),
    ],
)
def test_reached(value: str, sense: str, reached: bool) -> None:
    assert is_reached(Decimal(30), target(value, sense)) is reached


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        (70, TargetStatus.REACHED),  # 35 %
        # From 20 % at the end of 2023 to 35 % at the end of 2030: 1 096 days of 2 557 gone by the end of 2026,
        # hence 26.43 % on the straight line.
        (53, TargetStatus.ON_TRACK),  # 26.5 %
        (52, TargetStatus.NOT_REACHED),  # 26.0 %
    ],
)
def test_on_track_is_on_or_above_the_straight_line(above: int, expected: TargetStatus) -> None:
    found = standing(reader(of("2026", above)), STARTED, target("35"))
    assert found.status is expected


def test_without_a_due_year_nothing_is_on_track() -> None:
    found = standing(reader(of("2026", 69)), STARTED, target("35", until=None))
    assert found.status is TargetStatus.NOT_REACHED


def test_after_its_due_year_nothing_is_on_track() -> None:
    found = standing(reader(of("2026", 69), as_of=dt.date(2031, 1, 1)), STARTED, target("35"))
    assert found.status is TargetStatus.NOT_REACHED


def test_without_a_starting_point_nothing_is_on_track() -> None:
    assert standing(reader(of("2026", 69)), BARE, target("35")).status is TargetStatus.NOT_REACHED


def test_the_starting_point_is_the_first_comparable_value_after_the_break() -> None:
    """The fixture breaks the series on 1 January 2025: the value of 2024 is not a starting point."""
    rows = (of("2024", 90), of("2025", 40), of("2026", 50))
    found = standing(reader(*rows), BARE, target("35"))
    # From 20 % at the end of 2025 to 35 %: a fifth of the time gives 23 %, and 25 % is above.
    assert found.status is TargetStatus.ON_TRACK


def test_a_masked_value_cannot_be_measured_and_says_why() -> None:
    found = standing(reader(of("2026", 3)), STARTED, target("35"))
    assert found.status is TargetStatus.NOT_MEASURABLE
    assert found.reason.startswith("secret statistique")
    assert found.gap is None


def unfinished(row: Observation) -> Observation:
    return replace(row, qualifier=Qualifier.PROVISIONAL, cause="2 livraisons sur 4")


def test_an_unfinished_year_is_shown_and_never_judged() -> None:
    rows = (of("2025", 60), unfinished(of("2026", 80)))
    found = standing(reader(*rows), STARTED, target("35"))
    assert found.status is TargetStatus.ON_TRACK  # 30 % at the end of 2025, above 24.3 % on the straight line
    assert found.point is not None
    assert found.point.period == "2025"
    assert found.provisional is not None
    assert found.provisional.value == 40.0  # which would have reached the target
    text = standing_sentence(reader(*rows), found).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Valeur : 30,0 % en 2025 (60 sur 200 personnes sorties du fichier)" in text
    assert "; 2026 provisoire : 40,0 %, 2 trimestres sur 4. Statut : **en voie**" in text


def test_with_an_unfinished_year_alone_nothing_is_judged() -> None:
    found = standing(reader(unfinished(of("2026", 80))), STARTED, target("35"))
    assert found.status is TargetStatus.NOT_MEASURABLE
    assert found.reason == "aucune période entière n’est encore connue"


def test_a_change_stops_at_the_last_whole_year() -> None:
    found = reader(of("2025", 50), of("2026", 60), unfinished(of("2027", 90)))
    assert change_cell(found, found.series(BARE, "prairie")).replace("\u00a0", " ") == "+5,0 points depuis 2025"


@pytest.mark.parametrize(
    ("cause", "part"),
    [
        ("1 livraisons sur 4", "1 trimestre sur 4"),
        ("3 livraisons sur 4", "3 trimestres sur 4"),
        ("5 livraisons sur 12", "5 mois sur 12"),
        ("2 livraisons sur 3", "2 mois sur 3"),
        ("chiffres provisoires du producteur", "chiffres provisoires du producteur"),
    ],
)
def test_the_part_of_a_period_that_was_received(cause: str, part: str) -> None:
    assert replace(point(1, 2), cause=cause).part.replace("\u00a0", " ") == part


def test_a_value_older_than_the_target_cannot_be_measured() -> None:
    late = target("35").model_copy(update={"from_": 2027})
    assert standing(reader(of("2026", 80)), STARTED, late).status is TargetStatus.NOT_MEASURABLE


def point(above: float, below: float | None) -> Point:
    shared = {"n": None, "low": None, "high": None, "availability": "disponible", "is_secret": False, "cause": ""}
    return Point(
        period="2026", value=1.0, numerator=above, denominator=below, qualifier="exact", perimeter=2024, **shared
    )


@pytest.mark.parametrize(
    ("value", "sense", "above", "below", "missing"),
    [
        ("25", "at_least", 131, 715, 48),  # 0.25 x 715 = 178.75, hence 179 - 131
        ("25", "at_least", 170, 681, 1),  # 170.25: 171 are needed
        ("25", "at_least", 171, 684, 0),  # exactly 171
        ("30", "at_most", 80, 240, 8),  # 72 at most
        ("30", "at_most", 80, 241, 8),  # 72.3, hence 72
        ("25", "around", 131, 715, None),
    ],
)
def test_units_missing(value: str, sense: str, above: int, below: int, missing: int | None) -> None:
    assert units_missing(DURABLE, target(value, sense), point(above, below)) == missing


def test_units_missing_of_a_sum_need_no_denominator() -> None:
    contracts = next(each for each in DECLARATIONS.indicators if each.id == "emploi.femmes.contrats")
    assert units_missing(contracts, target("60"), point(45, None)) == 15


def test_the_legal_quota_of_the_fixture() -> None:
    quota = next(each for each in DECLARATIONS.indicators if each.id == "habiter.quartile")
    found = standing(synthetic(), quota, quota.targets[0])
    assert (found.zone, found.missing) == ("hors-qpv", 48)
    assert found.gap is not None
    assert round(found.gap, 2) == Decimal("-6.68")  # 131 / 715 = 18.32 %


def test_four_displays_for_four_meanings() -> None:
    zero = replace(point(0, 10), value=0.0)
    secret = replace(zero, value=None, is_secret=True)
    missing = replace(zero, value=None, availability="non reçu")
    pointless = replace(zero, value=None, availability="sans objet")
    shown = [value_cell(each, DURABLE) for each in (zero, secret, missing, pointless)]
    assert shown == ["0,0\u202f%", "secret", "n.\u00a0d.", "sans objet"]
    assert value_cell(None, DURABLE) == "n.\u00a0d."
    assert value_cell(replace(zero, qualifier="provisoire"), DURABLE).endswith("(p)")
