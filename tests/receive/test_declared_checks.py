"""Identities, dates, national codes and small cells: what passes, what fails, and within which tolerance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed, Severity
from evalkit.declare.feed_check import CodeForm, PartsCheck
from evalkit.receive.checks.check_plan import plan_checks
from evalkit.receive.checks.code_forms import is_well_formed
from evalkit.receive.checks.parts import parts_check
from evalkit.receive.checks.planned import PlannedCheck
from evalkit.receive.checks.small_cells import small_cells
from evalkit.receive.checks.verdict import Share, judge
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.schema import LINE, PERIOD

DAY = dt.date(2026, 4, 20)
FIELDS = [
    {"name": "zone", "type": "zone", "required": "true"},
    {"name": "mois", "type": "month"},
    {"name": "total", "type": "integer", "unit": "personnes"},
    {"name": "femmes", "type": "integer", "unit": "demandeurs d’emploi"},
    {"name": "hommes", "type": "integer", "unit": "personnes"},
    {"name": "part_a", "type": "decimal", "scale": "1", "unit": "%"},
    {"name": "part_b", "type": "decimal", "scale": "1", "unit": "%"},
    {"name": "logements", "type": "integer", "unit": "logements"},
    {"name": "age", "type": "integer", "minimum": "15", "maximum": "99", "tolerance": "2 %", "severity": "mineur"},
    {"name": "naissance", "type": "date"},
    {"name": "annee_naissance", "type": "year"},
    {"name": "entree", "type": "date"},
    {"name": "sortie", "type": "date"},
    {"name": "uai", "type": "code"},
]


def feed(*checks: dict[str, Any], **changed: Any) -> Feed:
    return Feed.model_validate(
        {
            "feed": "essai",
            "label": "Essai",
            "grain": "total",
            "nature": "exhaustif",
            "key": ["zone"],
            "period": {"granularity": "mois", "field": "mois"},
            "fields": FIELDS,
            "checks": [{"severity": "majeur", **check} for check in checks],
            **changed,
        }
    )


def planned(*checks: dict[str, Any]) -> PlannedCheck:
    return plan_checks(feed(*checks), DAY)[-1]


def failing(check: PlannedCheck, columns: dict[str, list[Any]], **types: Any) -> list[int]:
    """Return the rows, from 0, that a check fails; null passes."""
    assert check.rule is not None
    frame = pl.DataFrame(columns, schema_overrides=types)
    passed = frame.select(check.rule.fill_null(value=True).alias("passed")).to_series()
    return (~passed).arg_true().to_list()


COUNTS = {
    "total": [20, 20, 20, 20, None, 20, 20],
    "femmes": [12, 12, 12, None, 12, None, 25],
    "hommes": [8, 9, 7, 8, 8, None, None],
}


def test_parts_make_the_total() -> None:
    check = planned({"total": "total", "parts": ["femmes", "hommes"]})
    assert failing(check, COUNTS) == [1, 2, 6]
    assert (check.code, check.expected) == ("EVK-R083", "femmes + hommes = total")
    partial = planned({"total": "total", "parts": ["femmes", "hommes"], "complete": False})
    assert failing(partial, COUNTS) == [1, 6]


def test_rounding_allows_half_of_it_per_figure() -> None:
    # French facts: each count rounded to 5, so women and men differ from the total by up to 7.5.
    check = PartsCheck.model_validate(
        {"total": "total", "parts": ["femmes", "hommes"], "rounding": "5", "severity": "majeur"}
    )
    assert check.slack == Decimal("7.5")
    columns = {"total": [100, 100, 100], "femmes": [60, 60, 55], "hommes": [45, 50, 35]}
    assert failing(parts_check(feed(), check), columns) == [1, 2]
    words = parts_check(feed(), check).expected
    assert words == "femmes + hommes = total, à 7,5 près, chaque chiffre étant arrondi à 5"


def test_parts_of_a_constant() -> None:
    check = planned({"total": "100", "parts": ["part_a", "part_b"], "rounding": "0.1"})
    columns = {"part_a": ["60.0", "60.0", "60.1"], "part_b": ["40.1", "40.2", None]}
    assert failing(check, columns) == [1]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=6), st.sampled_from([1, 5, 10]))
def test_rounding_alone_never_fails(parts: list[int], rounding: int) -> None:
    def rounded(number: int) -> int:
        return rounding * round(number / rounding)

    names = [f"p{index}" for index in range(len(parts))]
    fields = [FIELDS[0], *({"name": name, "type": "integer"} for name in ("somme", *names))]
    check = {"total": "somme", "parts": names, "rounding": str(rounding), "severity": "majeur"}
    declared = feed(check, fields=fields, period={"granularity": "mois"})
    columns = {"somme": [rounded(sum(parts))]} | {
        name: [rounded(part)] for name, part in zip(names, parts, strict=True)
    }
    assert failing(plan_checks(declared, DAY)[-1], columns) == []


def test_no_date_is_in_the_future() -> None:
    checks = [check for check in plan_checks(feed(), DAY) if check.code == "EVK-R084"]
    assert [check.fields for check in checks] == [("naissance",), ("entree",), ("sortie",)]
    days = {"entree": [DAY, DAY + dt.timedelta(days=1), None]}
    assert failing(checks[1], days) == [1]
    assert checks[1].expected == "au plus tard le 20/04/2026"
    declared = plan_checks(feed({"dates": ["sortie"], "not_after": "2027-12-31"}, watch={}), DAY)
    assert [check.fields for check in declared if check.code == "EVK-R084"] == [
        ("naissance",),
        ("entree",),
        ("sortie",),
    ]
    off = plan_checks(feed(watch={"future_dates": None}), DAY)
    assert not [check for check in off if check.code == "EVK-R084"]


def test_dates_before_the_window_and_after_the_period() -> None:
    check = planned({"dates": ["entree", "sortie"], "not_before": "2024-01-01", "not_after": "period"})
    columns = {
        PERIOD: ["2024-02", "2024-T1", "2024", "2024-02", "2024-T1", "2024-02"],
        "entree": [dt.date(2024, 2, 29), dt.date(2024, 3, 31), dt.date(2024, 12, 31), dt.date(2024, 3, 1), None, None],
        "sortie": [None, dt.date(2024, 1, 1), None, None, dt.date(2024, 4, 1), dt.date(2023, 12, 31)],
    }
    assert failing(check, columns) == [3, 4, 5]
    assert check.expected == "à partir du 01/01/2024, au plus tard à la fin de la période de la ligne"


def test_nothing_happens_before_birth() -> None:
    born = {"dates": ["entree"], "born": {"date": "naissance"}}
    days = {"entree": [dt.date(2000, 1, 1)] * 3, "naissance": [dt.date(2000, 1, 1), dt.date(2000, 1, 2), None]}
    assert failing(planned(born), days) == [1]
    years = {"entree": [dt.date(2000, 1, 1)] * 2, "annee_naissance": ["2000", "2001"]}
    assert failing(planned({"dates": ["entree"], "born": {"year": "annee_naissance"}}), years) == [1]


def test_nothing_happens_before_the_earliest_birth_of_an_age() -> None:
    # 20 years old in March 2026: born between 2 March 2005 and 31 March 2006.
    check = planned({"dates": ["entree"], "born": {"age": "age", "on": "mois"}})
    columns = {
        "mois": ["2026-03"] * 3,
        "age": [20, 20, None],
        "entree": [dt.date(2005, 3, 1), dt.date(2005, 2, 28), dt.date(1900, 1, 1)],
    }
    assert failing(check, columns) == [1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dates": ["entree"]},
        {"dates": ["entree"], "born": {}},
        {"dates": ["entree"], "born": {"age": "age"}},
        {"dates": ["entree"], "not_after": "demain"},
        {"code": "uai"},
        {"code": "uai", "form": "uai", "listed_in": {"feed": "a", "field": "b"}},
        {"total": "total", "parts": []},
        {"total": "total", "parts": ["femmes"], "rounding": "-5"},
    ],
)
def test_declarations_that_say_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        feed(wrong)


# Public codes: the lycées Louis-le-Grand and Henri-IV (UAI), Insee and La Poste (SIREN, SIRET).
@pytest.mark.parametrize(
    ("form", "code", "is_right"),
    [
        (CodeForm.UAI, "0750655E", True),
        (CodeForm.UAI, "0750654D", True),
        (CodeForm.UAI, "0750654E", False),
        (CodeForm.UAI, "750654D", False),
        (CodeForm.SIREN, "120027016", True),
        (CodeForm.SIREN, "120027017", False),
        (CodeForm.SIRET, "12002701600563", True),
        (CodeForm.SIRET, "12002701600564", False),
        (CodeForm.SIRET, "35600000000048", True),
        (CodeForm.SIRET, "35600000049837", True),
        (CodeForm.SIRET, "35600000049838", False),
        (CodeForm.SIRET, "1200270160056", False),
        (CodeForm.RNA, "W751234567", True),
        (CodeForm.RNA, "751234567", False),
        (CodeForm.COMMUNE, "01004", True),
        (CodeForm.COMMUNE, "2A004", True),
        (CodeForm.COMMUNE, "97608", True),
        (CodeForm.COMMUNE, "96001", False),
        (CodeForm.COMMUNE, "1004", False),
        (CodeForm.DEPARTEMENT, "2B", True),
        (CodeForm.DEPARTEMENT, "20", False),
        (CodeForm.DEPARTEMENT, "974", True),
        (CodeForm.DEPARTEMENT, "00", False),
    ],
)
def test_national_codes(form: CodeForm, code: str, is_right: bool) -> None:
    frame = pl.DataFrame({"code": [code, None]})
    assert frame.select(is_well_formed(pl.col("code"), form)).to_series().to_list() == [is_right, None]


def test_a_field_declares_what_its_wrong_values_do() -> None:
    (bounds,) = [check for check in plan_checks(feed(), DAY) if check.code == "EVK-R052"]
    assert (bounds.fields, bounds.severity, bounds.tolerance) == (("age",), Severity.MINOR, Decimal("0.02"))


CLAUSE = {
    "feed": "essai",
    "producers": ["caf"],
    "status": "signed",
    "production": {"threshold": {"units": "5", "of": "persons", "source": "convention, art. 4"}},
}


def cells(declared: Feed, **changed: Any) -> list[tuple[str, str, tuple[int, ...], Severity]]:
    clause = Clause.model_validate({**CLAUSE, **changed})
    columns = {LINE: [2, 3, 4, 5], "total": [20, 4, 0, None], "femmes": [1, 2, 0, 5], "logements": [1, 1, 1, 1]}
    rows = pl.DataFrame({**columns, "hommes": [None] * 4}, schema_overrides={"hommes": pl.Int64})
    found = list(small_cells(declared, clause, rows))
    assert all(not one.received for one in found)
    return [(one.code, one.field, one.lines, one.severity) for one in found]


def test_cells_below_the_threshold_of_the_clause() -> None:
    # Zero tells of nobody, dwellings are not persons, a masked count is masked.
    expected = [("EVK-R087", "total", (3,), Severity.MAJOR), ("EVK-R087", "femmes", (2, 3), Severity.MAJOR)]
    assert cells(feed()) == expected


def test_small_cells_are_asked_of_totals_and_of_clauses_with_a_threshold() -> None:
    assert cells(feed(grain="evenement")) == []
    assert cells(feed(), production={}) == []
    assert cells(feed(watch={"small_cells": None})) == []
    of_dwellings = {"threshold": {"units": "2", "of": "dwellings", "source": "convention"}}
    assert [field for _, field, _, _ in cells(feed(), production=of_dwellings)] == ["logements"]
    tolerant = feed(watch={"small_cells": {"tolerance": "30 %", "severity": "bloquant"}})
    assert [(field, severity) for _, field, _, severity in cells(tolerant)] == [
        ("total", Severity.MINOR),
        ("femmes", Severity.BLOCKING),
    ]


@pytest.mark.parametrize(("limit", "status"), [("0.05", DeliveryStatus.REFUSED), ("0.1", DeliveryStatus.WITH_RESERVES)])
def test_the_share_of_refused_rows_is_declared_by_the_feed(limit: str, status: DeliveryStatus) -> None:
    verdict, reasons = judge((), Share(92, 8, Decimal(limit)), refuses_all=False)
    assert verdict is status
    assert [one.code for one in reasons] == (["EVK-R059"] if status is DeliveryStatus.REFUSED else [])


def test_nothing_kept_is_refused() -> None:
    assert judge((), Share(0, 0, Decimal("0.05")), refuses_all=False)[0] is DeliveryStatus.REFUSED
