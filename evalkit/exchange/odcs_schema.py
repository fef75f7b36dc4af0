"""The table of a feed in a data contract: its properties, and its checks as quality rules."""

from __future__ import annotations

from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Check, ExpectationCheck, Feed, FieldSpec, FieldType, Grain, RuleCheck, Severity
from evalkit.exchange.declared import exact_number, tolerance_words, written
from evalkit.exchange.table_schema import BOUNDED, HALF_YEAR_PATTERN, QUARTER_PATTERN, said_by_the_standard

_LOGICAL_TYPES = {
    FieldType.INTEGER: "integer",
    FieldType.YEAR: "integer",
    FieldType.DECIMAL: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
}
_GRAIN_WORDS = {
    Grain.PERSON: "une ligne par personne et par période",
    Grain.EVENT: "une ligne par événement",
    Grain.TOTAL: "un total par ligne",
    Grain.ZONE: "une ligne par zone",
    Grain.ANSWER: "une ligne par réponse",
    Grain.TEXT: "un texte par ligne",
}
GX_ENGINE = "great-expectations"
ODCS_SEVERITY = {Severity.BLOCKING: "error", Severity.MAJOR: "warning", Severity.MINOR: "info"}
MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"


def schema_object(feed: Feed, clause: Clause | None) -> dict[str, Any]:
    """Return the table of a feed, in the words of ODCS v3.1."""
    granularity = clause.production.granularity if clause else None
    return {
        "name": feed.feed,
        "physicalType": "file",
        "businessName": feed.label,
        "logicalType": "object",
        "dataGranularityDescription": granularity or _GRAIN_WORDS[feed.grain],
        "properties": [_property(field, feed) for field in feed.fields],
        "quality": [_rule(check) for check in feed.checks],
        "customProperties": [
            {"property": "evalkit", "value": written(feed, without={"feed", "label", "key", "fields", "checks"})}
        ],
    }


def _property(field: FieldSpec, feed: Feed) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": field.name,
        "businessName": field.label,
        "logicalType": _LOGICAL_TYPES.get(field.type, "string"),
        "logicalTypeOptions": _options(field),
        "required": field.required,
        "classification": "personnel" if field.is_personal else None,
        "customProperties": _custom(field),
        "quality": _allowed_words(field),
    }
    if field.name in feed.key:
        values |= {"primaryKey": True, "primaryKeyPosition": feed.key.index(field.name) + 1}
    return {name: value for name, value in values.items() if value not in (None, [], {}, False)}


def _options(field: FieldSpec) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if field.type in BOUNDED:
        bounds = {"minimum": field.minimum, "maximum": field.maximum}
        options = {name: exact_number(value) for name, value in bounds.items() if value is not None}
    elif field.type is FieldType.DATE:
        options["format"] = "yyyy-MM-dd"
    elif field.type not in _LOGICAL_TYPES:
        implied = {
            FieldType.HALF_YEAR: HALF_YEAR_PATTERN,
            FieldType.QUARTER: QUARTER_PATTERN,
            FieldType.MONTH: MONTH_PATTERN,
        }
        if pattern := field.pattern or implied.get(field.type):
            options["pattern"] = pattern
    return options


def _custom(field: FieldSpec) -> list[dict[str, Any]]:
    kind = _LOGICAL_TYPES.get(field.type, "string")
    own = {"type": field.type.value, **written(field, without=said_by_the_standard(field, kind))}
    return [{"property": "evalkit", "value": own}]


def _allowed_words(field: FieldSpec) -> list[dict[str, Any]]:
    """Return the rule by which v3.1 says a closed list of words."""
    if field.type is not FieldType.CATEGORY or not field.values:
        return []
    return [
        {
            "type": "library",
            "metric": "invalidValues",
            "arguments": {"validValues": list(field.values)},
            "mustBe": 0,
            "dimension": "conformity",
            "description": "Seuls les mots convenus sont admis.",
        }
    ]


def _rule(check: Check) -> dict[str, Any]:
    """Return a check of a feed as a rule of its own engine: Great Expectations, or the formula language."""
    engine, implementation = "evalkit", dict[str, Any]()
    if isinstance(check, RuleCheck):
        implementation["rule"] = check.rule
    elif isinstance(check, ExpectationCheck):
        engine, implementation = GX_ENGINE, {"type": check.expectation, "kwargs": _arguments(check)}
    else:
        implementation = written(check, without={"severity", "message", "tolerance"})
    rule = {
        "type": "custom",
        "engine": engine,
        "implementation": implementation,
        "severity": ODCS_SEVERITY[check.severity],
        "description": check.message,
        "customProperties": [{"property": "tolerance", "value": tolerance_words(check)}] if check.tolerance else None,
    }
    return {name: value for name, value in rule.items() if value is not None}


def _arguments(check: ExpectationCheck) -> dict[str, Any]:
    """Return the arguments of an expectation, its bounds as numbers."""
    values = written(check, without={"expectation", "severity", "message", "tolerance"})
    bounds = {"min_value": check.min_value, "max_value": check.max_value}
    return {**values, **{name: exact_number(value) for name, value in bounds.items() if value is not None}}
