"""Options of a cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.cell_options import CellOptions, read_options
from evalkit.report.engine.document import Cell
from evalkit.report.engine.front_matter import CellDefaults
from evalkit.report.engine.split import split_source

PATH = Path("essai.qmd")


def read(options: str, defaults: CellDefaults | None = None) -> CellOptions:
    block = split_source("```{python}\n" + options + "x = 1\n```\n", PATH).blocks[0]
    assert isinstance(block, Cell)
    return read_options(block, defaults or CellDefaults(), PATH)


def test_without_options_quarto_shows_the_code() -> None:
    assert read("") == CellOptions()


def test_all_options() -> None:
    options = read(
        "#| label: fig-a\n#| fig-cap: 'Légende : une'\n#| fig-alt: |\n#|   Deux\n#|   lignes\n#| echo: false\n"
        "#| warning: false\n#| output: asis\n#| tags: [parameters, autre]\n"
    )
    assert options == CellOptions(
        label="fig-a",
        figure_caption="Légende : une",
        alternative="Deux\nlignes",
        echo=False,
        warning=False,
        output="asis",
        tags=("parameters", "autre"),
    )


def test_the_front_matter_gives_the_defaults_and_the_cell_wins() -> None:
    hidden = CellDefaults(echo=False, warning=False)
    assert not read("", hidden).echo
    assert read("#| echo: true\n", hidden).echo


def test_a_cell_that_is_not_included_runs_and_shows_nothing() -> None:
    options = read("#| include: false\n")
    assert options.run
    assert (options.echo, options.warning, options.output) == (False, False, "false")


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("code-fold: true", "EVK-Q103"),
        ("layout-ncol: 2", "EVK-Q103"),
        ("fig-cap: [un, deux]", "EVK-Q103"),
        ("error: true", "EVK-Q103"),
        ("output: parfois", "EVK-Q105"),
        ("label: figure été", "EVK-Q105"),
        ("echo: peut-être", "EVK-Q102"),
    ],
)
def test_what_is_refused_has_its_line(option: str, code: str) -> None:
    with pytest.raises(ReportError, match=code) as caught:
        read(f"#| warning: false\n#| {option}\n")
    assert caught.value.problems[0].place.line == 3
