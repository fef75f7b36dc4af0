"""Give values to the parameters of a document: one injected cell, the same for both engines.

The cell tagged ``parameters`` assigns the default values; a cell that assigns the values of this render is put right
after it. The document stays a plain Quarto document (``quarto render -P`` still works where papermill is installed),
and neither engine needs papermill.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from evalkit.errors import ReportError
from evalkit.report.engine.cell_options import option_tree, tags_of
from evalkit.report.engine.document import Cell, OptionLine, Source
from evalkit.report.engine.problems import PARAMETER, failure, problem

Parameter: TypeAlias = "str | int | bool"

_OPTIONS = ("tags: [injected-parameters]", "include: false")


def with_parameters(source: Source, values: Mapping[str, Parameter]) -> Source:
    """Return a document where the parameters have the given values.

    Args:
        source: the document.
        values: values by name.

    Returns:
        The document, with one more cell after the one tagged ``parameters``.

    Raises:
        ReportError: no cell is tagged ``parameters``, or it does not assign one of the names.
    """
    if not values:
        return source
    cell = _checked(source, values)
    options = tuple(OptionLine(text, cell.opening) for text in _OPTIONS)
    injected = Cell(_assignments(values), options, cell.line, cell.opening, cell.closing)
    index = source.blocks.index(cell) + 1
    return Source(source.path, source.front, (*source.blocks[:index], injected, *source.blocks[index:]))


def text_with_parameters(text: str, source: Source, values: Mapping[str, Parameter]) -> str:
    """Return the text of a document where the parameters have the given values.

    Args:
        text: the text of the document.
        source: the same document, cut into blocks.
        values: values by name.

    Returns:
        The text, with one more cell after the one tagged ``parameters``.

    Raises:
        ReportError: no cell is tagged ``parameters``, or it does not assign one of the names.
    """
    if not values:
        return text
    cell = _checked(source, values)
    lines = text.replace("\r\n", "\n").split("\n")
    options = [f"#| {option}" for option in _OPTIONS]
    added = ["", "```{python}", *options, *_assignments(values).split("\n"), "```"]
    return "\n".join([*lines[: cell.closing], *added, *lines[cell.closing :]])


def parameter_names(source: Source) -> frozenset[str]:
    """Return the names of the parameters of a document; none when no cell is tagged ``parameters``."""
    tagged = _tagged(source)
    return _assigned(tagged[0], source.path) if tagged else frozenset()


def _assignments(values: Mapping[str, Parameter]) -> str:
    return "\n".join(f"{name} = {values[name]!r}" for name in sorted(values))


def _checked(source: Source, values: Mapping[str, Parameter]) -> Cell:
    tagged = _tagged(source)
    if not tagged:
        repair = "Ajoutez une cellule qui commence par « #| tags: [parameters] »."
        raise failure(PARAMETER, "Le document n’a pas de cellule de paramètres.", (source.path, 0), repair=repair)
    names = _assigned(tagged[0], source.path)
    unknown = [
        problem(
            PARAMETER,
            "La cellule de paramètres n’attend pas ce nom.",
            (source.path, tagged[0].opening),
            received=name,
            repair=f"Noms attendus : {', '.join(sorted(names)) or 'aucun'}.",
        )
        for name in values
        if name not in names
    ]
    if unknown:
        raise ReportError(unknown)
    return tagged[0]


def _tagged(source: Source) -> list[Cell]:
    return [
        block
        for block in source.blocks
        if isinstance(block, Cell) and "parameters" in tags_of(option_tree(block, source.path))
    ]


def _assigned(cell: Cell, path: Path) -> frozenset[str]:
    try:
        tree = ast.parse(cell.code)
    except SyntaxError as error:
        message = "La cellule de paramètres n’est pas du Python valable."
        raise failure(PARAMETER, message, (path, cell.line + (error.lineno or 1) - 1)) from None
    targets = [
        target
        for statement in tree.body
        for target in (
            statement.targets
            if isinstance(statement, ast.Assign)
            else [statement.target]
            if isinstance(statement, ast.AnnAssign)
            else []
        )
    ]
    return frozenset(target.id for target in targets if isinstance(target, ast.Name))
