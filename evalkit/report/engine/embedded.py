"""The embedded engine from end to end: a document and parameters in, files out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.errors import ReportError
from evalkit.report.engine.cell_options import CellOptions, read_options
from evalkit.report.engine.document import Cell, Prose, Source
from evalkit.report.engine.formats import Manuscript, write_docx, write_html, write_pdf
from evalkit.report.engine.front_matter import FrontMatter, read_front_matter
from evalkit.report.engine.inline import expressions
from evalkit.report.engine.kernel import Kernel, Output, Session, Task, run_tasks
from evalkit.report.engine.refusals import refusals
from evalkit.report.engine.weave import Ran, weave

FORMATS = ("html", "pdf", "docx")


@dataclass(frozen=True, slots=True)
class Job:
    """What the engine is asked for.

    Attributes:
        source: the document, its parameters already injected.
        formats: among `FORMATS`.
        outputs: the file of each format.
        work: a folder for the time of the render, that already holds the files that the document shows.
        environment: environment variables of the cells.
        metadata: texts that replace those of the front matter.
        kernel: a kernel kept from one document to the next; one of its own when absent.
    """

    source: Source
    formats: Sequence[str]
    outputs: Mapping[str, Path]
    work: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    kernel: Kernel | None = None


def render_embedded(job: Job) -> tuple[str, ...]:
    """Render a document: its cells are run once, then each format is written.

    Args:
        job: what to render.

    Returns:
        Warnings, in the order in which they were met.

    Raises:
        ReportError: the document asks for something that this engine refuses, a cell fails, or a conversion does.
    """
    refused = refusals(job.source)
    if refused:
        raise ReportError(refused)
    front = read_front_matter(job.source, job.metadata)
    woven = weave(job.source, _ran(job, front))
    for name, content in woven.pictures.items():
        path = job.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    manuscript = Manuscript(job.source, front, woven.text, job.work)
    return tuple(dict.fromkeys([*woven.warnings, *_written(job, manuscript)]))


def _written(job: Job, manuscript: Manuscript) -> Iterator[str]:
    """Write the formats side by side: each is the work of another program. Warnings keep the order of the formats."""
    writers = {"html": write_html, "pdf": write_pdf, "docx": write_docx}

    def written(name: str) -> tuple[str, ...]:
        return writers[name](manuscript, job.outputs[name])

    with ThreadPoolExecutor(len(job.formats)) as pool:
        for warnings in pool.map(written, job.formats):
            yield from warnings


def _ran(job: Job, front: FrontMatter) -> list[Ran]:
    blocks = list(job.source.blocks)
    options = [_options(block, front, job.source) for block in blocks]
    tasks = [_tasks(block, option, job.source) for block, option in zip(blocks, options, strict=True)]
    session = Session(
        document=job.source.path,
        folder=job.source.path.resolve().parent,
        environment=job.environment,
        figure_formats=("svg", "retina") if "docx" in job.formats else ("svg",),
        figure_size=front.figure_size,
    )
    outputs = iter(run_tasks([task for group in tasks for task in group], session, job.kernel))
    ran = []
    for block, option, group in zip(blocks, options, tasks, strict=True):
        received: list[Output] = [output for task in group for output in _kept(task, next(outputs))]
        places = expressions(block, job.source.path) if isinstance(block, Prose) else ()
        ran.append(Ran(block, option, places, tuple(received)))
    return ran


def _kept(task: Task, outputs: Sequence[Output]) -> Sequence[Output]:
    # An inline expression has one value; what it may print or warn of has no place in a sentence.
    return [output for output in outputs if output.kind == "display"][-1:] if task.inline else outputs


def _options(block: Prose | Cell, front: FrontMatter, source: Source) -> CellOptions | None:
    return read_options(block, front.cells, source.path) if isinstance(block, Cell) else None


def _tasks(block: Prose | Cell, options: CellOptions | None, source: Source) -> list[Task]:
    if isinstance(block, Prose):
        found = expressions(block, source.path)
        return [Task(e.code, f"L’expression « {e.code} »", e.line, inline=True) for e in found]
    if options is None or not options.run or not block.code.strip():
        return []
    name = f"La cellule « {options.label} »" if options.label else "La cellule sans étiquette"
    return [Task(block.code, f"{name}, ligne {block.opening},", block.line)]
