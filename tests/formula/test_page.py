"""The page that evaluators read shows the cases that the tests run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from evalkit.formula.functions import SIGNATURES, Function

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("build_formula_page", DOCS / "build_formula_page.py")
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    written = (DOCS / "formula.md").read_text(encoding="utf-8")
    assert written == builder.page(), "Run: python docs/build_formula_page.py"


def test_every_function_has_a_signature_that_names_it() -> None:
    assert set(SIGNATURES) == set(Function)
    assert all(signature.usage.startswith(f"{function}(") for function, signature in SIGNATURES.items())
