"""The French social security number (NIR): found anywhere, by its form and its control key.

Source of the form and of the key: Code de la sécurité sociale, article R. 115-1, and Insee's register of persons: 13
digits, then 97 minus the remainder of their division by 97; in Corsica 2A counts for 19 and 2B for 18.
"""

from __future__ import annotations

import re

import polars as pl

_GAP = "[ .\\-\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]?"
_GROUPS = ("[1-478]", "[0-9]{2}", "[0-9]{2}", "[0-9][0-9ABab]", "[0-9]{3}", "[0-9]{3}", "[0-9]{2}")
_NIR = r"(?:^|[^0-9A-Fa-f])" + _GAP.join(f"({group})" for group in _GROUPS) + r"(?:$|[^0-9A-Fa-f])"
_BARE_NIR = r"^[12][0-9]{2}(?:0[1-9]|1[0-2])(?:[0-8][0-9]|9[0-8]|2[ABab])[0-9]{6}$"

_CHANCE = 0.05
"""Share of long numbers with a valid key above which they are NIR: by chance it would be 1 in 97."""

_MANY, _FIRST = 100, 20


def has_candidate(column: pl.Expr) -> pl.Expr:
    """Tell which texts hold something in the form of a NIR, whatever its key."""
    return column.str.contains(_NIR)


def rows_with_nir(texts: pl.Series) -> pl.Series:
    """Return the rows (from 0) of a text column that hold a NIR.

    A number counts when its month is possible and its key is right. In a column of many long numbers where keys are
    right no more often than by chance, the numbers are something else. Whole cells of 13 digits, without a key, count
    when the column holds nothing else.

    Args:
        texts: one column as text, null where empty.

    Returns:
        The rows, in order.
    """
    candidates = texts.to_frame("text").with_row_index("row").filter(has_candidate(pl.col("text")))
    if candidates.is_empty():
        return _rows_of_bare_nir(texts)
    parts = candidates.with_columns(
        pl.col("text").str.extract_all(_NIR).list.eval(pl.element().str.replace_all(r"[^0-9ABab]", "")).alias("nir")
    ).explode("nir")
    valid = parts.filter(_is_valid(pl.col("nir")))
    if parts.height > _MANY and valid.height < _CHANCE * parts.height:
        return pl.Series("row", [], dtype=pl.UInt32)
    return valid.get_column("row").unique().sort() if valid.height else _rows_of_bare_nir(texts)


def _is_valid(nir: pl.Expr) -> pl.Expr:
    month = nir.str.slice(3, 2).cast(pl.Int32, strict=False)
    department = nir.str.slice(5, 2).str.to_uppercase().replace({"2A": "19", "2B": "18"})
    number = pl.concat_str([nir.str.slice(0, 5), department, nir.str.slice(7, 6)]).cast(pl.Int64, strict=False)
    key = nir.str.slice(13, 2).cast(pl.Int64, strict=False)
    # Months 20 to 42 and 50 to 99 stand for unknown months in the register.
    plausible = month.is_between(1, 12) | month.is_between(20, 42) | (month >= 50)
    return (plausible & (key == 97 - number % 97)).fill_null(False)


def _rows_of_bare_nir(texts: pl.Series) -> pl.Series:
    nothing = pl.Series("row", [], dtype=pl.UInt32)
    filled = texts.drop_nulls()
    if not any(re.match(_BARE_NIR, text) for text in filled.head(_FIRST)):
        return nothing
    matches = texts.str.contains(_BARE_NIR).fill_null(False)
    distinct = texts.filter(matches).n_unique()
    if distinct < 3 or int(matches.sum()) < 0.9 * len(filled):
        return nothing
    return matches.arg_true()
