"""What a committee reads of people through time: the flow, where they stand, what they keep, who moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalkit.declare.cohort import Cohort
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.result.people import Moves, Occupation, People, Retention, Told, Transition
from evalkit.present.cohorts import paths
from evalkit.present.cohorts.flow_chart import flow_chart
from evalkit.present.reading import Reader
from evalkit.publish.publish import publish
from tests.publish.fixture.results import confidential

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
STATES = {"durable": 60, "en cours": 70, "lost": 50}

PEOPLE = People(
    told=tuple(Told(feed=name, linked=180, persons=420, months=2000) for name in ("parcours", "contrats")),
    contradictions=None,
    moves=Moves(told=150, left=12, back=2, between=9),
    endings=(),
    occupation=tuple(
        Occupation(group="accompagnés", month=3, state=name, at_risk=180, count=count) for name, count in STATES.items()
    ),
    transitions=(
        Transition(month=0, before="en cours", after="en cours", at_risk=900, count=840),
        Transition(month=0, before="en cours", after="durable", at_risk=900, count=60),
    ),
    retention=(Retention(group="accompagnés", wave="P6M", at_risk=50, told=40, count=30, worst=0.6, best=0.8),),
)
FOUND = CohortFinding("EVK-M441", "fichier parcours", "Des entrées ont deux sorties.", "17 entrées")


@pytest.fixture(scope="module")
def reader() -> Reader:
    given = confidential()
    (first, *others) = given.cohorts
    told = replace(first, people=PEOPLE, findings=(FOUND,))
    return Reader(publish(replace(given, cohorts=(told, *others))))


@pytest.fixture
def cohort(reader) -> Cohort:
    return reader.publication.declared.cohorts[0]


def test_states_are_told_at_the_waves(reader, cohort):
    text = paths.states_markdown(reader, cohort).translate(PLAIN)
    assert "Au mois 3" in text
    assert "Sans sortie comptée" in text


def test_passages_are_whole_percentages_without_counts(reader, cohort):
    text = paths.passages_markdown(reader, cohort).translate(PLAIN)
    assert "93 %" in text
    assert "840" not in text


def test_what_is_kept_is_among_those_seen_again(reader, cohort):
    text = paths.kept_markdown(reader, cohort).translate(PLAIN)
    assert "75,0 % (30)" in text
    assert "inconnue" in text


def test_those_who_move_are_counted_and_few_are_not_told(reader, cohort):
    text = paths.moves_markdown(reader, cohort).translate(PLAIN)
    assert "12 ont quitté les quartiers" in text
    assert "un nombre tenu secret d’entre elles y sont revenues" in text


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (
            Moves(told=150, left=0, back=0, between=0),
            "150 personnes dont le lieu est connu plusieurs mois : aucune n’a",
        ),
        (
            Moves(told=150, left=12, back=0, between=9),
            "12 ont quitté les quartiers du protocole ; aucune n’y est revenue",
        ),
    ],
)
def test_nobody_is_said_in_words(cohort, moves, told):
    given = confidential()
    (first, *others) = given.cohorts
    people = replace(first, people=replace(PEOPLE, moves=moves))
    reader = Reader(publish(replace(given, cohorts=(people, *others))))
    assert told in paths.moves_markdown(reader, cohort).translate(PLAIN)


def test_what_does_not_hold_is_said_without_its_numbers(reader, cohort):
    text = paths.person_findings_markdown(reader, cohort)
    assert "EVK-M441" in text
    assert "17" not in text


def test_the_flow_ends_with_what_became_of_them(reader, cohort):
    chart = flow_chart(reader, cohort)
    ended = chart.data.groups[1]
    assert ended.heading.translate(PLAIN).startswith("*À 12 mois de l’entrée")
    assert len(ended.rows) >= 3
    assert "personnes du fichier : 1 950" in chart.alt_text.translate(PLAIN)


def test_without_another_file_nobody_knows_who_keeps_a_job(reader, cohort):
    alone = replace(PEOPLE, retention=(replace(PEOPLE.retention[0], told=0, count=0),))
    given = confidential()
    told = replace(given.cohorts[0], people=alone)
    lonely = Reader(publish(replace(given, cohorts=(told, *given.cohorts[1:]))))
    assert "aucun fichier ne revoit" in paths.kept_markdown(lonely, cohort)
