"""From the woven Markdown to each format: HTML and DOCX by pandoc, PDF by pandoc then typst."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from evalkit.report.engine.document import Source
from evalkit.report.engine.docx_reference import write_reference
from evalkit.report.engine.front_matter import FrontMatter
from evalkit.report.engine.pandoc import PandocCall, run_pandoc
from evalkit.report.engine.problems import TYPST, failure

# PDF/UA-1: readable by a screen reader; PDF/A-2a: readable in 2030, when the mid-term report is opened again.
PDF_STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")
_READER = "markdown"
_MARKED_PIECE = re.compile(r"[`*_{}\[\]\\]")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document ready to be put in any format.

    Attributes:
        source: where it comes from, for messages.
        front: its front matter.
        text: its woven Markdown.
        folder: a working folder that holds the figures and the files that it shows.
    """

    source: Source
    front: FrontMatter
    text: str
    folder: Path


def write_html(manuscript: Manuscript, output: Path) -> tuple[str, ...]:
    """Write one HTML file that needs no other file and no network.

    Args:
        manuscript: the document.
        output: the file to write.

    Returns:
        The warnings of pandoc.

    Raises:
        ReportError: the document has problems that the conversion found.
    """
    theme = _theme(manuscript.folder, "report.html", "report.css")
    options = ["--to=html5", "--mathml", "--embed-resources", "--default-image-extension=svg"]
    options += [f"--template={theme / 'report.html'}", f"--css={theme / 'report.css'}", f"--output={output}"]
    return _convert(manuscript, "html", options)


def write_docx(manuscript: Manuscript, output: Path) -> tuple[str, ...]:
    """Write a DOCX file, for those who must edit the text.

    Args:
        manuscript: the document.
        output: the file to write.

    Returns:
        The warnings of pandoc.

    Raises:
        ReportError: the document has problems that the conversion found.
    """
    reference = _theme(manuscript.folder) / "reference.docx"
    write_reference(reference)
    options = ["--to=docx", "--default-image-extension=png", f"--output={output}"]
    return _convert(manuscript, "docx", [*options, f"--reference-doc={reference}"])


def write_pdf(manuscript: Manuscript, output: Path) -> tuple[str, ...]:
    """Write a tagged PDF (PDF/UA-1 and PDF/A-2a).

    Args:
        manuscript: the document.
        output: the file to write.

    Returns:
        The warnings of pandoc and of typst.

    Raises:
        ReportError: the document has problems that the conversion or the layout found.
    """
    theme = _theme(manuscript.folder, "report.typ")
    page = manuscript.folder / "report.typ"
    options = ["--to=typst-smart", "--default-image-extension=svg"]
    options += [f"--template={theme / 'report.typ'}", f"--output={page}"]
    warnings = _convert(manuscript, "pdf", options)
    content, more = _compile(page, manuscript)
    output.write_bytes(content)
    return (*warnings, *more)


def _theme(folder: Path, *names: str) -> Path:
    theme = folder / ".theme"
    theme.mkdir(exist_ok=True)
    for name in names:
        (theme / name).write_bytes(files("evalkit.report").joinpath("theme", name).read_bytes())
    return theme


def _convert(manuscript: Manuscript, name: str, options: Sequence[str]) -> tuple[str, ...]:
    layout = manuscript.front.layouts[name]
    metadata = manuscript.folder / f".{name}.json"
    metadata.write_text(json.dumps(_metadata(manuscript.front, name), ensure_ascii=False), encoding="utf-8")
    arguments = [f"--from={_READER}", "--standalone", "--wrap=none", f"--metadata-file={metadata}", *options]
    if layout.toc:
        arguments += ["--toc", f"--toc-depth={_depth(name, layout.toc_depth)}"]
    with as_file(files("evalkit.report.engine").joinpath("filters")) as filters:
        arguments.append(f"--lua-filter={filters / 'report.lua'}")
        call = PandocCall(arguments, manuscript.text, manuscript.folder, manuscript.source)
        return run_pandoc(call)


def _depth(name: str, depth: int) -> int:
    # In HTML the title of the document is the first level, so its sections begin at the second.
    return depth + 1 if name == "html" else depth


def _metadata(front: FrontMatter, name: str) -> Mapping[str, object]:
    metadata: dict[str, object] = {"lang": "fr", "toc-title": "Sommaire", **front.texts}
    if front.authors:
        metadata["author"] = list(front.authors)
    metadata["byline"] = bool(front.authors) or "date" in front.texts
    metadata["evk-number-sections"] = front.layouts[name].number_sections
    return metadata


def _compile(page: Path, manuscript: Manuscript) -> tuple[bytes, tuple[str, ...]]:
    import typst  # noqa: PLC0415

    inputs = {"authors": _MARKED_PIECE.sub("", ", ".join(manuscript.front.authors))}
    try:
        content, warnings = typst.compile_with_warnings(
            str(page),
            root=str(manuscript.folder),
            font_paths=[str(_figure_fonts())],
            ignore_system_fonts=True,
            sys_inputs=inputs,
            pdf_standards=list(PDF_STANDARDS),
            timestamp=0,
        )
    except typst.TypstError as error:
        message = "La mise en page du PDF par typst a échoué."
        raise failure(TYPST, message, (manuscript.source.path, 0), received=error.message) from None
    return bytes(content), tuple(warning.message for warning in warnings)


def _figure_fonts() -> Path:
    """Return the folder of the DejaVu fonts that matplotlib carries, for the signs that typst's fonts lack."""
    import matplotlib as mpl  # noqa: PLC0415

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def copy_files(paths: Sequence[Path], folder: Path) -> None:
    """Copy files and folders into a working folder, under their own names.

    Args:
        paths: what to copy.
        folder: where to.
    """
    for path in paths:
        if path.is_dir():
            shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
        else:
            shutil.copy2(path, folder / path.name)
