"""Search every file for what must have gone: its bytes, and the values that Parquet hides by compressing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

_BLOCK = 1 << 22


def files_holding(root: Path, needles: Iterable[str]) -> tuple[Path, ...]:
    """Return the files under a folder that hold one of some texts, sorted.

    Args:
        root: the folder; every file is read, hidden ones too.
        needles: the texts; case counts.
    """
    wanted = sorted(set(needles))
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and _holds(path, wanted)]
    return tuple(found)


def _holds(path: Path, needles: list[str]) -> bool:
    encoded = [needle.encode() for needle in needles]
    if any(needle in block for block in _blocks(path, max(map(len, encoded), default=0)) for needle in encoded):
        return True
    return path.suffix == ".parquet" and _column_holds(path, needles)


def _blocks(path: Path, overlap: int) -> Iterator[bytes]:
    """Give a file in blocks that overlap, so that a text across two of them is seen."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield tail + block
            tail = block[-overlap:] if overlap else b""


def _column_holds(path: Path, needles: list[str]) -> bool:
    rows = pl.scan_parquet(path)
    texts = [
        name
        for name, kind in rows.collect_schema().items()
        if kind == pl.String or isinstance(kind, (pl.List, pl.Struct, pl.Categorical))
    ]
    for name in texts:
        held = rows.select(pl.col(name)).collect()[name]
        # A nested value is searched as the text of its JSON.
        flat = held if held.dtype == pl.String else pl.Series([str(each) for each in held.to_list()], dtype=pl.String)
        if flat.str.contains_any(needles).any():
            return True
    return False
