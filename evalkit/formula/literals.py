"""Numbers and dates as a formula writes them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from evalkit.errors import FormulaError, Place
from evalkit.formula.problems import problem
from evalkit.formula.tree import DateLiteral, NumberLiteral, Span

Where = tuple[str, Place, Span]
"""The text of a formula, the place where it begins, and the part of it that is spoken of."""


def number_literal(written: str, where: Where) -> NumberLiteral:
    """Return the number written ``12`` or ``0.5``: at most 18 digits before the point and 9 after.

    Raises:
        FormulaError: the number is written otherwise (``EVK-F007``).
    """
    if re.fullmatch(r"\d{1,18}", written, re.ASCII):
        return NumberLiteral(int(written), span=where[2])
    if re.fullmatch(r"\d{1,18}\.\d{1,9}", written, re.ASCII):
        return NumberLiteral(Decimal(written), span=where[2])
    repair = "Écrivez 12000 ou 0.5, avec 18 chiffres au plus avant le point et 9 après."
    raise FormulaError(problem("EVK-F007", "Nombre mal écrit.", where, repair))


def date_literal(written: str, where: Where) -> DateLiteral:
    """Return the date written ``2026-03-31``.

    Raises:
        FormulaError: the date is written otherwise, or does not exist (``EVK-F007``).
    """
    repair = "Écrivez l’année, le mois et le jour : DATE '2026-03-31'."
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
        raise FormulaError(problem("EVK-F007", "Date mal écrite.", where, repair))
    try:
        return DateLiteral(dt.date.fromisoformat(written), span=where[2])
    except ValueError:
        raise FormulaError(problem("EVK-F007", "Cette date n’existe pas.", where, repair)) from None
