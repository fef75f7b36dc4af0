"""Public tables: figures that an attacker can read elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from evalkit.declare.decisions import PublicTable
from evalkit.errors import Place, Problem, PublicationError

_COLUMNS = ("zone", "period", "value")


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """One figure that anybody can read.

    Attributes:
        table: the declared table that holds it.
        margin: how far the true count may be from it, because its producer rounds.
    """

    table: str
    indicator: str
    part: str
    zone: str
    period: str
    breakdown: str
    value: float
    margin: float = 0.0


def read_public_tables(root: Path, tables: tuple[PublicTable, ...]) -> tuple[PublicFigure, ...]:
    """Read the figures of every declared public table.

    Args:
        root: the workspace, to which paths are relative.
        tables: the declared tables.

    Raises:
        PublicationError: a file is missing or has not the columns ``zone``, ``period`` and ``value`` (``EVK-P007``):
            nothing is published when what an attacker knows is not known.
    """
    return tuple(figure for table in tables for figure in _read(root / table.file, table))


def _read(path: Path, table: PublicTable) -> Iterator[PublicFigure]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text.splitlines()[0] else ","
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
        rows = frame.select(*_COLUMNS, *({"breakdown"} & set(frame.columns))).rows(named=True)
        figures = [(row, float((row["value"] or "").replace(",", "."))) for row in rows if row["value"]]
    except (OSError, IndexError, ValueError, pl.exceptions.PolarsError):
        repair = f"Donnez un fichier CSV avec les colonnes {', '.join(_COLUMNS)} et, s’il le faut, breakdown."
        message = "Un tableau public déclaré est illisible : rien n’est publié sans lui."
        raise PublicationError(Problem("EVK-P007", message, Place(table.file), table.id, repair)) from None
    for row, value in figures:
        yield PublicFigure(
            table.id,
            table.indicator,
            table.part,
            row["zone"],
            row["period"],
            row.get("breakdown") or "",
            value,
            table.rounded_to / 2,
        )
