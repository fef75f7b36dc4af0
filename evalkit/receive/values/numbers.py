"""Read numbers as French partners write them: spaces between thousands, decimal comma, euros, per cent."""

from __future__ import annotations

import polars as pl

from evalkit.receive.values.spelling import notes
from evalkit.store.schema import DECIMAL_DIGITS
from evalkit.typography import counted

_UNIT = r"(?i)\s*(?:€|euros?|eur|%)$"
_THOUSANDS = r"^[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?$"
_DOTTED = r"^[+-]?\d{1,3}(?:\.\d{3})+,\d+$"
_ENGLISH = r"^[+-]?\d{1,3}(?:,\d{3})+\.\d+$"
_COMMA = r"^[+-]?\d+,\d+$"
_PLAIN = r"^[+-]?\d+(?:\.\d+)?$"
_WHOLE = r"^([+-]?\d+)(?:[.,]0*)?$"

_WIDE = pl.Decimal(38, 12)
_FLOAT_NOISE = 1e-9
"""Below this a difference comes from a spreadsheet's binary numbers (12.300000000000001), not from the partner."""


def read_integer(plain: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return whole numbers, null where the text is not one, and what was repaired."""
    number = _without_ornaments(plain)
    value = number.str.extract(_WHOLE, 1).cast(pl.Int64, strict=False)
    repaired = notes(
        *_ornaments(plain), (number.str.contains(r"[.,]") & value.is_not_null(), "décimales nulles retirées")
    )
    return value, repaired


def read_decimal(plain: pl.Expr, scale: int) -> tuple[pl.Expr, pl.Expr]:
    """Return exact decimals at the declared scale, null where the text is no number, and what was repaired.

    A value with more decimals is rounded half away from zero, as French administrations do.
    """
    number = _without_ornaments(plain)
    pointed = (
        pl.when(number.str.contains(_DOTTED))
        .then(number.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(number.str.contains(_ENGLISH))
        .then(number.str.replace_all(",", "", literal=True))
        .otherwise(number.str.replace(",", ".", literal=True))
    )
    exact = pl.when(pointed.str.contains(_PLAIN)).then(pointed).cast(_WIDE, strict=False)
    rounded = exact.round(scale, mode="half_away_from_zero")
    moved = (exact.cast(pl.Float64) - rounded.cast(pl.Float64)).abs() > _FLOAT_NOISE
    repaired = notes(
        *_ornaments(plain),
        (number.str.contains(_COMMA) | number.str.contains(_DOTTED), "virgule décimale"),
        (number.str.contains(_ENGLISH), "écriture anglaise (1,234.56)"),
        (moved.fill_null(False), f"arrondi à {counted(scale, 'décimale', 'décimales')}"),
    )
    return rounded.cast(pl.Decimal(DECIMAL_DIGITS, scale), strict=False), repaired


def _without_ornaments(plain: pl.Expr) -> pl.Expr:
    bare = plain.str.replace("\N{MINUS SIGN}", "-", literal=True).str.replace(_UNIT, "")
    return pl.when(bare.str.contains(_THOUSANDS)).then(bare.str.replace_all(" ", "", literal=True)).otherwise(bare)


def _ornaments(plain: pl.Expr) -> list[tuple[pl.Expr, str]]:
    return [
        (plain.str.replace(_UNIT, "").str.contains(_THOUSANDS), "espace de milliers"),
        (plain.str.contains(_UNIT), "symbole d’unité retiré"),
    ]
