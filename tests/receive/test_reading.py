"""The file faults of French deliveries (one fixture each), read or refused with their lines."""

from __future__ import annotations

import gzip
import io
import zipfile

import polars as pl
import pytest

from evalkit.receive.file.reading import read_table
from evalkit.receive.findings.finding import RefusedFileError
from tests.receive.world import book

KNOWN = frozenset({"code", "nom", "montant"})
ROWS = ["code;nom;montant", "01004;Œuvre d’été;1 234,56", "2A004;Prés;3"]


def text(lines: list[str], end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode()


def codes(content: bytes, name: str = "f.csv") -> list[str]:
    return [finding.code for finding in read_table(content, name, KNOWN).findings]


def refusal(content: bytes, name: str = "f.csv") -> tuple[str, tuple[int, ...]]:
    with pytest.raises(RefusedFileError) as caught:
        read_table(content, name, KNOWN)
    return caught.value.findings[0].code, caught.value.findings[0].lines


def test_plain_file_is_read_as_text_with_its_lines() -> None:
    table = read_table(text(ROWS), "f.csv", KNOWN)
    assert table.headings == ("code", "nom", "montant")
    assert table.cells.rows() == [("01004", "Œuvre d’été", "1 234,56"), ("2A004", "Prés", "3")]
    assert table.lines.to_list() == [2, 3]
    assert table.findings == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xef\xbb\xbf" + text(ROWS), None),
        ("\r\n".join([*ROWS, ""]).encode("cp1252"), "EVK-R012"),
        ("\n".join([*ROWS, ""]).encode("utf-16"), "EVK-R012"),
        (gzip.compress(text(ROWS), mtime=0), None),
    ],
)
def test_every_encoding_gives_the_same_table(content: bytes, code: str | None) -> None:
    table = read_table(content, "f.csv", KNOWN)
    assert table.cells.rows()[0] == ("01004", "Œuvre d’été", "1 234,56")
    assert [finding.code for finding in table.findings] == ([code] if code else [])


def test_mixed_encodings_are_refused_at_the_first_bad_line() -> None:
    mixed = text(ROWS) + "été;été;1\r\n".encode("cp1252")
    assert refusal(mixed) == ("EVK-R003", (4,))


def test_letters_lost_or_converted_twice_are_told() -> None:
    lost = text(["code;nom;montant", "1;Goutte d\x92Or;2"])
    twice = text(["code;nom;montant", "1;Ã©tÃ©;2"])
    assert codes(lost) == ["EVK-R013"]
    assert codes(twice) == ["EVK-R013"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separator_is_found(separator: str) -> None:
    lines = [separator.join(row) for row in (("code", "nom", "montant"), ("1", "a b", "2"), ("3", "c", "4"))]
    assert read_table(text(lines), "f.csv", KNOWN).cells.rows() == [("1", "a b", "2"), ("3", "c", "4")]


def test_decimal_commas_do_not_hide_the_semicolon() -> None:
    lines = ["code;montant", *(f"{i};1,5" for i in range(30))]
    assert read_table(text(lines), "f.csv", KNOWN).cells.shape == (30, 2)


def test_title_rows_and_footers_are_set_aside() -> None:
    lines = ["Export du 3 mars", "", *ROWS, "Total;;1237", "Source : service", "Note de lecture"]
    table = read_table(text(lines), "f.csv", KNOWN)
    assert table.cells.height == 2
    assert table.lines.to_list() == [4, 5]
    told = [(finding.code, finding.lines) for finding in table.findings]
    # « Source » and « Note » have too few cells to be rows; « Total » is a whole row.
    assert told == [("EVK-R014", (1,)), ("EVK-R015", (7, 8)), ("EVK-R015", (6,))]
    assert [line for line, _ in table.aside] == [1, 7, 8, 6]


def test_a_place_called_ensemble_is_not_a_total() -> None:
    table = read_table(text(["code;nom;montant", "Ensemble Saint-Jean;x;3"]), "f.csv", KNOWN)
    assert table.cells.height == 1


def test_phantom_columns_are_dropped_and_counted() -> None:
    lines = ["code;nom;montant;;;", "1;a;2;;;", "3;b;4;;;"]
    table = read_table(text(lines), "f.csv", KNOWN)
    assert table.cells.width == 3
    assert "3 colonnes vides" in table.findings[0].message


def test_ragged_lines_are_listed_and_left_out() -> None:
    lines = ["code;nom;montant", "1;a;2", "3;b", "4;c;5;6", "7;d;8;;", "9;e;10"]
    table = read_table(text(lines), "f.csv", KNOWN)
    assert table.broken == (3, 4)
    assert table.lines.to_list() == [2, 5, 6]
    assert [(f.code, f.lines) for f in table.findings] == [("EVK-R009", (3, 4))]


def test_quotes_separators_and_line_ends_inside_cells() -> None:
    lines = ["code;nom;montant", '1;"a;b";2', '3;"deux', 'lignes ""citées""";4', '5;dit "X";6']
    table = read_table(text(lines), "f.csv", KNOWN)
    assert table.cells.rows() == [("1", "a;b", "2"), ("3", 'deux lignes "citées"', "4"), ("5", 'dit "X"', "6")]
    assert table.lines.to_list() == [2, 3, 5]


def test_quotes_that_are_not_escaped_are_read_when_the_cells_are_certain() -> None:
    lines = ["code;nom;montant", '1;""3,5;2', '3;5" pouces;4']
    assert read_table(text(lines), "f.csv", KNOWN).cells["c2"].to_list() == ["2", "4"]


def test_unclosed_quote_is_refused_at_its_line() -> None:
    lines = ["code;nom;montant", "1;a;2", '3;"b;4', *(f"{i};c;5" for i in range(80))]
    assert refusal(text(lines)) == ("EVK-R007", (3,))


def test_cut_file_is_refused() -> None:
    assert refusal(text(ROWS) + b"5;fin") == ("EVK-R008", (4,))


def test_repeated_heading_is_refused() -> None:
    assert refusal(text(["code;Code ;montant", "1;2;3"]))[0] == "EVK-R006"


@pytest.mark.parametrize("content", [b"", b"  \r\n\r\n", b"code;nom;montant\r\n", b"code;nom;montant\r\n;;\r\n"])
def test_file_without_rows_is_refused(content: bytes) -> None:
    assert refusal(content)[0] == "EVK-R004"


def test_file_without_headings_is_refused() -> None:
    assert refusal(text(["1;2;3", "4;5;6"]))[0] == "EVK-R005"


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"<!DOCTYPE html><html></html>", b"\x89PNG\r\n\x1a\n"])
def test_other_documents_are_refused(content: bytes) -> None:
    assert refusal(content)[0] == "EVK-R001"


def test_workbook_named_csv_and_reverse() -> None:
    rows = [["Suivi 2026"], [], ["code", "nom", "montant"], ["01004", "a", 12.5], [1004, "b", 3], ["TOTAL", None, 15.5]]
    table = read_table(book(rows), "f.csv", KNOWN)
    assert table.cells.rows() == [("01004", "a", "12.5"), ("1004", "b", "3")]
    assert table.lines.to_list() == [4, 5]
    assert [finding.code for finding in table.findings] == ["EVK-R011", "EVK-R014", "EVK-R015"]
    assert codes(text(ROWS), "f.xlsx") == ["EVK-R011"]


def test_damaged_workbook_is_refused() -> None:
    content = book([["code", "nom"], ["1", "a"]])
    assert refusal(content[: len(content) // 2], "f.xlsx")[0] in {"EVK-R001", "EVK-R008"}


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, inner in members.items():
            archive.writestr(name, inner)
    return content.getvalue()


def test_insee_archive_gives_its_data_file() -> None:
    table = read_table(zipped({"base_QP.csv": text(ROWS), "meta_base_QP.csv": b"x;y\n"}), "base.zip", KNOWN)
    assert table.cells.height == 2


def test_archive_of_two_tables_is_refused() -> None:
    assert refusal(zipped({"a.csv": text(ROWS), "b.csv": text(ROWS)}), "base.zip")[0] == "EVK-R002"


def test_large_file_keeps_every_row_and_line() -> None:
    lines = ["code;nom;montant", *(f"{i};nom {i};{i},5" for i in range(20_000))]
    table = read_table(text(lines), "f.csv", KNOWN)
    assert table.cells.height == 20_000
    assert table.lines[-1] == 20_001
    assert table.cells["c0"].cast(pl.Int64).sum() == sum(range(20_000))
