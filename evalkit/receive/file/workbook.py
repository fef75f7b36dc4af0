"""From a spreadsheet to a table of texts; calamine reads it, whatever its age or its maker."""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from evalkit.receive.file.header import SEARCHED_ROWS, header_index, known_headings
from evalkit.receive.file.table import OtherSheet, TextTable, column_names, title_message
from evalkit.receive.findings.finding import at_lines, found, refused
from evalkit.store.delivery import Finding
from evalkit.template.sheets import GUIDE_SHEETS


def read_workbook(content: bytes, known: Set[str]) -> TextTable:
    """Read the sheet of a workbook that holds the most declared headings.

    Args:
        content: the bytes of an XLSX, XLSM, XLS or ODS file.
        known: every declared heading, normalised.

    Returns:
        The table before :func:`evalkit.receive.file.table.tidy`; lines are the row numbers that the spreadsheet shows.

    Raises:
        RefusedFileError: the workbook cannot be opened (``EVK-R001``) or is empty (``EVK-R004``).
    """
    sheets, hidden = _read_sheets(content)
    filled = {name: sheet for name, sheet in sheets.items() if sheet.height and sheet.width}
    if not filled:
        raise refused("EVK-R004", "Le classeur est vide.")
    chosen = max(filled, key=lambda name: _best_score(filled[name], known))
    grid = filled[chosen]
    first_rows = grid.head(SEARCHED_ROWS).rows()
    header = header_index(first_rows, known)
    headings = tuple(cell or "" for cell in first_rows[header])
    lines = pl.Series("line", range(header + 2, grid.height + 1), dtype=pl.Int64)
    titles = tuple(
        (index + 1, " ".join(cell for cell in row if cell)) for index, row in enumerate(first_rows[:header]) if any(row)
    )
    others = tuple(
        _other_sheet(number, name, sheets[name], name in hidden)
        for number, name in enumerate(sheets, start=1)
        if name != chosen and name not in GUIDE_SHEETS
    )
    return TextTable(headings, grid.slice(header + 1), lines, titles, (), _findings(filled, chosen, titles), others)


def _other_sheet(number: int, name: str, grid: pl.DataFrame, is_hidden: bool) -> OtherSheet:
    """Return the texts of a sheet that is not read as data."""
    cells = grid.with_row_index("row", offset=1).unpivot(index="row", value_name="text").drop_nulls("text").sort("row")
    rows = pl.Series("row", [0, *cells["row"].to_list()], dtype=pl.Int64)
    return OtherSheet(number, is_hidden, pl.Series("text", [name, *cells["text"].to_list()], dtype=pl.String), rows)


def _read_sheets(content: bytes) -> tuple[dict[str, pl.DataFrame], frozenset[str]]:
    """Return the cells of every sheet, hidden ones too, and the names of those that are hidden."""
    import fastexcel  # noqa: PLC0415

    try:
        book = fastexcel.read_excel(content)
        sheets = {name: _read_sheet(book, name) for name in book.sheet_names}
        hidden = {name for name in book.sheet_names if book.load_sheet(name, n_rows=0).visible != "visible"}
    except (fastexcel.FastExcelError, ValueError):
        message = "Le classeur ne s’ouvre pas : il est abîmé ou protégé par un mot de passe."
        raise refused("EVK-R001", message) from None
    return sheets, frozenset(hidden)


def _read_sheet(book: object, name: str) -> pl.DataFrame:
    """Read one sheet, every cell as text, from its very first row so that row numbers are those of the screen."""
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")  # type: ignore[attr-defined]
    frame: pl.DataFrame = sheet.to_polars()
    frame.columns = column_names(frame.width)
    return frame.cast(pl.String)


def _best_score(grid: pl.DataFrame, known: Set[str]) -> tuple[int, int]:
    return max(known_headings(row, known) for row in grid.head(SEARCHED_ROWS).rows()), grid.height


def _findings(filled: dict[str, pl.DataFrame], chosen: str, titles: tuple[tuple[int, str], ...]) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if titles:
        where = at_lines("", [line for line, _ in titles])
        findings.append(found("EVK-R014", title_message(len(titles)), where))
    sheets = [name for name in filled if name == chosen or name not in GUIDE_SHEETS]
    if len(sheets) > 1:
        message = f"Le classeur a {len(sheets)} feuilles remplies ; seule la feuille des données a été lue."
        findings.append(found("EVK-R017", message))
    return tuple(findings)
