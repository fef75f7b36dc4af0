"""Declarations as plain values of JSON, written so that they can be declared again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evalkit.clause.terms import TERMS
from evalkit.clause.words import STATUS_WORDS
from evalkit.declare.clause import Clause
from evalkit.declare.feed import Check, Feed
from evalkit.declare.model import Declaration

FREE_COST = "gratuit"


def written(declaration: Declaration, *, without: set[str] | None = None) -> dict[str, Any]:
    """Return what a declaration says beyond its defaults, under the names of the YAML files.

    Args:
        declaration: any declaration.
        without: fields left out.
    """
    return declaration.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=without)


def written_checks(feed: Feed) -> list[dict[str, Any]]:
    """Return the checks of a feed; a tolerance is written as a percentage, as in the YAML files."""
    checks = []
    for check in feed.checks:
        values = written(check)
        if check.tolerance:
            values["tolerance"] = tolerance_words(check)
        checks.append(values)
    return checks


def tolerance_words(check: Check) -> str:
    """Return the tolerance of a check as the YAML files write it: ``2 %``."""
    text = f"{100 * check.tolerance:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def exact_number(value: Decimal) -> int | float:
    """Return a bound as a JSON number, whole when it is."""
    return int(value) if value == value.to_integral_value() else float(value)


def clause_lines(clause: Clause) -> list[str]:
    """Return the terms that a clause states, one French line each, for readers of the exported file."""
    fictitious = " (fictive, démonstration)" if clause.fictitious else ""
    lines = [f"Clause DATA {STATUS_WORDS[clause.status]}{fictitious}"]
    stated = ((term, term.read(clause)) for term in TERMS)
    return [
        *lines,
        *(
            f"{term.noun[0].upper()}{term.noun[1:]} : {term.words(value)}"
            for term, value in stated
            if value is not None
        ),
    ]
