"""Where a problem of a formula stands in the file that holds it."""

from __future__ import annotations

import pytest

from evalkit.errors import FormulaError, Place
from evalkit.formula import check, columns_of, parse
from evalkit.formula.tree import ColumnName, DateLiteral, TextLiteral, walk

from .cases import COLUMNS


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("contrats > 0 AND x > 1", Place("a.yml", 12, 10), Place("a.yml", 12, 27)),
        ("contrats > 0 AND x > 1", Place(), Place("", 1, 18)),
        ("contrats > 0 AND x > 1", Place("a.yml"), Place("a.yml")),
        ("contrats > 0 AND x > 1", Place("a.yml", 12), Place("a.yml", 12)),
        ("contrats > 0\nAND x > 1", Place("a.yml", 12, 10), Place("a.yml", 13)),
        ("contrats > 0\nAND x > 1", Place(), Place("", 2, 5)),
    ],
)
def test_the_place_is_that_of_the_faulty_word(text: str, place: Place, expected: Place) -> None:
    with pytest.raises(FormulaError) as caught:
        check(parse(text, place), COLUMNS)
    (problem,) = caught.value.problems
    assert (problem.place, problem.received) == (expected, "x")


def test_a_long_part_is_shortened() -> None:
    text = "contrats = '" + "a" * 100 + "'"
    with pytest.raises(FormulaError) as caught:
        check(parse(text), COLUMNS)
    assert caught.value.problems[0].received == text[:59] + "…"


def test_the_text_and_the_place_are_kept() -> None:
    formula = parse("contrats > 0", Place("a.yml", 1, 2))
    assert (formula.text, formula.place) == ("contrats > 0", Place("a.yml", 1, 2))
    assert formula == parse("contrats > 0", Place("a.yml", 1, 2))


def test_columns_are_sorted_and_said_once() -> None:
    text = "CASE WHEN theme IN ('emploi') THEN femmes ELSE LEAST(contrats, femmes) END > seniors"
    assert columns_of(parse(text)) == ("contrats", "femmes", "seniors", "theme")
    assert columns_of(parse("1 + 1")) == ()


def test_each_leaf_knows_what_it_was_written_from() -> None:
    text = "(theme = 'l''été') AND entree > DATE '2025-01-31' AND NOT sortie IS NULL"
    leaves = [node for node in walk(parse(text).tree) if isinstance(node, (ColumnName, TextLiteral, DateLiteral))]
    written = [text[leaf.span.start : leaf.span.end] for leaf in leaves]
    assert written == ["theme", "'l''été'", "entree", "'2025-01-31'", "sortie"]


@pytest.mark.parametrize("text", ["contrats\u00a0>\u202f0", "contrats>0", " contrats\n>\t0 ", "((contrats) > (0))"])
def test_spaces_and_parentheses_do_not_count(text: str) -> None:
    assert parse(text).tree == parse("contrats > 0").tree


def test_words_are_read_in_any_case_and_columns_as_they_are() -> None:
    assert parse("not Age between 1 and 2").tree == parse("NOT Age BETWEEN 1 AND 2").tree
    assert columns_of(parse("Age > age")) == ("Age", "age")


def test_importing_the_language_does_not_import_its_parser() -> None:
    import subprocess
    import sys

    code = "import sys, evalkit.formula; print('sqlglot' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
