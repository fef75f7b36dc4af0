"""The ``#|`` options of a cell, typed; an option that the engine does not render is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import ReportError
from evalkit.report.engine.document import Cell
from evalkit.report.engine.front_matter import CellDefaults, truth
from evalkit.report.engine.problems import CELL_OPTION, failure, unsupported
from evalkit.report.engine.yaml_tree import Tree, Value, read_tree

_KNOWN = frozenset(
    {"label", "fig-cap", "fig-alt", "tbl-cap", "echo", "include", "eval", "output", "warning", "error", "tags"}
)
_LABEL = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")
_OUTPUTS = frozenset({"true", "false", "asis"})


@dataclass(frozen=True, slots=True)
class CellOptions:
    """What one cell asks for.

    Attributes:
        label: its name, ``fig-…`` and ``tbl-…`` being numbered; may be empty.
        figure_caption: caption of its figure, in Markdown.
        alternative: text that stands for its figure.
        table_caption: caption of its table, in Markdown.
        echo: whether its code is shown.
        warning: whether what it writes to its error stream is shown.
        run: whether it is run.
        output: ``true``, ``false`` (hidden) or ``asis`` (printed text is Markdown).
        tags: notebook tags, among which ``parameters``.
    """

    label: str = ""
    figure_caption: str = ""
    alternative: str = ""
    table_caption: str = ""
    echo: bool = True
    warning: bool = True
    run: bool = True
    output: str = "true"
    tags: tuple[str, ...] = ()


def option_tree(cell: Cell, path: Path) -> Tree:
    """Return the options of a cell as they are written.

    Args:
        cell: the cell.
        path: the document, for messages.

    Returns:
        The options.

    Raises:
        ReportError: they are not YAML.
    """
    text = "\n".join(option.text for option in cell.options)
    return read_tree(text, path, cell.opening + 1)


def tags_of(tree: Tree) -> tuple[str, ...]:
    """Return the tags of a cell, written as one word or as a list."""
    value: Value = tree.values.get("tags", [])
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item)


def read_options(cell: Cell, defaults: CellDefaults, path: Path) -> CellOptions:
    """Read the options of a cell.

    Args:
        cell: the cell.
        defaults: what the front matter says of all cells.
        path: the document, for messages.

    Returns:
        The options.

    Raises:
        ReportError: an option is not rendered by this engine, or its value is not valid.
    """
    tree = option_tree(cell, path)
    refused = [unsupported("cette option de cellule", (path, tree.line(k)), k) for k in tree.values if k not in _KNOWN]
    if refused:
        raise ReportError(refused)
    _check(tree, path)
    include = truth(tree, "include", defaults.include, path)
    return CellOptions(
        label=tree.text("label"),
        figure_caption=tree.text("fig-cap").strip(),
        alternative=tree.text("fig-alt").strip(),
        table_caption=tree.text("tbl-cap").strip(),
        echo=include and truth(tree, "echo", defaults.echo, path),
        warning=include and truth(tree, "warning", defaults.warning, path),
        run=truth(tree, "eval", defaults.eval, path),
        output=tree.text("output", defaults.output) if include else "false",
        tags=tags_of(tree),
    )


def _check(tree: Tree, path: Path) -> None:
    for key in ("fig-cap", "fig-alt", "tbl-cap"):
        if not isinstance(tree.values.get(key, ""), str):
            what = "une liste dans cette option (une figure par cellule)"
            raise ReportError(unsupported(what, (path, tree.line(key)), key))
    if truth(tree, "error", False, path):
        raise ReportError(unsupported("les cellules qui montrent leurs erreurs", (path, tree.line("error")), "error"))
    output = tree.text("output", "true")
    if output not in _OUTPUTS:
        message = "L’option « output » attend « true », « false » ou « asis »."
        raise failure(CELL_OPTION, message, (path, tree.line("output")), received=output)
    label = tree.text("label")
    if label and not _LABEL.match(label):
        message = (
            "Une étiquette commence par une lettre et se compose de lettres sans accent, de chiffres et de tirets."
        )
        raise failure(CELL_OPTION, message, (path, tree.line("label")), received=label)
