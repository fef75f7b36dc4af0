"""What the embedded engine does not render is named, with its line, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.report.engine.refusals import refusals
from tests.report.engine.conftest import source_of


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{< video film.mp4 >}}", "code court"),
        ("{{< include _suite.qmd >}}", "code court"),
        ('::: {.content-visible when-format="html"}\nA\n:::', "contenu conditionnel"),
        ('[A]{.content-hidden when-format="pdf"}', "contenu conditionnel"),
        ("::: {layout-ncol=2}\nA\n:::", "colonnes"),
        (":::: {.columns}\nA\n::::", "colonnes"),
        ("::: {.panel-tabset}\nA\n:::", "onglets"),
        ("::: {#fig-a}\nA\n:::", "figures et tableaux écrits en bloc"),
        ("::: {#thm-a}\nA\n:::", "théorèmes"),
        ("::: {.aside}\nA\n:::", "marge"),
        ("::: {#refs}\n:::", "bibliographies"),
        ("::: {.ma-classe}\nA\n:::", "cette sorte de bloc"),
        ("::: inconnue\nA\n:::", "cette sorte de bloc"),
        ('::: {.callout-note collapse="true"}\nA\n:::', "cet attribut"),
        ("```{r}\nx\n```", "cellule de code"),
        ("```{mermaid}\nx\n```", "cellule de code"),
        ("```{=html}\n<b>x</b>\n```", "texte brut"),
        ("Du `<b>gras</b>`{=html}.", "texte brut"),
        ("Un <b>mot</b>.", "balises HTML"),
        ('```{.python filename="a.py"}\nx\n```', "listages"),
        ("![Une carte](https://exemple.org/carte.png)", "prise sur le réseau"),
    ],
)
def test_refused_by_name(text: str, named: str, tmp_path: Path) -> None:
    found = refusals(source_of(f"\nUn paragraphe.\n\n{text}\n", tmp_path))
    assert found
    assert all(problem.code == "EVK-Q103" for problem in found)
    assert named in found[0].message
    assert found[0].place.line == 7  # three lines of front matter, an empty one, a paragraph, an empty one


def test_an_image_without_any_text_is_refused(tmp_path: Path) -> None:
    (found,) = refusals(source_of("![](carte.png)\n", tmp_path))
    assert (found.code, found.received, found.place.line) == ("EVK-Q108", "carte.png", 4)


@pytest.mark.parametrize(
    "text",
    [
        "::: {.callout-note}\nA\n:::",
        '::: {.callout-warning title="Rupture : « 2025 »"}\nA\n:::',
        "::: {.lead}\nA\n:::",
        "{{< pagebreak >}}",
        '![Légende](carte.png){#fig-carte fig-alt="Une carte"}',
        '![](carte.png){fig-alt="Une carte"}',
        "Le code `{{< video >}}` et la balise `<b>` sont cités.",
        "```\n::: {.panel-tabset}\n{{< video >}}\n```",
        "<!-- {{< video >}} <b> -->",
        "Si a < b et c > d, alors <https://exemple.org/page>.",
        "Prix : 5 €{.unit}",
    ],
)
def test_what_is_rendered_is_not_refused(text: str, tmp_path: Path) -> None:
    assert refusals(source_of(f"{text}\n", tmp_path)) == ()
