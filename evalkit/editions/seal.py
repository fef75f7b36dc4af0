"""The seal of an edition: the hash of each of its files, so that years later a change is told from none."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evalkit.store.atomic import write_text_atomically

SEAL_FILE = "sceau.json"
DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Integrity:
    """What became of the files of an edition since they were sealed.

    Attributes:
        is_sealed: the edition has a seal.
        missing: files that have gone, sorted.
        changed: files whose contents are others, sorted.
    """

    is_sealed: bool
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether every sealed file is there, unchanged."""
        return self.is_sealed and not self.missing and not self.changed


def seal(folder: Path) -> Path:
    """Seal the files of an edition that was just written; its documents keep the seal that they had."""
    written = [name for name in _files(folder) if not name.startswith(f"{DOCUMENTS}/")]
    return _write_seal(folder, written)


def keep_documents(folder: Path, files: Iterable[Path]) -> tuple[Path, ...]:
    """Copy the documents that were made from an edition into it, and seal them with it.

    Only they are sealed anew: what changed elsewhere since the edition was written still shows.
    """
    kept = []
    for file in sorted(files):
        target = folder / DOCUMENTS / file.name
        target.parent.mkdir(exist_ok=True)
        kept.append(Path(shutil.copyfile(file, target)))
    if kept:
        _write_seal(folder, [path.relative_to(folder).as_posix() for path in kept])
    return tuple(kept)


def _write_seal(folder: Path, names: Iterable[str]) -> Path:
    hashes = _sealed(folder) | {name: _hash(folder / name) for name in names}
    return write_text_atomically(folder / SEAL_FILE, json.dumps(hashes, indent=1, sort_keys=True) + "\n")


def _sealed(folder: Path) -> dict[str, str]:
    path = folder / SEAL_FILE
    sealed: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return sealed


def integrity(folder: Path) -> Integrity:
    """Compare the files of an edition with its seal; a document added since breaks nothing."""
    sealed = _sealed(folder)
    if not sealed:
        return Integrity(is_sealed=False)
    missing = tuple(name for name in sorted(sealed) if not (folder / name).is_file())
    changed = tuple(name for name in sorted(sealed) if name not in missing and _hash(folder / name) != sealed[name])
    return Integrity(True, missing, changed)


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != SEAL_FILE)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
