"""Weave prose, cells and their outputs into one pandoc Markdown text and the figures that it shows.

The text is the same for every format: a figure is named without its extension, which each format chooses. What the
Lua filters must know of a figure or a table (label, caption, alternative text) is carried by a fenced block of class
``evk-figure`` or ``evk-table``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.errors import ReportError
from evalkit.report.engine.cell_options import CellOptions
from evalkit.report.engine.document import Cell, Prose, Source
from evalkit.report.engine.inline import Expression, filled
from evalkit.report.engine.kernel import Output
from evalkit.report.engine.problems import (
    ALTERNATIVE_TEXT,
    CELL_OUTPUT,
    INLINE_VALUE,
    STRUCTURE,
    failure,
    problem,
)

_ESCAPED = re.compile(r"([\\`*_{}\[\]<>#@$^~|])")
_OBJECT_NAME = re.compile(r"^[<(\[].*[>)\]]$", re.DOTALL)
_PLOT_OBJECT = ("[<matplotlib", "<matplotlib", "<seaborn.", "<Axes", "[<Axes", "array([<Axes", "Text(")
_DECIMAL_POINT = re.compile(r"-?\d+\.\d+(e[+-]?\d+)?")
_PICTURES = {"image/svg+xml": "svg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Ran:
    """A block of the document with what its run sent back.

    Attributes:
        block: the prose or the cell.
        options: the options of the cell, None for prose.
        places: the inline expressions of the prose.
        outputs: for a cell, its outputs; for prose, those of each expression, one after the other.
    """

    block: Prose | Cell
    options: CellOptions | None
    places: tuple[Expression, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Woven:
    """A document ready for pandoc.

    Attributes:
        text: pandoc Markdown.
        pictures: bytes of the figures by relative path.
        warnings: French sentences for the person who renders.
    """

    text: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def weave(source: Source, blocks: Sequence[Ran]) -> Woven:
    """Weave the blocks of a document.

    Args:
        source: the document.
        blocks: its blocks with their outputs, in order.

    Returns:
        The Markdown, its figures and the warnings.

    Raises:
        ReportError: a figure has no alternative text, an output is HTML only, an inline value is missing, or two
            cells bear the same label.
    """
    _check_labels(source, blocks)
    parts = [
        _cell(ran.block, ran.options, ran.outputs, source.path)
        if isinstance(ran.block, Cell) and ran.options is not None
        else _prose(ran, source.path)
        for ran in blocks
    ]
    pictures = {name: content for part in parts for name, content in part.pictures.items()}
    warnings = tuple(warning for part in parts for warning in part.warnings)
    return Woven("\n\n".join(part.text for part in parts if part.text) + "\n", pictures, warnings)


def _check_labels(source: Source, blocks: Sequence[Ran]) -> None:
    seen: dict[str, int] = {}
    for ran in blocks:
        if not isinstance(ran.block, Cell) or ran.options is None or not ran.options.label:
            continue
        label, line = ran.options.label, ran.block.opening
        if label in seen:
            message = f"Deux cellules portent la même étiquette, la première à la ligne {seen[label]}."
            raise failure(STRUCTURE, message, (source.path, line), received=label)
        seen[label] = line


def _prose(ran: Ran, path: Path) -> Woven:
    if not isinstance(ran.block, Prose):
        return Woven("")
    pairs = zip(ran.places, ran.outputs, strict=True)
    found = [_inline_value(place, output, path) for place, output in pairs]
    warnings = [
        f"{path.name}, ligne {place.line} : la valeur « {value} » garde son point décimal."
        for place, value in zip(ran.places, found, strict=True)
        if _DECIMAL_POINT.fullmatch(value)
    ]
    return Woven(filled(ran.block, ran.places, found), warnings=tuple(warnings))


def _inline_value(place: Expression, output: Output, path: Path) -> str:
    if "text/markdown" in output.data:
        return output.data["text/markdown"].strip()
    text = output.data.get("text/plain", "")
    if output.type_name == "NoneType" or text.lower() in {"nan", "nat"}:
        message = "Cette valeur est absente : un rapport dit pourquoi un nombre manque, il n’imprime pas un vide."
        raise failure(INLINE_VALUE, message, (path, place.line), received=place.code)
    return _ESCAPED.sub(r"\\\1", text)


def _cell(cell: Cell, options: CellOptions, outputs: Sequence[Output], path: Path) -> Woven:
    parts = [_code_block(cell.code, ".python .cell-code")] if options.echo and cell.code.strip() else []
    if options.output == "false" or not options.run:
        return Woven("\n\n".join(parts))
    place = (path, cell.opening)
    errors = [output.data["text/plain"] for output in outputs if output.kind == "stderr"]
    pictures = [output for output in outputs if _picture(output)]
    _check_pictures(pictures, options, place)
    name = options.label or f"cellule-{cell.opening}"
    shown = [_shown(output, options, bool(pictures), name, place) for output in outputs]
    body = "\n\n".join(text for text in shown if text)
    parts.append(_table(body, options) if _is_table(options) else body)
    files = {f"media/{name}.{kind}": data for output in pictures for kind, data in _picture(output).items()}
    warnings = () if options.warning else tuple(f"{path.name}, ligne {cell.line} : {_last(text)}" for text in errors)
    return Woven("\n\n".join(part for part in parts if part), files, warnings)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("  ")]
    return lines[0] if lines else text.strip()


def _shown(output: Output, options: CellOptions, drawn: bool, name: str, place: tuple[Path, int]) -> str:
    if output.kind == "stderr":
        return _code_block(output.data["text/plain"].rstrip("\n"), ".cell-stderr") if options.warning else ""
    text = output.data.get("text/plain", "")
    if output.kind == "stdout":
        return text if options.output == "asis" else _code_block(text.rstrip("\n"), ".cell-output")
    if _picture(output):
        return _figure(options, name)
    if "text/markdown" in output.data:
        return output.data["text/markdown"]
    if "text/html" in output.data:
        message = "Cette cellule donne du HTML, qui ne passe ni dans le PDF ni sans réseau."
        repair = "Affichez ce résultat en Markdown, par exemple avec IPython.display.Markdown."
        raise failure(CELL_OUTPUT, message, place, received=text.partition("\n")[0] or "text/html", repair=repair)
    if text.startswith(_PLOT_OBJECT) or (drawn and _OBJECT_NAME.match(text.strip())):
        return ""
    return _code_block(text, ".cell-output")


def _picture(output: Output) -> dict[str, bytes]:
    found = {}
    for media, extension in _PICTURES.items():
        if media in output.data:
            text = output.data[media]
            found[extension] = text.encode() if extension == "svg" else base64.b64decode(text)
    return found


def _check_pictures(pictures: Sequence[Output], options: CellOptions, place: tuple[Path, int]) -> None:
    if len(pictures) > 1:
        message = "Cette cellule donne plusieurs figures : chacune demande sa cellule et son texte alternatif."
        raise failure(CELL_OUTPUT, message, place, received=str(len(pictures)))
    if pictures and not options.alternative:
        raise ReportError(
            problem(
                ALTERNATIVE_TEXT,
                "Cette figure n’a pas de texte alternatif.",
                place,
                received=options.label,
                repair="Ajoutez à la cellule une ligne « #| fig-alt: … » qui dit ce que la figure montre.",
            )
        )
    if options.label.startswith("fig-") and not pictures:
        message = "Cette cellule porte une étiquette de figure, mais ne donne aucune figure."
        raise failure(CELL_OUTPUT, message, place, received=options.label)


def _figure(options: CellOptions, name: str) -> str:
    label = f" #{options.label}" if options.label.startswith("fig-") else ""
    caption = f"\n\n::::: {{.evk-caption}}\n{options.figure_caption}\n:::::" if options.figure_caption else ""
    head = f":::::: {{.evk-figure{label} alt={_quoted(options.alternative)}}}"
    return f"{head}\n![](media/{name})\n{caption}\n::::::"


def _is_table(options: CellOptions) -> bool:
    return bool(options.table_caption) or options.label.startswith("tbl-")


def _table(body: str, options: CellOptions) -> str:
    label = f" #{options.label}" if options.label.startswith("tbl-") else ""
    caption = f"::::: {{.evk-caption}}\n{options.table_caption}\n:::::\n\n" if options.table_caption else ""
    return f":::::: {{.evk-table{label}}}\n{caption}{body}\n::::::"


def _code_block(text: str, classes: str) -> str:
    if not text:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks} {{{classes}}}\n{text}\n{ticks}"


def _quoted(text: str) -> str:
    flat = re.sub(r"[ \t]*\n[ \t]*", " ", text)
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
