"""The synthesis of a cohort: what a committee reads, and its document run on an edition."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from evalkit.declare.cohort import Cohort, Mode
from evalkit.present.chart import FOLDER_VARIABLE
from evalkit.present.cohorts import synthesis
from evalkit.present.cohorts.balance_chart import balance_chart
from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from tests.present.reader import synthetic
from tests.publish.fixture.results import confidential

DOCUMENT = Path(__file__).parents[2] / "reports" / "synthese-cohorte.qmd"
CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def declared() -> Cohort:
    return synthesis.find_cohort(synthetic(), "")


def test_the_essentials_give_the_rate_its_bounds_and_the_gap() -> None:
    text = synthesis.essentials_markdown(synthetic(), declared()).translate(PLAIN)
    assert "des personnes accompagnées sont sorties vers un emploi" in text
    assert "Si aucune, puis si toutes les personnes sans nouvelle" in text
    assert "écart" in text
    assert len(text.splitlines()) <= 6


def test_when_the_longest_gap_is_secret_the_longest_that_is_not_is_told_too() -> None:
    text = synthesis.essentials_markdown(synthetic(), declared()).translate(PLAIN)
    assert "À 6 mois, l’écart entre les personnes accompagnées et leur groupe" in text
    assert "À 12 mois, l’écart n’est pas publié. Secret statistique : seuil de 5 personnes" in text
    assert synthesis.gaps_title(synthetic(), declared()) == "Écarts à chaque délai, et avertissements"
    other = declared().model_copy(update={"cohort": "essai.autre"})
    assert synthesis.gaps_title(synthetic(), other) == "Avertissements"


def test_a_cohort_that_nobody_followed_says_so() -> None:
    other = declared().model_copy(update={"cohort": "essai.autre"})
    assert synthesis.essentials_markdown(synthetic(), other) == "- Cette cohorte n’a pas été suivie."


def test_a_refusal_is_said_once_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"refusal": "Le flux n’a pas été reçu.", "lost": None}
    monkeypatch.setattr(synthesis, "cohort_row", lambda *_: refused)
    other = declared().model_copy(update={"cohort": "essai.autre"})
    assert synthesis.essentials_markdown(synthetic(), other).splitlines() == [
        "- **Pas de résultat à présenter.** Le flux n’a pas été reçu."
    ]


def test_a_panel_is_said_never_to_be_tested() -> None:
    panel = declared().model_copy(update={"mode": Mode.PANEL, "against": None})
    assert "jamais testé" in synthesis.limits_markdown(panel)


def test_what_the_protocol_lacks_is_numbered() -> None:
    lines = synthesis.lacks_markdown(declared()).splitlines()
    assert [line.split(".")[0] for line in lines] == [str(rank) for rank in range(1, len(lines) + 1)]
    assert len(lines) > 3


def test_the_balance_figure_has_its_data() -> None:
    assert synthesis.has_balance(synthetic(), declared())
    chart = balance_chart(synthetic(), declared())
    assert declared().label in chart.alt_text
    assert len(chart.data.groups[0].rows) >= 1


def test_the_document_is_written_from_the_edition_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    edition = write_edition(publish(confidential()), tmp_path)
    names: dict[str, Any] = {}
    for code in CELL.findall(DOCUMENT.read_text("utf-8")):
        exec(compile(code, DOCUMENT.name, "exec"), names)
        if "tags: [parameters]" in code:
            names |= {"edition": str(edition), "cohort": declared().cohort}
    text = capsys.readouterr().out
    assert text.count("{#fig-cohorte") == text.count("{#fig-equilibre") == 1
    assert "## Les deux groupes à l’entrée" in text
    assert "Kaplan-Meier" in text
