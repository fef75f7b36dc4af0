"""What is said of a column, and what a spreadsheet lets in."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import pytest

from evalkit.declare.feed import Feed
from evalkit.template.column import TemplateColumn
from evalkit.template.entry_rules import entry_rule
from evalkit.template.guidance import guidance_of
from evalkit.template.plan import plan_template, template_of
from evalkit.template.words import advice, allowed, example, meaning, privacy
from evalkit.typography import NARROW, NO_BREAK
from tests.template.world import CONTRACT, shipped, signed


def column(**field: Any) -> TemplateColumn:
    """Return the only column of a feed whose key is another one."""
    feed = Feed.model_validate(
        {
            "feed": "essai",
            "label": "Essai",
            "grain": "evenement",
            "nature": "exhaustif",
            "key": ["numero"],
            "period": {"granularity": "annee"},
            "fields": [{"name": "numero", "type": "code"}, {"name": "essai", **field}],
        }
    )
    return plan_template(feed, shipped().contract(CONTRACT)).columns[1]


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")


@pytest.mark.parametrize(
    ("field", "values", "typed"),
    [
        ({"type": "integer", "minimum": "15", "maximum": "99"}, "au moins 15, au plus 99", "15"),
        ({"type": "integer", "maximum": "1250000"}, "au plus 1 250 000", "12"),
        ({"type": "integer"}, "tout nombre entier", "12"),
        ({"type": "decimal", "scale": "1", "minimum": "0.5"}, "1 décimale, au moins 0,5", "12"),
        ({"type": "decimal", "maximum": "2.5"}, "2 décimales, au plus 2,5", "2,5"),
        ({"type": "year", "minimum": "2015", "maximum": "2020"}, "aaaa, au moins 2015, au plus 2020", "2020"),
        ({"type": "date"}, "jj/mm/aaaa", "31/03/2026"),
        ({"type": "month"}, "aaaa-mm", "2026-03"),
        ({"type": "quarter"}, "aaaa-Tn, avec n de 1 à 4", "2026-T1"),
        ({"type": "boolean"}, "oui, non", "oui"),
        ({"type": "code", "pattern": "^[0-9]{5}$"}, "forme convenue : ^[0-9]{5}$", ""),
        ({"type": "code"}, "écrit comme à la source", ""),
        ({"type": "category", "values": ["F", "H"], "synonyms": {"Femme": "F"}}, "F (Femme), H", "F"),
        ({"type": "free_text"}, "sans nom, adresse, courriel ni téléphone", ""),
    ],
)
def test_values_and_example_of_each_type(field: dict[str, Any], values: str, typed: str) -> None:
    made = column(**field)
    assert plain(allowed(made)) == values
    assert example(made) == typed


def test_meaning_gives_the_name_of_the_receipt_and_the_other_titles() -> None:
    made = column(type="integer", label="Contrats", headers=["Nb contrats"], unit="contrats")
    assert plain(meaning(made)) == (
        "Contrats (en contrats). Dans l’accusé de réception : « essai ». Titres acceptés aussi : « Nb contrats »."
    )


def test_a_long_pattern_goes_to_the_dictionary() -> None:
    pattern = "^(" + "|".join(f"[A-Z]{{{number}}}[0-9]{{5}}" for number in range(1, 30)) + ")$"
    assert len(pattern) > 255
    made = column(type="code", pattern=pattern)
    assert plain(advice(made)) == (
        "Code ou texte court. Facultatif : laissez vide si la valeur manque. Voir la feuille Dictionnaire."
    )
    assert pattern in allowed(made)


def test_personal_columns_are_told() -> None:
    pathways = template_of(shipped(), "france-travail-parcours", CONTRACT)
    said = {one.field.name: plain(privacy(pathways.feed, one.field)) for one in pathways.columns}
    assert said["personne"].startswith("Oui, sous pseudonyme. Fait avant l’envoi par : tiers de confiance.")
    assert said["age"] == "Non"
    homes = template_of(shipped(), "logement-attributions", CONTRACT)
    assert plain(privacy(homes.feed, homes.columns[-1].field)) == "Oui : la valeur n’est jamais imprimée."


def test_instructions_of_a_signed_feed() -> None:
    template = template_of(signed("france-travail-parcours"), "france-travail-parcours", CONTRACT)
    sections = {plain(one.title): [plain(line) for line in one.lines] for one in guidance_of(template)}
    assert list(sections) == [
        "Remplir",
        "Ne jamais envoyer",
        "Ce qui manque, ce qui est secret",
        "La période",
        "Ce qui est vérifié à la réception",
        "Avant l’envoi, et à qui demander",
    ]
    assert any("NIR" in line for line in sections["Ne jamais envoyer"])
    assert (
        "Une identité en clair : « Pseudonyme » reçoit une empreinte, faite par : tiers de confiance."
        in sections["Ne jamais envoyer"]
    )
    assert any("un envoi par trimestre" in line for line in sections["La période"])
    assert (
        "La date de sortie précède la date d’entrée : refus de la ligne ou de l’envoi."
        in (sections["Ce qui est vérifié à la réception"])
    )
    contacts = sections["Avant l’envoi, et à qui demander"]
    assert "Envoyé par : Service Contrat de ville du Grand Chalon." in contacts
    assert "Protection des données : Déléguée à la protection des données." in contacts


def test_instructions_tell_the_period_of_the_file_name_and_the_breaks() -> None:
    base = template_of(shipped(), "insee-qpv-insertion", CONTRACT)
    lines = [plain(line) for section in guidance_of(base) for line in section.lines]
    assert any("insee-qpv-insertion_2026.xlsx" in line for line in lines)
    assert not any("l’envoi serait refusé" in line for line in lines)
    jobs = template_of(shipped(), "france-travail-demandeurs", CONTRACT)
    lines = [plain(line) for section in guidance_of(jobs) for line in section.lines]
    assert any(line.startswith("À partir du 01/01/2025, la source change : Loi pour le plein emploi") for line in lines)


SERIAL = (dt.date(2026, 3, 31) - dt.date(1899, 12, 30)).days
"""What a spreadsheet keeps of 31 March 2026."""


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "integer", "minimum": "0", "maximum": "9"}, [0, 9, "s", "nd", "so"], [-1, 10, 1.5, "dix"]),
        ({"type": "decimal", "minimum": "0"}, [0.25, 12, "s"], [-0.01, "12 euros"]),
        ({"type": "decimal"}, [-3.5, "nd"], ["beaucoup"]),
        ({"type": "integer", "required": "true"}, [3], ["s", "nd", 2.5]),
        ({"type": "date"}, [SERIAL, "nd"], [SERIAL + 0.5, 0.5, "31 mars", 99999999]),
        ({"type": "year", "minimum": "2015", "maximum": "2035"}, [2015, 2035], [2014, 2036, 2020.5, "2020-2021"]),
        ({"type": "month"}, ["2026-01", "2026-12"], ["2026-13", "2026-00", "janv-26", "2026/01", 202601]),
        ({"type": "quarter"}, ["2026-T1", "2026-T4"], ["2026-T5", "T1 2026", "2026-Q1"]),
        ({"type": "identity"}, ["a" * 64], ["a" * 63, "Martin"]),
    ],
)
def test_a_spreadsheet_lets_in_what_the_reception_reads(
    field: dict[str, Any], good: list[object], bad: list[object]
) -> None:
    rule = entry_rule(column(**field), "C2", "")
    assert (rule["validate"], rule["error_type"]) == ("custom", "stop")
    assert [value for value in good if not accepts(rule["value"], value)] == []
    assert [value for value in bad if accepts(rule["value"], value)] == []


def test_a_code_lets_everything_in_and_a_zone_asks_before_another_word() -> None:
    assert entry_rule(column(type="code"), "C2", "")["validate"] == "any"
    zone = entry_rule(column(type="zone"), "C2", "Listes!$A$2:$A$9")
    assert (zone["validate"], zone["error_type"]) == ("list", "warning")
    word = entry_rule(column(type="boolean"), "C2", "Listes!$B$2:$B$3")
    assert (word["validate"], word["error_type"], word["source"]) == ("list", "stop", "=Listes!$B$2:$B$3")


def accepts(formula: str, value: object) -> bool:
    """Compute a validation formula as a spreadsheet does: an error refuses the entry."""
    text = re.sub(r"(?<![<>])=", "==", formula.removeprefix("=")).replace("TRUE", "True").replace("FALSE", "False")
    if found := re.fullmatch(r"IF\(ISNUMBER\(C2\),(.*),((?:OR\(.*\))|False)\)", text):
        text = found[1] if isinstance(value, int | float) else found[2]
    functions = {
        "AND": lambda *each: all(each),
        "OR": lambda *each: any(each),
        "INT": math.floor,
        "LEN": lambda cell: len(str(cell)),
        "LEFT": lambda cell, count: str(cell)[:count],
        "RIGHT": lambda cell, count: str(cell)[-count:],
        "MID": lambda cell, start, count: str(cell)[start - 1 : start - 1 + count],
        "VALUE": float,
        "DATE": lambda *day: (dt.date(*day) - dt.date(1899, 12, 30)).days,
    }
    try:
        return bool(eval(text, {"__builtins__": {}, **functions, "C2": value}))
    except (ValueError, TypeError):
        return False
