"""What a partner or an evaluator wrote, as it is: nothing in it may act as Markdown, HTML or code."""

from __future__ import annotations

import re

from evalkit.typography import NO_BREAK, typeset

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~^$@&\"=/:])")
"""Signs that Markdown, its extensions or Quarto may take as their own."""


LONGEST_EXCERPT = 240
"""Characters of a review that the body of a report quotes."""


def quoted(text: str) -> str:
    """Return a partner's text between French quotation marks, on one line, every active sign made harmless."""
    return f"«{NO_BREAK}{plain(text)}{NO_BREAK}»"


def excerpt(text: str) -> str:
    """Return the first sentences of a partner's text between quotation marks, a mark standing for the rest.

    The whole text stays in the edition and in its exports.
    """
    bare = " ".join(text.split())
    if len(bare) <= LONGEST_EXCERPT:
        return quoted(bare)
    sentences = re.split(r"(?<=[.!?…])\s+", bare[:LONGEST_EXCERPT])
    kept = " ".join(sentences[:-1]) or bare[:LONGEST_EXCERPT].rpartition(" ")[0]
    return quoted(f"{kept} […]")


def plain(text: str) -> str:
    """Return a written text on one line, every active sign made harmless."""
    return _ACTIVE.sub(r"\\\1", typeset(" ".join(text.split())))


def paragraphs(text: str) -> str:
    """Return a written text with its paragraphs, every active sign made harmless."""
    return "\n\n".join(plain(part) for part in re.split(r"\n\s*\n", text.strip()))
