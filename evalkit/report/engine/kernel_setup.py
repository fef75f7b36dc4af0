"""What the kernel runs before the first cell of a document; its source is sent as text, it is not imported there.

The name that it leaves behind begins with ``_evalkit``, so that no cell of a document meets it by accident.
"""

from __future__ import annotations

from collections.abc import Callable


def _evalkit_inline(value: object) -> None:
    """Send the value of an inline expression: its Markdown when it has one, else its text."""
    from IPython import display as shown  # noqa: PLC0415

    markdown = getattr(value, "_repr_markdown_", None)
    kind, text = ("text/plain", str(value)) if markdown is None else ("text/markdown", str(markdown()))
    show: Callable[..., None] = shown.display
    show({kind: text}, metadata={"type": type(value).__name__}, raw=True)
