"""The shipped feeds on files: small ones written as partners do, then the real bases of Insee and of the ANCT."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.declare.clause import Clause
from evalkit.declare.contract import Zone
from evalkit.receive.file.reading import read_table
from evalkit.receive.headings import declared_headings
from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receive import check_file
from evalkit.receive.recognise import recognise_feed
from evalkit.store.delivery import DeliveryStatus, Finding
from evalkit.territory.zones import Territory
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("EVALKIT_REAL_DATA", ROOT.parent / "shared" / "data"))
CONTRACT = "grand-chalon"
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="real-data: the folder of EVALKIT_REAL_DATA is absent")


@pytest.fixture(scope="module")
def space() -> Workspace:
    """Give the contract of Grand Chalon one open clause per feed that follows no person."""
    workspace = open_workspace(ROOT)
    clauses = tuple(
        Clause.model_validate({"feed": name, "producers": ["essai"], "status": "absent", "sharing": {"access": "open"}})
        for name, feed in sorted(workspace.feeds.items())
        if not feed.is_individual
    )
    declarations = replace(workspace.contract(CONTRACT), clauses=clauses)
    return replace(workspace, contracts={CONTRACT: declarations})


def checked(space: Workspace, path: Path, period: str | None = None) -> Receipt:
    return check_file(space, path, ReceiveOrder(contract=CONTRACT, received_on=dt.date(2026, 4, 20), period=period))


@pytest.fixture(scope="module")
def bases(space: Workspace) -> Callable[[str], Receipt]:
    """Give the receipt of a real base, checked once whatever the number of tests that read it."""
    receipts: dict[str, Receipt] = {}

    def receipt_of(stem: str) -> Receipt:
        if stem not in receipts:
            receipts[stem] = checked(space, _real(stem))
        return receipts[stem]

    return receipt_of


def told(receipt: Receipt, code: str) -> list[Finding]:
    return [finding for finding in receipt.delivery.findings if finding.code == code]


def written(folder: Path, lines: Sequence[str]) -> Path:
    path = folder / "fichier.csv"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))
    return path


RETURNS = (
    "Nom de la cohorte;Trimestre du relevé;Mois depuis l'entrée;QPV;Critère de ventilation;Modalité;Type de preuve;"
    "Effectif suivi;Emploi durable;Emploi de transition;Sorties formation;Toujours inscrits;Inactivité;Sans nouvelles"
)
ALLOWANCES = (
    "Code QPV;Date référence;Régime;Foyers allocataires;Isolés;Couples sans enfants;Monoparents;"
    "Couples avec enfants;Foyers RSA;Aides au logement"
)
TAX = "Organisme HLM;QPV;Exercice;N° action;Axe;Dépense prévisionnelle;Dépense réelle;Justification de l'écart"
FUND = "N° demande;Quartier;Déposée le;Validée le;Nature du demandeur;Avis;Montant sollicité;Montant accordé (€)"
SCHOOL = "UAI;Rentrée;Classe;Discipline;Élèves évalués;À besoins;Fragiles;Satisfaisant"

RETURN = "femmes.2025;T1 2026;6;PSJ;Sexe;F;DPAE / DSN;40;10;5;5;12;3;5"
ALLOWANCE = "QN07102I;2025;CAF;2 090;960;165;500;460;920;1 700"

CASES = [
    ("france-travail-retours", RETURNS, RETURN, RETURN.replace(";40;", ";41;"), "Les situations ne font pas"),
    ("france-travail-retours", RETURNS, RETURN.replace(";10;", ";s;"), RETURN.replace(";6;PSJ", ";99;PSJ"), "bornes"),
    ("caf-allocataires", ALLOWANCES, ALLOWANCE, ALLOWANCE.replace(";960;", ";990;"), "types de famille"),
    (
        "caf-allocataires",
        ALLOWANCES,
        ALLOWANCE.replace("CAF", "CCSS"),
        ALLOWANCE.replace(";920;", ";2 100;"),
        "plus de",
    ),
    (
        "tfpb-actions",
        TAX,
        "OPAC 71;Aubépins;2025;A1;Sur-entretien;10 000,00;7 000,00;Chantier reporté",
        "OPAC 71;Aubépins;2025;A1;Sur-entretien;10 000,00;7 000,00;",
        "n’est pas justifié",
    ),
    (
        "fph-demandes",
        FUND,
        "FPH-1;Aubépins;02/03/2026;16/03/2026;Habitants;Accordée;900;800",
        "FPH-1;Aubépins;02/03/2026;01/03/2026;Habitants;Accordée;900;800",
        "La validation précède",
    ),
    (
        "education-evaluations",
        SCHOOL,
        "0710001R;2025/2026;6ème;Maths;120;30;40;50",
        "0710001R;2025/2026;6ème;Maths;120;30;40;40",
        "groupes de maîtrise",
    ),
]


@pytest.mark.parametrize(("feed", "heading", "good", "bad", "words"), CASES)
def test_a_rule_catches_what_it_says_and_nothing_else(  # noqa: PLR0917
    space: Workspace, tmp_path: Path, feed: str, heading: str, good: str, bad: str, words: str
) -> None:
    sound = checked(space, written(tmp_path, [heading, good]))
    assert (sound.delivery.feed, sound.delivery.status) == (feed, DeliveryStatus.ACCEPTED)
    wrong = checked(space, written(tmp_path, [heading, bad]))
    assert wrong.delivery.status is not DeliveryStatus.ACCEPTED
    said = [f.message for code in ("EVK-R052", "EVK-R056", "EVK-R083") for f in told(wrong, code)]
    assert len(said) == 1
    assert words in said[0]


def _base(name: str, year: int, feed: str, rows: int) -> tuple[str, int, str, int]:
    return f"insee_{name}_{year}", year, feed, rows


# Rows of the country, from the README of the data (1,345 QPV, 1,400 with the DROM; EPCI counted in each file).
BASES = [
    *(_base("ipro_qp15", year, "insee-qpv-insertion", 1345) for year in range(2017, 2022)),
    *(_base("demo_qp15", year, "insee-qpv-demographie", 1345) for year in (2017, 2018, 2019)),
    _base("demo_qp15", 2021, "insee-qpv-demographie", 1400),
    *(_base("revn_qp15", year, "insee-qpv-revenus", rows) for year, rows in ((2017, 1345), (2018, 1345))),
    *(_base("revn_qp15", year, "insee-qpv-revenus", 1352) for year in (2019, 2021)),
    _base("rpls_qp15", 2022, "insee-qpv-logement", 1400),
    *(
        _base("filosofi_epci", year, "insee-filosofi-disponible", rows)
        for year, rows in ((2014, 2123), (2015, 2048), (2016, 1252), (2017, 1249), (2018, 1244), (2019, 1240))
    ),
]


def _real(stem: str) -> Path:
    return next(REAL.glob(f"{stem}*.csv.gz"))


@needs_real_data
@pytest.mark.parametrize(("stem", "year", "feed", "rows"), BASES, ids=[base[0] for base in BASES])
def test_real_bases_are_recognised_and_accepted(
    bases: Callable[[str], Receipt], stem: str, year: int, feed: str, rows: int
) -> None:
    receipt = bases(stem)
    here = 1 if "epci" in stem else 3  # the EPCI; the two QPV of 2024 and the one that left
    assert receipt.delivery.feed == feed
    assert receipt.delivery.is_accepted
    assert receipt.delivery.periods == (str(year),)
    assert (receipt.delivery.rows_accepted, receipt.delivery.rows_refused) == (here, 0)
    assert told(receipt, "EVK-R045")[0].count == rows - here
    assert [finding.code for finding in receipt.delivery.findings if finding.code in {"EVK-R041", "EVK-R044"}] == []


@needs_real_data
@pytest.mark.parametrize("stem", ["ipro_qp15", "demo_qp15", "revn_qp15"])
def test_the_row_of_the_whole_country_is_set_aside(bases: Callable[[str], Receipt], stem: str) -> None:
    """A row ``Ensemble`` opens the bases until 2019 (README of the data)."""
    for year in (2017, 2018, 2019, 2021):
        assert bool(told(bases(f"insee_{stem}_{year}"), "EVK-R049")) == (year <= 2019)


# Columns that come and go, from the README of the data and the headings of the files.
RENAMED = [
    ("ipro_qp15", 2020, "part_emploi_duree_limitee"),  # TX_TOT_EDLIM begins in 2021
    ("ipro_qp15", 2021, "part_emploi_precaire"),  # TX_TOT_EPREC ends in 2020
    ("revn_qp15", 2017, "prime_activite"),  # APPA begins in 2018
    ("revn_qp15", 2018, "rsa_activite"),  # ARSA ends in 2017
    ("revn_qp15", 2019, "c2s"),  # CC2S begins in 2021
    ("revn_qp15", 2021, "cmuc"),  # CCMUC ends in 2019
    ("filosofi_epci", 2014, "part_activite"),  # PACT begins in 2015
    ("filosofi_epci", 2015, "part_salaires_chomage"),  # PTSAC ends in 2014
]


@needs_real_data
@pytest.mark.parametrize(("stem", "year", "field"), RENAMED)
def test_columns_that_come_and_go_are_findings(
    bases: Callable[[str], Receipt], stem: str, year: int, field: str
) -> None:
    absent = {finding.field for finding in told(bases(f"insee_{stem}_{year}"), "EVK-R023")}
    assert field in absent


@needs_real_data
def test_blank_is_masked_and_never_zero(bases: Callable[[str], Receipt]) -> None:
    """Aubépins has no published share of large households in 2017 (blank in the file), and the receipt says masked."""
    masked = {finding.field: finding for finding in told(bases("insee_demo_qp15_2017"), "EVK-R043")}
    assert masked["part_menages_6"].count > 0
    assert "masquée" in masked["part_menages_6"].message


@needs_real_data
def test_the_layout_of_insee_itself_is_read_as_the_one_saved_again(space: Workspace) -> None:
    own = checked(space, REAL / "insee_demo_qp15_2021_V1_QP.csv")
    assert (own.delivery.feed, own.delivery.status) == ("insee-qpv-demographie", DeliveryStatus.ACCEPTED)
    assert {"libelle", "communes"} == {finding.field for finding in told(own, "EVK-R023")}


@needs_real_data
@pytest.mark.parametrize(
    ("name", "feed", "period", "rows"),
    [
        ("qpv2024_liste.csv", "anct-qpv-liste", None, 2),
        ("communes_qpv_epci_2020.csv", "insee-communes-epci", None, 1),
        ("qpv15_population_2013_2018.csv", "insee-qpv-population", "2018", 3),
    ],
)
def test_geography_files(space: Workspace, name: str, feed: str, period: str | None, rows: int) -> None:
    delivery = checked(space, REAL / name, period).delivery
    assert (delivery.feed, delivery.status, delivery.rows_accepted) == (feed, DeliveryStatus.ACCEPTED, rows)


@needs_real_data
@pytest.mark.parametrize("year", range(2014, 2020))
def test_metropolitan_france_has_the_columns_of_the_epci(space: Workspace, year: int) -> None:
    path = REAL / f"insee_filosofi_metropole_{year}_disp.csv"
    table = read_table(path.read_bytes(), path.name, declared_headings(space.feeds.values()))
    assert recognise_feed(space.feeds, table.headings).feed == "insee-filosofi-disponible"


@needs_real_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("stem", "rows"),
    [("demo_qp15_2019", 1345), ("revn_qp15_2021", 1352), ("rpls_qp15_2022", 1400), ("filosofi_epci_2019", 1240)],
)
def test_the_rules_hold_on_the_whole_country(space: Workspace, stem: str, rows: int) -> None:
    """Every row of the country is sound: a rule that failed here would accuse Insee, or be wrong."""
    path = _real(f"insee_{stem}")
    table = read_table(path.read_bytes(), path.name, declared_headings(space.feeds.values()))
    codes = sorted(set(table.cells["c0"].drop_nulls()) - {"Ensemble"})
    zones = {
        code.lower(): Zone.model_validate({"id": code.lower(), "label": code, "kind": "epci", "code": code})
        for code in codes
    }
    everywhere = replace(space.contract(CONTRACT), territory=Territory(zones))
    receipt = checked(replace(space, contracts={CONTRACT: everywhere}), path)
    assert (receipt.delivery.status, receipt.delivery.rows_accepted) == (DeliveryStatus.ACCEPTED, rows)
    assert [finding.message for finding in told(receipt, "EVK-R052") + told(receipt, "EVK-R056")] == []
