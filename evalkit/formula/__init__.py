"""The formula language: a small SQL subset, read once, checked against columns, compiled to Polars expressions.

A formula is read row by row: it says which rows count (``theme = 'emploi' AND contrats > 0``) or what a row is worth
(``contrats_femmes + contrats_seniors``). What its words mean is written in :mod:`evalkit.formula.tree`, in
:mod:`evalkit.formula.compile` and, for its readers, in ``docs/formula.md``, whose examples are the tests.
"""

from __future__ import annotations

from evalkit.formula.check import check
from evalkit.formula.compile import compile_formula, compile_predicate
from evalkit.formula.parse import parse
from evalkit.formula.tree import Formula, columns_of
from evalkit.formula.types import Columns, ColumnType, Kind

__all__ = [
    "ColumnType",
    "Columns",
    "Formula",
    "Kind",
    "check",
    "columns_of",
    "compile_formula",
    "compile_predicate",
    "parse",
]
