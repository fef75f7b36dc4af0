"""What a partner reads: names that they know, one line for many columns, the reason and the next step."""

from __future__ import annotations

import datetime as dt

import pytest

from evalkit.receive.findings.finding import at_lines, found
from evalkit.receive.receipts.receipt import Receipt, headline, next_step, reason
from evalkit.receive.receipts.receipt_text import receipt_text
from evalkit.receive.receipts.told import remarks, tasks
from evalkit.receive.receipts.words import Words
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding
from evalkit.typography import typeset

WORDS = Words("Essai", "Logements", "OPAC", {"age": "Âge", "tx": "TX_F", "mois": "Mois"}, {"tx": "Part des femmes"})


def receipt(status: DeliveryStatus, *findings: Finding, is_trial: bool = False) -> Receipt:
    refused = 0 if status is DeliveryStatus.ACCEPTED else 3
    kept = 0 if status is DeliveryStatus.REFUSED else 1_234
    day = dt.date(2026, 4, 20)
    delivery = Delivery("id", "c", "f", "p", (), day, "a.csv", "0", kept, refused, status, findings, "d")
    return Receipt(delivery, words=WORDS, is_trial=is_trial)


BOUNDS = found("EVK-R052", "« age » : valeur hors des bornes (2 lignes).", at_lines("age", [4, 9]), "153", "au plus 99")
KEY = found("EVK-R051", "Clé en double : age + mois.", at_lines("age, mois", [4]))
MANY = [found("EVK-R040", "Virgule décimale.", at_lines(name, range(40)), "1,5") for name in ("age", "tx", "mois")]


@pytest.mark.parametrize(
    ("status", "is_trial", "sentence"),
    [
        (DeliveryStatus.ACCEPTED, False, "Livraison acceptée : 1 234 lignes acceptées."),
        (DeliveryStatus.WITH_RESERVES, False, "Livraison acceptée avec réserves : 1 234 lignes acceptées, 3 refusées."),
        (DeliveryStatus.REFUSED, False, "Livraison refusée : aucune ligne n’est conservée."),
        (DeliveryStatus.ACCEPTED, True, "Ce fichier serait accepté : 1 234 lignes acceptées."),
        (DeliveryStatus.REFUSED, True, "Ce fichier serait refusé."),
    ],
)
def test_verdict_in_one_sentence(status: DeliveryStatus, is_trial: bool, sentence: str) -> None:
    assert headline(receipt(status, is_trial=is_trial)) == typeset(sentence)


def test_reason_is_the_gravest_cause_and_not_the_verdict_itself() -> None:
    verdict = found("EVK-R059", "3 lignes refusées sur 10.")
    assert reason(receipt(DeliveryStatus.REFUSED, verdict, BOUNDS, KEY)) == typeset("Clé en double : Âge + Mois.")
    assert reason(receipt(DeliveryStatus.REFUSED, verdict)) == "3 lignes refusées sur 10."
    assert reason(receipt(DeliveryStatus.ACCEPTED, BOUNDS)) == ""


def test_next_step_says_when_nothing_is_to_be_done() -> None:
    assert next_step(receipt(DeliveryStatus.ACCEPTED)).startswith("Rien à faire")
    assert next_step(receipt(DeliveryStatus.ACCEPTED, BOUNDS)).startswith("Rien à renvoyer")
    assert next_step(receipt(DeliveryStatus.REFUSED, KEY)).startswith("Corrigez les points ci-dessous")


def test_columns_are_called_as_in_the_file_and_lines_are_told_once() -> None:
    (task,) = tasks([BOUNDS], WORDS)
    (line,) = task.lines
    assert (line.message, line.where, line.mark) == (
        typeset("« Âge » : valeur hors des bornes."),
        "lignes 4, 9",
        "majeur",
    )
    assert WORDS.told("« tx » : rien.", "tx") == "« TX_F (Part des femmes) » : rien."


def test_what_happened_to_many_columns_is_one_line() -> None:
    (line,) = remarks(MANY, WORDS)
    assert (line.columns_text, line.where, line.mark) == ("Âge, TX_F, Mois", "120 cases dans 3 colonnes", "réparé")
    text = receipt_text(receipt(DeliveryStatus.ACCEPTED, *MANY))
    assert text.count("EVK-R040") == 1
    assert "Réparé ou noté, rien à faire (1)" in text


def test_findings_of_one_kind_are_told_together_when_they_are_many() -> None:
    renamed = [found("EVK-R077", f"« champ{i} » : titre changé.", at_lines(f"champ{i}", ())) for i in range(12)]
    (task,) = tasks(renamed, WORDS)
    (line,) = task.lines
    assert (line.message, line.columns_text.endswith("et 4 autres")) == ("Colonne renommée (12 fois).", True)


def test_lines_fit_the_screen_and_keep_no_break_spaces() -> None:
    text = receipt_text(receipt(DeliveryStatus.REFUSED, KEY, BOUNDS, *MANY))
    assert max(len(line) for line in text.splitlines()) <= 96
    assert " :" not in text
