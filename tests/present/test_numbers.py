from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.french_dates import day_words, period_in_words, span_in_words
from evalkit.present.words.dates import in_period, part_of_year, short_period, since, wave_words
from evalkit.present.words.numbers import counted, difference, number, p_value, percent, quantity, signed

NNBSP, NBSP, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (1234567, 0, f"1{NNBSP}234{NNBSP}567"),
        (999, 0, "999"),
        (1000, 1, f"1{NNBSP}000,0"),
        (2.5, 0, "3"),  # half away from zero, as schools teach it
        (-2.5, 0, f"{MINUS}3"),
        (0.125, 2, "0,13"),
        (-0.04, 1, "0,0"),  # never « −0,0 »
        (78.6, 1, "78,6"),
        (float("nan"), 1, f"n.{NBSP}d."),
        (float("inf"), 1, f"n.{NBSP}d."),
    ],
)
def test_number(value: float, decimals: int, expected: str) -> None:
    assert number(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(2.04, "+2,0"), (-2.06, f"{MINUS}2,1"), (0.0, "0,0"), (0.04, "0,0"), (-0.04, "0,0")]
)
def test_signed(value: float, expected: str) -> None:
    assert signed(value, 1) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "expected"),
    [
        (33.21, 1, "%", f"33,2{NNBSP}%"),
        (1, 0, "contrats", f"1{NBSP}contrat"),
        (0, 0, "contrats", f"0{NBSP}contrat"),  # French: zero is singular
        (2, 0, "contrats", f"2{NBSP}contrats"),
        (1.9, 1, "jours", f"1,9{NBSP}jour"),
        (1, 0, "mois", f"1{NBSP}mois"),
        (1, 0, "parcours", f"1{NBSP}parcours"),
        (1, 0, "bilans par an", f"1{NBSP}bilan par an"),
        (2, 0, "bilans par an", f"2{NBSP}bilans par an"),
        (3.4, 1, "points sur 5", f"3,4{NBSP}points sur 5"),
        (5, 0, "", "5"),
    ],
)
def test_quantity(value: float, decimals: int, unit: str, expected: str) -> None:
    assert quantity(value, decimals, unit) == expected


def test_a_difference_of_percentages_is_in_points() -> None:
    assert difference(2.04, 1, "%") == f"+2,0{NBSP}points"
    assert difference(Decimal("-1.5"), 1, "%") == f"{MINUS}1,5{NBSP}point"
    assert difference(12, 0, "contrats") == f"+12{NBSP}contrats"


@pytest.mark.parametrize(
    ("p", "expected"),
    [(0.0, "p < 0,001"), (0.0004, "p < 0,001"), (0.0046, "p = 0,005"), (0.049, "p = 0,049"), (0.5, "p = 0,50")],
)
def test_p_value(p: float, expected: str) -> None:
    assert p_value(p) == expected.replace(" ", NBSP)


def test_percent_and_counted() -> None:
    assert percent(0.125, 1) == f"12,5{NNBSP}%"
    assert counted(1, "livraison") == f"1{NBSP}livraison"
    assert counted(3, "a été refusé", "ont été refusés") == f"3{NBSP}ont été refusés"


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_printed_number_reads_back(scaled: int, decimals: int) -> None:
    value = Decimal(scaled).scaleb(-decimals)
    text = number(value, decimals)
    read = Decimal(text.replace(NNBSP, "").replace(",", ".").replace(MINUS, "-"))
    assert read == value


@pytest.mark.parametrize(
    ("period", "words", "within", "short"),
    [
        ("2026", "2026", "en 2026", "2026"),
        ("2026-T1", "1er trimestre 2026", "au 1er trimestre 2026", "T1 2026"),
        ("2026-T3", "3e trimestre 2026", "au 3e trimestre 2026", "T3 2026"),
        ("2026-03", "mars 2026", "en mars 2026", "2026-03"),
        ("été", "été", "en été", "été"),
    ],
)
def test_periods(period: str, words: str, within: str, short: str) -> None:
    assert period_in_words(period).replace(NBSP, " ") == words
    assert in_period(period).replace(NBSP, " ") == within
    assert short_period(period) == short


def test_spans_contract_their_articles() -> None:
    assert span_in_words("2024", "2026").replace(NBSP, " ") == "de 2024 à 2026"
    assert span_in_words("2024-T1", "2026-T4").replace(NBSP, " ") == "du 1er trimestre 2024 au 4e trimestre 2026"
    assert since("2024-T2").replace(NBSP, " ") == "depuis T2 2024"
    assert since("2024").replace(NBSP, " ") == "depuis 2024"


@pytest.mark.parametrize(("period", "part"), [("2026", ""), ("2026-T3", "T3"), ("2026-03", "mars")])
def test_the_part_of_a_year(period: str, part: str) -> None:
    assert part_of_year(period) == part


@pytest.mark.parametrize(
    ("wave", "words"), [("P6M", "6 mois"), ("P1Y", "1 an"), ("P2Y", "2 ans"), ("P30D", "30 jours")]
)
def test_waves(wave: str, words: str) -> None:
    assert wave_words(wave).replace(NBSP, " ") == words


def test_the_first_of_a_month_is_an_ordinal() -> None:
    assert day_words(dt.date(2025, 1, 1)).replace(NBSP, " ") == "1er janvier 2025"
    assert day_words(dt.date(2027, 6, 30)).replace(NBSP, " ") == "30 juin 2027"
