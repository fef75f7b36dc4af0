"""The search itself: it must find what Parquet hides, or its silence would prove nothing."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from evalkit.erasure.traces import files_holding

NEEDLE = "ab" * 32


def test_texts_bytes_and_compressed_columns_are_searched(tmp_path: Path) -> None:
    many = [f"{number:064x}" for number in range(3000)]
    (tmp_path / "note.txt").write_text(f"avant {NEEDLE} après", encoding="utf-8")
    (tmp_path / ".cache").write_bytes(b"\x00" * ((1 << 22) - 20) + NEEDLE.encode())
    inside = pl.DataFrame({"personne": [*many, NEEDLE]})
    inside.write_parquet(tmp_path / "serre.parquet", compression="zstd", statistics=False)
    pl.DataFrame({"liste": [[NEEDLE], ["autre"]]}).write_parquet(tmp_path / "liste.parquet", compression="zstd")
    pl.DataFrame({"personne": many}).write_parquet(tmp_path / "sans.parquet")
    assert NEEDLE.encode() not in (tmp_path / "serre.parquet").read_bytes(), "the bytes would have been enough"
    assert [path.name for path in files_holding(tmp_path, [NEEDLE])] == [
        ".cache",
        "liste.parquet",
        "note.txt",
        "serre.parquet",
    ]


def test_nothing_is_found_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "vide.txt").touch()
    assert files_holding(tmp_path, [NEEDLE]) == ()
