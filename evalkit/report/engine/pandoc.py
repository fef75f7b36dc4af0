"""Call pandoc as a process, and turn what it and the Lua filters say into French problems."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import Problem, ReportError
from evalkit.report.engine.document import Cell, Source
from evalkit.report.engine.problems import (
    CELL_OUTPUT,
    PANDOC,
    REFERENCE,
    STRUCTURE,
    UNREADABLE,
    failure,
    problem,
    unsupported,
)
from evalkit.typography import typeset

# Dates inside a DOCX are this one, the first that a ZIP archive can hold, so that two renders have the same bytes.
_EPOCH = "315532800"
_FINDING = re.compile(r"^EVK\t([\w-]+)\t(.*)$")
_MISSING_FILE = re.compile(r"Could not (?:fetch resource|find image|determine image size for) '?([^\s':]+)'?")
_OPEN_BLOCK = re.compile(r"\[WARNING\] (?:Div|The following).*unclosed|\[WARNING\] Div at .* not closed", re.IGNORECASE)
_VECTOR_IMAGE = re.compile(r"Could not convert image (\S+?):")
_WARNING = re.compile(r"^\[WARNING\] (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PandocCall:
    """One call of pandoc.

    Attributes:
        arguments: its command line, without the program.
        text: the Markdown given to it.
        folder: its current folder.
        source: the document, for messages.
    """

    arguments: Sequence[str]
    text: str
    folder: Path
    source: Source


def pandoc_path() -> str:
    """Return the path of the pandoc program that comes with the package.

    Returns:
        The path.

    Raises:
        ReportError: there is none.
    """
    import pypandoc  # noqa: PLC0415

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        message = "Le programme pandoc est introuvable."
        raise failure(PANDOC, message, repair="Réinstallez le paquet pypandoc-binary.") from None


def pandoc_version() -> str:
    """Return the version of pandoc, for the colophon and the manifest."""
    done = subprocess.run([pandoc_path(), "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pandoc\S*\s+(\S+)", done.stdout)
    return found[1] if found else ""


def run_pandoc(call: PandocCall) -> tuple[str, ...]:
    """Run pandoc.

    Args:
        call: what to run.

    Returns:
        The warnings of pandoc.

    Raises:
        ReportError: a filter found problems, a file that the document shows is missing, or pandoc failed.
    """
    done = subprocess.run(
        [pandoc_path(), *call.arguments],
        input=call.text,
        capture_output=True,
        encoding="utf-8",
        cwd=call.folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
        check=False,
    )
    found = tuple(dict.fromkeys(_problems(done.stderr, call.source)))
    if found:
        raise ReportError(found)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        message = "La conversion du document par pandoc a échoué."
        raise failure(PANDOC, message, (call.source.path, 0), received=lines[-1] if lines else str(done.returncode))
    return tuple(_in_french(text) for text in _WARNING.findall(done.stderr))


def _in_french(warning: str) -> str:
    if found := _VECTOR_IMAGE.match(warning):
        return typeset(
            f"L’image {found[1]} est en SVG, que tous les traitements de texte n’affichent pas : préférez le PNG."
        )
    return typeset(f"pandoc : {warning}")


def _problems(stderr: str, source: Source) -> Iterator[Problem]:
    for line in stderr.splitlines():
        if match := _FINDING.match(line):
            yield _finding(match[1], match[2], source)
        elif match := _MISSING_FILE.search(line):
            at = (source.path, line_of(match[1], source))
            yield problem(UNREADABLE, "Une image du document est introuvable.", at, received=match[1])
        elif _OPEN_BLOCK.search(line):
            yield problem(STRUCTURE, "Un bloc « ::: » n’est pas fermé.", (source.path, line_of(":::", source)))


def _finding(kind: str, detail: str, source: Source) -> Problem:
    if kind == "raw":
        at = (source.path, line_of(detail, source))
        return unsupported("le texte brut d’un format, qui serait perdu dans les autres", at, detail)
    if kind == "citation":
        at = (source.path, line_of(f"@{detail}", source))
        return unsupported("les citations bibliographiques", at, f"@{detail}")
    if kind == "unknown-reference":
        at = (source.path, line_of(f"@{detail}", source))
        repair = "Donnez cette étiquette à une figure, un tableau, une équation ou un titre, ou corrigez le renvoi."
        return problem(REFERENCE, "Ce renvoi ne mène à rien.", at, received=f"@{detail}", repair=repair)
    if kind == "duplicate":
        at = (source.path, line_of(detail, source))
        return problem(REFERENCE, "Deux éléments portent la même étiquette.", at, received=detail)
    if kind == "heading-jump":
        message = "Ce titre saute un niveau, ce qui égare les lecteurs d’écran."
        return problem(STRUCTURE, message, (source.path, line_of(f"# {detail}", source)), received=detail)
    label = detail.partition(" ")[0]
    message = "Cette cellule de tableau doit donner un tableau Markdown, et un seul."
    return problem(CELL_OUTPUT, message, (source.path, line_of(label, source)), received=label)


def line_of(text: str, source: Source) -> int:
    """Return the first line of a document where a text stands, or 0.

    Args:
        text: what to look for, typography set aside.
        source: the document.

    Returns:
        The line, counted from 1.
    """
    wanted = _plain(text)
    lines = (number for number, line in _lines(source) if wanted in _plain(line))
    return next(lines, 0) if wanted.strip() else 0


def _lines(source: Source) -> Iterable[tuple[int, str]]:
    for block in source.blocks:
        if isinstance(block, Cell):
            yield from ((option.line, option.text) for option in block.options)
            yield from enumerate(block.code.split("\n"), block.line)
        else:
            yield from enumerate(block.text.split("\n"), block.line)


def _plain(text: str) -> str:
    return re.sub(r"\s", " ", text).replace("’", "'").replace("*", "")
