"""Render a document with the Quarto program, in a copy of its folder so that nothing is written beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.report.engine.document import Source
from evalkit.report.engine.problems import QUARTO, failure
from evalkit.report.engine.yaml_tree import read_tree

_TARGETS = {"html": "html", "pdf": "typst", "docx": "docx"}  # Quarto's own "pdf" would ask for LaTeX
_SECONDS = 1800
_LEFT_OUT = shutil.ignore_patterns(".*", "_site", "_output", "_book", "*_files", "*.html", "*.pdf", "*.docx")


@dataclass(frozen=True, slots=True)
class QuartoJob:
    """What Quarto is asked for.

    Attributes:
        program: the Quarto program.
        source: the document, as it is on disk.
        text: its text with the parameters injected.
        outputs: the file of each format.
        work: a folder for the time of the render.
        environment: environment variables of the cells.
        metadata: texts that replace those of the front matter.
    """

    program: Path
    source: Source
    text: str
    outputs: Mapping[str, Path]
    work: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def find_quarto() -> Path | None:
    """Find the Quarto program.

    Returns:
        The program that ``QUARTO_PATH`` names, else the one of PATH, else None.

    Raises:
        ReportError: ``QUARTO_PATH`` is set, but names no program.
    """
    wanted = os.environ.get("QUARTO_PATH", "").strip()
    if not wanted:
        found = shutil.which("quarto")
        return Path(found) if found else None
    named = shutil.which(wanted)
    if named is None:
        message = "La variable d’environnement QUARTO_PATH ne désigne aucun programme."
        repair = "Corrigez-la, ou retirez-la pour employer le moteur intégré."
        raise failure(QUARTO, message, received=wanted, repair=repair)
    return Path(named)


def quarto_version(program: Path) -> str:
    """Return the version of a Quarto program.

    Args:
        program: the program.

    Returns:
        Its version.

    Raises:
        ReportError: it does not answer.
    """
    done = _run([str(program), "--version"], Path.cwd(), dict(os.environ))
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def prepare_folder(job: QuartoJob) -> Path:
    """Copy the folder of a document, with the injected text in place of the document.

    Args:
        job: what is to be rendered.

    Returns:
        The document in the copy.
    """
    folder = job.source.path.resolve().parent
    shutil.copytree(folder, job.work, dirs_exist_ok=True, ignore=_LEFT_OUT)
    for other in job.work.glob("*.qmd"):
        other.unlink()
    document = job.work / job.source.path.name
    document.write_text(_with_notice(job), encoding="utf-8")
    return document


def render_with_quarto(job: QuartoJob) -> None:
    """Render a document with Quarto, one call for each format.

    Args:
        job: what to render.

    Raises:
        ReportError: Quarto fails, or says nothing but writes no file.
    """
    document = prepare_folder(job)
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable, "PYTHONHASHSEED": "0", **job.environment}
    for name, output in job.outputs.items():
        _run(_command(job, document, name, output), job.work, environment)
        written = sorted(job.work.rglob(output.name))
        if not written:
            message = "Quarto s’est terminé sans écrire le fichier attendu."
            raise failure(QUARTO, message, (job.source.path, 0), received=output.name)
        shutil.move(written[0], output)


def _command(job: QuartoJob, document: Path, name: str, output: Path) -> list[str]:
    command = [str(job.program), "render", document.name, "--to", _TARGETS[name], "--output", output.name]
    command += ["--execute-dir", str(job.source.path.resolve().parent)]
    if name == "html":
        command += ["--metadata", "embed-resources:true"]
    for key in sorted(job.metadata):
        command += ["--metadata", f"{key}:{job.metadata[key]}"]
    return command


def _with_notice(job: QuartoJob) -> str:
    """Return the text with its notice as a first block, since Quarto knows no ``notice`` key."""
    front = read_tree(job.source.front, job.source.path, 2)
    notice = job.metadata.get("notice") or front.text("notice")
    if not notice:
        return job.text
    lines = job.text.replace("\r\n", "\n").split("\n")
    start = job.source.front.count("\n") + 3 if lines[0].rstrip() == "---" else 0
    block = ["", '::: {.callout-important appearance="simple"}', notice, ":::", ""]
    return "\n".join([*lines[:start], *block, *lines[start:]])


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except OSError as error:
        raise failure(QUARTO, "Le programme Quarto ne démarre pas.", received=str(error.strerror)) from None
    except subprocess.TimeoutExpired:
        raise failure(QUARTO, f"Quarto n’a pas fini en {_SECONDS // 60} minutes.") from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = lines[-1] if lines else f"code {done.returncode}"
        repair = "Relancez avec le moteur intégré, ou lancez « quarto render » à la main pour lire le détail."
        raise failure(QUARTO, "Le rendu par Quarto a échoué.", received=last, repair=repair)
    return done
