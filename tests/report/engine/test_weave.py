"""Weaving outputs into Markdown, without a kernel: the outputs are written by hand."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.cell_options import read_options
from evalkit.report.engine.document import Cell, Prose
from evalkit.report.engine.front_matter import CellDefaults
from evalkit.report.engine.inline import expressions
from evalkit.report.engine.kernel import Output
from evalkit.report.engine.split import split_source
from evalkit.report.engine.weave import Ran, Woven, weave

PATH = Path("essai.qmd")
SVG = Output("display", {"image/svg+xml": "<svg/>", "text/plain": "<Figure size 640x480 with 1 Axes>"})
BOTH = Output("display", {"image/svg+xml": "<svg/>", "image/png": base64.b64encode(b"PNG").decode()})


def woven(text: str, *outputs: Output) -> Woven:
    source = split_source(text, PATH)
    ran = []
    for block in source.blocks:
        is_cell = isinstance(block, Cell)
        options = read_options(block, CellDefaults(echo=False), PATH) if isinstance(block, Cell) else None
        places = expressions(block, PATH) if isinstance(block, Prose) else ()
        ran.append(Ran(block, options, places, outputs if is_cell or places else ()))
    return weave(source, ran)


def cell(*options: str) -> str:
    return "\n".join(["```{python}", *(f"#| {option}" for option in options), "f()", "```", ""])


def inline(value: str, kind: str = "text/plain", type_name: str = "str") -> str:
    return woven("Un `{python} x`.", Output("display", {kind: value}, type_name)).text


def test_a_figure_carries_its_label_caption_and_alternative_text() -> None:
    text = woven(cell("label: fig-a", "fig-cap: Une *légende*", 'fig-alt: Une "courbe"'), SVG).text
    assert '{.evk-figure #fig-a alt="Une \\"courbe\\""}' in text
    assert "![](media/fig-a)" in text
    assert "Une *légende*" in text


def test_a_figure_has_one_file_for_each_format() -> None:
    pictures = woven(cell("label: fig-a", "fig-alt: Texte"), BOTH).pictures
    assert pictures == {"media/fig-a.svg": b"<svg/>", "media/fig-a.png": b"PNG"}


def test_the_text_of_a_plot_object_is_not_printed() -> None:
    result = Output("result", {"text/plain": "<Axes: xlabel='an'>"})
    assert "Axes" not in woven(cell("fig-alt: Texte"), result, SVG).text


def test_printed_text_is_markdown_only_when_asked() -> None:
    printed = Output("stdout", {"text/plain": "| a |\n|---|\n| 1 |\n"})
    assert woven(cell("output: asis"), printed).text.startswith("| a |")
    assert woven(cell(), printed).text.startswith("``` {.cell-output}")


def test_a_listing_may_hold_backticks() -> None:
    text = woven(cell(), Output("stdout", {"text/plain": "```\n"})).text
    assert text.startswith("```` {.cell-output}")


def test_markdown_is_preferred_to_html() -> None:
    both = Output("result", {"text/markdown": "**a**", "text/html": "<b>a</b>", "text/plain": "a"})
    assert woven(cell(), both).text.strip() == "**a**"


def test_hidden_warnings_are_told_to_the_person_who_renders() -> None:
    noise = Output("stderr", {"text/plain": "/x.py:1: UserWarning: attention\n  f()\n"})
    result = woven(cell("warning: false"), noise)
    assert "attention" not in result.text
    assert result.warnings == ("essai.qmd, ligne 3 : /x.py:1: UserWarning: attention",)
    assert "attention" in woven(cell(), noise).text


@pytest.mark.parametrize(
    ("text", "outputs", "code"),
    [
        (cell("label: fig-a"), (SVG,), "EVK-Q108"),
        (cell("fig-alt: Texte"), (SVG, SVG), "EVK-Q109"),
        (cell("label: fig-a", "fig-alt: Texte"), (), "EVK-Q109"),
        (cell(), (Output("result", {"text/html": "<b/>", "text/plain": "x"}),), "EVK-Q109"),
        (cell("label: tbl-a") + "\n" + cell("label: tbl-a"), (), "EVK-Q115"),
    ],
)
def test_refused(text: str, outputs: tuple[Output, ...], code: str) -> None:
    with pytest.raises(ReportError, match=code):
        woven(text, *outputs)


def test_inline_text_is_escaped_and_inline_markdown_is_not() -> None:
    assert inline("a*b_c [d]").strip() == r"Un a\*b\_c \[d\]."
    assert inline("**a**", "text/markdown").strip() == "Un **a**."


@pytest.mark.parametrize(("value", "type_name"), [("None", "NoneType"), ("nan", "float"), ("NaN", "str")])
def test_a_missing_inline_value_is_refused(value: str, type_name: str) -> None:
    with pytest.raises(ReportError, match="EVK-Q114"):
        inline(value, type_name=type_name)


def test_a_decimal_point_is_told() -> None:
    (warning,) = woven("Un `{python} x`.", Output("display", {"text/plain": "78.6"}, "float")).warnings
    assert "78.6" in warning
