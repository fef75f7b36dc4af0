"""What an evaluator reads of a cohort in a notebook: French lines, a table, a figure."""

from __future__ import annotations

import re

import numpy as np
import pytest

from benchmarks.cohort_world import World, drawn
from evalkit.follow.analyse import analyse
from evalkit.follow.result.cohort import CohortResult
from tests.follow.world import protocol

COHORT = protocol(
    waves=["P6M", "P12M"],
    analysis={
        "curves": ["sexe"],
        "explain": {"variables": ["sexe"]},
        "subgroups": {"primary": ["sexe"], "exploratory": ["agence"]},
    },
)


@pytest.fixture(scope="module")
def result() -> CohortResult:
    return analyse(COHORT, drawn(np.random.default_rng(1), World(loss="seen", effect=0.03)))


def test_lines_say_the_rate_the_gap_and_what_limits_them(result):
    lines = result.summary().splitlines()
    for start in (
        "Cohorte essai.cite\u00a0: Personnes accompagnées.",
        "Accompagnés, emploi durable\u00a0: à 6 mois",
        "Comparaison pondérée, emploi durable",
        "Écart à 12 mois",
        "Recouvrement",
        "Sans nouvelle à 12 mois, accompagnés",
        "Écart des sans nouvelle à 12 mois",
        "Temps moyen sans sortie, accompagnés\u00a0:",
        "Courbes selon sexe\u00a0: test de Gray",
        "sexe = H\u00a0: rythme de sortie (Cox)",
        "Sous-groupe sexe = F (principal)",
        "Sous-groupe agence\u00a0: Ce critère",
    ):
        assert sum(line.startswith(start) for line in lines) == 1, start
    assert all(warning in lines for warning in result.warnings)
    gap = next(line for line in lines if line.startswith("Écart à 12 mois"))
    contrast = result.contrasts[-1]
    assert f"{contrast.effect:+.1f}".replace(".", ",") in gap
    assert "Selon ce que sont devenus les sans nouvelle" in gap
    assert re.search(r"\d\.\d", result.summary()) is None, "decimals have a comma"


def test_the_table_has_every_rate_and_the_page_escapes(result):
    frame = result.to_frame()
    assert frame.height == len(result.rates)
    assert frame.filter(group="accompagnés", exit="durable")["rate"].to_list() == [
        rate.rate for rate in result.rates if (rate.group, rate.exit) == ("accompagnés", "durable")
    ]
    page = result._repr_html_()
    assert page.count("<td>") == 3 * 2
    assert "<caption>" in page
    assert "p &lt; 0,001" in page


def test_the_figure_draws_each_exit_and_both_groups(result):
    left, right = result.plot().axes
    assert len(left.lines) == 3
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["accompagnés", "comparaison"]


def test_a_refused_cohort_still_speaks():
    refused = CohortResult(contract="c", cohort="c.d", definition="Jeunes", flow=(), refusal="Rien n’a été reçu.")
    assert refused.summary().splitlines()[-1] == "Rien n’a été reçu."
    assert refused._repr_html_() == "<div><p>Cohorte c.d\u00a0: Jeunes.</p><p>Rien n’a été reçu.</p></div>"
    assert refused.to_frame().height == 0
    assert all(not axes.lines for axes in refused.plot().axes)
