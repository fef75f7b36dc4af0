"""Texts that a spreadsheet must not run."""

from __future__ import annotations

import polars as pl

_STARTS = "=+-@\t\r\n＝＋－＠"
"""First characters that make a spreadsheet read a cell as a formula (OWASP, *CSV Injection*), wide forms included."""


def without_formulas(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe is put before one that could be."""
    first = text.lstrip(" \u00a0\u202f")[:1]
    return f"'{text}" if first and first in _STARTS else text


def flat_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame for a text file: lists are joined, and no text can be taken for a formula."""
    changed = []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.List):
            changed.append(pl.col(name).list.join(" ; ").map_elements(without_formulas, return_dtype=pl.String))
        elif kind == pl.String:
            changed.append(pl.col(name).map_elements(without_formulas, return_dtype=pl.String))
    return frame.with_columns(changed) if changed else frame
