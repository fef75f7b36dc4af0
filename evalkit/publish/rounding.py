"""Counts shown as multiples of a base, when an agreement asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evalkit.measure.observation import Qualifier


def rounded(row: Mapping[str, Any], base: int) -> dict[str, Any]:
    """Return the numbers of a published row rounded to multiples of ``base``, half to even.

    A rate is computed again from its rounded counts: printed as it is, it would give them back. A value that no count
    gives (a mean, a median) stays; the interval of a rate is left out for the same reason.

    Args:
        row: the numbers of a row that may be shown.
        base: what shown counts are multiples of.
    """
    found: dict[str, Any] = {name: _round(row[name], base) for name in ("numerator", "denominator", "n")}
    above, below = row["numerator"], row["denominator"]
    if above is None:
        return found
    if below is None:
        value = found["numerator"] if row["value"] == above else row["value"]
    else:
        per = row["value"] * below / above if above and row["value"] is not None else None
        value = per * found["numerator"] / found["denominator"] if per and found["denominator"] else row["value"]
    return {**found, "value": value, "low": None, "high": None, "qualifier": Qualifier.ABOUT.value}


def _round(count: float | None, base: int) -> float | int | None:
    return None if count is None else base * round(count / base)
