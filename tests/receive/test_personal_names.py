"""Names, sole traders and hidden sheets: found, refused, never printed; places and offices are left alone."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from evalkit.declare.feed import Feed
from evalkit.receive.file.reading import read_table
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.headings import declared_headings, match_headings
from evalkit.receive.privacy.names import has_civil_name, is_column_of_names, is_printable, looks_like_name
from evalkit.receive.privacy.personal import NAME_MARK, refuse_personal_data, without_contacts
from evalkit.receive.privacy.sole_traders import is_enterprise_number, names_a_person, says_sole_trader
from evalkit.store.delivery import Finding

from .world import HOMES, home_lines, valid_nir

SPECIMEN = "2690549588157"
"""The stem of the specimen card that the Assurance Maladie prints."""

LISTED = HOMES.model_copy(update={"other_columns": "listed"})


def judged(lines: list[str], feed: Feed = LISTED, name: str = "fichier.csv") -> tuple[Finding, ...]:
    return searched("\n".join(lines).encode(), feed, name)


def searched(content: bytes, feed: Feed = LISTED, name: str = "fichier.csv") -> tuple[Finding, ...]:
    table = read_table(content, name, declared_headings([feed]))
    return refuse_personal_data(feed, table, match_headings(feed, table.headings), name)


def refused(lines: list[str], name: str = "fichier.csv") -> list[tuple[str, str, tuple[int, ...]]]:
    with pytest.raises(RefusedFileError) as caught:
        judged(lines, name=name)
    assert caught.value.is_personal
    return [(one.code, one.field, one.lines) for one in caught.value.findings]


def with_column(heading: str, cells: list[str]) -> list[str]:
    lines = home_lines(len(cells))
    return [f"{line};{cell}" for line, cell in zip(lines, [heading, *cells], strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "Mme Durand",
        "appeler M. Le Goff",
        "Monsieur  DUPONT",
        "vu Mlle Éloïse",
        "(Mr Nguyen)",
        "Mme\N{NO-BREAK SPACE}Ba",
    ],
)
def test_a_civility_and_a_name(text: str) -> None:
    assert has_civil_name(pl.Series([text])).to_list() == [True]


@pytest.mark.parametrize(
    "text",
    ["Madame la préfète", "Mme Préfète", "M. Maire", "Monsieur le Maire", "M.A.J. du 3 mars", "COMMERCE", "Mmes", "H"],
)
def test_offices_are_not_names(text: str) -> None:
    assert has_civil_name(pl.Series([text])).to_list() == [False]


def test_words_that_look_like_names() -> None:
    assert all(map(looks_like_name, ["DURAND Marie", "Marie Durand", "Ben Ali, Fatima", "Jean-Pierre Morel"]))
    others = [
        "Collège Jean Moulin",
        "Aubépins",
        "Saint Laurent",
        "Centre social Pierre Loti",
        "12 Marie",
        "Régie des prés",
    ]
    assert not any(map(looks_like_name, others))
    # What cannot be told: squares and streets bear the names of persons.
    assert looks_like_name("Jean Jaurès")
    assert (is_printable("Aubépins"), is_printable("Marie Durand"), is_printable("Mme Durand")) == (True, False, False)


def test_a_column_of_names_needs_to_hold_little_else() -> None:
    names = ["DURAND Marie", "Martin Paul", "Nguyen Sophie", "Diallo Mamadou"]
    assert is_column_of_names(pl.Series([*names, None, "inconnu"]))
    assert not is_column_of_names(pl.Series(["Jean Jaurès", *[f"immeuble {i}" for i in range(9)]]))
    assert is_column_of_names(pl.Series(["Fatima", "Paul", "Léa", "Hugo", "Inès"]))
    assert not is_column_of_names(pl.Series(["F", "H", "Rose"]))


def test_names_in_an_unknown_column_refuse_the_file() -> None:
    cells = ["DURAND Marie", "Martin Paul", "Nguyen Sophie", "Diallo Mamadou"]
    assert refused(with_column("Référent du suivi", cells)) == [("EVK-R088", "colonne 7", ())]


def test_names_in_an_agreed_column_are_told_and_not_refused() -> None:
    field = {"name": "porteur", "type": "code"}
    content = LISTED.model_dump(mode="json", by_alias=True)
    feed = Feed.model_validate({**content, "fields": [*content["fields"], field]})
    cells = ["DURAND Marie", "Martin Paul", "Nguyen Sophie", "Diallo Mamadou"]
    (finding,) = judged(with_column("Porteur", cells), feed)
    assert (finding.code, finding.field, finding.received) == ("EVK-R086", "porteur", "")


@pytest.mark.parametrize("where", ["cell", "title", "heading", "file name"])
def test_a_named_person_anywhere_outside_free_texts(where: str) -> None:
    lines, name = with_column("Étage", ["1", "2", "3"]), "fichier.csv"
    if where == "cell":
        lines[2] = lines[2].replace("Aubépins", "chez Mme Quimper")
    elif where == "title":
        lines.insert(0, "Suivi de Mme Quimper")
    elif where == "heading":
        lines[0] = lines[0].replace("Étage", "Mme Quimper")
    else:
        name = "liste_Mme_Quimper.csv"
    assert {code for code, _, _ in refused(lines, name)} == {"EVK-R088"}


def test_names_are_taken_out_of_free_texts() -> None:
    texts = pl.DataFrame({"t": ["vu Mme Le Goff mardi", "rien", "M. Ba Amadou absent"]})
    cleaned = texts.select(without_contacts(pl.col("t"))).to_series().to_list()
    assert cleaned[1] == "rien"
    assert all(NAME_MARK in text and "Goff" not in text and "Amadou" not in text for text in (cleaned[0], cleaned[2]))


# SIRET of establishments that everybody knows (Insee, La Poste): Luhn’s key, and its exception.
SIRETS = ["12002701600563", "35600000000048", "12002701600563", "120 027 016 00563"]


def test_numbers_of_enterprises_are_recognised() -> None:
    assert is_enterprise_number("N° SIRET", pl.Series(SIRETS))
    assert is_enterprise_number("Référence", pl.Series(SIRETS[:3]))
    assert not is_enterprise_number("Référence", pl.Series(["12002701600564", "12002701600565", "12002701600566"]))
    assert not is_enterprise_number("SIRET", pl.Series(["n.c.", None]))


def test_legal_forms_of_persons() -> None:
    forms = pl.Series(["1000", "5710", "Entrepreneur individuel", "SARL", "EI", None, "Micro-entreprise", "92"])
    assert says_sole_trader(forms).to_list() == [True, False, True, False, True, False, True, False]
    assert names_a_person(pl.Series(["DURAND Marie", "Durand et fils", None])).to_list() == [True, False, False]


def test_siret_of_a_sole_trader_refuses_the_file() -> None:
    lines = with_column("SIRET;Forme juridique", [f"{SIRETS[0]};5710", f"{SIRETS[1]};1000"])
    assert refused(lines) == [("EVK-R039", "colonne 7", (3,))]
    lines = with_column("SIRET;Raison sociale", [f"{SIRETS[0]};Durand et fils", f"{SIRETS[1]};DURAND Marie"])
    assert refused(lines) == [("EVK-R039", "colonne 7", (3,))]


def test_siret_without_a_legal_form_is_said_to_be_undecided() -> None:
    (finding,) = judged(with_column("SIRET", SIRETS[:2]))
    assert (finding.code, finding.field, finding.received) == ("EVK-R069", "colonne 7", "")


def book(hidden: list[list[str]], name: str = "Notes") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        data = made.add_worksheet("Données")
        for index, line in enumerate(home_lines(3)):
            data.write_row(index, 0, line.split(";"))
        other = made.add_worksheet(name)
        for index, row in enumerate(hidden):
            other.write_row(index + 1, 0, row)
        other.hide()
    return content.getvalue()


@pytest.mark.parametrize(
    ("cell", "code"),
    [(valid_nir(SPECIMEN), "EVK-R030"), ("b.quimper@exemple.fr", "EVK-R031"), ("Mme Quimper", "EVK-R088")],
)
def test_a_hidden_sheet_is_searched(cell: str, code: str) -> None:
    with pytest.raises(RefusedFileError) as caught:
        searched(book([["à jour"], ["suivi", cell]]), name="fichier.xlsx")
    (finding,) = caught.value.findings
    assert (finding.code, finding.lines) == (code, (3,))
    assert "feuille masquée n° 2" in finding.message.replace("\N{NO-BREAK SPACE}", " ")
    assert cell not in repr(finding)


def test_a_hidden_sheet_with_identifying_columns_is_refused() -> None:
    with pytest.raises(RefusedFileError) as caught:
        searched(book([["Nom", "Prénom"], ["X", "Y"]]), name="fichier.xlsx")
    assert [one.code for one in caught.value.findings] == ["EVK-R032"]


def test_the_name_of_a_sheet_is_searched_too() -> None:
    with pytest.raises(RefusedFileError) as caught:
        searched(book([["vide"]], name="Mme Quimper"), name="fichier.xlsx")
    assert [(one.code, one.lines) for one in caught.value.findings] == [("EVK-R088", (0,))]


def test_a_harmless_hidden_sheet_is_let_through(tmp_path: Path) -> None:
    assert searched(book([["version 3"], ["Source", "SNE"]]), name="fichier.xlsx") == ()
