"""Random formulas: written, read back, checked and compiled, they mean what a second interpreter says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from evalkit.errors import FormulaError
from evalkit.formula import check, compile_formula, compile_predicate, parse
from evalkit.formula.tree import Node

from .frames import STORED, frame
from .interpreter import interpreted
from .random_trees import COLUMNS, rows, trees
from .written import written

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
_FIXED = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=_SLOW)
_WORDS = st.sampled_from((Path(__file__).with_name("fuzz_words.txt")).read_text(encoding="utf-8").split())


def _read(node: Node) -> Any:
    """Read back what a tree is written as; a text may be too long or nested too deep, which is tested elsewhere."""
    try:
        return parse(written(node))
    except FormulaError as error:
        assume({problem.code for problem in error.problems} != {"EVK-F008"})
        raise


@_FIXED
@given(trees)
def test_a_tree_is_read_back_as_it_was_written(node: Node) -> None:
    assert _read(node).tree == node


@_FIXED
@given(trees, rows)
def test_the_compiled_expression_agrees_with_the_interpreter(node: Node, lines: list[dict[str, Any]]) -> None:
    formula = _read(node)
    kind = check(formula, COLUMNS)
    found = frame(COLUMNS, lines).select(compile_formula(formula).alias("found"))["found"]
    assert found.to_list() == [interpreted(node, line) for line in lines]
    assert found.dtype.base_type() is STORED[kind].base_type()


@_FIXED
@given(st.text(max_size=40) | st.lists(_WORDS, max_size=14).map(" ".join))
def test_any_text_is_refused_in_french_or_runs(text: str) -> None:
    try:
        formula = parse(text)
        kind = check(formula, COLUMNS)
    except FormulaError as error:
        assert error.problems
        assert all(problem.code.startswith("EVK-F") and problem.message for problem in error.problems)
        return
    rows_of_one = frame(COLUMNS, [{}])
    assert rows_of_one.select(compile_formula(formula)).height == 1
    if kind == "boolean":
        assert rows_of_one.filter(compile_predicate(formula)).height <= 1
