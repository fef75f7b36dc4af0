"""The ``meta_`` file that Insee puts beside a base: it is read, compared with the declared fields, and used."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.receive.file.meta import read_column_notes
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receive import check_file
from evalkit.store.delivery import DeliveryStatus
from tests.receive.faults.files import text, zipped
from tests.receive.world import BASE, order, workspace

# The layout of the meta_ files of insee.fr: one line per column, then one per code of a column that has some.
META = (
    "COD_VAR;LIB_VAR;LIB_VAR_LONG;COD_MOD;LIB_MOD;TYPE_VAR;LONG_VAR",
    "CODGEO;Code;Code du quartier prioritaire;;;CHAR;8",
    "TX_TOT_EMPL;Taux;Taux d'emploi des 15-64 ans;;;NUM;5",
    "ABC;Demandeurs;Nombre de demandeurs d'emploi de catégories A, B, C;;;NUM;6",
    "NOTE_PE;Note;Note de France Travail;0;Valeur diffusée;CHAR;1",
    "NOTE_PE;Note;Note de France Travail;1;Secret statistique;CHAR;1",
)
DATA = ("CODGEO;TX_TOT_EMPL;ABC;NOTE_PE", "QP071003;41.2;;1", "QP071001;40.1;120;0", "QP010001;50.0;1;0")


def received(
    folder: Path, meta: tuple[str, ...], data: tuple[str, ...] = DATA, name: str = "meta_base_QP.CSV"
) -> Receipt:
    archive = folder / "base_2021_csv.zip"
    archive.write_bytes(zipped({"base_QP.csv": text(*data), name: text(*meta)}))
    return check_file(workspace(folder), archive, order())


def told(receipt: Receipt, code: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [
        (finding.message.replace("\N{NO-BREAK SPACE}", " "), finding.received, finding.lines)
        for finding in receipt.delivery.findings
        if finding.code == code
    ]


def test_archive_as_downloaded_is_received_with_what_its_columns_mean(tmp_path: Path) -> None:
    receipt = received(tmp_path, META)
    assert receipt.delivery.status is DeliveryStatus.ACCEPTED
    assert (receipt.delivery.feed, receipt.delivery.periods, receipt.delivery.rows_accepted) == (
        BASE.feed,
        ("2021",),
        2,
    )
    assert told(receipt, "EVK-R093") == []
    # The codes of the notes are explained where they stand, in the lines of the file.
    assert told(receipt, "EVK-R094") == [
        ("Le producteur décrit 4 colonnes sur 4.", "", ()),
        ("NOTE_PE = 0 : Valeur diffusée.", "", (3, 4)),
        ("NOTE_PE = 1 : Secret statistique.", "", (2,)),
    ]


def test_columns_that_are_described_and_absent_are_told(tmp_path: Path) -> None:
    receipt = received(tmp_path, (*META, "ABC_F;Femmes;Demandeuses d'emploi;;;NUM;6"))
    assert told(receipt, "EVK-R093") == [("1 colonne décrite est absente des données.", "ABC_F", ())]
    assert receipt.delivery.status is DeliveryStatus.WITH_RESERVES


def test_columns_that_nobody_describes_are_listed(tmp_path: Path) -> None:
    receipt = received(tmp_path, META[:3])
    assert told(receipt, "EVK-R094") == [("Le producteur décrit 2 colonnes sur 4.", "ABC, NOTE_PE", ())]


@pytest.mark.parametrize(
    ("label", "described", "is_other"),
    [
        ("Revenu disponible médian", "Médiane du revenu disponible", False),
        ("Revenu disponible médian", "Médiane du revenu déclaré", True),
        ("Revenu déclaré médian", "Médiane du revenu disponible", True),
        ("Taux d’emploi des femmes", "Taux d'emploi des hommes", True),
        ("Part des ménages imposés", "Nombre de ménages imposés", True),
        ("Effectif", "Nombre de personnes", False),
    ],
)
def test_another_concept_under_the_same_heading_is_told(
    tmp_path: Path, label: str, described: str, is_other: bool
) -> None:
    space = workspace(tmp_path)
    fields = tuple(
        field.model_copy(update={"label": label}) if field.name == "effectif" else field for field in BASE.fields
    )
    space.feeds[BASE.feed] = BASE.model_copy(update={"fields": fields})  # type: ignore[index]
    meta = tuple(line.replace("Nombre de demandeurs d'emploi de catégories A, B, C", described) for line in META)
    archive = tmp_path / "base_2021.zip"
    archive.write_bytes(zipped({"base.csv": text(*DATA), "meta_base.csv": text(*meta)}))
    receipt = check_file(space, archive, order())
    sentence = f"La colonne « ABC » est décrite comme « {described} » : est-ce ce champ ?".replace("’", "'")
    said = [message.replace("\N{NARROW NO-BREAK SPACE}", " ") for message, _, _ in told(receipt, "EVK-R093")]
    assert said == ([sentence] if is_other else [])


@pytest.mark.parametrize("content", [b"", b"x;y\n1;2\n", "été".encode("utf-16"), b"\xff\xfe\x00", b"COD_VAR\nABC\n"])
def test_notes_that_are_not_laid_out_as_insee_does_are_left(content: bytes, tmp_path: Path) -> None:
    assert read_column_notes(content) is None
    archive = tmp_path / "base_2021.zip"
    archive.write_bytes(zipped({"base.csv": text(*DATA), "meta_base.csv": content}))
    assert check_file(workspace(tmp_path), archive, order()).delivery.is_accepted
