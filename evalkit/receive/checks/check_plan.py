"""What a feed's rows must satisfy: the checks that its fields imply and those that it declares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl

from evalkit.declare.feed import Check, ExpectationCheck, Feed, FieldSpec, FieldType, RuleCheck
from evalkit.declare.feed_check import CodeCheck, DatesCheck, PartsCheck
from evalkit.errors import FormulaError
from evalkit.formula import check as check_formula
from evalkit.formula import columns_of, compile_formula, parse
from evalkit.receive.checks.code_forms import code_check
from evalkit.receive.checks.impossible_dates import dates_check, future_checks
from evalkit.receive.checks.parts import parts_check
from evalkit.receive.checks.planned import PlannedCheck
from evalkit.receive.findings.codes import KINDS
from evalkit.receive.headings import needed_fields
from evalkit.workspace.columns import formula_columns

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
_KEY_CHECKS = frozenset(
    {"expect_compound_columns_to_be_unique", "expect_select_column_values_to_be_unique_within_record"}
)


def plan_checks(feed: Feed, received_on: dt.date) -> tuple[PlannedCheck, ...]:
    """Return every check of the rows of a feed, but those that need other deliveries.

    Implied: needed fields are filled and the key is unique (both refuse rows); values within bounds, words of the list,
    forms of codes, no date in the future (all four give reserves, unless the field says otherwise). Declared:
    expectations, formulas, identities, dates and codes, with their own severity.
    """
    needed = {spec.name for spec in needed_fields(feed)}
    implied = [check for spec in feed.fields for check in _field_checks(spec, spec.name in needed)]
    declared = [planned for check in feed.checks for planned in _declared_check(feed, check, received_on)]
    return (*implied, *future_checks(feed, received_on), _key_check(feed), *declared)


def _field_checks(spec: FieldSpec, is_needed: bool) -> Iterator[PlannedCheck]:
    fields = (spec.name,)
    column = {"column": spec.name}
    if is_needed:
        message = f"« {spec.name} » : valeur obligatoire absente."
        yield _implied("EVK-R050", message, fields, "expect_column_values_to_not_be_null", column)
    own: dict[str, Any] = {"severity": spec.severity, "tolerance": spec.tolerance}
    if spec.minimum is not None or spec.maximum is not None:
        yield replace(_bounds_check(spec), **own)
    if spec.type is FieldType.CATEGORY and spec.values:
        message = f"« {spec.name} » : mot hors de la liste convenue."
        allowed = {**column, "value_set": list(spec.values)}
        check = _implied("EVK-R053", message, fields, "expect_column_values_to_be_in_set", allowed)
        yield replace(check, expected=", ".join(spec.values[:12]), **own)
    if spec.type is FieldType.CODE and spec.pattern is not None:
        message = f"« {spec.name} » : code mal formé."
        form = {**column, "regex": spec.pattern}
        yield replace(_implied("EVK-R054", message, fields, "expect_column_values_to_match_regex", form), **own)


def _bounds_check(spec: FieldSpec) -> PlannedCheck:
    parts = [f"au moins {_french(spec.minimum)}" if spec.minimum is not None else ""]
    parts.append(f"au plus {_french(spec.maximum)}" if spec.maximum is not None else "")
    expected = ", ".join(part for part in parts if part)
    message = f"« {spec.name} » : valeur hors des bornes."
    if spec.type in _NUMBERS:
        bounds = {"column": spec.name, "min_value": _number(spec.minimum), "max_value": _number(spec.maximum)}
        given = {name: value for name, value in bounds.items() if value is not None}
        check = _implied("EVK-R052", message, (spec.name,), "expect_column_values_to_be_between", given)
        return replace(check, expected=expected)
    year = pl.col(spec.name).cast(pl.String).str.slice(0, 4).cast(pl.Int32, strict=False)
    rule = pl.lit(True)
    if spec.minimum is not None:
        rule &= year >= int(spec.minimum)
    if spec.maximum is not None:
        rule &= year <= int(spec.maximum)
    return PlannedCheck("EVK-R052", spec.severity, message, (spec.name,), rule=rule, expected=expected)


def _key_check(feed: Feed) -> PlannedCheck:
    message = f"Clé en double : {' + '.join(feed.key)}."
    if len(feed.key) == 1:
        column = {"column": feed.key[0]}
        return _implied("EVK-R051", message, feed.key, "expect_column_values_to_be_unique", column)
    columns = {"column_list": list(feed.key)}
    return _implied("EVK-R051", message, feed.key, "expect_compound_columns_to_be_unique", columns)


def _declared_check(feed: Feed, check: Check, received_on: dt.date) -> Iterator[PlannedCheck]:
    """Yield a declared check; those that need other deliveries belong to :mod:`evalkit.receive.history`."""
    if isinstance(check, RuleCheck):
        yield _rule_check(feed, check)
    elif isinstance(check, ExpectationCheck):
        yield _expectation_check(check)
    elif isinstance(check, PartsCheck):
        yield parts_check(feed, check)
    elif isinstance(check, DatesCheck):
        yield dates_check(feed, check, received_on)
    elif isinstance(check, CodeCheck) and check.form is not None:
        yield code_check(check, check.form)


def _expectation_check(check: ExpectationCheck) -> PlannedCheck:
    kwargs = check.model_dump(
        by_alias=True, exclude={"expectation", "severity", "message", "tolerance", "columns"}, exclude_none=True
    )
    kwargs = {name: _number(value) if isinstance(value, Decimal) else value for name, value in kwargs.items()}
    if not kwargs.get("value_set"):
        kwargs.pop("value_set", None)
    else:
        kwargs["value_set"] = list(kwargs["value_set"])
    if check.columns:
        kwargs["column_list"] = list(check.columns)
    if "column_A" in kwargs:
        # A rule between two fields says nothing of a row that lacks one of them.
        kwargs["ignore_row_if"] = "either_value_is_missing"
    elif check.columns and check.expectation not in _KEY_CHECKS:
        kwargs["ignore_row_if"] = "any_value_is_missing"
    fields = tuple(name for name in (check.column, check.column_a, check.column_b, *check.columns) if name)
    message = check.message or f"Le contrôle « {check.expectation} » n’est pas satisfait."
    return PlannedCheck(
        "EVK-R055", check.severity, message, fields, check.expectation, kwargs, tolerance=check.tolerance
    )


def _rule_check(feed: Feed, check: RuleCheck) -> PlannedCheck:
    try:
        formula = parse(check.rule)
        check_formula(formula, formula_columns(feed))
        rule, reason, fields = compile_formula(formula), "", tuple(sorted(columns_of(formula)))
    except FormulaError as error:
        rule, reason, fields = None, str(error.problems[0].message), ()
    return PlannedCheck(
        "EVK-R056", check.severity, check.message, fields, rule=rule, tolerance=check.tolerance, reason=reason
    )


def _implied(code: str, message: str, fields: tuple[str, ...], name: str, kwargs: Mapping[str, Any]) -> PlannedCheck:
    return PlannedCheck(code, KINDS[code].severity, message, fields, name, kwargs)


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _french(value: Decimal | None) -> str:
    return str(_number(value)).replace(".", ",")
