"""The tables that say of a cohort more than its rates: time, losses, subgroups, the same persons around their entry."""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

_TEXT: pl.DataType = pl.String()
_NUMBER: pl.DataType = pl.Float64()
_COUNT: pl.DataType = pl.Int64()
_SECRECY: dict[str, pl.DataType] = {"confidentiality": _TEXT, "reason": _TEXT}
_SERIES: dict[str, pl.DataType] = {"cohort": _TEXT, "group": _TEXT, "variable": _TEXT, "word": _TEXT, "exit": _TEXT}
_INTERVAL: dict[str, pl.DataType] = {"low": _NUMBER, "high": _NUMBER}

FOLLOWED_SCHEMAS = MappingProxyType(
    {
        "curves": pl.Schema(
            _SERIES
            | {"estimator": _TEXT, "persons": _COUNT, "month": _COUNT, "exits": _COUNT, "share": _NUMBER}
            | _INTERVAL
            | _SECRECY
        ),
        "means": pl.Schema(_SERIES | {"horizon": _COUNT, "months": _NUMBER} | _INTERVAL | _SECRECY),
        "group_tests": pl.Schema(
            {"cohort": _TEXT, "about": _TEXT, "variable": _TEXT, "family": _TEXT, "wave": _TEXT, "test": _TEXT}
            | {"df": _COUNT, "p": _NUMBER, "p_adjusted": _NUMBER}
            | _SECRECY
        ),
        "ratios": pl.Schema(
            {"cohort": _TEXT, "model": _TEXT, "variable": _TEXT, "ratio": _NUMBER}
            | _INTERVAL
            | {"p": _NUMBER}
            | _SECRECY
        ),
        "attrition": pl.Schema(
            {"cohort": _TEXT, "group": _TEXT, "wave": _TEXT, "weighted": _NUMBER}
            | _INTERVAL
            | {"effective_size": _NUMBER}
            | _SECRECY
        ),
        "differential": pl.Schema(
            {"cohort": _TEXT, "wave": _TEXT, "gap": _NUMBER} | _INTERVAL | {"p": _NUMBER} | _SECRECY
        ),
        "overlap": pl.Schema(
            {"cohort": _TEXT, "wave": _TEXT, "group": _TEXT, "chance_from": _NUMBER, "chance_to": _NUMBER}
            | {"persons": _COUNT}
            | _SECRECY
        ),
        "subgroups": pl.Schema(
            {"cohort": _TEXT, "variable": _TEXT, "word": _TEXT, "family": _TEXT, "wave": _TEXT, "effect": _NUMBER}
            | _INTERVAL
            | {"p": _NUMBER, "p_adjusted": _NUMBER, "refusal": _TEXT}
            | _SECRECY
        ),
        "past": pl.Schema({"cohort": _TEXT, "group": _TEXT, "month": _COUNT, "rate": _NUMBER} | _SECRECY),
        "before_after": pl.Schema(
            {"cohort": _TEXT, "group": _TEXT, "before": _COUNT, "after": _COUNT, "persons": _COUNT}
            | {"rate_before": _NUMBER, "rate_after": _NUMBER, "change": _NUMBER}
            | _INTERVAL
            | {"p": _NUMBER, "test": _TEXT}
            | _SECRECY
        ),
    }
)
"""Name and schema of each of these tables; editions made before they existed open with them empty."""
