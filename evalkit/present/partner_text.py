"""What a partner or an evaluator wrote, as it is: nothing in it may act as Markdown, HTML or code."""

from __future__ import annotations

import re

from evalkit.typography import NO_BREAK, typeset

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~^$@&\"=/:])")
"""Signs that Markdown, its extensions or Quarto may take as their own."""


def quoted(text: str) -> str:
    """Return a partner's text between French quotation marks, on one line, every active sign made harmless."""
    return f"«{NO_BREAK}{plain(text)}{NO_BREAK}»"


def plain(text: str) -> str:
    """Return a written text on one line, every active sign made harmless."""
    return _ACTIVE.sub(r"\\\1", typeset(" ".join(text.split())))


def paragraphs(text: str) -> str:
    """Return a written text with its paragraphs, every active sign made harmless."""
    return "\n\n".join(plain(part) for part in re.split(r"\n\s*\n", text.strip()))
