"""Accounting identities: the parts of a total make it up, to the gap that rounding alone can make."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import add

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import PartsCheck
from evalkit.receive.checks.planned import PlannedCheck, french_number

_EXACT = pl.Decimal(38, 6)
"""Sums of amounts with up to six decimals, the greatest scale of a field, stay exact."""


def parts_check(feed: Feed, check: PartsCheck) -> PlannedCheck:
    """Return the check of an accounting identity.

    A row where the total is not known passes. Where a part is not known (masked, not available), the identity cannot be
    asked, but the parts that are known must still not exceed the total.
    """
    is_column = isinstance(check.total, str)
    fields = (*((str(check.total),) if is_column else ()), *check.parts)
    parts = " + ".join(check.parts)
    total = str(check.total) if is_column else french_number(Decimal(check.total))
    sign = "=" if check.complete else "≤"
    return PlannedCheck(
        "EVK-R083",
        check.severity,
        check.message or f"Les parts ({parts}) ne font pas le total ({total}).",
        fields,
        rule=_rule(check),
        expected=f"{parts} {sign} {total}{_slack_words(check)}",
        tolerance=check.tolerance,
        shows=() if any(_is_personal(feed, name) for name in fields) else fields,
    )


def _rule(check: PartsCheck) -> pl.Expr:
    total = pl.col(check.total) if isinstance(check.total, str) else pl.lit(check.total)
    parts = [pl.col(name).cast(_EXACT) for name in check.parts]
    known: pl.Expr = reduce(add, (part.fill_null(Decimal(0)) for part in parts))
    whole: pl.Expr = reduce(add, parts)
    slack = pl.lit(check.slack).cast(_EXACT)
    too_many = known - total.cast(_EXACT) > slack
    too_few = total.cast(_EXACT) - whole > slack
    failing = too_many | too_few.fill_null(value=False) if check.complete else too_many
    return ~failing


def _slack_words(check: PartsCheck) -> str:
    if not check.slack:
        return ""
    why = f", chaque chiffre étant arrondi à {french_number(check.rounding)}" if check.rounding else ""
    return f", à {french_number(check.slack)} près{why}"


def _is_personal(feed: Feed, name: str) -> bool:
    field = feed.field(name)
    return field is None or field.is_personal or feed.is_individual
