"""What changed between two runs: each value that is no longer what it was, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

_KEY = ("indicator", "zone", "period", "breakdown")
_READ = ("value", "availability", "version", "definition", "deliveries", "cause")

REVISION_SCHEMA = pl.Schema(
    {
        "indicator": pl.String(),
        "zone": pl.String(),
        "period": pl.String(),
        "breakdown": pl.String(),
        "before": pl.Float64(),
        "after": pl.Float64(),
        "reason": pl.String(),
        "explanation": pl.String(),
    }
)
NEW_DEFINITION, NEW_DELIVERY, OTHER = "nouvelle définition", "nouvelle livraison", "autre"


def revisions(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the values of an earlier run that a later one changed or withdrew, each with its reason.

    A value given for the first time is no revision. A new definition explains before a new delivery does.

    Args:
        before: observations of the earlier run; columns that it did not have yet count as empty.
        after: observations of the later run.

    Returns:
        A frame of :data:`REVISION_SCHEMA`, sorted.
    """
    former = {tuple(row[name] for name in _KEY): row for row in before.iter_rows(named=True)}
    latter = {tuple(row[name] for name in _KEY): row for row in after.iter_rows(named=True)}
    rows = [
        {**dict(zip(_KEY, key, strict=True)), **found}
        for key, old in former.items()
        if old["value"] is not None
        for found in _revision(old, latter.get(key))
    ]
    return pl.DataFrame(rows, schema=REVISION_SCHEMA).sort(_KEY)


def _revision(old: dict[str, Any], new: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    after = None if new is None else new["value"]
    if after == old["value"]:
        return
    reason, explanation = _why(old, new)
    yield {"before": old["value"], "after": after, "reason": reason, "explanation": explanation}


def _why(old: dict[str, Any], new: dict[str, Any] | None) -> tuple[str, str]:
    if new is None:
        return NEW_DEFINITION, "cette zone, cette période ou cette ventilation n’est plus demandée"
    if old.get("definition") and old["definition"] != new["definition"] and _is_redefined(old, new):
        return NEW_DEFINITION, _versions(old, new)
    arrived = sorted(set(new["deliveries"]) - set(old["deliveries"]))
    gone = sorted(set(old["deliveries"]) - set(new["deliveries"]))
    if arrived or gone:
        replaced = f" à la place de {_short(gone)}" if gone else ""
        received = f"livraison {_short(arrived)}{replaced}" if arrived else f"livraison {_short(gone)} retirée"
        return NEW_DELIVERY, received
    lost = f" ({new['cause']})" if new["value"] is None and new["cause"] else ""
    return OTHER, f"territoire, indicateur lu ou calcul{lost}"


def _is_redefined(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """A value made of others changes its hash with them: only its own deliveries tell a new delivery apart."""
    return not new.get("parts") or old["version"] != new["version"] or set(old["deliveries"]) == set(new["deliveries"])


def _versions(old: dict[str, Any], new: dict[str, Any]) -> str:
    if old["version"] != new["version"]:
        return f"version {old['version']} devenue version {new['version']}"
    return "la déclaration a changé sans changer de version"


def _short(ids: list[str]) -> str:
    shown = ", ".join(each[:8] for each in ids[:3])
    return f"{shown} et {len(ids) - 3} autres" if len(ids) > 3 else shown
