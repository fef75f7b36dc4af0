"""French typography: the no-break spaces that a keyboard does not have."""

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
