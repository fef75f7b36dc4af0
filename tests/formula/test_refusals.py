"""What a user reads when a formula is refused, word for word."""

from __future__ import annotations

import pytest

from evalkit.errors import FormulaError, Place
from evalkit.formula import Kind, check, parse

from .cases import COLUMNS
from .refusals import Refusal, Told, refusals


def _told(text: str) -> tuple[Told, ...]:
    with pytest.raises(FormulaError) as caught:
        check(parse(text, Place("feed.yml", 1, 1)), COLUMNS)
    return tuple(Told(p.code, p.place.column, f"{p.message} {p.repair}".strip()) for p in caught.value.problems)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.formula)
def test_each_problem_is_told_with_its_place_and_its_repair(refusal: Refusal) -> None:
    assert _told(refusal.formula) == refusal.told


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_formula_is_refused(text: str) -> None:
    assert [each.code for each in _told(text)] == ["EVK-F001"]


@pytest.mark.parametrize(
    "text",
    [
        "contrats > 0 OR " * 200 + "contrats > 0",
        "contrats" + " + contrats" * 120,
        "NOT " * 300 + "intervention",
        "- " * 900 + "contrats",
        "CASE WHEN intervention THEN " * 13 + "1" + " END" * 13,
    ],
    ids=["long", "chain", "not", "minus", "case"],
)
def test_a_formula_too_long_or_too_deep_is_refused(text: str) -> None:
    assert [each.code for each in _told(text)] == ["EVK-F008"]


def test_a_long_list_of_conditions_is_not_deep() -> None:
    text = " OR ".join(f"contrats = {each}" for each in range(100))
    assert check(parse(text), COLUMNS) is Kind.BOOLEAN


def test_the_kind_expected_is_required_and_a_whole_number_is_a_decimal() -> None:
    assert check(parse("contrats"), COLUMNS, Kind.DECIMAL) is Kind.INTEGER
    with pytest.raises(FormulaError) as caught:
        check(parse("contrats / 2", Place("i.yml", 4, 9)), COLUMNS, Kind.BOOLEAN)
    (problem,) = caught.value.problems
    assert problem.code == "EVK-F014"
    assert problem.message == "La formule donne un nombre décimal, et il faut ici une condition (vrai ou faux)."
    assert (problem.place, problem.received) == (Place("i.yml", 4, 9), "contrats / 2")


def test_a_decimal_is_not_a_whole_number() -> None:
    with pytest.raises(FormulaError, match="EVK-F014"):
        check(parse("montant"), COLUMNS, Kind.INTEGER)


def test_a_bare_kind_is_a_column_of_any_text() -> None:
    assert check(parse("mot = 'x'"), {"mot": Kind.TEXT}) is Kind.BOOLEAN
