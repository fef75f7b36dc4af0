"""The open bases of Insee and of the ANCT, as downloaded: received without a manual step, their facts told."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receipts.receipt_text import receipt_text
from evalkit.receive.receive import check_file, receive
from evalkit.store.delivery import DeliveryStatus, Finding
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("EVALKIT_REAL_DATA", ROOT.parent / "shared" / "data"))
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="real-data: the folder of EVALKIT_REAL_DATA is absent")
ORDER = ReceiveOrder("grand-chalon", dt.date(2026, 4, 20))

# Rows of the territory of Grand Chalon in each kind of base: its two QPV and the one that left in 2024, its commune,
# its EPCI, its employment area over twenty quarters, the country.
BASES = {
    "insee_demo_qp15_*": ("insee-qpv-demographie", 3),
    "insee_ipro_qp15_*": ("insee-qpv-insertion", 3),
    "insee_revn_qp15_*": ("insee-qpv-revenus", 3),
    "insee_rpls_qp15_*": ("insee-qpv-logement", 3),
    "insee_filosofi_epci_*": ("insee-filosofi-disponible", 1),
    "insee_filosofi_metropole_*": ("insee-filosofi-disponible", 1),
    "insee_chomage_*": ("insee-chomage-localise", 20),
    "communes_qpv_epci_*": ("insee-communes-epci", 1),
    "qpv15_population_*": ("insee-qpv-population", 3),
    "qpv15_communes*": ("anct-qpv-2015-communes", 3),
    "qpv2024_liste*": ("anct-qpv-liste", 2),
    "qpv2024_contours*": ("anct-qpv-liste", 2),
}


def files() -> list[tuple[str, str, int]]:
    """Return every base of the folder with its feed and its rows; their names only, so that none is read here."""
    return [(path.name, *expected) for form, expected in BASES.items() for path in sorted(REAL.glob(form))]


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return replace(open_workspace(ROOT), root=tmp_path_factory.mktemp("espace"))


@pytest.fixture(scope="module")
def receipts(space: Workspace) -> Callable[[str], Receipt]:
    known: dict[str, Receipt] = {}

    def receipt_of(name: str) -> Receipt:
        if name not in known:
            known[name] = check_file(space, REAL / name, ORDER)
        return known[name]

    return receipt_of


def told(receipt: Receipt, code: str) -> list[Finding]:
    return [finding for finding in receipt.delivery.findings if finding.code == code]


def sentences(receipt: Receipt, code: str) -> list[str]:
    return [finding.message.replace("\N{NO-BREAK SPACE}", " ") for finding in told(receipt, code)]


@needs_real_data
def test_every_base_of_the_folder_is_received_but_the_contracts() -> None:
    others = {"README.md", "anct_contrats_de_ville_2015_2023.geojson"}
    assert {path.name for path in REAL.iterdir()} - {name for name, _, _ in files()} == others


@needs_real_data
@pytest.mark.parametrize(("name", "feed", "rows"), files())
def test_base_is_received_without_a_manual_step(
    receipts: Callable[[str], Receipt], name: str, feed: str, rows: int
) -> None:
    delivery = receipts(name).delivery
    assert (delivery.feed, delivery.producer) == (feed, feed.split("-", maxsplit=1)[0])
    assert delivery.is_accepted
    assert (delivery.rows_accepted, delivery.rows_refused) == (rows, 0)
    codes = {finding.code for finding in delivery.findings}
    assert "EVK-R063" in codes
    assert "EVK-R062" not in codes
    # The names of some EPCI hold a dash that an earlier conversion has damaged, in two vintages only.
    damaged = name in {"insee_filosofi_epci_2015_disp.csv.gz", "insee_filosofi_epci_2016_disp.csv.gz"}
    assert (delivery.status is DeliveryStatus.ACCEPTED) is not damaged
    assert ("EVK-R013" in codes) is damaged


@needs_real_data
@pytest.mark.parametrize("base", ["demo", "ipro", "revn"])
def test_the_row_ensemble_is_set_aside_where_there_is_one(receipts: Callable[[str], Receipt], base: str) -> None:
    for path in sorted(REAL.glob(f"insee_{base}_qp15_*.csv.gz")):
        aside = told(receipts(path.name), "EVK-R049")
        # README of the data: a first row « Ensemble » in the bases 2017 to 2019, none from 2020.
        has_total = int(path.name.split("_")[3][:4]) <= 2019
        assert [finding.lines for finding in aside] == ([(2,)] if has_total else [])


@needs_real_data
def test_blank_is_masked_and_never_zero(space: Workspace, receipts: Callable[[str], Receipt]) -> None:
    masked = told(receipts("insee_rpls_qp15_2022.csv.gz"), "EVK-R043")
    assert sum(finding.count for finding in masked) > 0
    receive(space, REAL / "insee_rpls_qp15_2022.csv.gz", ORDER)
    feed = space.feeds["insee-qpv-logement"]
    rows = current_rows(Store(space.data), "grand-chalon", feed).collect()
    for finding in masked:
        hidden = rows.filter(rows[finding.field].is_null())
        assert hidden.height == finding.count
        assert set(hidden[f"{finding.field}__cause"]) == {"secret"}


@needs_real_data
def test_columns_that_vanish_and_come_back(space: Workspace) -> None:
    """README of the data: 43 columns vanish in the 2019 base; one of them looks like a column of the new base."""
    receive(space, REAL / "insee_ipro_qp15_2018.csv.gz", ORDER)
    vanished = receive(space, REAL / "insee_ipro_qp15_2019.csv.gz", ORDER)
    back = receive(space, REAL / "insee_ipro_qp15_2020.csv.gz", ORDER)
    assert sentences(vanished, "EVK-R076") == ["42 colonnes non déclarées ont disparu depuis la livraison précédente."]
    assert [finding.received for finding in told(vanished, "EVK-R077")] == ["CA_N_E"]
    assert "ABC_INFCAPBEP" in " ".join(finding.received for finding in told(back, "EVK-R078"))


@needs_real_data
def test_a_concept_that_changes_is_two_columns(receipts: Callable[[str], Receipt]) -> None:
    """TX_TOT_EPREC becomes TX_TOT_EDLIM in 2021, ARSA becomes APPA in 2018: other concepts, other fields."""
    absent = {
        (name, finding.field)
        for name in ("insee_ipro_qp15_2020", "insee_ipro_qp15_2021", "insee_revn_qp15_2017", "insee_revn_qp15_2018")
        for finding in told(receipts(f"{name}.csv.gz"), "EVK-R023")
    }
    assert ("insee_ipro_qp15_2020", "part_emploi_duree_limitee") in absent
    assert ("insee_ipro_qp15_2021", "part_emploi_precaire") in absent
    assert ("insee_revn_qp15_2017", "prime_activite") in absent
    assert ("insee_revn_qp15_2018", "rsa_activite") in absent
    breaks = sentences(receipts("insee_revn_qp15_2018.csv.gz"), "EVK-R091")
    assert breaks == [
        "Rupture de la source au 01/01/2018 : RSA activité (ARSA) remplacé par la prime d’activité (APPA)."
    ]


@needs_real_data
def test_the_year_of_a_base_is_not_that_of_its_data(receipts: Callable[[str], Receipt]) -> None:
    assert "Filosofi : la base 2019 porte des données de 2015." in sentences(
        receipts("insee_revn_qp15_2019.csv.gz"), "EVK-R090"
    )
    assert "Population municipale : la base 2021 porte des données de 2018." in sentences(
        receipts("insee_demo_qp15_2021.csv.gz"), "EVK-R090"
    )
    assert "Recensement : mêmes chiffres que dans la base 2017, aucune évolution n’est à y lire." in sentences(
        receipts("insee_ipro_qp15_2018.csv.gz"), "EVK-R090"
    )
    assert "Année des données de la base 2021 non vérifiée : Filosofi, Assurance maladie, Caf." in sentences(
        receipts("insee_revn_qp15_2021.csv.gz"), "EVK-R090"
    )


@needs_real_data
def test_the_wrong_commune_of_a_neighbourhood_of_mayotte(receipts: Callable[[str], Receipt]) -> None:
    (error,) = told(receipts("qpv2024_liste.csv"), "EVK-R092")
    # README of the data: QN97654C (Bouéni) carries commune 97602; line 1481 of the list.
    assert (error.lines, error.received, error.message[:8]) == ((1481,), "97602", "QN97654C")


@needs_real_data
def test_receipt_of_a_base_is_short_and_speaks_of_its_columns(receipts: Callable[[str], Receipt]) -> None:
    text = receipt_text(receipts("insee_revn_qp15_2019.csv.gz"))
    # One line for the thousands of the eleven columns that have some, whatever their number.
    assert text.count("EVK-R040") <= 4
    assert "CODGEO" in text
    assert len(text.splitlines()) < 60
