"""Read back the feed and the clause of a data contract that evalkit exported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed
from evalkit.exchange.odcs import (
    CLAUSE_PROPERTIES,
    DURATION_UNITS,
    FREQUENCY_MONTHS,
    ODCS_STATUS,
    PRODUCER_ROLE,
    PRODUCTION_PROPERTIES,
    SHARING_PROPERTIES,
)
from evalkit.exchange.odcs_schema import GX_ENGINE, MONTH_PATTERN, ODCS_SEVERITY
from evalkit.exchange.table_schema import HALF_YEAR_PATTERN, OWN, QUARTER_PATTERN

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard

_IMPLIED_PATTERNS = {"half_year": HALF_YEAR_PATTERN, "quarter": QUARTER_PATTERN, "month": MONTH_PATTERN}


def feed_of(contract: OpenDataContractStandard) -> Feed:
    """Return the feed of an exported data contract.

    Raises:
        pydantic.ValidationError: the contract was not exported by evalkit, or was changed into no feed.
    """
    table = contract.model_dump(by_alias=True, exclude_none=True)["schema"][0]
    properties = table["properties"]
    keyed = sorted((each["primaryKeyPosition"], each["name"]) for each in properties if each.get("primaryKey"))
    return Feed.model_validate(
        {
            **_custom(table)[OWN],
            "feed": table["name"],
            "label": table["businessName"],
            "key": [name for _, name in keyed],
            "fields": [_field(each) for each in properties],
            "checks": [_check(each) for each in table.get("quality", ())],
        }
    )


def clause_of(contract: OpenDataContractStandard) -> Clause | None:
    """Return the clause of an exported data contract; ``None`` for a proposal that has no producer.

    Raises:
        pydantic.ValidationError: the contract was not exported by evalkit, or was changed into no clause.
    """
    values = contract.model_dump(by_alias=True, exclude_none=True)
    members = values.get("team", {}).get("members", ())
    producers = [each["username"] for each in members if each.get("role") == PRODUCER_ROLE]
    if not producers:
        return None
    custom = _custom(values)
    table = values["schema"][0]
    return Clause.model_validate(
        {
            "feed": table["name"],
            "producers": producers,
            "status": next(status for status, word in ODCS_STATUS.items() if word == values["status"]),
            "production": _production(values, custom),
            "sharing": {field: custom[name] for name, field, _ in SHARING_PROPERTIES if name in custom},
            "retention": _duration(_levels(values).get("retention")),
            **{name: custom[name] for name, _ in CLAUSE_PROPERTIES if name in custom},
        }
    )


def _production(values: dict[str, Any], custom: dict[str, Any]) -> dict[str, Any]:
    levels = _levels(values)
    months = levels.get("frequency", {}).get("value")
    return {
        **{field: custom[name] for name, field, _ in PRODUCTION_PROPERTIES if name in custom},
        "frequency": next((name for name, count in FREQUENCY_MONTHS.items() if count == months), None),
        "due": _duration(levels.get("latency")),
        "from": levels.get("generalAvailability", {}).get("value"),
        "until": levels.get("endOfSupport", {}).get("value"),
    }


def _levels(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["property"]: each for each in values.get("slaProperties", ())}


def _duration(level: dict[str, Any] | None) -> str | None:
    if level is None:
        return None
    unit = next(letter for letter, word in DURATION_UNITS.items() if word == level["unit"])
    return f"P{level['value']}{unit}"


def _field(values: dict[str, Any]) -> dict[str, Any]:
    own = _custom(values)[OWN]
    options = values.get("logicalTypeOptions", {})
    field = {**own, "name": values["name"], "label": values.get("businessName")}
    field |= {name: options[name] for name in ("minimum", "maximum") if name in options}
    if options.get("pattern") not in {None, _IMPLIED_PATTERNS.get(own["type"])}:
        field["pattern"] = options["pattern"]
    words = [rule["arguments"]["validValues"] for rule in values.get("quality", ()) if rule.get("metric")]
    return {**field, "required": values.get("required", False), "values": words[0] if words else []}


def _check(rule: dict[str, Any]) -> dict[str, Any]:
    severity = next(each for each, word in ODCS_SEVERITY.items() if word == rule["severity"])
    implementation = rule["implementation"]
    said = {"severity": severity, "message": rule.get("description"), **_custom(rule)}
    if rule["engine"] == GX_ENGINE:
        return {"expectation": implementation["type"], **implementation["kwargs"], **said}
    return {**implementation, **said}


def _custom(values: dict[str, Any]) -> dict[str, Any]:
    stated: Iterable[dict[str, Any]] = values.get("customProperties", ())
    return {each["property"]: each["value"] for each in stated}
