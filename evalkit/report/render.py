"""Render a Quarto document, with the Quarto program when it is there and the embedded engine when it is not.

The cells of the document find the engine in the environment variable ``EVALKIT_REPORT_ENGINE``, for the colophon, and
the folder where their images are looked for in ``EVALKIT_REPORT_FOLDER``.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from evalkit.present.chart import FOLDER_VARIABLE
from evalkit.report.engine.document import Source
from evalkit.report.engine.embedded import FORMATS, Job, render_embedded
from evalkit.report.engine.formats import copy_files
from evalkit.report.engine.kernel import Kernel
from evalkit.report.engine.pandoc import pandoc_version
from evalkit.report.engine.problems import REQUEST, failure
from evalkit.report.engine.split import read_source
from evalkit.report.parameters import Parameter, text_with_parameters, with_parameters
from evalkit.report.quarto_cli import QuartoJob, find_quarto, quarto_version, render_with_quarto

__all__ = ["ENGINE_VARIABLE", "RenderRequest", "Rendered", "find_quarto", "render"]

ENGINE_VARIABLE = "EVALKIT_REPORT_ENGINE"
_EMBEDDED = "moteur intégré d’evalkit"
_ENGINES = ("auto", "quarto", "embedded")
_NAME = re.compile(r"^[\w][\w.-]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """A document to render.

    Attributes:
        document: a ``.qmd`` file. Its folder should hold the report project only: Quarto works in a copy of it.
        formats: among ``html``, ``pdf`` and ``docx``.
        output_dir: the folder of the files, made when it is missing.
        name: their name without extension.
        parameters: values of the parameters, by name, among those that the cell tagged ``parameters`` assigns.
        metadata: texts that replace those of the front matter (``title``, ``subtitle``, ``date``, ``notice``...).
        extra_files: files and folders that the document shows, put beside it for the time of the render.
        environment: environment variables given to the cells.
        engine: ``auto``, ``quarto`` or ``embedded``.
        kernel: a kernel kept from one document to the next, for the embedded engine.
    """

    document: Path
    formats: tuple[str, ...] = ("html", "pdf")
    output_dir: Path
    name: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    extra_files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    engine: str = "auto"
    kernel: Kernel | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was rendered.

    Attributes:
        files: the files, in the order of the formats asked for.
        engine: ``quarto`` or ``embedded``.
        engine_version: the version of Quarto, or those of pandoc and typst.
        warnings: French sentences for the person who renders; nothing of them is in the files.
    """

    files: tuple[Path, ...]
    engine: str
    engine_version: str
    warnings: tuple[str, ...] = ()


def render(request: RenderRequest) -> Rendered:
    """Render a document to one file for each format.

    Args:
        request: what to render.

    Returns:
        The files, and the engine that wrote them.

    Raises:
        ReportError: the request is not valid, the document cannot be rendered, or one of its cells fails.
    """
    _check(request)
    source = read_source(request.document)
    program = _program(request)
    request.output_dir.mkdir(parents=True, exist_ok=True)
    folder = request.output_dir.resolve()
    outputs = {name: folder / f"{request.name}.{name}" for name in request.formats}
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary).resolve()
        if program is None:
            return _embedded(request, source, outputs, work)
        return _quarto(request, source, outputs, (program, work))


def _embedded(request: RenderRequest, source: Source, outputs: Mapping[str, Path], work: Path) -> Rendered:
    versions = f"pandoc {pandoc_version()}, typst {version('typst')}"
    copy_files([*_images(source), *request.extra_files], work)
    job = Job(
        source=with_parameters(source, request.parameters),
        formats=request.formats,
        outputs=outputs,
        work=work,
        environment={**request.environment, FOLDER_VARIABLE: str(work), ENGINE_VARIABLE: f"{_EMBEDDED} ({versions})"},
        metadata=request.metadata,
        kernel=request.kernel,
    )
    warnings = render_embedded(job)
    return Rendered(tuple(outputs.values()), "embedded", versions, warnings)


def _quarto(request: RenderRequest, source: Source, outputs: Mapping[str, Path], place: tuple[Path, Path]) -> Rendered:
    program, work = place
    found = quarto_version(program)
    text = request.document.read_text(encoding="utf-8-sig")
    copy_files(request.extra_files, work)
    job = QuartoJob(
        program=program,
        source=source,
        text=text_with_parameters(text, source, request.parameters),
        outputs=outputs,
        work=work,
        environment={**request.environment, ENGINE_VARIABLE: f"Quarto {found}"},
        metadata=request.metadata,
    )
    render_with_quarto(job)
    return Rendered(tuple(outputs.values()), "quarto", found)


def _images(source: Source) -> list[Path]:
    """Return what stands beside the document and may be shown by it: everything but documents and settings."""
    folder = source.path.resolve().parent
    kinds = {".png", ".svg", ".jpg", ".jpeg"}
    folders = {"images", "figures"}
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in kinds or path.name in folders)


def _program(request: RenderRequest) -> Path | None:
    if request.engine == "embedded":
        return None
    program = find_quarto()
    if program is None and request.engine == "quarto":
        repair = "Indiquez son chemin dans la variable d’environnement QUARTO_PATH, ou choisissez le moteur intégré."
        raise failure(REQUEST, "Le programme Quarto est introuvable.", repair=repair)
    return program


def _check(request: RenderRequest) -> None:
    if request.engine not in _ENGINES:
        message = f"Le moteur de rendu se choisit parmi {', '.join(_ENGINES)}."
        raise failure(REQUEST, message, received=request.engine)
    unknown = [name for name in request.formats if name not in FORMATS]
    if unknown or not request.formats:
        message = f"Les formats se choisissent parmi {', '.join(FORMATS)}."
        raise failure(REQUEST, message, received=", ".join(unknown))
    if not _NAME.match(request.name):
        message = "Le nom du rapport ne contient que des lettres, des chiffres, « - », « _ » et « . »."
        raise failure(REQUEST, message, received=request.name)
    missing = [str(path) for path in request.extra_files if not path.exists()]
    if missing:
        raise failure(REQUEST, "Un fichier à joindre au document n’existe pas.", received=", ".join(missing))
