"""What a committee reads of returns: counts of the partner, their doubt, their limits, and what does not hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from evalkit.present.chart import FOLDER_VARIABLE
from evalkit.present.cohorts import returns, synthesis
from evalkit.present.cohorts.returns_chart import returns_chart
from evalkit.present.reading import Reader
from evalkit.publish.edition import write_edition
from tests.follow.returns.world import protocol, row, sound
from tests.publish.test_returned import published

DOCUMENT = Path(__file__).parents[2] / "reports" / "synthese-cohorte.qmd"
CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> Reader:
    return Reader(published(tmp_path_factory.mktemp("retours"), sound()))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> Reader:
    rows = sound()
    rows[6] = {**rows[6], "suivis": 61}
    return Reader(published(tmp_path_factory.mktemp("fautes"), rows))


def test_the_essentials_give_the_longest_wave_and_its_doubt(reader):
    text = synthesis.essentials_markdown(reader, protocol()).translate(PLAIN)
    assert "**34,0 %** des personnes entrées (34 sur 100) sont sorties vers un emploi durable, 12 mois" in text
    assert "irait de 34,0 % à 50,0 %" in text
    assert "ne disent rien de ce que l’accompagnement a changé" in text
    assert "concorde" not in text


def test_a_wave_that_does_not_hold_is_said_and_an_earlier_one_is_read(faulty):
    text = synthesis.essentials_markdown(faulty, protocol()).translate(PLAIN)
    assert "6 mois après leur entrée" in text
    assert "Pas de taux d’ensemble à 12 mois." in text
    assert "2 points ne concordent pas dans les effectifs reçus" in text


def test_a_secret_wave_is_not_said_to_be_missing(tmp_path):
    """Two of a hundred at 12 months: the count came, and may not be shown."""
    rows = [*sound()[:6], row(12, "pres", (2, 8, 9, 26, 5, 10)), row(12, "aubepins", (0, 5, 6, 20, 3, 6))]
    text = synthesis.essentials_markdown(Reader(published(tmp_path, rows)), protocol()).translate(PLAIN)
    assert "Secret statistique : pas de taux d’ensemble publié à 12 mois." in text
    assert "Pas de taux d’ensemble" not in text


def test_one_point_is_not_a_figure(reader, tmp_path):
    assert returns.is_drawn(reader, protocol())
    alone = Reader(published(tmp_path, [each for each in sound() if each["vague"] == 12]))
    assert len(returns.outcome_rows(alone, protocol())) == 1
    assert not returns.is_drawn(alone, protocol())
    assert returns.chart_caption(protocol()).startswith("Part sortie vers un emploi durable")


def test_the_tables_give_counts_shares_places_and_classes(reader):
    whole = returns.returns_markdown(reader, protocol()).translate(PLAIN)
    assert "34,0 % (34)" in whole
    assert "déclaration d’embauche (DPAE, DSN)" in whole
    classes = returns.classes_markdown(reader, protocol()).translate(PLAIN)
    assert "Femmes" in classes
    assert "Aubepins" in classes


def test_what_does_not_hold_has_its_place_and_its_code(reader, faulty):
    assert "concordent" in returns.findings_markdown(reader, protocol())
    text = returns.findings_markdown(faulty, protocol())
    assert "EVK-M421" in text
    assert "Pres" in text


def test_the_limits_are_those_of_totals(reader):
    text = synthesis.limits_markdown(protocol(), by_returns=True)
    assert "Aucune personne n’est suivie par une ligne" in text
    assert "doubles comptes" in text
    assert "Kaplan" not in synthesis.method_markdown(protocol(), by_returns=True)


def test_the_figure_has_its_data(reader):
    chart = returns_chart(reader, protocol())
    assert "à 12 mois" in chart.alt_text.translate(PLAIN)
    assert len(chart.data.groups[0].rows) == 1


def test_the_document_is_written_from_the_edition_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, faulty: Reader
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    edition = write_edition(faulty.publication, tmp_path)
    names: dict[str, Any] = {}
    for code in CELL.findall(DOCUMENT.read_text("utf-8")):
        exec(compile(code, DOCUMENT.name, "exec"), names)
        if "tags: [parameters]" in code:
            names |= {"edition": str(edition), "cohort": protocol().cohort}
    text = capsys.readouterr().out
    assert text.count("{#fig-retours") == 1
    assert "## Ce qui concorde, et ce qui ne concorde pas" in text
    assert "## Du fichier à l’analyse" not in text
