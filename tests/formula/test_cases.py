"""The written meaning of the language: each case of ``cases.py``, in memory and streamed."""

from __future__ import annotations

import pytest

from evalkit.formula import Kind, check, compile_formula, compile_predicate, parse

from .cases import COLUMNS, SECTIONS, Example
from .frames import STORED, frame

EXAMPLES = [example for section in SECTIONS for example in section.examples]
CONDITIONS = [example for example in EXAMPLES if example.kind is Kind.BOOLEAN]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.formula)
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_a_case_gives_the_value_and_the_kind_that_are_written(example: Example, engine: str) -> None:
    formula = parse(example.formula)
    assert check(formula, COLUMNS) is example.kind
    rows = frame(COLUMNS, [row for row, _ in example.rows])
    given = rows.lazy().select(compile_formula(formula).alias("given")).collect(engine=engine)["given"]
    assert given.to_list() == [expected for _, expected in example.rows]
    assert given.dtype.base_type() is STORED[example.kind].base_type()


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.kind is Kind.BOOLEAN], ids=lambda each: each.formula
)
def test_a_predicate_keeps_only_the_rows_where_it_is_true(example: Example) -> None:
    rows = frame(COLUMNS, [row for row, _ in example.rows]).with_row_index("line")
    kept = rows.filter(compile_predicate(parse(example.formula)))["line"].to_list()
    assert kept == [line for line, (_, expected) in enumerate(example.rows) if expected is True]


def test_a_formula_without_column_counts_every_row_of_a_group() -> None:
    rows = frame(COLUMNS, [{"theme": "emploi"}, {"theme": "emploi"}, {"theme": "sante"}]).lazy()
    counted = compile_predicate(parse("TRUE")).sum().alias("n")
    assert rows.group_by("theme").agg(counted).sort("theme").collect()["n"].to_list() == [2, 1]
    assert rows.filter(compile_predicate(parse("TRUE"))).collect().height == 3


def test_quotients_add_up_the_same_in_any_order() -> None:
    rows = frame(COLUMNS, [{"femmes": 1, "contrats": each} for each in range(1, 500)])
    quotient = compile_formula(parse("femmes / contrats")).sum()
    assert rows.select(quotient).item() == rows.reverse().select(quotient).item()
