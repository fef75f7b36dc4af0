"""The summary names what a target is for, and says when a conclusion is not sure."""

from __future__ import annotations

from dataclasses import replace

from evalkit.compare.did import _disagreement
from evalkit.compare.result import TestOutcome
from evalkit.declare.target import Target
from evalkit.present.comparisons.conclusions import UNSURE, conclusion
from evalkit.present.document.summary import _salient
from evalkit.present.results.standings import standing_sentence, standings_markdown
from evalkit.present.results.targets import TargetStatus, standings
from tests.present.reader import synthetic


def test_a_target_for_one_landlord_names_it() -> None:
    reader = synthetic()
    stand = next(iter(standings(reader)))
    scoped = Target.model_validate({"value": "25", "scope": {"bailleur": "OPAC 71"}})
    text = standing_sentence(reader, replace(stand, target=scoped))
    assert f"({reader.zone(stand.zone)} ; bailleur : OPAC 71)" in text


def test_the_summary_names_an_indicator_once_and_its_target_for_everybody_first() -> None:
    stand = next(each for each in standings(synthetic()) if each.status is not TargetStatus.NOT_MEASURABLE)
    scoped = replace(stand, target=Target.model_validate({"value": "25", "scope": {"bailleur": "OPAC 71"}}))
    assert _salient([scoped, stand]) == [stand]


def test_a_conclusion_that_depends_on_the_method_says_so() -> None:
    row = synthetic().publication.tables.estimates.row(0, named=True)
    found = TestOutcome(name="zone_noise", p=0.006, low=0.2, high=0.84, effect=0.52)
    (warning,) = _disagreement(found, (TestOutcome(name="zone_noise_level", p=0.135, low=-0.1, high=0.6, effect=0.26),))
    assert warning.startswith(UNSURE)
    assert f"**{warning}**" in conclusion(row | {"warnings": [warning]})
    assert UNSURE not in conclusion(row | {"warnings": ["Autre chose."]})


def test_targets_of_one_indicator_for_three_landlords_are_a_table_and_those_of_one_are_a_line() -> None:
    reader = synthetic()
    stand = next(each for each in standings(reader) if each.status is not TargetStatus.NOT_MEASURABLE)
    scoped = [
        replace(stand, target=Target.model_validate({"value": "25", "scope": {"bailleur": name}}))
        for name in ("OPAC 71", "Habellis", "SEMCODA")
    ]
    text = standings_markdown(reader, [stand, *scoped])
    assert text.startswith(f"- {standing_sentence(reader, stand)}\n\n**{stand.indicator.label}**")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [row.split("|")[1].strip() for row in rows] == [
        "Bailleur",
        rows[1].split("|")[1],
        *("OPAC 71", "Habellis", "SEMCODA"),
    ]
    assert all(str(stand.status.words()) in row for row in rows[2:])
    assert standings_markdown(reader, scoped[:2]).count("\n- ") == 1
