"""What the front matter of a document (and of its project) asks for, key by key; unknown keys are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import Problem, ReportError
from evalkit.report.engine.document import Source
from evalkit.report.engine.problems import FRONT_MATTER, failure, problem, unsupported
from evalkit.report.engine.yaml_tree import Tree, Value, merged, read_tree

_TEXT_KEYS = ("title", "subtitle", "notice", "description", "toc-title")
_LAYOUT_KEYS = frozenset({"toc", "toc-depth", "toc-title", "number-sections", "fig-width", "fig-height"})
_READ_KEYS = frozenset({*_TEXT_KEYS, *_LAYOUT_KEYS, "author", "date", "lang", "execute", "format"})
_EXECUTE_READ = frozenset({"echo", "warning", "include", "eval", "output"})
_EXECUTE_WITHOUT_EFFECT = frozenset({"enabled", "cache", "freeze", "daemon", "debug"})
# The first set says how Quarto runs; the second dresses a page that the theme of this engine dresses itself.
_RUN_WITHOUT_EFFECT = frozenset({"project", "jupyter", "engine", "params", "crossref", "language", "date-format"})
_LOOK_KEYS = (
    "anchor-sections code-copy code-overflow columns css df-print embed-resources fig-align fig-cap-location fig-dpi "
    "fig-format fig-responsive fontsize grid highlight-style html-math-method keep-md keep-typ lightbox linestretch "
    "link-external-icon link-external-newwindow mainfont margin minimal number-depth page-layout papersize "
    "pdf-standard reference-doc section-numbering self-contained smooth-scroll standalone tbl-cap-location theme "
    "title-block-banner title-block-style toc-expand toc-location"
)
_LOOK_WITHOUT_EFFECT = frozenset(_LOOK_KEYS.split())
_FORMATS = {"html": "html", "typst": "pdf", "pdf": "pdf", "docx": "docx"}
_TRUTH = {"true": True, "false": False, "yes": True, "no": False}
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one format is laid out: table of contents (and to what depth), numbered sections."""

    toc: bool = False
    toc_depth: int = 3
    number_sections: bool = False


@dataclass(frozen=True, slots=True)
class CellDefaults:
    """What a cell does when it does not say: show its code, its warnings, its output; be run at all."""

    echo: bool = True
    warning: bool = True
    include: bool = True
    eval: bool = True
    output: str = "true"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter, typed.

    Attributes:
        texts: ``title``, ``subtitle``, ``notice``, ``description``, ``toc-title`` and ``date`` (in words), as Markdown.
        authors: names, in order.
        layouts: the layout of ``html``, ``pdf`` and ``docx``.
        cells: the defaults of the cells.
        figure_size: width and height of the figures in inches, None when the document leaves them to its code.
    """

    texts: Mapping[str, str]
    authors: tuple[str, ...]
    layouts: Mapping[str, Layout]
    cells: CellDefaults
    figure_size: tuple[float, float] | None


def read_front_matter(source: Source, overrides: Mapping[str, str]) -> FrontMatter:
    """Read the front matter of a document, over that of its project and under the given values.

    Args:
        source: the document.
        overrides: texts that replace those of the document, by key (``title``, ``subtitle``, ``date``...).

    Returns:
        The front matter.

    Raises:
        ReportError: a key is not rendered by this engine, or a value is not valid.
    """
    project, project_path = _project(source.path.parent)
    own = read_tree(source.front, source.path, 2)
    problems = [*_refusals(project, project_path), *_refusals(own, source.path)]
    if problems:
        raise ReportError(problems)
    tree = merged(merged(project, own), Tree(dict(overrides)))
    return _typed(tree, source.path)


def _project(folder: Path) -> tuple[Tree, Path]:
    extra = folder / "_metadata.yml"
    if extra.exists():
        raise ReportError(unsupported("les réglages de dossier", (extra, 0), "_metadata.yml"))
    path = folder / "_quarto.yml"
    return (read_tree(path.read_text(encoding="utf-8"), path, 1), path) if path.exists() else (Tree(), path)


def _refusals(tree: Tree, path: Path) -> Iterator[Problem]:
    known = _READ_KEYS | _RUN_WITHOUT_EFFECT | _LOOK_WITHOUT_EFFECT
    yield from _unknown(tree, known, path)
    yield from _unknown(tree.tree("execute"), _EXECUTE_READ | _EXECUTE_WITHOUT_EFFECT, path)
    formats = tree.tree("format")
    yield from _unknown(formats, frozenset(_FORMATS), path)
    for name in formats.values:
        yield from _unknown(formats.tree(name), _LAYOUT_KEYS | _LOOK_WITHOUT_EFFECT, path)
    if not tree.text("lang", "fr").startswith("fr"):
        yield unsupported("une autre langue que le français", (path, tree.line("lang")), tree.text("lang"))
    if tree.text("engine", "jupyter") != "jupyter":
        yield unsupported("un autre moteur de calcul que jupyter", (path, tree.line("engine")), tree.text("engine"))


def _unknown(tree: Tree, known: frozenset[str], path: Path) -> Iterator[Problem]:
    for key in tree.values:
        if key not in known:
            yield unsupported("cette clé de l’en-tête", (path, tree.line(key)), key)


def _typed(tree: Tree, path: Path) -> FrontMatter:
    texts = {key: tree.text(key).strip() for key in _TEXT_KEYS if tree.text(key).strip()}
    if not texts.get("title"):
        message = "Le document n’a pas de titre, que demandent les lecteurs d’écran et le PDF."
        raise failure(FRONT_MATTER, message, (path, 1), repair="Ajoutez une ligne « title: … » dans l’en-tête.")
    if tree.text("date"):
        texts["date"] = _date(tree, path)
    formats = {_FORMATS[name]: tree.tree("format").tree(name) for name in tree.tree("format").values}
    layouts = {name: _layout(merged(tree, formats.get(name, Tree())), path) for name in ("html", "pdf", "docx")}
    return FrontMatter(texts, _authors(tree), layouts, _cell_defaults(tree.tree("execute"), path), _size(tree, path))


def _layout(tree: Tree, path: Path) -> Layout:
    depth = int(_number(tree, "toc-depth", path) or Layout().toc_depth)
    return Layout(truth(tree, "toc", False, path), depth, truth(tree, "number-sections", False, path))


def _cell_defaults(tree: Tree, path: Path) -> CellDefaults:
    return CellDefaults(
        echo=truth(tree, "echo", True, path),
        warning=truth(tree, "warning", True, path),
        include=truth(tree, "include", True, path),
        eval=truth(tree, "eval", True, path),
        output=tree.text("output", "true"),
    )


def truth(tree: Tree, key: str, default: bool, path: Path) -> bool:
    """Return a value that must be ``true`` or ``false``.

    Args:
        tree: the mapping.
        key: the key to read.
        default: what an absent key means.
        path: the file, for messages.

    Returns:
        The value.

    Raises:
        ReportError: it is something else.
    """
    if key not in tree.values:
        return default
    value = tree.text(key).lower()
    if value not in _TRUTH:
        message = f"La clé « {key} » attend « true » ou « false »."
        raise failure(FRONT_MATTER, message, (path, tree.line(key)), received=value)
    return _TRUTH[value]


def _number(tree: Tree, key: str, path: Path) -> float | None:
    value = tree.text(key)
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 100:
        message = f"La clé « {key} » attend un nombre positif."
        raise failure(FRONT_MATTER, message, (path, tree.line(key)), received=value)
    return number


def _size(tree: Tree, path: Path) -> tuple[float, float] | None:
    width, height = _number(tree, "fig-width", path), _number(tree, "fig-height", path)
    if width is None and height is None:
        return None
    width = width or 7.0
    return width, height or width / 1.6


def _authors(tree: Tree) -> tuple[str, ...]:
    value: Value = tree.values.get("author", [])
    items = value if isinstance(value, list) else [value]
    names = [item.text("name") if isinstance(item, Tree) else item for item in items]
    return tuple(name for name in names if isinstance(name, str) and name)


def _date(tree: Tree, path: Path) -> str:
    text = tree.text("date").strip()
    if text in {"today", "now", "last-modified"}:
        message = "La date d’un rapport ne peut pas être celle de l’horloge : deux rendus différeraient."
        repair = "Écrivez la date du document, par exemple 2027-03-15."
        problem_found = problem(FRONT_MATTER, message, (path, tree.line("date")), received=text, repair=repair)
        raise ReportError(problem_found)
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return text
    day = "1^er^" if found[3] == "01" else str(int(found[3]))
    return f"{day}\N{NO-BREAK SPACE}{_MONTHS[int(found[2]) - 1]}\N{NO-BREAK SPACE}{found[1]}"
