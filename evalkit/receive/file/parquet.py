"""From a Parquet file to a table of texts: types are those of the declaration, whatever the writer thought."""

from __future__ import annotations

import io

import polars as pl

from evalkit.receive.file.table import TextTable, column_names
from evalkit.receive.findings.finding import refused


def read_parquet_table(content: bytes) -> TextTable:
    """Read a Parquet file; its rows are numbered from 1.

    Args:
        content: the bytes.

    Raises:
        RefusedFileError: the file is cut or damaged (``EVK-R008``), or a column holds lists or structures
            (``EVK-R001``).
    """
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
        raise refused("EVK-R008", "Le fichier Parquet est abîmé ou coupé.") from None
    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind in {pl.Binary(), pl.Object()}]
    if nested:
        message = "Le fichier Parquet a des colonnes qui ne sont pas des cases simples (listes, structures)."
        raise refused("EVK-R001", message, received=", ".join(nested[:5]))
    headings = tuple(frame.columns)
    cells = frame.cast(pl.String)
    cells.columns = column_names(frame.width)
    return TextTable(headings, cells, pl.Series("line", range(1, frame.height + 1), dtype=pl.Int64))
