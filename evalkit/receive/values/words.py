"""Read words: yes and no, the words of a declared list, codes."""

from __future__ import annotations

import polars as pl

from evalkit.declare.feed import FieldSpec
from evalkit.receive.values.spelling import normalised, notes
from evalkit.territory.zones import normalise_name

_YES = ("oui", "o", "vrai", "true", "yes", "1", "x")
_NO = ("non", "n", "faux", "false", "no", "0")
_TRUTH = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}

_CORSICA = {"620": "2A", "720": "2B", "02A": "2A", "02B": "2B"}
ZERO_GIVEN_BACK = "zéro initial rendu"
DEPARTMENT_SHORTENED = "département ramené à son code usuel"
_NOTHING = pl.lit(None, dtype=pl.String)
"""What was repaired where nothing ever is."""


def read_boolean(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Add yes or no in ``value``, null where ``plain`` is neither; nothing is repaired."""
    value = normalised(pl.col("plain")).replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    return texts.with_columns(value=value, repair=_NOTHING)


def read_category(texts: pl.LazyFrame, field: FieldSpec) -> pl.LazyFrame:
    """Add the declared word that ``plain`` means, by itself or by a synonym; a word of no list stays as it came."""
    words = {normalise_name(word): meant for word, meant in field.synonyms.items()}
    words |= {normalise_name(word): word for word in field.values}
    plain = pl.col("plain")
    known = normalised(plain).replace_strict(words, default=None, return_dtype=pl.String)
    read = texts.with_columns(value=pl.coalesce(known, plain))
    return read.with_columns(repair=notes((pl.col("value") != plain, "écriture ramenée au mot convenu")))


def read_code(texts: pl.LazyFrame, field: FieldSpec) -> pl.LazyFrame:
    """Add a code as it is, unless it lacks the declared form and one of these repairs gives it.

    A leading zero that a spreadsheet lost is given back; a department that Éducation nationale writes on three digits
    (``001``, and ``620`` and ``720`` for Corsica) becomes the usual one.
    """
    plain, padded, department = pl.col("plain"), pl.col("padded"), pl.col("department")
    if field.pattern is None:
        return texts.with_columns(value=plain, repair=_NOTHING)
    steps = texts.with_columns(
        is_sound=plain.str.contains(field.pattern, strict=False),
        padded=pl.when(plain.str.contains(r"^\d+$")).then(pl.lit("0") + plain),
        department=two_character_department(plain),
    )
    is_padded = ~pl.col("is_sound") & padded.str.contains(field.pattern, strict=False)
    is_shortened = ~pl.col("is_sound") & department.str.contains(field.pattern, strict=False)
    steps = steps.with_columns(is_padded=is_padded.fill_null(False))
    steps = steps.with_columns(is_shortened=~pl.col("is_padded") & is_shortened.fill_null(False))
    value = pl.when("is_padded").then(padded).when("is_shortened").then(department).otherwise(plain)
    repaired = notes((pl.col("is_padded"), ZERO_GIVEN_BACK), (pl.col("is_shortened"), DEPARTMENT_SHORTENED))
    return steps.with_columns(value=value, repair=repaired)


def two_character_department(code: pl.Expr) -> pl.Expr:
    """Return the usual code of a department written on three characters, null for any other text."""
    corsica = code.replace_strict(_CORSICA, default=None, return_dtype=pl.String)
    return pl.coalesce(corsica, code.str.extract(r"^0(0[1-9]|[1-8]\d|9[0-5]|2[AB])$", 1))
