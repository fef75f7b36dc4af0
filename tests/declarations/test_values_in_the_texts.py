"""Every value that a declaration quotes stands in digits, or as a small number in words, on the line that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from evalkit.declare.target import Baseline, Target
from evalkit.workspace.load import WorkspaceFiles

TEXTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
OF_DOCUMENT = {
    "contrat-de-ville-grand-calais": "grand-calais",
    "contrat-de-ville-grand-chalon": "grand-chalon",
    "contrat-de-ville-creusot-montceau": "creusot-montceau",
    "protocole-blois-2020-2022": "blois",
    "lecture-contrats-occitanie": "occitanie",
}
IN_WORDS = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "quinze": 15}
needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="real-data: the shared folder is absent")


def quoted(files: WorkspaceFiles, document: str) -> Iterator[tuple[str, Baseline | Target, int]]:
    """Give each value that is not said to be inferred, with its indicator and its line."""
    for contract in files.contracts:
        for located in contract.indicators:
            for each in (*located.value.baselines, *located.value.targets):
                evidence = each.evidence
                if evidence and evidence.document == document and evidence.line and "value" not in evidence.inferred:
                    yield located.value.id, each, evidence.line


def numbers(line: str) -> set[Decimal]:
    """Read the numbers of a line: « 1 308 », « 13,6 », « 10.000 », « 456 millions », « quinze »."""
    text = line.replace("\u00a0", " ").replace("\u202f", " ")
    text = re.sub(r"(?<=\d)[ .](?=\d{3}(?!\d))", "", text).replace(",", ".")
    found = {Decimal(each) for each in re.findall(r"\d+(?:\.\d+)?", text)}
    millions = {1_000_000 * Decimal(each) for each in re.findall(r"(\d+(?:\.\d+)?) millions", text)}
    words = {Decimal(value) for word, value in IN_WORDS.items() if re.search(rf"\b{word}\b", text.lower())}
    return found | millions | words


@needs_texts
@pytest.mark.parametrize(
    ("document", "at_least"),
    [
        ("contrat-de-ville-grand-calais", 130),
        ("contrat-de-ville-grand-chalon", 80),
        ("contrat-de-ville-creusot-montceau", 80),
        ("protocole-blois-2020-2022", 25),
        ("lecture-contrats-occitanie", 130),
    ],
)
def test_quoted_values_are_on_their_line(real: WorkspaceFiles, document: str, at_least: int) -> None:
    lines = (TEXTS / f"{OF_DOCUMENT[document]}.txt").read_text(encoding="utf-8").splitlines()
    values = list(quoted(real, document))
    assert len(values) >= at_least
    astray = [
        (name, str(each.value), line) for name, each, line in values if each.value not in numbers(lines[line - 1])
    ]
    assert astray == []


def test_reading_of_a_line() -> None:
    assert numbers("1 308 habitants, 13,6 %") == {Decimal(1308), Decimal("13.6")}
    assert numbers("cible de 10.000 entreprises, quinze petits déjeuners") == {Decimal(10000), Decimal(15)}
    assert Decimal(456_000_000) in numbers("doté de 456 millions d'euros")
    assert numbers("45.1 % contre 16.5 %") == {Decimal("45.1"), Decimal("16.5")}
