"""A feed as a Table Schema descriptor (Data Package standard), for the tools of partners and of open data portals.

What the standard says is said in its words: names, titles, types, constraints, primary key. What only evalkit says
(zones, identities, synonyms, checks, the clause) stands under one property, ``evalkit``, which other tools leave alone
and which lets the feed be imported again without loss.
"""

from __future__ import annotations

import json
from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.exchange.declared import clause_lines, exact_number, written, written_checks
from evalkit.typography import typeset

OWN = "evalkit"
"""The property of a descriptor that holds what the standard has no word for."""

QUARTER_PATTERN = r"^\d{4}-T[1-4]$"
HALF_YEAR_PATTERN = r"^\d{4}-S[12]$"

STANDARD_TYPES = {
    FieldType.IDENTITY: "string",
    FieldType.CODE: "string",
    FieldType.ZONE: "string",
    FieldType.CATEGORY: "string",
    FieldType.FREE_TEXT: "string",
    FieldType.QUARTER: "string",
    FieldType.HALF_YEAR: "string",
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.MONTH: "yearmonth",
    FieldType.YEAR: "year",
}

BOUNDED = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.YEAR})
_TRUE, _FALSE = ["oui", "vrai", "true", "1"], ["non", "faux", "false", "0"]


def table_schema(feed: Feed, clause: Clause | None = None) -> dict[str, Any]:
    """Return the Table Schema descriptor of a feed, with its clause.

    Args:
        feed: the feed.
        clause: the terms under which it is sent, when there are some.
    """
    own: dict[str, Any] = written(feed, without={"feed", "label", "key", "fields", "checks"})
    if feed.checks:
        own["checks"] = written_checks(feed)
    if clause is not None:
        own["clause"] = written(clause)
    return {
        "name": feed.feed,
        "title": feed.label,
        "description": _description(feed, clause),
        "fields": [_field(field) for field in feed.fields],
        "primaryKey": list(feed.key),
        OWN: own,
    }


def table_schema_text(feed: Feed, clause: Clause | None = None) -> str:
    """Return the descriptor of a feed as the text of a JSON file."""
    return json.dumps(table_schema(feed, clause), ensure_ascii=False, indent=2) + "\n"


def _field(field: FieldSpec) -> dict[str, Any]:
    kind = STANDARD_TYPES[field.type]
    descriptor: dict[str, Any] = {"name": field.name}
    if field.label:
        descriptor["title"] = field.label
    descriptor["type"] = kind
    if field.type is FieldType.BOOLEAN:
        descriptor |= {"trueValues": _TRUE, "falseValues": _FALSE}
    if constraints := _constraints(field, kind):
        descriptor["constraints"] = constraints
    descriptor[OWN] = {"type": field.type.value, **written(field, without=said_by_the_standard(field, kind))}
    return descriptor


def _constraints(field: FieldSpec, kind: str) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    if field.type in BOUNDED:
        bounds = {"minimum": field.minimum, "maximum": field.maximum}
        constraints |= {name: exact_number(value) for name, value in bounds.items() if value is not None}
    if field.type is FieldType.CATEGORY and field.values:
        constraints["enum"] = list(field.values)
    if kind == "string" and field.pattern is not None:
        constraints["pattern"] = field.pattern
    elif field.type is FieldType.QUARTER:
        constraints["pattern"] = QUARTER_PATTERN
    elif field.type is FieldType.HALF_YEAR:
        constraints["pattern"] = HALF_YEAR_PATTERN
    return constraints


def said_by_the_standard(field: FieldSpec, kind: str) -> set[str]:
    """Return the properties of a field that need no words of evalkit, its standard type being ``kind``."""
    said = {"name", "label", "type", "required"}
    if field.type in BOUNDED:
        said |= {"minimum", "maximum"}
    if field.type is FieldType.CATEGORY:
        said.add("values")
    if kind == "string":
        said.add("pattern")
    return said


def _description(feed: Feed, clause: Clause | None) -> str:
    lines = [f"Source : {feed.source}"] if feed.source else []
    if feed.window:
        lines.append(f"Fenêtre d’observation : {feed.window}")
    lines += clause_lines(clause) if clause is not None else ["Aucune clause DATA ne porte sur ce flux"]
    return typeset(". ".join(lines) + ".")
