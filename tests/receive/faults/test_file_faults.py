"""The faults of files: what is read all the same, what is refused, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
import pytest

from evalkit.receive.file.reading import read_table
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.store.delivery import Finding
from evalkit.typography import typeset
from tests.receive.faults.files import (
    CELLS,
    HEADING,
    LINES,
    ROWS,
    cut,
    gzipped,
    json_text,
    mixed,
    open_document,
    parquet,
    separated,
    text,
    workbook,
    zipped,
)

KNOWN = frozenset({"code", "nom", "montant"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One faulty file.

    Attributes:
        content: its bytes.
        told: code, sentence and lines of each finding, in order.
        name: the file name.
        rows: what is read of it.
    """

    content: bytes
    told: list[tuple[str, str, tuple[int, ...]]]
    name: str = "f.csv"
    rows: list[tuple[str | None, ...]] = field(default_factory=lambda: list(CELLS))


READ = {
    "UTF-8": Fault(text(*LINES), []),
    "UTF-8 with its mark": Fault(b"\xef\xbb\xbf" + text(*LINES), []),
    "line ends of old systems": Fault(text(*LINES, end="\r"), []),
    "Windows-1252": Fault(
        text(*LINES, encoding="cp1252"), [("EVK-R012", "Le fichier est en Windows-1252 : il a été converti.", ())]
    ),
    "UTF-16": Fault(
        text(*LINES, encoding="utf-16"), [("EVK-R012", "Le fichier est en UTF-16 : il a été converti.", ())]
    ),
    "letters lost by an earlier conversion": Fault(
        text(HEADING, "1;Goutte d\x92Or;2"),
        [("EVK-R013", "Des caractères ont été abîmés par une conversion antérieure (accents ou apostrophes).", (2,))],
        rows=[("1", "Goutte d\x92Or", "2")],
    ),
    "converted twice": Fault(
        text(HEADING, "1;a;2", "3;Ã©tÃ©;4"),
        [("EVK-R013", "Des caractères ont été abîmés par une conversion antérieure (accents ou apostrophes).", (3,))],
        rows=[("1", "a", "2"), ("3", "Ã©tÃ©", "4")],
    ),
    "tabulations": Fault(separated("\t"), []),
    "bars": Fault(separated("|"), []),
    "quoted separators and line ends": Fault(
        text(HEADING, '1;"a;b";2', '3;"deux', 'lignes ""citées""";4'),
        [],
        rows=[("1", "a;b", "2"), ("3", 'deux lignes "citées"', "4")],
    ),
    "title above the headings": Fault(
        text("Export du 3 mars", "Service habitat", *LINES),
        [("EVK-R014", "2 lignes de titre avant l’en-tête, mises de côté.", (1, 2))],
    ),
    "totals and notes": Fault(
        text(*LINES, "Total;;1237", "Source : service", "Note de lecture"),
        [
            ("EVK-R015", "2 lignes de total ou de note, mises de côté.", (5, 6)),
            ("EVK-R015", "1 ligne de total ou de note, mise de côté.", (4,)),
        ],
    ),
    "phantom columns": Fault(
        text(*(f"{line};;;" for line in LINES)),
        [("EVK-R016", "3 colonnes vides et sans titre ont été retirées.", ())],
    ),
    "blank lines": Fault(
        text(HEADING, ROWS[0], "", ";;", ROWS[1]), [("EVK-R095", "2 lignes vides, retirées.", (3, 4))]
    ),
    "short and long lines": Fault(
        text(HEADING, ROWS[0], "3;b", "4;c;5;6", ROWS[1]),
        [("EVK-R009", "2 lignes n’ont pas le nombre de cases attendu.", (3, 4))],
    ),
    "lines longer by empty cells": Fault(text(HEADING, *(f"{row};;" for row in ROWS)), []),
    "archive": Fault(
        zipped({"base_QP.csv": text(*LINES)}),
        [("EVK-R011", "Le tableau « base_QP.csv » a été tiré de l’archive.", ())],
        "base.zip",
    ),
    "compressed file": Fault(gzipped(), [], "f.csv.gz"),
    "workbook": Fault(workbook(), [], "f.xlsx"),
    "workbook named CSV": Fault(
        workbook(), [("EVK-R011", "Ce fichier est un classeur, malgré son extension : il a été lu comme tel.", ())]
    ),
    "CSV named workbook": Fault(
        text(*LINES),
        [
            (
                "EVK-R011",
                "Ce fichier porte l’extension d’un classeur, mais c’est un texte (CSV) : il a été lu comme tel.",
                (),
            )
        ],
        "f.xlsx",
    ),
    "OpenDocument": Fault(open_document(), [], "f.ods"),
    "Parquet": Fault(parquet(), [], "f.parquet"),
    "JSON": Fault(json_text(), [], "f.json"),
}

REFUSED = {
    "two encodings": Fault(mixed(), [("EVK-R003", "Le fichier mêle deux encodages (UTF-8 et Windows-1252).", (4,))]),
    "no byte": Fault(b"", [("EVK-R004", "Le fichier est vide.", ())]),
    "headings alone": Fault(
        text(HEADING), [("EVK-R004", "Le fichier ne contient aucune ligne de données sous l’en-tête.", ())]
    ),
    "no heading": Fault(
        text("1;2;3", "4;5;6"),
        [("EVK-R005", "Aucune des premières lignes du fichier ne ressemble à des titres de colonnes.", ())],
    ),
    "repeated heading": Fault(
        text("code;Code ;montant", "1;2;3"), [("EVK-R006", "Les colonnes 1 et 2 portent le même titre.", ())]
    ),
    "unclosed quote": Fault(
        text(HEADING, "1;a;2", '3;"b;4', *(f"{i};c;5" for i in range(80))),
        [("EVK-R007", "Un guillemet ouvert n’est jamais fermé.", (3,))],
    ),
    "cut in a line": Fault(
        cut(*LINES, "5;fin"), [("EVK-R008", "La dernière ligne est incomplète : le fichier a été coupé.", (4,))]
    ),
    "cut in a line of separators": Fault(
        cut(*LINES, ";"),
        [("EVK-R008", "La dernière ligne ne contient que des séparateurs : le fichier a été coupé.", (4,))],
    ),
    "cut archive": Fault(
        zipped({"a.csv": text(*LINES)})[:60],
        [("EVK-R008", "Le classeur ou l’archive est abîmé ou coupé.", ())],
        "a.zip",
    ),
    "cut compressed file": Fault(gzipped()[:-12], [("EVK-R008", "L’archive est abîmée ou coupée.", ())], "f.csv.gz"),
    "cut Parquet": Fault(parquet()[:-30], [("EVK-R008", "Le fichier Parquet est abîmé ou coupé.", ())], "f.parquet"),
    "cut JSON": Fault(json_text()[:-9], [("EVK-R008", "Le document JSON est abîmé ou coupé.", ())], "f.json"),
    "nested Parquet": Fault(
        parquet(pl.DataFrame({"code": ["1"], "montant": [[1, 2]]})),
        [
            (
                "EVK-R001",
                "Le fichier Parquet a des colonnes qui ne sont pas des cases simples (listes, structures).",
                (),
            )
        ],
        "f.parquet",
    ),
    "JSON without a table": Fault(
        b'{"titre": "rien"}', [("EVK-R001", "Ce document JSON ne contient pas de tableau.", ())], "f.json"
    ),
    "archive of two tables": Fault(
        zipped({"a.csv": text(*LINES), "b.csv": text(*LINES)}),
        [
            (
                "EVK-R002",
                "L’archive devrait contenir un seul fichier de données ; fichiers trouvés : 2.",
                (),
            )
        ],
        "base.zip",
    ),
    "locked archive": Fault(
        zipped({"a.csv": text(*LINES)}, is_locked=True),
        [("EVK-R001", "L’archive est protégée par un mot de passe.", ())],
        "base.zip",
    ),
    "PDF": Fault(b"%PDF-1.7 ...", [("EVK-R001", "Ce fichier est un document PDF, pas un tableau.", ())]),
    "web page": Fault(
        b"<!DOCTYPE html><html></html>",
        [("EVK-R001", "Ce fichier est une page web ou un document XML, pas un tableau.", ())],
        "f.xls",
    ),
    "word processor": Fault(
        zipped({"word/document.xml": b"<w/>"}),
        [("EVK-R001", "Ce fichier est un document de texte ou une présentation, pas un tableau.", ())],
        "f.xlsx",
    ),
}


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(finding.code, finding.message, finding.lines) for finding in findings]


def typeset_all(told: list[tuple[str, str, tuple[int, ...]]]) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(code, typeset(message), lines) for code, message, lines in told]


@pytest.mark.parametrize("fault", READ.values(), ids=READ.keys())
def test_file_that_is_read(fault: Fault) -> None:
    table = read_table(fault.content, fault.name, KNOWN)
    assert told(table.findings) == typeset_all(fault.told)
    assert table.cells.rows() == fault.rows
    assert len(table.lines) == len(fault.rows)


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED.keys())
def test_file_that_is_refused(fault: Fault) -> None:
    with pytest.raises(RefusedFileError) as caught:
        read_table(fault.content, fault.name, KNOWN)
    assert told(caught.value.findings) == typeset_all(fault.told)
    assert all(finding.repair for finding in caught.value.findings)


@pytest.mark.parametrize("fault", READ.values(), ids=READ.keys())
def test_no_line_is_lost_without_a_word(fault: Fault) -> None:
    """Every line under the headings is a row, or is among the lines of a finding."""
    table = read_table(fault.content, fault.name, KNOWN)
    named = {line for finding in table.findings for line in finding.lines}
    inside = {line for first, last in zip(table.lines, table.lines[1:], strict=False) for line in range(first, last)}
    assert inside - set(table.lines) - named == set()
