"""How many of the indicators that each document announces have a value once the plan's files are received.

The rows are put straight into the store: what reception does to them is tested on the faulty files.
"""

from __future__ import annotations

import pytest

from evalkit.measure.contract_coverage import contract_coverage
from evalkit.measure.run import measured
from evalkit.workspace.crosscheck import open_workspace
from tests.demo.planned.conftest import store_rows

TABLE = "Tableau d’indicateurs"


@pytest.fixture(scope="module")
def coverage(written, sent, tmp_path_factory):
    found = {}

    def of(contract):
        if contract not in found:
            workspace = open_workspace(written(contract).root)
            store = store_rows(*sent(contract), tmp_path_factory.mktemp(f"store-{contract}"))
            declarations = workspace.contract(contract)
            found[contract] = contract_coverage(workspace, declarations, measured(workspace, store, contract))
        return found[contract]

    return of


@pytest.mark.parametrize(
    ("contract", "section", "announced", "least"),
    [("grand-calais", TABLE, 130, 91), ("creusot-montceau", None, 92, 65)],
)
def test_seven_announced_indicators_in_ten_are_computed(coverage, contract, section, announced, least):
    """The table of Grand Calais has 130 (lines 4028 to 4076); Creusot Montceau announces 92 (annex 9.2, chapter 6)."""
    totals = coverage(contract).totals_of("declared", section)
    assert totals["declared"] == totals["typed"] == announced
    assert totals["computed"] >= least
    assert totals["computed"] - totals["supplied"] > totals["supplied"], "most values come from files, not statements"


@pytest.mark.parametrize("contract", ["grand-calais", "creusot-montceau", "blois"])
def test_what_is_not_computed_has_its_reason(coverage, contract):
    frame = coverage(contract).frame
    silent = [
        row["indicator"]
        for row in frame.filter(~frame["computed"]).iter_rows(named=True)
        if not any(each.startswith("pour mesurer : ") for each in row["missing"])
    ]
    assert silent == []


def test_a_placeholder_is_never_computed(coverage):
    """« Le tri : indicateur » (4076), « Nombre d’interventions » (4075), pHARe (4043): nothing says what is counted."""
    frame = coverage("grand-calais").frame
    computed = set(frame.filter(frame["computed"])["indicator"])
    assert not computed & {
        f"calais.{name}" for name in ("tra.tri", "tra.interventions", "edu.phare", "edu.diplomation")
    }


def test_a_battery_counts_only_when_all_its_components_do(coverage):
    """« Fréquentation des espaces » has its three components; the English test of « langues » is in no file."""
    rows = {row["indicator"]: row for row in coverage("grand-calais").frame.iter_rows(named=True)}
    assert rows["calais.edu.espaces"]["computed"]
    assert rows["calais.edu.espaces"]["supplied"]
    assert not rows["calais.edu.langues-phonologie"]["computed"]
    assert any("anglais" in each for each in rows["calais.edu.langues-phonologie"]["missing"])


def test_all_that_is_defined_at_blois_is_computed(coverage):
    totals = coverage("blois").totals
    assert totals["computed"] == totals["defined"] == 40
