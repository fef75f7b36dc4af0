"""Every fault of the sealed truth is really in its file, on its line."""

import csv
import datetime as dt
import hashlib

import pytest

from evalkit.demo.declarations import read_declarations
from evalkit.demo.nir import fictitious_nir
from evalkit.territory.zones import normalise_name

from .conftest import read_lines

EXPECTED = {
    "categorie_inconnue",
    "cle_en_double",
    "colonne_de_nir",
    "ligne_de_total",
    "ligne_en_double",
    "meme_fichier_deux_fois",
    "nir_dans_un_texte",
    "retard",
    "separateur_de_milliers",
    "sortie_avant_entree",
    "total_incoherent",
    "valeur_impossible",
    "zone_inconnue",
}


@pytest.fixture(scope="module")
def cells(demonstration, truth):
    """Return, for each kind of fault, its rows as dictionaries by declared field, in the order of the lines."""
    feeds = read_declarations(demonstration.root).feeds
    found: dict[str, list[list[dict[str, str]]]] = {}
    for fault in truth["fautes"]:
        lines = read_lines(demonstration.slip.parent / fault["fichier"])
        feed = feeds[fault["fichier"].split("/")[0]]
        first = next(line for line in sorted(lines) if len([cell for cell in lines[line] if cell]) > 1)
        names = {normalise_name(name): field.name for field in feed.fields for name in (field.name, *field.headers)}
        headings = [names.get(normalise_name(cell), cell) for cell in lines[first]]
        rows = [dict(zip(headings, lines[line], strict=False)) for line in fault["lignes"]]
        found.setdefault(fault["genre"], []).append(rows)
    return found


def test_the_truth_lists_every_kind_of_fault(truth):
    assert {fault["genre"] for fault in truth["fautes"]} == EXPECTED


def test_an_exit_comes_before_its_entry(cells):
    [rows] = cells["sortie_avant_entree"]
    days = [(_day(row["date_entree"]), _day(row["date_sortie"])) for row in rows]
    assert len(days) == 3
    assert all(exit_day < entry for entry, exit_day in days)


def test_an_age_of_130_years(cells):
    assert [row["age"] for row in cells["valeur_impossible"][0]] == ["130", "130"]


def test_words_and_zones_that_nobody_declared(cells):
    assert sorted(row.get("sexe") or row["reservataire"] for rows in cells["categorie_inconnue"] for row in rows) == [
        "Mairie annexe",
        "X",
    ]
    assert [row["zone"] for row in cells["zone_inconnue"][0]] == ["Prés Sant Jan"]


def test_a_key_twice_with_different_rows_and_a_row_twice(cells):
    first, second = cells["cle_en_double"][0]
    assert first["attribution"] == second["attribution"]
    assert first["rang"] != second["rang"]
    first, second = cells["ligne_en_double"][0]
    assert first == second


def test_women_and_men_do_not_add_up(cells):
    [row] = cells["total_incoherent"][0]
    assert int(row["defm_abc_femmes"]) + int(row["defm_abc_hommes"]) != int(row["defm_abc"])


def test_thousands_are_written_with_a_narrow_space(cells):
    [rows] = cells["separateur_de_milliers"]
    assert rows
    assert all("\N{NARROW NO-BREAK SPACE}" in row["defm_abc"] for row in rows)


def test_totals_stand_on_their_line(cells):
    firsts = [rows[0].get("action") or rows[0]["zone"] for rows in cells["ligne_de_total"]]
    assert firsts == ["TOTAL"] * 4 + ["Ensemble"] * 4


def test_the_total_line_of_a_workbook_is_the_sum_of_its_column(demonstration):
    lines = read_lines(demonstration.slip.parent / "bilans-actions" / "bilans_actions_2024.xlsx")
    column = lines[4].index("Nombre de participants")
    *rows, total = [int(lines[number][column]) for number in sorted(lines) if number > 4]
    assert total == sum(rows)


def test_the_nir_stands_where_it_is_said_and_not_in_the_corrected_files(demonstration, cells):
    [row] = cells["nir_dans_un_texte"][0]
    assert fictitious_nir() in row["commentaire"]
    assert {row["N° de sécurité sociale du référent"] for row in cells["colonne_de_nir"][0]} == {fictitious_nir()}
    for path in demonstration.files:
        if "corrige" in path.name:
            assert not any(fictitious_nir() in cell for cells in read_lines(path).values() for cell in cells)


def test_the_key_of_the_nir_is_valid_and_the_number_impossible():
    digits = fictitious_nir().replace(" ", "")
    # Code de la sécurité sociale, art. R. 115-1: the key is 97 less the remainder of the 13 digits by 97.
    assert len(digits) == 15
    assert int(digits[13:]) == 97 - int(digits[:13]) % 97
    assert digits[10:13] == "000"


def test_a_file_sent_twice_has_the_same_bytes(demonstration, truth):
    [fault] = [each for each in truth["fautes"] if each["genre"] == "meme_fichier_deux_fois"]
    second = demonstration.slip.parent / fault["fichier"]
    first = second.with_name(second.name.replace("_bis", ""))
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_one_quarter_is_late_and_no_other(demonstration, truth):
    late = []
    with demonstration.slip.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            name = row["fichier"].rsplit("_", 2)
            if row["flux"] == "logement-attributions" and "reprise" not in row["fichier"]:
                year, quarter = int(name[1]), int(name[2][1])
                end = dt.date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
                late += [row["fichier"]] if (dt.date.fromisoformat(row["recu_le"]) - end).days > 30 else []
    assert late == [each["fichier"] for each in truth["fautes"] if each["genre"] == "retard"]


def test_the_missing_quarter_was_never_sent(demonstration, truth):
    [missing] = truth["jamais_recu"]
    names = [path.name for path in demonstration.files if path.parent.name == missing["flux"]]
    assert names
    assert not [name for name in names if missing["periode"].replace("-", "_") in name]


def _day(text):
    return dt.date.fromisoformat(text) if "-" in text else dt.date(int(text[6:]), int(text[3:5]), int(text[:2]))
