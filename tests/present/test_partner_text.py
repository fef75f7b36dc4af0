"""Partners' words are quoted as they are, and do nothing."""

from __future__ import annotations

import subprocess

import pypandoc
import pytest

from evalkit.present.words.partner_text import LONGEST_EXCERPT, excerpt, quoted

HARMFUL = (
    "<script>alert(1)</script>",
    "![suivi](https://exemple.test/pixel.png)",
    "[ici](javascript:alert(1))",
    "$x^2$ et `code` et **gras** et ~~barré~~",
    "{{< include secret.qmd >}} `{python} 1+1`",
    "<https://exemple.test> @sec-methode ^[note] {.classe}",
    "# Titre\n- puce\n| a | b |",
)


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_that_a_partner_writes_is_active(text: str) -> None:
    page = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=markdown", "--to=html5"],
        input=quoted(text),
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    inside = page.strip().removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inside
    assert "alert(1)" not in text or "alert(1)" in inside


def test_a_long_review_is_quoted_by_its_first_sentences() -> None:
    long = "Première phrase. Deuxième phrase, plus longue. " + "Suite " * 60
    assert excerpt(long) == quoted("Première phrase. Deuxième phrase, plus longue. […]")
    assert excerpt("Un bilan court.") == quoted("Un bilan court.")
    assert len(excerpt("mot " * 200)) < 2 * LONGEST_EXCERPT


def test_the_words_are_kept_on_one_line() -> None:
    assert quoted("Deux\nlignes  et demie") == "«\u00a0Deux lignes et demie\u00a0»"
