"""The evidence on a question is sorted by the printed rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalkit.declare.contract import Question
from evalkit.present.evaluation.questions import Side, clues, question_markdown
from evalkit.present.results.targets import TargetStatus, standings
from tests.present.reader import synthetic


def whole_question() -> Question:
    objectives = [objective.id for _, objective in synthetic().objectives]
    return Question.model_validate({"id": "q.tout", "text": "Tout va-t-il mieux ?", "objectives": objectives})


def test_every_indicator_and_comparison_but_the_placebo_bears_on_the_question() -> None:
    reader = synthetic()
    declared = reader.publication.declared
    labels = [each.label for each in clues(reader, whole_question())]
    expected = [each.label for each in declared.indicators]
    expected += [each.label for each in declared.comparisons if each.role != "placebo"]
    assert sorted(labels) == sorted(expected)


def test_targets_decide_the_side() -> None:
    reader = synthetic()
    sides = {each.label: each.side for each in clues(reader, whole_question())}
    for each in standings(reader):
        if each.target is not each.indicator.targets[0]:
            continue
        reached = each.status in {TargetStatus.REACHED, TargetStatus.ON_TRACK}
        silent = each.status is TargetStatus.NOT_MEASURABLE
        wanted = Side.SILENT if silent else Side.FOR if reached else Side.AGAINST
        assert sides[each.indicator.label] is wanted


@pytest.mark.parametrize(("sign", "side"), [(1, Side.FOR), (-1, Side.AGAINST)])
def test_a_clear_effect_points_where_its_sign_does(sign: int, side: Side) -> None:
    reader = synthetic()
    tables = reader.publication.tables
    row = tables.estimates.row(0, named=True)
    comparison = next(each for each in reader.publication.declared.comparisons if each.id == row["comparison"])
    wanted = sign if comparison.direction != "down" else -sign
    row |= {"effect": 2.0 * wanted, "low": min(1.0 * wanted, 3.0 * wanted), "high": max(1.0 * wanted, 3.0 * wanted)}
    row |= {"p": 0.01, "role": "primary"}
    estimates = tables.estimates.clear().vstack(type(tables.estimates)([row], schema=tables.estimates.schema))
    declared = replace(
        reader.publication.declared,
        comparisons=(comparison.model_copy(update={"role": "primary", "question": "q.tout"}),),
    )
    publication = replace(reader.publication, declared=declared, tables=replace(tables, estimates=estimates))
    found = clues(replace(reader, publication=publication), whole_question())
    assert [each.side for each in found if each.label == comparison.label] == [side]


def test_a_question_tied_to_nothing_says_so() -> None:
    question = Question.model_validate({"id": "q.vide", "text": "Et alors ?"})
    assert question_markdown(synthetic(), question).startswith("Aucun indicateur")
