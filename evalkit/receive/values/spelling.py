"""What all cells share before they are typed: one spelling of spaces, and the marks that stand for no value."""

from __future__ import annotations

import polars as pl

from evalkit.declare.feed import FieldType
from evalkit.store.schema import Cause

_MARKS = {
    Cause.SECRET: ("s", "ss", "secret", "secret statistique", "c", "conf.", "confidentiel", "ns", "n.s.", "masqué"),
    Cause.NOT_AVAILABLE: (
        "nd", "n.d.", "n.d", "n/d", "na", "n.a.", "n/a", "#n/a", "nan", "nc", "n.c.", "nr", "n.r.", "?", "…", "...",
        "non disponible", "non communiqué", "non renseigné", "inconnu", "inconnue", "ne sait pas", "nsp",
    ),
    Cause.NOT_APPLICABLE: ("so", "s.o.", "s.o", "sans objet", "non concerné", "non concernée", "non applicable"),
    Cause.MISSING: ("-", "--", "–", "—", ".", "/", "vide", "(vide)", "null"),
}  # fmt: skip
"""What producers write instead of a value; ``ns`` (not significant) is masked on purpose, so it is secret."""

_CAUSE_OF_MARK = {mark: cause.value for cause, marks in _MARKS.items() for mark in marks}
_LIKELY_CODES = frozenset({"s", "ss", "c", "ns", "na", "nc", "nr", "so", "nan", "null"})
_CAUSE_OF_CODE_MARK = {mark: cause for mark, cause in _CAUSE_OF_MARK.items() if mark not in _LIKELY_CODES}
_BELOW = r"^(?:<|<=|≤|moins de|inférieur à|inf\. à)\s*[0-9]+$"
"""``<5`` hides a small count: it is secret, and never 5 nor 0."""

_EXCEL_FORMULA = r'^="(.*)"$'


def plain(text: pl.Expr) -> pl.Expr:
    """Return texts out of ``="…"``, without invisible characters, every run of spaces being one ordinary space."""
    unwrapped = text.str.replace(_EXCEL_FORMULA, "${1}")
    return (
        unwrapped.str.replace_all("[\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}]", "")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def is_excel_formula(text: pl.Expr) -> pl.Expr:
    """Tell which texts are written ``="60057"``, as exports do to keep leading zeros."""
    return text.str.contains(_EXCEL_FORMULA)


def cause_of(text: pl.Expr, kind: FieldType) -> pl.Expr:
    """Return the :class:`Cause` of a plain text that stands for no value, null for any other text.

    Args:
        text: texts made by :func:`plain`.
        kind: the type of the field; a short word may be a real code.
    """
    marks = _CAUSE_OF_CODE_MARK if kind is FieldType.CODE else _CAUSE_OF_MARK
    lowered = text.str.to_lowercase()
    marked = lowered.replace_strict(marks, default=None, return_dtype=pl.String)
    if kind not in {FieldType.INTEGER, FieldType.DECIMAL}:
        return marked
    return pl.when(lowered.str.contains(_BELOW)).then(pl.lit(Cause.SECRET.value)).otherwise(marked)


def normalised(text: pl.Expr) -> pl.Expr:
    """Return texts as :func:`evalkit.territory.zones.normalise_name` does, for a whole column."""
    return text.str.normalize("NFKD").str.to_lowercase().str.replace_all("[^a-z0-9]+", "")


def notes(*pairs: tuple[pl.Expr, str]) -> pl.Expr:
    """Return what was repaired in each value: the labels whose condition holds, null when none does."""
    labels = [pl.when(condition).then(pl.lit(label)) for condition, label in pairs]
    joined = pl.concat_str(labels, separator=", ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
