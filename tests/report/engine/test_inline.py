"""Inline expressions."""

from __future__ import annotations

from pathlib import Path

from evalkit.report.engine.document import Prose
from evalkit.report.engine.inline import expressions, filled

PATH = Path("essai.qmd")


def test_expressions_are_found_with_their_lines_and_put_back() -> None:
    block = Prose("Un `{python} a` et\ndeux `{python} f('b')` ; `code`.\n", 10)
    found = expressions(block, PATH)
    assert [(place.code, place.line) for place in found] == [("a", 10), ("f('b')", 11)]
    assert filled(block, found, ["1", "2"]) == "Un 1 et\ndeux 2 ; `code`.\n"


def test_an_expression_inside_a_listing_is_text() -> None:
    assert expressions(Prose("```\n`{python} a`\n```\n", 1), PATH) == ()
