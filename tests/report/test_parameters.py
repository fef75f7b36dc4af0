"""Parameters: one injected cell, alike for both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.document import Cell
from evalkit.report.engine.split import split_source
from evalkit.report.parameters import text_with_parameters, with_parameters

PATH = Path("essai.qmd")
DOCUMENT = """Avant.

```{python}
#| tags: [parameters]
annee = 2026
quartier: str = "Tous"
```

Après.
"""


def test_the_injected_cell_follows_the_one_of_the_defaults_and_shows_nothing() -> None:
    source = with_parameters(split_source(DOCUMENT, PATH), {"quartier": "L’Aire", "annee": 2027})
    injected = source.blocks[2]
    assert isinstance(injected, Cell)
    assert injected.code == "annee = 2027\nquartier = 'L’Aire'"
    assert [option.text for option in injected.options] == ["tags: [injected-parameters]", "include: false"]


def test_both_engines_get_the_same_code() -> None:
    source = split_source(DOCUMENT, PATH)
    values = {"annee": 2027, "quartier": 'un "mot"\n'}
    as_text = split_source(text_with_parameters(DOCUMENT, source, values), PATH)
    as_blocks = with_parameters(source, values)
    codes = [[block.code for block in each.blocks if isinstance(block, Cell)] for each in (as_text, as_blocks)]
    assert codes[0] == codes[1]


def test_without_values_nothing_changes() -> None:
    source = split_source(DOCUMENT, PATH)
    assert with_parameters(source, {}) is source
    assert text_with_parameters(DOCUMENT, source, {}) == DOCUMENT


def test_a_name_that_the_document_does_not_expect_is_refused() -> None:
    with pytest.raises(ReportError, match="EVK-Q106") as caught:
        with_parameters(split_source(DOCUMENT, PATH), {"anne": 2027})
    (problem,) = caught.value.problems
    assert (problem.received, problem.place.line) == ("anne", 3)
    assert "annee, quartier" in problem.repair


def test_a_document_without_parameters_cell_is_refused() -> None:
    with pytest.raises(ReportError, match="cellule de paramètres"):
        with_parameters(split_source("```{python}\na = 1\n```\n", PATH), {"a": 2})


def test_a_parameters_cell_that_is_not_python_is_refused() -> None:
    source = split_source("```{python}\n#| tags: [parameters]\na = 1\nb = =\n```\n", PATH)
    with pytest.raises(ReportError, match="EVK-Q106") as caught:
        with_parameters(source, {"a": 2})
    assert caught.value.problems[0].place.line == 4
