from __future__ import annotations

import pytest

from evalkit.clause.completeness import completeness
from evalkit.clause.terms import TERMS, Pillar
from evalkit.declare.clause import Clause, Framework, Production, Protection, Sharing
from evalkit.declare.feed import Feed

from .declared import clause, feed

BARE = Clause.model_validate({"feed": "attributions", "producers": ["office"], "status": "absent"})
INDIVIDUAL = feed(grain="personne")


FIELDS_OF_A_CLAUSE = {
    1: ("feed",),
    2: ("producers",),
    3: ("production.producer_nature",),
    4: ("production.domain",),
    5: ("production.scale",),
    6: ("production.granularity",),
    7: ("production.perimeter",),
    8: ("production.temporality",),
    9: ("production.frequency", "production.due", "production.deadlines"),
    10: ("production.from",),
    11: ("production.until",),
    12: ("production.anonymisation", "production.threshold"),
    13: ("production.generated_by",),
    14: ("sharing.purposes",),
    15: ("sharing.usage_conditions",),
    16: ("sharing.access",),
    17: ("sharing.open_data",),
    18: ("sharing.owner", "sharing.licence"),
    19: ("sharing.cost",),
    20: ("framework.body", "framework.participates"),
    21: ("amendment", "framework.objectives", "framework.modalities"),
    22: ("engagement",),
    23: ("history",),
}
"""The 23 fields of a clause, numbered as in the reading of the Occitanie contracts (lines 705 to 776)."""


def test_the_23_fields_are_terms_of_their_pillar() -> None:
    """Fields 2 to 13 are the first pillar, 14 to 19 the second, 20 and 21 the third; 1, 22 and 23 the record."""
    pillars = {term.name: term.pillar for term in TERMS}
    for number, names in FIELDS_OF_A_CLAUSE.items():
        expected = (
            Pillar.PRODUCTION if 2 <= number <= 13
            else Pillar.SHARING if 14 <= number <= 19
            else Pillar.FRAMEWORK if 20 <= number <= 21
            else Pillar.RECORD
        )  # fmt: skip
        for name in names:
            assert name == "feed" or pillars[name] is expected, name
    protection = {name for name, pillar in pillars.items() if pillar is Pillar.PROTECTION}
    assert {name for names in FIELDS_OF_A_CLAUSE.values() for name in names} - {"feed"} == set(pillars) - protection


def test_every_field_of_the_model_is_a_term() -> None:
    """A field added to the clause must be counted, compared and shown."""
    blocks = {"production": Production, "sharing": Sharing, "framework": Framework, "protection": Protection}
    declared = {
        f"{block}.{field.alias or name}"
        for block, model in blocks.items()
        for name, field in model.model_fields.items()
    }
    beside = {"feed", "status", "fictitious", "evidence", *blocks}
    assert {term.name for term in TERMS} == declared | (set(Clause.model_fields) - beside)


def counts(declared: Clause | None, read: Feed = INDIVIDUAL) -> list[str]:
    return [str(each) for each in completeness(declared, read, ["axe.indicateur"])]


def test_a_whole_clause_misses_nothing() -> None:
    assert counts(clause()) == ["3 sur 3", "14 sur 14", "7 sur 7", "5 sur 5", "6 sur 6"]
    assert not any(each.missing for each in completeness(clause(), INDIVIDUAL, ["axe.indicateur"]))


def test_a_bare_clause_misses_everything_but_its_producers_and_its_readers() -> None:
    assert counts(BARE) == ["1 sur 3", "1 sur 14", "0 sur 7", "0 sur 5", "0 sur 6"]
    assert counts(None) == ["1 sur 3", "0 sur 14", "0 sur 7", "0 sur 5", "0 sur 6"]


def test_a_feed_that_serves_nothing_is_a_hole() -> None:
    assert completeness(clause(), feed())[0].missing == ("indicateurs alimentés",)
    assert completeness(clause(), feed(), ["axe.indicateur"])[0].missing == ()


def test_what_is_missing_is_named() -> None:
    production = completeness(clause(production={"due": None, "threshold": None, "perimeter": None}), feed())[1]
    assert (str(production), production.missing) == (
        "11 sur 14",
        ("millésime du périmètre", "délai d’envoi", "seuil de secret"),
    )


def test_a_dated_sending_stands_for_a_delay_and_a_meeting_does_not() -> None:
    bilan = {"day": "03-30", "what": "bilan", "sends": True}
    meeting = {"day": "04-30", "what": "réunion"}
    found = completeness(clause(production={"due": None, "deadlines": [bilan]}), feed())[1]
    assert found.missing == ()
    found = completeness(clause(production={"due": None, "deadlines": [meeting]}), feed())[1]
    assert found.missing == ("délai d’envoi",)


def test_conditions_of_use_stand_for_purposes_and_purposes_for_conditions() -> None:
    """The circular writes « finalités limitées et/ou condition de définition des usages » (Occitanie, line 711)."""
    only_conditions = clause(sharing={"purposes": [], "usage_conditions": "décidées par le comité"})
    neither = clause(sharing={"purposes": []})
    assert completeness(only_conditions, feed())[2].missing == ()
    assert completeness(neither, feed())[2].missing == ("finalités", "conditions de définition des usages")


def test_an_impact_assessment_that_is_only_planned_remains_to_be_done() -> None:
    protection = completeness(clause(protection={"aipd": {"status": "planned"}}), INDIVIDUAL)[-1]
    assert protection.missing == ("analyse d’impact (AIPD)",)


def test_refusing_to_take_part_is_an_answer() -> None:
    assert completeness(clause(framework={"participates": False}), feed())[3].missing == ()


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
    assert len(found[1].inferred) == 13
    assert found[2].inferred == ("accès",)
    assert found[3].inferred == ()
