"""Numbers as the French write them: decimal comma, narrow no-break thousands, signs, points and per cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from evalkit.present.messages.catalogue import noun
from evalkit.typography import NARROW, NO_BREAK

MINUS = "\N{MINUS SIGN}"
PERCENT = "%"


def number(value: float | Decimal, decimals: int = 0) -> str:
    """Return a number, rounded half away from zero: ``1 234,5``; a negative one that rounds to zero loses its sign.

    What is not a finite number prints as « n. d. ».
    """
    if not Decimal(str(value)).is_finite():
        return f"n.{NO_BREAK}d."
    quantum = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):.{decimals}f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def signed(value: float | Decimal, decimals: int = 0) -> str:
    """Return a number with its sign, even when it is positive: ``+2,0``; zero has none."""
    text = number(value, decimals)
    is_zero = not any(digit in text for digit in "123456789")
    return text if text.startswith(MINUS) or is_zero else f"+{text}"


def quantity(value: float | Decimal, decimals: int, unit: str) -> str:
    """Return a number with its unit: ``33,2 %``, ``62 contrats``."""
    if not unit:
        return number(value, decimals)
    space = NARROW if unit.startswith(PERCENT) else NO_BREAK
    return f"{number(value, decimals)}{space}{unit_word(unit, value)}"


def difference(value: float | Decimal, decimals: int, unit: str) -> str:
    """Return a difference of two values: in points when they are percentages, else in their unit."""
    word = "points" if unit.startswith(PERCENT) else unit
    if not word:
        return signed(value, decimals)
    return f"{signed(value, decimals)}{NO_BREAK}{unit_word(word, value)}"


_SAME_IN_PLURAL = frozenset({"cas", "fois", "mois", "parcours", "repas"})


def unit_word(unit: str, value: float | Decimal) -> str:
    """Return the unit in the singular below two, as French does, when it is one plural word (``bilans par an``)."""
    noun, per, each = unit.partition(" par ")
    is_plural = noun.isalpha() and noun.endswith("s") and noun not in _SAME_IN_PLURAL
    return f"{noun[:-1]}{per}{each}" if is_plural and abs(Decimal(str(value))) < 2 else unit


def percent(share: float, decimals: int = 0) -> str:
    """Return a share between 0 and 1 as a percentage."""
    return quantity(Decimal(str(share)) * 100, decimals, PERCENT)


def p_value(p: float) -> str:
    """Return a p-value: two digits, three when it is small, never zero."""
    if p < 0.001:
        return f"p{NO_BREAK}<{NO_BREAK}0,001"
    return f"p{NO_BREAK}={NO_BREAK}{number(p, 3 if p < 0.1 else 2)}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun in agreement: ``1 livraison``, ``3 livraisons``."""
    noun = singular if abs(count) < 2 else (plural or f"{singular}s")
    return f"{number(count)}{NO_BREAK}{noun}"


def tally(key: str, count: int) -> str:
    """Return a count with its noun of the catalogue in agreement: ``1 livraison``, ``3 livraisons``."""
    return f"{number(count)}{NO_BREAK}{noun(key, count)}"
