"""Personal data: found wherever they hide, refused, and left nowhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.declare.clause import Purpose
from evalkit.errors import DeliveryError
from evalkit.receive.privacy.key import DEMONSTRATION_MARK, IdentityKey
from evalkit.receive.privacy.nir import rows_with_nir
from evalkit.receive.privacy.personal import CONTACT_MARK
from evalkit.receive.receive import check_file, receive
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.quarantine import read_quarantine
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from tests.receive.world import (
    CONTRACT,
    HOMES,
    PATHWAYS,
    home_lines,
    order,
    pathway_lines,
    pseudonym,
    valid_nir,
    workspace,
    written,
)

# The stem of the specimen card that the Assurance Maladie prints: 2 69 05 49 588 157, whose key is 80.
SPECIMEN = "2690549588157"


def test_key_of_the_specimen_card() -> None:
    assert valid_nir(SPECIMEN) == "269054958815780"


def spaced(nir: str) -> str:
    return f"{nir[0]} {nir[1:3]} {nir[3:5]} {nir[5:7]} {nir[7:10]} {nir[10:13]} {nir[13:]}"


@pytest.mark.parametrize(
    "text",
    [
        valid_nir(SPECIMEN),
        spaced(valid_nir(SPECIMEN)),
        spaced(valid_nir(SPECIMEN)).replace(" ", "\N{NO-BREAK SPACE}"),
        f"appeler Mme X, NIR{valid_nir(SPECIMEN)} ce matin",
        f"({spaced(valid_nir('185022A004123'))})",
        valid_nir("185022B004123"),
        valid_nir("1852099123001"),
    ],
)
def test_nir_is_found(text: str) -> None:
    assert rows_with_nir(pl.Series([None, "rien", text])).to_list() == [2]


@pytest.mark.parametrize(
    "text",
    [
        valid_nir(SPECIMEN)[:-2] + "81",
        "a" * 20 + valid_nir(SPECIMEN) + "b" * 29,
        "9" + valid_nir(SPECIMEN),
        "QN07102I",
        "12345678901234",
    ],
)
def test_other_numbers_are_not_nir(text: str) -> None:
    assert rows_with_nir(pl.Series([text])).is_empty()


def test_long_codes_valid_by_chance_are_codes() -> None:
    # One number in 97 has a right key by chance.
    codes = pl.Series([f"1{10 + i % 80}05{75_000_000 + i * 37:08d}{i % 97:02d}" for i in range(5_000)])
    assert rows_with_nir(codes).is_empty()


def test_column_of_nir_without_key_is_found() -> None:
    assert len(rows_with_nir(pl.Series([SPECIMEN, "1850278006084", "2921275123456", None]))) == 3


@settings(deadline=None)
@given(
    st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[1-8][0-9]|2A|2B)[0-9]{6}", fullmatch=True),
    st.sampled_from([str, spaced]),
)
def test_any_nir_is_found(stem: str, spelling: object) -> None:
    assert callable(spelling)
    assert not rows_with_nir(pl.Series([f"note : {spelling(valid_nir(stem))}."])).is_empty()


def everything_written(root: Path) -> bytes:
    return b"\n".join(path.name.encode() + b"\n" + path.read_bytes() for path in root.rglob("*") if path.is_file())


NAME = "Bernadette-Quimper"


@pytest.mark.parametrize("where", ["free text", "heading", "title", "code", "file name", "broken line"])
def test_a_nir_anywhere_refuses_the_file_and_leaves_nothing(tmp_path: Path, where: str) -> None:
    space = workspace(tmp_path)
    nir = spaced(valid_nir(SPECIMEN))
    lines = pathway_lines(30)
    name = "fichier.csv"
    if where == "free text":
        lines[3] = lines[3][:-1] + f";vu {NAME} {nir}"
    elif where == "heading":
        lines = [f"{line};{'x' if i else NAME + nir}" for i, line in enumerate(lines)]
    elif where == "title":
        lines = [f"Suivi de {NAME} {nir}", *lines]
    elif where == "code":
        lines = [f"{lines[0]};dossier", *(f"{line};{nir} {NAME}" for line in lines[1:])]
    elif where == "file name":
        name = f"{NAME} {nir}.csv"
    else:
        lines[4] = f"{NAME};{nir}"
    receipt = receive(space, written(tmp_path, lines, name), order(feed="parcours"))
    assert receipt.delivery.status is DeliveryStatus.REFUSED
    assert {finding.code for finding in receipt.delivery.findings} == {"EVK-R030"}
    assert (receipt.delivery.file_name, receipt.delivery.rows_accepted, receipt.delivery.periods) == ("", 0, ())
    left = everything_written(space.root)
    for secret in (nir, valid_nir(SPECIMEN), NAME, pseudonym(1)):
        assert secret.encode() not in left
    assert receipt.delivery.file_hash.encode() in left
    assert read_quarantine(Store(space.data), receipt.delivery.id) is None


@pytest.mark.parametrize("heading", ["Nom", "PRÉNOM", "date de naissance", "NSS", "e-mail"])
def test_identifying_columns_are_refused(tmp_path: Path, heading: str) -> None:
    lines = [f"{line};{'Quimper' if i else heading}" for i, line in enumerate(home_lines(30))]
    receipt = receive(workspace(tmp_path), written(tmp_path, lines), order(producer="opac"))
    assert [finding.code for finding in receipt.delivery.findings] == ["EVK-R032"]
    assert b"Quimper" not in everything_written(tmp_path / "espace")


@pytest.mark.parametrize("contact", ["b.quimper@exemple.fr", "06 12 34 56 78", "+33612345678", "03.85.12.34.56"])
def test_contact_details_outside_free_text_are_refused(tmp_path: Path, contact: str) -> None:
    lines = home_lines(30)
    lines[5] = lines[5].replace("Aubépins", contact)
    receipt = receive(workspace(tmp_path), written(tmp_path, lines), order(producer="opac"))
    assert [(f.code, f.lines) for f in receipt.delivery.findings] == [("EVK-R031", (6,))]
    assert contact.encode() not in everything_written(tmp_path / "espace")


def test_contact_details_are_taken_out_of_free_texts(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    lines = pathway_lines(3)
    lines[2] += "rappeler au 06 12 34 56 78 ou b.quimper@exemple.fr"
    receive(space, written(tmp_path, lines), order())
    notes = current_rows(Store(space.data), CONTRACT, PATHWAYS).sort("_line").collect()["note"].to_list()
    assert (notes[0], notes[2]) == (None, None)
    assert notes[1].split() == f"rappeler au {CONTACT_MARK} ou {CONTACT_MARK}".split()
    assert b"quimper@" not in everything_written(space.root)


def test_identities_that_are_no_pseudonyms_refuse_the_whole_file(tmp_path: Path) -> None:
    lines = pathway_lines(40)
    lines[7] = lines[7].replace(pseudonym(6), NAME)
    space = workspace(tmp_path)
    receipt = receive(space, written(tmp_path, lines), order())
    assert [(f.code, f.lines) for f in receipt.delivery.findings] == [("EVK-R033", (8,))]
    assert NAME.encode() not in everything_written(space.root)


def test_pseudonyms_received_are_never_stored(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    receive(space, written(tmp_path, pathway_lines(5)), order())
    rows = current_rows(Store(space.data), CONTRACT, PATHWAYS, purpose=Purpose.COHORT)
    stored = rows.sort("_line").collect()["personne"].to_list()
    key = IdentityKey(b"k" * 40)
    assert stored == [key.pseudonym(CONTRACT, Purpose.COHORT, pseudonym(i)) for i in range(5)]
    assert pseudonym(0).encode() not in everything_written(space.root)
    assert key.pseudonym("autre", Purpose.COHORT, pseudonym(0)) != stored[0]
    assert "k" * 40 not in repr(key)


def code_of(caught: pytest.ExceptionInfo[DeliveryError]) -> str:
    return caught.value.problems[0].code


def test_missing_key_is_told_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVALKIT_KEY_FILE", raising=False)
    space = workspace(tmp_path, key=False)
    path = written(tmp_path, pathway_lines(5))
    with pytest.raises(DeliveryError) as caught:
        receive(space, path, order())
    assert code_of(caught) == "EVK-R034"
    assert not list(space.root.rglob("*.parquet"))
    assert check_file(space, path, order()).delivery.status is DeliveryStatus.ACCEPTED


@pytest.mark.parametrize("fault", ["inside", "short", "public", "changed"])
def test_unusable_keys_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    space = workspace(tmp_path)
    key = tmp_path / "autre.key"
    key.write_text("z" * 40, encoding="utf-8")
    if fault == "inside":
        key = space.root / "identite.key"
        key.write_text("z" * 40, encoding="utf-8")
    elif fault == "short":
        key.write_text("z" * 31, encoding="utf-8")
    elif fault == "public":
        key.write_text(f"{DEMONSTRATION_MARK}\n{'z' * 40}", encoding="utf-8")
    else:
        receive(space, written(tmp_path, pathway_lines(5)), order())
    monkeypatch.setenv("EVALKIT_KEY_FILE", str(key))
    with pytest.raises(DeliveryError) as caught:
        receive(space, written(tmp_path, pathway_lines(6), "suite.csv"), order())
    assert code_of(caught) == "EVK-R035"


def test_a_name_in_a_column_of_words_is_told_and_never_printed(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    lines = pathway_lines(40)
    lines[1] = lines[1].replace(";H;", ";QUIMPER Marie;")
    receipt = receive(space, written(tmp_path, lines), order())
    (finding,) = [one for one in receipt.delivery.findings if one.code == "EVK-R053"]
    assert (finding.lines, finding.received) == ((2,), "")
    assert b"QUIMPER" not in everything_written(space.root)


def test_personal_numbers_are_stored_but_never_printed(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    lines = home_lines(40)
    lines[3] = lines[3].replace("1 234,50", "-98765,43")
    receipt = receive(space, written(tmp_path, lines), order(producer="opac"))
    assert any(finding.code == "EVK-R052" for finding in receipt.delivery.findings)
    assert current_rows(Store(space.data), CONTRACT, HOMES).collect()["ressources"].min() is not None
    for path in [*Store(space.data).receipts.iterdir()]:
        assert "98765" not in path.read_text(encoding="utf-8")
