"""Cells as French partners write them, one by one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.declare.feed import FieldSpec
from evalkit.receive.values.column import read_column
from evalkit.store.schema import Cause
from tests.receive.world import territory

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


def read(kind: str, *texts: str | None, **spec: object) -> tuple[list[object], list[str | None], list[bool]]:
    field = FieldSpec.model_validate({"name": "champ", "type": kind, **spec})
    series = pl.Series(texts, dtype=pl.String)
    reading = read_column(field, series, pl.Series(range(2, len(texts) + 2)), territory())
    return reading.value.to_list(), reading.cause.to_list(), reading.unreadable.to_list()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234", 1234),
        (f"1{NARROW}234{NO_BREAK}567", 1234567),
        ("12,0", 12),
        ("-3", -3),
        ("\N{MINUS SIGN}3", -3),
        ("12 %", 12),
        ("12,5", None),
        ("12 34", None),
        ("douze", None),
        ("1e3", None),
    ],
)
def test_integers(text: str, value: int | None) -> None:
    assert read("integer", text) == ([value], [None if value is not None else Cause.NOT_AVAILABLE], [value is None])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"1{NARROW}234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12,5 €", "12.50"),
        ("12.300000000000001", "12.30"),
        ("1,005", "1.01"),
        ("-1,005", "-1.01"),
        ("7", "7.00"),
    ],
)
def test_decimals(text: str, value: str) -> None:
    assert read("decimal", text)[0] == [Decimal(value)]


@settings(deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_decimals_written_in_french_come_back(number: Decimal) -> None:
    french = f"{number:,.2f}".replace(",", NARROW).replace(".", ",")
    assert read("decimal", french)[0] == [number]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("05/03/2025", dt.date(2025, 3, 5)),
        ("2025-03-05", dt.date(2025, 3, 5)),
        ("2025-03-05 00:00:00", dt.date(2025, 3, 5)),
        # 45688 is 31 January 2025 in the calendar of spreadsheets (day 0 is 30 December 1899).
        ("45688", dt.date(2025, 1, 31)),
        ("20250305", dt.date(2025, 3, 5)),
        ("1er février 2025", dt.date(2025, 2, 1)),
        ("05/03/25", None),
        ("03/25/2025", None),
        ("31/02/2025", None),
        ("05/03/0025", None),
        ("123", None),
    ],
)
def test_dates(text: str, value: dt.date | None) -> None:
    assert read("date", text)[0] == [value]


@pytest.mark.parametrize(
    "text", ["2026-03", "03/2026", "3-2026", "mars 2026", "Mars-26", "202603", "01/03/2026", "2026-03-01 00:00:00"]
)
def test_months(text: str) -> None:
    assert read("month", text)[0] == ["2026-03"]


@pytest.mark.parametrize("text", ["2026-S1", "2026 S1", "S1 2026", "s1-2026", "1er semestre 2026", "2026S1"])
def test_half_years(text: str) -> None:
    assert read("half_year", text)[0] == ["2026-S1"]
    assert read("half_year", "2026-S3", "2026-T1", "2026")[0] == [None, None, None]


@pytest.mark.parametrize("text", ["2026-T3", "T3 2026", "2026Q3", "2026 t3", "3e trimestre 2026", "T3-2026"])
def test_quarters(text: str) -> None:
    assert read("quarter", text)[0] == ["2026-T3"]


@pytest.mark.parametrize(
    ("text", "value"), [("2025", "2025"), ("2025-2026", "2025"), ("2025/26", "2025"), ("25", None)]
)
def test_years_and_school_years(text: str, value: str | None) -> None:
    assert read("year", text)[0] == [value]


def test_impossible_periods_are_unreadable() -> None:
    assert read("month", "2026-13", "00/2026")[0] == [None, None]
    assert read("quarter", "2026-T5", "T0 2026")[0] == [None, None]


def test_booleans() -> None:
    assert read("boolean", "oui", "NON", "x", "0", "Vrai", "peut-être")[0] == [True, False, True, False, True, None]


def test_categories_by_case_accents_and_synonyms() -> None:
    spec = {"values": ["emploi_durable", "sante"], "synonyms": {"CDI": "emploi_durable"}}
    assert read("category", "Emploi durable", "SANTÉ", "cdi", "autre", **spec)[0] == [
        "emploi_durable",
        "sante",
        "emploi_durable",
        "autre",
    ]


def test_a_declared_word_is_not_a_mark() -> None:
    assert read("category", "NC", values=["NC", "A"])[0] == ["NC"]
    assert read("category", "NC", values=["A"])[:2] == ([None], [Cause.NOT_AVAILABLE])


def test_codes_keep_or_get_back_their_zeros() -> None:
    values, _, _ = read("code", "01004", "1004", '="60057"', "2A004", pattern="^[0-9AB]{5}$")
    assert values == ["01004", "01004", "60057", "2A004"]
    assert read("code", "1004")[0] == ["1004"]


@pytest.mark.parametrize(
    ("mark", "cause"),
    [
        ("s", Cause.SECRET),
        ("ns", Cause.SECRET),
        ("<5", Cause.SECRET),
        ("moins de 11", Cause.SECRET),
        ("nd", Cause.NOT_AVAILABLE),
        ("N.D.", Cause.NOT_AVAILABLE),
        ("NA", Cause.NOT_AVAILABLE),
        ("sans objet", Cause.NOT_APPLICABLE),
        ("-", Cause.MISSING),
        (None, Cause.MISSING),
    ],
)
def test_marks_give_a_cause_and_never_zero(mark: str | None, cause: Cause) -> None:
    assert read("integer", mark) == ([None], [cause], [False])


def test_short_words_may_be_codes() -> None:
    assert read("code", "NA", "s", "n.d.")[:2] == (["NA", "s", None], [None, None, Cause.NOT_AVAILABLE])


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("QN07102I", "pres-saint-jean"),
        ("qp071003", "pres-saint-jean"),
        ("Les Prés-Saint-Jean", "pres-saint-jean"),
        ("psj", "pres-saint-jean"),
        ("aubepins", "aubepins"),
        ("1004", "bourg"),
        ("QN07511M", "outside"),
        ("QP02A001", "outside"),
        ("75056", "outside"),
        ("hors QPV", "outside"),
        ("non renseigné", "unknown"),
        (None, "unknown"),
        ("Quartier des Lilas", "unknown"),
    ],
)
def test_zones(text: str | None, zone: str) -> None:
    values, _, unreadable = read("zone", text)
    assert values == [zone]
    assert unreadable == [text == "Quartier des Lilas"]


def test_every_repair_is_counted_with_its_lines() -> None:
    field = FieldSpec.model_validate({"name": "n", "type": "integer"})
    reading = read_column(field, pl.Series(["1 234", "5", "2 000", "x"]), pl.Series([2, 3, 4, 5]), territory())
    told = {finding.code: (finding.count, finding.lines) for finding in reading.findings}
    assert told == {"EVK-R040": (2, (2, 4)), "EVK-R041": (1, (5,))}


def test_personal_values_are_never_in_a_finding() -> None:
    field = FieldSpec.model_validate({"name": "n", "type": "integer", "personal": "true"})
    reading = read_column(field, pl.Series(["1 234", "secretissime"]), pl.Series([2, 3]), territory())
    assert {finding.received for finding in reading.findings} == {""}
