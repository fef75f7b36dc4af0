"""Documents written in a test, cut or converted without a kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.report.engine.document import Source
from evalkit.report.engine.formats import Manuscript, write_html
from evalkit.report.engine.front_matter import read_front_matter
from evalkit.report.engine.split import split_source

Converter = Callable[..., str]


def source_of(body: str, folder: Path, front: str = "title: Essai") -> Source:
    """Return a document with a front matter of one line by default: its body begins on line 4."""
    return split_source(f"---\n{front}\n---\n{body}", folder / "essai.qmd")


def manuscript_of(body: str, folder: Path, front: str = "title: Essai") -> Manuscript:
    source = source_of(body, folder, front)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return Manuscript(source, read_front_matter(source, {}), body, work)


@pytest.fixture
def to_html(tmp_path: Path) -> Converter:
    """Return a function from Markdown to the HTML page of it."""

    def convert(body: str, front: str = "title: Essai") -> str:
        output = tmp_path / "essai.html"
        write_html(manuscript_of(body, tmp_path, front), output)
        return output.read_text(encoding="utf-8")

    return convert
