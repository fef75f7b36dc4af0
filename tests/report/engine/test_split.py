"""Cutting a source: each block keeps the line where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.document import Cell, Prose
from evalkit.report.engine.split import read_source, split_source

PATH = Path("essai.qmd")

DOCUMENT = """---
title: Essai
lang: fr
---

# Un titre

```{python}
#| label: fig-a
#| fig-alt: "Une courbe"
x = 1
y = 2
```

Suite.

```` markdown
```{python}
jamais = "exécuté"
```
````
"""


def test_blocks_and_their_lines() -> None:
    source = split_source(DOCUMENT, PATH)
    before, cell, after = source.blocks
    assert source.front == "title: Essai\nlang: fr"
    assert isinstance(before, Prose)
    assert before.line == 5
    assert isinstance(cell, Cell)
    assert (cell.opening, cell.line, cell.closing) == (8, 11, 13)
    assert cell.code == "x = 1\ny = 2"
    assert [(option.text, option.line) for option in cell.options] == [
        ("label: fig-a", 9),
        ('fig-alt: "Une courbe"', 10),
    ]
    assert isinstance(after, Prose)
    assert DOCUMENT.split("\n")[after.line] == "Suite."


def test_a_cell_shown_in_a_longer_fence_is_prose() -> None:
    source = split_source(DOCUMENT, PATH)
    assert "jamais" in str(source.blocks[-1])
    assert sum(isinstance(block, Cell) for block in source.blocks) == 1


def test_windows_line_ends_change_nothing() -> None:
    assert split_source(DOCUMENT.replace("\n", "\r\n"), PATH) == split_source(DOCUMENT, PATH)


def test_a_document_may_have_no_front_matter() -> None:
    source = split_source("Bonjour.\n", PATH)
    assert source.front == ""
    assert source.blocks == (Prose("Bonjour.\n", 1),)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\ntitle: A\n", 1, "pas fermé"),
        ("---\ntitle: A\n---\n\n```{python}\nx = 1\n", 5, "pas fermé"),
    ],
)
def test_what_is_not_closed_is_refused(text: str, line: int, words: str) -> None:
    with pytest.raises(ReportError, match=words) as caught:
        split_source(text, PATH)
    assert caught.value.problems[0].place.line == line


def test_a_missing_file_is_a_problem_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="EVK-Q101"):
        read_source(tmp_path / "absent.qmd")


def test_a_file_in_latin_1_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "essai.qmd"
    path.write_bytes("é".encode("latin-1"))
    with pytest.raises(ReportError, match="UTF-8"):
        read_source(path)
