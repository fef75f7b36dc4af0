"""The manifest of rendered reports: what each was made of, so that only what changed is rendered again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from evalkit.present.messages.catalogue import catalogue_hash
from evalkit.publish.publish import package_version
from evalkit.report.render import Rendered, RenderRequest, find_quarto
from evalkit.store.atomic import write_text_atomically

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A report that stands rendered.

    Attributes:
        name: of its files, without extension.
        of: hash of everything that it was made of.
        engine: the engine and its version.
        files: hash of the content of each file, by file name.
    """

    name: str
    of: str
    engine: str
    files: Mapping[str, str]


def fingerprint(request: RenderRequest) -> str:
    """Return the hash of what a report is made of: document, parameters, texts, engine, code and words.

    An edition never changes under its name, so its name stands for its content.
    """
    made_of = {
        "document": _hash(request.document),
        "parameters": dict(request.parameters),
        "metadata": dict(request.metadata),
        "engine": str(find_quarto() or "embedded") if request.engine == "auto" else request.engine,
        "evalkit": package_version(),
        "written_by": _writers(),
        "messages": catalogue_hash(),
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def _writers() -> str:
    """Return the hash of the code and of the theme that write reports: two states of one version write two reports."""
    found = hashlib.sha256()
    for package in ("evalkit.present", "evalkit.report"):
        folder = Path(str(files(package)))
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def made(request: RenderRequest, rendered: Rendered) -> Made:
    """Return the record of a report that was just rendered."""
    files = {path.name: _hash(path) for path in rendered.files}
    return Made(request.name, fingerprint(request), f"{rendered.engine} {rendered.engine_version}", files)


def standing(request: RenderRequest) -> Rendered | None:
    """Return a report that was rendered before from the same things, when its files are as they were left."""
    known = _read(request.output_dir).get(request.name)
    if known is None or known.of != fingerprint(request):
        return None
    paths = tuple(request.output_dir.resolve() / f"{request.name}.{format_}" for format_ in request.formats)
    if any(not path.is_file() or known.files.get(path.name) != _hash(path) for path in paths):
        return None
    engine, _, version = known.engine.partition(" ")
    return Rendered(paths, engine, version)


def write_manifest(folder: Path, reports: Iterable[Made]) -> Path:
    """Add reports to the manifest of a folder; an older record of the same report is replaced."""
    known = _read(folder)
    for each in reports:
        older = known.get(each.name)
        kept = older.files if older is not None and older.of == each.of else {}
        known[each.name] = Made(each.name, each.of, each.engine, {**kept, **each.files})
    lines = {
        name: {"of": each.of, "engine": each.engine, "files": dict(sorted(each.files.items()))}
        for name, each in sorted(known.items())
    }
    path = folder / MANIFEST
    write_text_atomically(path, json.dumps(lines, ensure_ascii=False, indent=1) + "\n")
    return path


def _read(folder: Path) -> dict[str, Made]:
    try:
        lines: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {name: Made(name, line["of"], line["engine"], line["files"]) for name, line in lines.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # A manifest that cannot be read costs one more rendering, nothing else.
        return {}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
