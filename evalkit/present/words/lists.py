"""Words in a row, joined as French does."""

from __future__ import annotations

from evalkit.present.messages.catalogue import say


def enumerate_words(words: tuple[str, ...] | list[str]) -> str:
    """Return words joined as French does: « a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    return say("words.lists.words_and", words=", ".join(words[:-1]), last=words[-1])
