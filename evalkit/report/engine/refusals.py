"""Find in the prose what the embedded engine does not render, so that nothing is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from evalkit.errors import Problem
from evalkit.report.engine.document import Prose, Source
from evalkit.report.engine.problems import ALTERNATIVE_TEXT, problem, unsupported
from evalkit.report.engine.split import fences

CALLOUTS = frozenset({"callout-note", "callout-tip", "callout-important", "callout-warning", "callout-caution"})
STYLES = frozenset({"lead", "key-figures", "colophon"})

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{<\s*(\S+)[^\n]*?>\}\}")
_DIV = re.compile(r"^[ \t]{0,3}:{3,}[ \t]*(\{[^}\n]*\}|[A-Za-z][\w-]*)", re.MULTILINE)
_CONDITIONAL = re.compile(r"\{[^}\n]*\.(content-(?:visible|hidden))\b[^}\n]*\}")
_RAW = re.compile(r"\{=(\w+)\}")
_CELL_IN_TEXT = re.compile(r"(?:```+|~~~+)\s*\{(python[^}]*|r|julia|ojs|mermaid|dot|bash|sql)\b[^}]*\}")
_IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?[^)]*\)(\{[^}\n]*\})?")
_ALTERNATIVE = re.compile(r"(?:^|[\s{])(?:fig-)?alt\s*=\s*(?:\"[^\"]+\"|'[^']+')")
_THEOREM = re.compile(r"#(?:thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg)-")
_ATTRIBUTE_TITLE = re.compile(r"title\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_HTML_TAG = re.compile(r"</?(?:[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>", re.IGNORECASE)

_DIV_NAMES: tuple[tuple[Callable[[str], object], str], ...] = (
    (re.compile(r"\.content-(visible|hidden)").search, "le contenu conditionnel"),
    (
        re.compile(r"layout|\.columns?\b|\.column-|\.grid\b|\.g-col").search,
        "les colonnes et les grilles",
    ),
    (re.compile(r"\.panel-").search, "les onglets et panneaux"),
    (re.compile(r"#(?:fig|tbl)-").search, "les figures et tableaux écrits en bloc « ::: »"),
    (re.compile(r"#lst-").search, "les listages numérotés"),
    (_THEOREM.search, "les théorèmes et leurs semblables"),
    (re.compile(r"\.aside|\.column-margin").search, "les notes de marge"),
    (re.compile(r"#refs\b").search, "les bibliographies"),
)


def refusals(source: Source) -> tuple[Problem, ...]:
    """Return what the prose of a document asks for and the embedded engine cannot give.

    Args:
        source: the document.

    Returns:
        One problem for each place, in order.
    """
    found: list[Problem] = []
    for block in source.blocks:
        if isinstance(block, Prose):
            found += _prose(block, source.path)
    return tuple(found)


def _prose(block: Prose, path: Path) -> Iterator[Problem]:
    for fence in fences(block.text.split("\n"), 0, path, block.line):
        yield from _fence_info(fence.ticks, fence.info, (path, block.line + fence.first))
    text = masked(block, path)

    def at(offset: int) -> tuple[Path, int]:
        return path, block.line + text.count("\n", 0, offset)

    for match in _SHORTCODE.finditer(text):
        if match[1] != "pagebreak":
            yield unsupported("ce code court", at(match.start()), match[0])
    for match in _DIV.finditer(text):
        yield from _div(match[1], at(match.start()))
    for match in _CONDITIONAL.finditer(text):
        if not text[: match.start()].endswith((":", ": ")):
            yield unsupported("le contenu conditionnel", at(match.start()), match[1])
    for match in _RAW.finditer(text):
        yield unsupported("le texte brut d’un format", at(match.start()), match[0])
    for match in _HTML_TAG.finditer(text):
        yield unsupported("les balises HTML, qui seraient perdues dans le PDF", at(match.start()), match[0])
    for match in _IMAGE.finditer(text):
        yield from _image(match, at(match.start()))


def _fence_info(ticks: str, info: str, at: tuple[Path, int]) -> Iterator[Problem]:
    if found := _CELL_IN_TEXT.match(f"{ticks} {info}"):
        yield unsupported("cette cellule de code", at, found[0])
    elif _RAW.search(info):
        yield unsupported("le texte brut d’un format", at, info)
    elif re.search(r"#lst-|code-fold|filename\s*=|code-line-numbers", info):
        yield unsupported("les listages numérotés ou repliables", at, info)


def _div(head: str, at: tuple[Path, int]) -> Iterator[Problem]:
    for test, name in _DIV_NAMES:
        if test(head):
            yield unsupported(name, at, head)
            return
    classes = set(re.findall(r"\.([\w-]+)", head)) if head.startswith("{") else {head}
    if not classes <= CALLOUTS | STYLES or len(classes) != 1:
        yield unsupported("cette sorte de bloc « ::: »", at, head)
        return
    rest = _ATTRIBUTE_TITLE.sub("", head)
    if "=" in rest or "#" in rest:
        yield unsupported("cet attribut d’un bloc « ::: »", at, head)


def _image(match: re.Match[str], at: tuple[Path, int]) -> Iterator[Problem]:
    if re.match(r"[a-z]+://|//", match[2], re.IGNORECASE):
        yield unsupported("une image prise sur le réseau", at, match[2])
    attributes = match[3] or ""
    if not match[1].strip() and not _ALTERNATIVE.search(attributes):
        yield problem(
            ALTERNATIVE_TEXT,
            "Cette image n’a pas de texte alternatif.",
            at,
            received=match[2],
            repair='Ajoutez une légende entre crochets, ou un attribut fig-alt="…".',
        )


def masked(block: Prose, path: Path) -> str:
    """Return the prose with its code and its comments replaced by spaces, each line keeping its number.

    Args:
        block: the prose.
        path: its document, for messages.

    Returns:
        A text of the same length and lines.
    """
    lines = block.text.split("\n")
    for fence in fences(lines, 0, path, block.line):
        for index in range(fence.first, fence.last + 1):
            lines[index] = " " * len(lines[index])
    text = _COMMENT.sub(_blank, "\n".join(lines))
    return _CODE_SPAN.sub(_blank_span, text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _blank_span(match: re.Match[str]) -> str:
    if "\n\n" in match[0]:
        return match[0]
    return _blank(match)
