"""From the files to the pages: the small demonstrations received, measured, published, reported."""

from __future__ import annotations

import json

import pytest

from evalkit.cli import journey
from evalkit.demo.planned.plan import read_plan
from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receive import check_file, receive
from evalkit.receive.slip import read_slip
from evalkit.store.delivery import DeliveryStatus
from evalkit.workspace.crosscheck import open_workspace

SEEN = {
    "retard": {"EVK-R064"},
    "colonne_de_nir": {"EVK-R030"},
    "partie_superieure_au_tout": {"EVK-R055", "EVK-R056"},
    "zone_inconnue": {"EVK-R044"},
    "ligne_en_double": {"EVK-R048"},
    "valeur_impossible": {"EVK-R052"},
}
"""The finding by which the reception tells each planted fault."""


def test_every_planted_fault_is_found_at_reception(written):
    """Each faulty file of Grand Calais is received alone; a file with a NIR is refused and leaves no name."""
    contract = "grand-calais"
    demonstration = written(contract)
    workspace = open_workspace(demonstration.root)
    faults = {}
    for fault in json.loads(demonstration.truth.read_text(encoding="utf-8"))["fautes"]:
        faults.setdefault(fault["fichier"], set()).add(fault["genre"])
    lines = {
        line.file.relative_to(demonstration.slip.parent).as_posix(): line
        for line in read_slip(demonstration.slip.parent)
    }
    missed = []
    for name, kinds in sorted(faults.items()):
        line = lines[name]
        order = ReceiveOrder(contract, line.received_on, line.feed, line.producer, line.period)
        receipt = receive(workspace, line.file, order)
        codes = {finding.code for finding in receipt.delivery.findings}
        missed += [(name, kind, sorted(codes)) for kind in kinds if not codes & SEEN[kind]]
        assert (receipt.delivery.status is DeliveryStatus.REFUSED) == ("colonne_de_nir" in kinds)
    assert missed == []


@pytest.mark.parametrize("contract", ["creusot-montceau", "narbonne"])
def test_a_word_that_is_not_declared_is_found_at_its_line(written, contract):
    """Judged without being recorded: the file comes in with reservations, as the truth announces; no row is refused."""
    demonstration = written(contract)
    truth = json.loads(demonstration.truth.read_text(encoding="utf-8"))
    (fault,) = (each for each in truth["fautes"] if each["genre"] == "categorie_inconnue")
    (line,) = (each for each in read_slip(demonstration.slip.parent) if each.file.match(fault["fichier"]))
    order = ReceiveOrder(contract, line.received_on, line.feed, line.producer, line.period)
    delivery = check_file(open_workspace(demonstration.root), line.file, order).delivery
    (found,) = (each for each in delivery.findings if each.code == "EVK-R053")
    assert (found.field, list(found.lines), found.received) == (fault["champ"], fault["lignes"], "Mot non prévu")
    assert delivery.status is DeliveryStatus.WITH_RESERVES
    assert delivery.rows_refused == 0
    assert "accepté avec réserves" in fault["attendu"]


def test_narbonne_ends_with_its_report_and_the_synthesis_of_each_cohort(written, monkeypatch, capsys):
    """The first report is rendered; of those that follow, only the orders are seen."""
    ordered = []
    monkeypatch.setattr(journey, "make_reports", lambda _workspace, orders, _progress: ordered.extend(orders) or ())
    demonstration = written("narbonne")
    journey.run_and_print(demonstration.root, "narbonne", read_plan("narbonne").reports, ("html",))
    assert [(each.kind, each.cohort) for each in ordered] == [
        ("synthese-cohorte", "narbonne.femmes"),
        ("synthese-cohorte", "narbonne.neet"),
    ]
    (page,) = demonstration.root.glob("data/rapports/**/*.html")
    assert page.stem == "mi-parcours"
    text = page.read_text(encoding="utf-8")
    assert "Données synthétiques" in text
    assert "Jeunes sans emploi ni formation accompagnés par la Cité de l’emploi" in text
    assert "Produit" in capsys.readouterr().out
    assert {each.edition.name for each in ordered} == {path.name for path in demonstration.root.glob("data/editions/*")}
