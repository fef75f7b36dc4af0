"""One check, ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import polars as pl

from evalkit.declare.feed import Severity


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """One check, ready to run.

    Attributes:
        code: stable code of its finding.
        severity: what a failure does.
        message: French sentence when it fails.
        fields: the fields concerned.
        expectation: the name of a Great Expectations expectation, with ``kwargs``; empty for a rule.
        rule: true where a row passes; null passes too. None when the formula cannot be used (``reason`` says why).
        expected: what was expected, in French.
        tolerance: share of rows that may fail without consequence for the verdict.
        reason: why the check cannot run; empty when it can.
        shows: the fields whose values may be shown as an example of what was received, when none is personal.
    """

    code: str
    severity: Severity
    message: str
    fields: tuple[str, ...]
    expectation: str = ""
    kwargs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    rule: pl.Expr | None = None
    expected: str = ""
    tolerance: Decimal = Decimal(0)
    reason: str = ""
    shows: tuple[str, ...] = ()


def french_number(value: Decimal) -> str:
    """Return a number with a decimal comma, without idle zeros."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
