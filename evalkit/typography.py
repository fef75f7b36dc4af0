"""French typography: the no-break spaces that a keyboard does not have, counts with their nouns."""

from __future__ import annotations

import re

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


def typeset(text: str) -> str:
    """Return a French text with its no-break spaces in place of ordinary ones.

    A space that already stands before ``: ; ? ! % »`` or after ``«`` becomes the no-break one of the same place, so
    code can be written with ordinary spaces; so does the one between thousands. No space is added where none is, so
    times and addresses stay as they are.
    """
    text = re.sub(r"« ", f"«{NO_BREAK}", text)
    text = re.sub(r" (?=[:»])", NO_BREAK, text)
    text = re.sub(r" (?=[;?!%€])", NARROW, text)
    return re.sub(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))", rf"\1{NARROW}", text)


def french_count(number: int) -> str:
    """Return a whole number with narrow spaces between thousands."""
    return f"{number:,}".replace(",", NARROW)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and what it counts; in French the plural begins at two, and takes an s unless it is given."""
    return f"{french_count(number)} {one if abs(number) < 2 else many or f'{one}s'}"
