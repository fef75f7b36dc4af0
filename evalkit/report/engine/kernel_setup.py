"""What the kernel runs before the first cell of a document; its source is sent as text, it is not imported there.

The names that it leaves behind begin with ``_evalkit``, so that no cell of a document meets them by accident.
"""

from __future__ import annotations

from collections.abc import Callable


def _evalkit_figures(formats: list[str], size: list[float] | None) -> None:
    """Make figures come out in the given formats, with the same bytes at each run."""
    import matplotlib as mpl  # noqa: PLC0415
    from IPython import get_ipython  # noqa: PLC0415
    from matplotlib_inline.config import InlineBackend  # noqa: PLC0415

    shell = get_ipython()
    if shell is None:
        return
    shell.run_line_magic("matplotlib", "inline")
    backend = InlineBackend.instance(parent=shell)
    backend.figure_formats = set(formats)
    # A date in the metadata would make two renders of one document differ.
    options: dict[str, object] = {"bbox_inches": "tight", "metadata": {"Date": None}}
    backend.print_figure_kwargs = options  # type: ignore[assignment]
    mpl.rcParams["svg.hashsalt"] = "evalkit"
    if size is not None:
        mpl.rcParams["figure.figsize"] = size


def _evalkit_inline(value: object) -> None:
    """Send the value of an inline expression: its Markdown when it has one, else its text."""
    from IPython import display as shown  # noqa: PLC0415

    markdown = getattr(value, "_repr_markdown_", None)
    kind, text = ("text/plain", str(value)) if markdown is None else ("text/markdown", str(markdown()))
    show: Callable[..., None] = shown.display
    show({kind: text}, metadata={"type": type(value).__name__}, raw=True)
