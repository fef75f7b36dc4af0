"""National codes: their form, and their control key where there is one.

Sources: SIREN and SIRET, Luhn's key (ISO/IEC 7812-1), La Poste's establishments excepted (their digits sum to a
multiple of 5; Insee, Sirene documentation); UAI, the letter is the remainder by 23 of its seven digits (RAMSESE
nomenclature); RNA, a W and nine digits; communes and départements, the official geographic code (Insee).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add
from types import MappingProxyType

import polars as pl

from evalkit.declare.feed_check import CodeCheck, CodeForm
from evalkit.receive.checks.planned import PlannedCheck

LA_POSTE = "356000000"
_UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_DEPARTEMENT = r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[4678])"

EXPECTED: Mapping[CodeForm, str] = MappingProxyType(
    {
        CodeForm.SIREN: "un SIREN : 9 chiffres, le dernier étant une clé",
        CodeForm.SIRET: "un SIRET : 14 chiffres, le dernier étant une clé",
        CodeForm.UAI: "un UAI : 7 chiffres et une lettre de contrôle, par exemple 0750655E",
        CodeForm.RNA: "un numéro RNA : W et 9 chiffres",
        CodeForm.COMMUNE: "un code Insee de commune : 5 caractères, par exemple 01004",
        CodeForm.DEPARTEMENT: "un code de département : 01, 2A, 971",
    }
)


def code_check(check: CodeCheck, form: CodeForm) -> PlannedCheck:
    """Return the check of a national code; a row without the code passes."""
    return PlannedCheck(
        "EVK-R085",
        check.severity,
        check.message or f"« {check.code} » : code {form.value.upper()} inexact.",
        (check.code,),
        rule=is_well_formed(pl.col(check.code), form),
        expected=EXPECTED[form],
        tolerance=check.tolerance,
    )


def is_well_formed(code: pl.Expr, form: CodeForm) -> pl.Expr:
    """Return whether a text has the form of a code and its key, null where there is no text."""
    return _FORMS[form](code)


def has_luhn_key(code: pl.Expr, digits: int) -> pl.Expr:
    """Return whether a number of so many digits has Luhn's key."""
    total: pl.Expr = reduce(add, (_weighed(_digit(code, place), digits - place) for place in range(digits)))
    return code.str.contains(rf"^\d{{{digits}}}$") & (total % 10 == 0)


def _digit(code: pl.Expr, place: int) -> pl.Expr:
    return code.str.slice(place, 1).cast(pl.Int32, strict=False)


def _weighed(digit: pl.Expr, from_the_right: int) -> pl.Expr:
    if from_the_right % 2:
        return digit
    doubled = 2 * digit
    return pl.when(doubled > 9).then(doubled - 9).otherwise(doubled)


def _siret(code: pl.Expr) -> pl.Expr:
    total: pl.Expr = reduce(add, (_digit(code, place) for place in range(14)))
    is_la_poste = code.str.contains(rf"^{LA_POSTE}\d{{5}}$") & (total % 5 == 0)
    return has_luhn_key(code, 14) | is_la_poste.fill_null(value=False)


def _uai(code: pl.Expr) -> pl.Expr:
    place = code.str.slice(0, 7).cast(pl.Int64, strict=False) % 23
    letters = dict(enumerate(_UAI_LETTERS))
    letter = place.replace_strict(letters, default=None, return_dtype=pl.String)
    return code.str.contains(r"^\d{7}[A-Z]$") & (code.str.slice(7, 1) == letter)


_FORMS: Mapping[CodeForm, Callable[[pl.Expr], pl.Expr]] = MappingProxyType(
    {
        CodeForm.SIREN: lambda code: has_luhn_key(code, 9),
        CodeForm.SIRET: _siret,
        CodeForm.UAI: _uai,
        CodeForm.RNA: lambda code: code.str.contains(r"^W\d{9}$"),
        CodeForm.COMMUNE: lambda code: code.str.contains(r"^(?:\d{5}|2[AB]\d{3})$") & _in_a_departement(code),
        CodeForm.DEPARTEMENT: lambda code: code.str.contains(rf"^{_DEPARTEMENT}$"),
    }
)


def _in_a_departement(code: pl.Expr) -> pl.Expr:
    return code.str.contains(rf"^{_DEPARTEMENT}")
