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


def read_integer(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the whole number in ``value``, null where ``plain`` is not one, and what was repaired in ``repair``."""
    bared = _without_ornaments(texts)
    value = pl.col("number").str.extract(_WHOLE, 1).cast(pl.Int64, strict=False)
    emptied = pl.col("number").str.contains(r"[.,]") & pl.col("value").is_not_null()
    repaired = notes(*_ORNAMENTS, (emptied, "décimales nulles retirées"))
    return bared.with_columns(value=value).with_columns(repair=repaired)


def read_decimal(texts: pl.LazyFrame, scale: int) -> pl.LazyFrame:
    """Add the exact decimal at the declared scale in ``value``, null where ``plain`` is no number, and ``repair``.

    A value with more decimals is rounded half away from zero, as French administrations do.
    """
    number = pl.col("number")
    written = _without_ornaments(texts).with_columns(
        is_dotted=number.str.contains(_DOTTED), is_english=number.str.contains(_ENGLISH)
    )
    pointed = (
        pl.when("is_dotted")
        .then(number.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when("is_english")
        .then(number.str.replace_all(",", "", literal=True))
        .otherwise(number.str.replace(",", ".", literal=True))
    )
    exact = pl.when(pl.col("pointed").str.contains(_PLAIN)).then("pointed").cast(_WIDE, strict=False)
    rounded = pl.col("exact").round(scale, mode="half_away_from_zero")
    moved = (pl.col("exact").cast(pl.Float64) - pl.col("rounded").cast(pl.Float64)).abs() > _FLOAT_NOISE
    repaired = notes(
        *_ORNAMENTS,
        (number.str.contains(_COMMA) | pl.col("is_dotted"), "virgule décimale"),
        (pl.col("is_english"), "écriture anglaise (1,234.56)"),
        (moved.fill_null(False), f"arrondi à {counted(scale, 'décimale', 'décimales')}"),
    )
    steps = written.with_columns(pointed=pointed).with_columns(exact=exact).with_columns(rounded=rounded)
    value = pl.col("rounded").cast(pl.Decimal(DECIMAL_DIGITS, scale), strict=False)
    return steps.with_columns(value=value, repair=repaired)


_ORNAMENTS = ((pl.col("is_spaced"), "espace de milliers"), (pl.col("has_unit"), "symbole d’unité retiré"))


def _without_ornaments(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``number``, the text without its unit and its spaces between thousands, and which of them it had."""
    minus = pl.col("plain").str.replace("\N{MINUS SIGN}", "-", literal=True)
    bare = pl.col("bare")
    number = pl.when("is_spaced").then(bare.str.replace_all(" ", "", literal=True)).otherwise(bare)
    bared = texts.with_columns(bare=minus.str.replace(_UNIT, ""), has_unit=pl.col("plain").str.contains(_UNIT))
    return bared.with_columns(is_spaced=bare.str.contains(_THOUSANDS)).with_columns(number=number)
