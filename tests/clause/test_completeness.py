from __future__ import annotations

import pytest

from evalkit.clause.completeness import completeness
from evalkit.clause.terms import TERMS, Pillar
from evalkit.declare.clause import Clause, Framework, Production, Protection, Sharing
from evalkit.declare.feed import Feed

from .declared import clause, feed

BARE = Clause.model_validate({"feed": "attributions", "producers": ["office"], "status": "absent"})
INDIVIDUAL = feed(grain="personne")


def test_every_field_of_the_model_is_a_term() -> None:
    """A field added to the clause must be counted, compared and shown."""
    blocks = {"production": Production, "sharing": Sharing, "framework": Framework, "protection": Protection}
    declared = {
        f"{block}.{field.alias or name}"
        for block, model in blocks.items()
        for name, field in model.model_fields.items()
    }
    beside = {"feed", "producers", "status", "fictitious", "evidence", *blocks}
    assert {term.name for term in TERMS} == declared | (set(Clause.model_fields) - beside)


def test_a_whole_clause_misses_nothing() -> None:
    found = completeness(clause(), INDIVIDUAL)
    assert [str(each) for each in found] == ["8 sur 8", "5 sur 5", "3 sur 3", "6 sur 6"]
    assert not any(each.missing for each in found)


def test_a_bare_clause_misses_everything() -> None:
    assert [str(each) for each in completeness(BARE, INDIVIDUAL)] == ["0 sur 8", "0 sur 5", "0 sur 3", "0 sur 6"]
    assert completeness(None, INDIVIDUAL) == completeness(BARE, INDIVIDUAL)


def test_what_is_missing_is_named() -> None:
    production = completeness(clause(production={"due": None, "threshold": None, "perimeter": None}), feed())[0]
    assert (str(production), production.missing) == (
        "5 sur 8",
        ("millésime du périmètre", "délai d’envoi", "seuil de secret"),
    )


def test_an_impact_assessment_that_is_only_planned_remains_to_be_done() -> None:
    protection = completeness(clause(protection={"aipd": {"status": "planned"}}), INDIVIDUAL)[-1]
    assert protection.missing == ("analyse d’impact (AIPD)",)


def test_refusing_to_take_part_is_an_answer() -> None:
    assert completeness(clause(framework={"participates": False}), feed())[2].missing == ()


@pytest.mark.parametrize(
    ("declared", "asked"),
    [
        (feed(), False),
        (INDIVIDUAL, True),
        (
            feed(fields=[{"name": "numero", "type": "code"}, {"name": "revenu", "type": "decimal", "personal": True}]),
            True,
        ),
    ],
)
def test_protection_is_asked_where_rows_point_at_persons(declared: Feed, asked: bool) -> None:
    assert (Pillar.PROTECTION in [each.pillar for each in completeness(BARE, declared)]) is asked


def test_what_somebody_judged_is_to_be_confirmed() -> None:
    found = completeness(clause(evidence={"inferred": ["access", "production"]}), feed())
    assert len(found[0].inferred) == 8
    assert found[1].inferred == ("accès",)
    assert found[2].inferred == ()
