"""What a partner wrote, quoted as it is: nothing in it may act as Markdown, HTML or code."""

from __future__ import annotations

import re

from evalkit.typography import NO_BREAK, typeset

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~^$@&\"=/:])")
"""Signs that Markdown, its extensions or Quarto may take as their own."""


def quoted(text: str) -> str:
    """Return a partner's text between French quotation marks, on one line, every active sign made harmless."""
    words = typeset(" ".join(text.split()))
    harmless = _ACTIVE.sub(r"\\\1", words)
    return f"«{NO_BREAK}{harmless}{NO_BREAK}»"
