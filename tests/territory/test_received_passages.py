"""The correspondence is received as any partner's file, then read, set beside the official list, and printed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evalkit.cli.main import app
from evalkit.comparability.passages import read_passages
from evalkit.errors import EvalkitError
from evalkit.measure.observation import Availability, Observation, observation_frame
from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receive import receive
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.results import write_result
from evalkit.store.store import Store
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace
from tests.territory.test_declared import QUARTER, ZONES
from tests.workspace.small import CLAUSES, write

ROOT = Path(__file__).resolve().parents[2]
FEEDS = ("anct-qpv-correspondance", "qpv-passage-population")

OPEN = """\
- feed: anct-qpv-correspondance
  producers: [bailleur]
  status: signed
  sharing: {access: open}
- feed: qpv-passage-population
  producers: [bailleur]
  status: signed
  sharing: {access: open}
"""

# titles of the official file, some of which end with a blank, then those of the shares
OFFICIAL = (
    "QP2024;Label_QP2024;Statut du quartier;QP2015_1 ;Label_QP2015_1;QP2015_2;Label_QP2015_2;QP2015_3;Label_QP2015_3 ",
    "QN07109M;Bougé;Modifié;QP071009;Bougé;QP071008;Autre;;",
    "QN00101M;Grande Reyssouze;Modifié;QP001001;Grande Reyssouze;;;;",
)
SHARES = (
    "Code QP 2015;Code QN 2024;Année de la population;Population commune;Part de population;Part du QN 2024",
    "QP071009;QN07109M;2019;1 350;0,9;0,75",
    "QP071009;HORS;2019;150;0,1;",
    "HORS;QN07109M;2019;450;0;0,25",
)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("espace")
    shipped = {f"expectations/{name}.yml": (ROOT / "expectations" / f"{name}.yml").read_text() for name in FEEDS}
    write(root, {**shipped, ZONES: QUARTER, "indicators/essai/clauses.yml": CLAUSES + OPEN})
    workspace = open_workspace(root)
    for name, lines in zip(FEEDS, (OFFICIAL, SHARES), strict=True):
        path = root / f"{name}.csv"
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))
        order = ReceiveOrder(contract="essai", received_on=dt.date(2026, 4, 20), feed=name, period="2024")
        receipt = receive(workspace, path, order)
        assert receipt.delivery.status is not DeliveryStatus.REFUSED, receipt.delivery.findings
    return workspace


def test_what_was_received_is_read(space):
    contract = space.contract("essai")
    passages = read_passages(Store(space.data), "essai", space.feeds, contract.territory)
    # the row of another territory is left at reception; the zone stands for its code of 2024
    assert passages.links == {("QP071009", "QN07109M"), ("QP071008", "QN07109M")}
    assert passages.correspondence is not None
    assert passages.correspondence.year == 2019
    assert [each.share for each in passages.correspondence.to("QN07109M")] == [0.9]
    assert passages.correspondence.coverage("QN07109M") == 0.75
    told = "QP071008 → QN07109M : dans la liste officielle, aucune part de population donnée"
    assert passages.disagreements == (told,)


def test_nothing_received_is_no_correspondence(space):
    contract = space.contract("essai")
    before = read_passages(Store(space.data), "essai", space.feeds, contract.territory, dt.date(2026, 1, 1))
    assert (before.correspondence, before.links, before.disagreements) == (None, frozenset(), ())
    assert read_passages(Store(space.data), "essai", {}, contract.territory).correspondence is None


def test_the_terminal_shows_the_territory_and_its_passage(space):
    result = CliRunner().invoke(app, ["zones", "essai", "--workspace", str(space.root)], env={"COLUMNS": "110"})
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "Bougé QP071009 QN07109M contour modifié" in said
    assert "Bougé (QP071009) Bougé (QN07109M) 90,0 % 75,0 %" in said
    assert "Bougé (QP071009) hors QPV 10,0 %" in said
    assert "Référence des écarts : Unité urbaine." in said
    assert "Témoin 1, Témoin 2 : aucune réserve." in said


def observed(period: str, numerator: float, denominator: float) -> Observation:
    return Observation(
        contract="essai",
        indicator="axe.un.part",
        version=1,
        zone="bouge",
        period=period,
        availability=Availability.AVAILABLE,
        numerator=numerator,
        denominator=denominator,
        value=100 * numerator / denominator,
    )


def test_an_indicator_is_shown_on_the_contours_of_2024(space):
    """30 of 200 leases in 2023: 27 of 180 carried, between 10 and 30; the contour is covered at 75 %, under 80 %."""
    store = Store(space.data)
    found = observation_frame([observed("2023", 30, 200), observed("2024", 40, 220)])
    write_result(store, "observations", "essai", found)
    asked = ["zones", "essai", "--workspace", str(space.root), "--constant", "axe.un.part"]
    result = CliRunner().invoke(app, asked, env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "Bougé 2023 – – 75 % de la population seulement" in said
    assert "Bougé 2024 18 – périmètre 2024 observé" in said


@pytest.mark.parametrize(("indicator", "code"), [("axe.un.part-inconnue", "EVK-D038"), ("axe.deux.delai", "EVK-M201")])
def test_what_does_not_carry_is_refused_in_french(space, indicator, code):
    """A median delay has no value on another contour."""
    write_result(Store(space.data), "observations", "essai", observation_frame([observed("2023", 30, 200)]))
    asked = ["zones", "essai", "--workspace", str(space.root), "--constant", indicator]
    result = CliRunner().invoke(app, asked)
    assert isinstance(result.exception, EvalkitError)
    assert [problem.code for problem in result.exception.problems] == [code]


def test_several_contracts_are_summed_up():
    result = CliRunner().invoke(app, ["zones", "--workspace", str(ROOT)], env={"COLUMNS": "110"})
    assert result.exit_code == 0, result.output
    assert "grand-chalon" in result.output or "Grand Chalon" in result.output
