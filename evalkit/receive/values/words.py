"""Read words: yes and no, the words of a declared list, codes."""

from __future__ import annotations

import polars as pl

from evalkit.declare.feed import FieldSpec
from evalkit.receive.values.spelling import normalised, notes
from evalkit.territory.zones import normalise_name

_YES = ("oui", "o", "vrai", "true", "yes", "1", "x")
_NO = ("non", "n", "faux", "false", "no", "0")
_TRUTH = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


def read_boolean(plain: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return yes or no, null where the text is neither."""
    value = normalised(plain).replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    return value, pl.lit(None, dtype=pl.String)


def read_category(plain: pl.Expr, field: FieldSpec) -> tuple[pl.Expr, pl.Expr]:
    """Return the declared word that a text means, by itself or by a synonym; a word of no list stays as it came."""
    words = {normalise_name(word): meant for word, meant in field.synonyms.items()}
    words |= {normalise_name(word): word for word in field.values}
    known = normalised(plain).replace_strict(words, default=None, return_dtype=pl.String)
    return pl.coalesce(known, plain), notes(((known != plain).fill_null(False), "écriture ramenée au mot convenu"))


def read_code(plain: pl.Expr, field: FieldSpec) -> tuple[pl.Expr, pl.Expr]:
    """Return a code as it is; a leading zero that a spreadsheet lost is given back when the declared form asks it."""
    if field.pattern is None:
        return plain, pl.lit(None, dtype=pl.String)
    padded = pl.lit("0") + plain
    lost = (
        plain.str.contains(r"^\d+$")
        & ~plain.str.contains(field.pattern, strict=False)
        & padded.str.contains(field.pattern, strict=False)
    ).fill_null(False)
    return pl.when(lost).then(padded).otherwise(plain), notes((lost, "zéro initial rendu"))
