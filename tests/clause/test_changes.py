"""What breaks is what takes something away from those who read the feed."""

from __future__ import annotations

from typing import Any

import pytest

from evalkit.clause.changes import clause_changes

from .declared import clause

LESS: list[dict[str, Any]] = [
    {"status": "planned"},
    {"sharing": {"purposes": ["indicateur"]}},
    {"sharing": {"purposes": []}},
    {"sharing": {"access": "closed"}},
    {"sharing": {"cost": "500 € par an"}},
    {"production": {"threshold": {"units": 11, "of": "households", "source": "art. 4"}}},
    {"production": {"threshold": {"units": 5, "of": "persons", "source": "art. 4"}}},
    {"production": {"threshold": None}},
    {"production": {"frequency": "annee"}},
    {"production": {"due": "P3M"}},
    {"production": {"from": "2025-07-01"}},
    {"production": {"until": "2026-06-30"}},
    {"production": {"perimeter": 2015}},
    {"retention": "P2Y"},
    {"retention": "P59M"},
    {"protection": {"aipd": {"status": "planned"}}},
    {"framework": {"participates": False}},
    {"amendment": None},
    {"fictitious": True},
    {"production": {"producer_nature": []}},
    {"production": {"anonymisation": "codes postaux"}},
    {"production": {"temporality": "trimestre scolaire"}},
    {"production": {"generated_by": []}},
    {"framework": {"modalities": None}},
    {"framework": {"objectives": []}},
    {"history": None},
]
NOT_LESS: list[dict[str, Any]] = [
    {"sharing": {"purposes": ["indicateur", "comparaison", "cohorte"]}},
    {"sharing": {"access": "open"}},
    {"sharing": {"owner": "Agglomération"}},
    {"production": {"threshold": {"units": 3, "of": "households", "source": "art. 4"}}},
    {"production": {"threshold": {"units": 0, "of": "none", "source": "art. 4"}}},
    {"production": {"frequency": "mois"}},
    {"production": {"due": "P15D"}},
    {"production": {"until": "2030-12-31"}},
    {"retention": "P9Y"},
    {"amendment": {"reference": "Avenant n° 2", "date": "2026-01-01"}},
    {"protection": {"dpo": "autre@exemple.invalid"}},
    {"sharing": {"usage_conditions": "décidées par le comité"}},
    {"sharing": {"open_data": {"applies": True, "reason": "commune de plus de 3 500 habitants"}}},
    {"production": {"deadlines": [{"day": "03-30", "what": "bilan", "sends": True}]}},
    {"production": {"domain": "habitat"}},
    {"production": {"generated_by": ["commissions d’attribution", "relogements"]}},
    {"history": {"provided": True, "evaluation": "évaluation de 2020"}},
]


@pytest.mark.parametrize("change", LESS)
def test_taking_away_breaks(change: dict[str, Any]) -> None:
    (found,) = clause_changes([clause()], [clause(**change)])
    assert found.breaking


@pytest.mark.parametrize("change", NOT_LESS)
def test_giving_more_does_not_break(change: dict[str, Any]) -> None:
    (found,) = clause_changes([clause()], [clause(**change)])
    assert not found.breaking


@pytest.mark.parametrize("change", [*LESS, *NOT_LESS])
def test_both_ways_see_the_same_change(change: dict[str, Any]) -> None:
    (back,) = clause_changes([clause(**change)], [clause()])
    assert back.feed == "attributions"


def test_filling_a_hole_does_not_break_and_losing_a_term_does() -> None:
    hole, whole = clause(production={"due": None}), clause()
    (filled,) = clause_changes([hole], [whole])
    (lost,) = clause_changes([whole], [hole])
    assert (filled.breaking, lost.breaking) == (False, True)
    expected = "Rien n’était écrit sur le délai d’envoi : c’est désormais « 30 jours »."
    assert filled.sentence.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_the_same_terms_in_another_order_change_nothing() -> None:
    reordered = clause(sharing={"purposes": ["comparaison", "indicateur"]})
    assert clause_changes([clause()], [reordered]) == ()


def test_producers_for_whom_the_same_changes_are_said_together() -> None:
    old = [clause(producers=["office"]), clause(producers=["regie"])]
    new = [clause(producers=["office", "regie"], retention="P2Y")]
    (found,) = clause_changes(old, new)
    assert found.producers == ("office", "regie")


def test_a_producer_who_leaves_breaks_and_one_who_comes_does_not() -> None:
    gone, come = clause_changes([clause(producers=["office"])], [clause(producers=["regie"])])
    assert [(gone.producers, gone.breaking), (come.producers, come.breaking)] == [
        (("office",), True),
        (("regie",), False),
    ]


def test_an_interruption_breaks_and_a_resumption_does_not() -> None:
    running = clause(engagement={"state": "running"})
    interrupted = clause(engagement={"state": "interrupted", "since": "2026-01-01", "reason": "plus de logiciel"})
    (stopped,) = clause_changes([running], [interrupted])
    (resumed,) = clause_changes([interrupted], [running])
    assert (stopped.breaking, resumed.breaking) == (True, False)
    assert "interrompu depuis le 1er janvier 2026 (plus de logiciel)" in stopped.sentence.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_an_interruption_of_what_nobody_had_qualified_breaks_too() -> None:
    """A commitment that declares nothing runs."""
    (stopped,) = clause_changes([clause()], [clause(engagement={"state": "interrupted"})])
    assert stopped.breaking


def test_a_day_that_leaves_the_calendar_breaks_and_one_that_enters_does_not() -> None:
    bilan = {"day": "03-30", "what": "bilan", "sends": True}
    proofs = {"day": "05-30", "what": "justificatifs"}
    both, one = clause(production={"deadlines": [bilan, proofs]}), clause(production={"deadlines": [bilan]})
    (left,) = clause_changes([both], [one])
    (entered,) = clause_changes([one], [both])
    assert (left.breaking, entered.breaking) == (True, False)
    assert "30 mai de l’année suivante (justificatifs)" in left.sentence.replace("\N{NO-BREAK SPACE}", " ")
