"""The shipped comparisons that documents print: each described or refused, as their lines allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.compare.printed import describe_printed
from evalkit.compare.result import DidRefusal
from evalkit.compare.two_by_two import Description
from evalkit.workspace.crosscheck import open_workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found() -> dict[str, Description | DidRefusal]:
    workspace = open_workspace(ROOT)
    return {
        printed.id: describe_printed(printed, declarations.territory)
        for declarations in workspace.contracts.values()
        for printed in declarations.printed
    }


def test_rsa_is_compared_with_the_rest_of_calais(found):
    """Line 320: 1,273 to 1,308, and 5,981 to 3,546 in Calais without the neighbourhood."""
    made = found["calais.imprime.rsa"]
    assert (round(made.change_here, 2), round(made.change_there, 2)) == (2.75, -40.71)
    assert "le reste du territoire" in made.sentence_fr


def test_median_income_lacks_a_dated_figure_of_calais(found):
    """Lines 920 and 1022 give two figures of Calais, neither dated."""
    made = found["calais.imprime.revenu-median"]
    assert (made.code, made.missing) == ("EVK-C101", ("référence, après",))


def test_the_brevet_moves_by_less_than_a_fifth_of_a_point(found):
    made = found["calais.imprime.brevet-vauban"]
    assert round(made.gap, 2) == -0.15
    assert "\N{MINUS SIGN}0,15 point." in made.sentence_fr


def test_chalons_income_is_refused_for_its_concepts_and_for_its_sources(found):
    assert found["chalon.imprime.revenu-median"].code == "EVK-C109"
    refused = found["chalon.imprime.revenu-mensuel"]
    assert refused.code == "EVK-C110"
    assert "Insee (2019)" in refused.reason_fr
    assert "2022" in refused.reason_fr


def test_no_causal_word(found):
    for made in found.values():
        text = made.reason_fr if isinstance(made, DidRefusal) else made.sentence_fr
        assert not {"effet", "impact", "grâce", "cause", "permis"} & set(text.replace(",", " ").split())
