"""From a delimited text to a table of texts, with the lines that cannot be cut into the right number of cells."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import polars as pl

from evalkit.receive.file.header import SEARCHED_ROWS, header_index
from evalkit.receive.file.records import LINE, TEXT, count_cells, split_records, without_quoted
from evalkit.receive.file.separator import choose_separator, split_line
from evalkit.receive.file.table import (
    FOOTER_ROWS,
    TextTable,
    blank_lines,
    column_names,
    footer_message,
    is_footer,
    title_message,
)
from evalkit.receive.findings.finding import Where, at_lines, found, refused
from evalkit.store.delivery import Finding
from evalkit.typography import counted

_WIDTH = "width"


@dataclass(frozen=True, slots=True)
class _Body:
    """The records under the headings.

    Attributes:
        records: ``line``, ``text`` and ``width`` of the records that have the right number of cells.
        aside: notes, by line.
        broken: the other records.
    """

    records: pl.DataFrame
    aside: tuple[tuple[int, str], ...]
    broken: pl.DataFrame


def read_delimited(text: str, known: Set[str]) -> TextTable:
    r"""Read a delimited text.

    Args:
        text: the whole text, decoded, with ``\n`` at line ends.
        known: every declared heading, normalised.

    Returns:
        The table before :func:`evalkit.receive.file.table.tidy`.

    Raises:
        RefusedFileError: no heading (``EVK-R005``), an unclosed quote (``EVK-R007``), a cut file (``EVK-R008``).
    """
    separator = choose_separator(text, known)
    records, blank = split_records(text, separator)
    if records.is_empty():
        raise refused("EVK-R004", "Le fichier est vide.")
    first_rows = [split_line(line, separator) for line in records[TEXT].head(SEARCHED_ROWS).to_list()]
    header = header_index(first_rows, known)
    headings = first_rows[header]
    body = _sort_records(records.slice(header + 1), headings, separator)
    _refuse_cut_file(body, records, text)
    _refuse_cut_blank(text, separator, _filled_width(headings))
    titles = tuple((int(line), row) for line, row in records.head(header).select(LINE, TEXT).iter_rows())
    broken = tuple(int(line) for line in body.broken[LINE])
    return TextTable(
        tuple(headings),
        _cells(body.records, separator, len(headings)),
        body.records[LINE],
        (*titles, *body.aside, *body.broken.select(LINE, TEXT).iter_rows()),
        broken,
        (*_findings(titles, body, _filled_width(headings)), *_blank_findings(blank, records[LINE], header)),
    )


def _blank_findings(blank: pl.Series, lines: pl.Series, header: int) -> tuple[Finding, ...]:
    """Tell the blank lines that stand between rows; those around a title or at the end of a file are its layout."""
    between = blank.filter((blank > lines[header]) & (blank < lines[-1]))
    return (blank_lines(between),) if len(between) else ()


def _sort_records(records: pl.DataFrame, headings: list[str], separator: str) -> _Body:
    full, least = len(headings), _filled_width(headings)
    has_quotes = bool(records[TEXT].str.contains('"', literal=True).any())
    records = records.with_columns(count_cells(pl.col(TEXT), separator, has_quotes).alias(_WIDTH))
    if records.select(pl.col(_WIDTH).is_between(least, full).all()).item():
        return _Body(_padded(records, full, separator), (), records.clear())
    # A record too wide only by empty cells is as good as the others.
    ends = rf"[\s{separator}]+$"
    trimmed = pl.when(pl.col(_WIDTH) > full).then(pl.col(TEXT).str.replace(ends, "")).otherwise(pl.col(TEXT))
    records = records.with_columns(trimmed.alias(TEXT), pl.col(_WIDTH).alias("received"))
    records = records.with_columns(count_cells(pl.col(TEXT), separator, has_quotes).alias(_WIDTH))
    fits = (pl.col("received") >= least) & (pl.col(_WIDTH) <= full)
    wrong = records.filter(~fits)
    notes = _notes(wrong, records, separator)
    is_note = pl.col(LINE).is_in([line for line, _ in notes])
    return _Body(_padded(records.filter(fits), full, separator), notes, wrong.filter(~is_note))


def _padded(records: pl.DataFrame, full: int, separator: str) -> pl.DataFrame:
    """Give every record the same number of cells, so that a strict parser reads them."""
    if records.is_empty() or records.select((pl.col(_WIDTH) == full).all()).item():
        return records
    missing = pl.lit(separator).repeat_by((full - pl.col(_WIDTH)).clip(0)).list.join("")
    return records.with_columns((pl.col(TEXT) + missing).alias(TEXT))


def _notes(wrong: pl.DataFrame, records: pl.DataFrame, separator: str) -> tuple[tuple[int, str], ...]:
    """Return the records near the end that are totals, sources or notes rather than faults."""
    near_end = set(records[LINE].tail(FOOTER_ROWS).to_list())
    notes: list[tuple[int, str]] = []
    for line, text in wrong.select(LINE, TEXT).iter_rows():
        cells = [cell for cell in split_line(text, separator) if cell.strip()]
        if line in near_end and cells and (is_footer(cells[0]) or (notes and len(cells) == 1)):
            notes.append((int(line), text))
    return tuple(notes)


def _refuse_cut_file(body: _Body, records: pl.DataFrame, text: str) -> None:
    """Refuse a file whose last record is short and has no line end: something cut it."""
    last = int(records[LINE][-1])
    if text.endswith("\n") or body.broken.is_empty() or int(body.broken[LINE][-1]) != last:
        return
    raise refused("EVK-R008", "La dernière ligne est incomplète : le fichier a été coupé.", Where("", (last,), 1))


def _refuse_cut_blank(text: str, separator: str, width: int) -> None:
    """Refuse a file that ends in the middle of a line of empty cells: the line and what followed are lost."""
    last = text.rsplit("\n", 1)[-1]
    is_cut = separator in last and not last.strip(f'{separator} \t"') and last.count(separator) + 1 < width
    if is_cut:
        line = text.count("\n") + 1
        message = "La dernière ligne ne contient que des séparateurs : le fichier a été coupé."
        raise refused("EVK-R008", message, Where("", (line,), 1))


def _filled_width(headings: list[str]) -> int:
    """Return the number of headings without the empty ones at the end."""
    return max((index + 1 for index, heading in enumerate(headings) if heading.strip()), default=0)


def _cells(records: pl.DataFrame, separator: str, width: int) -> pl.DataFrame:
    schema = dict.fromkeys(column_names(width), pl.String)
    if records.is_empty():
        return pl.DataFrame(schema=schema)
    texts = records[TEXT]
    quoted = bool(texts.str.contains('"', literal=True).any())
    if quoted and _has_literal_quotes(texts, separator):
        return _slow_cells(records, separator, schema)
    try:
        frame = pl.read_csv(
            "\n".join(texts.to_list()).encode(),
            has_header=False,
            separator=separator,
            quote_char='"' if quoted else None,
            schema=schema,
            infer_schema=False,
        )
    except pl.exceptions.ComputeError:
        return _slow_cells(records, separator, schema)
    return frame if frame.height == records.height else _slow_cells(records, separator, schema)


def _slow_cells(records: pl.DataFrame, separator: str, schema: dict[str, type[pl.String]]) -> pl.DataFrame:
    """Cut records one by one, for the rare files whose quotes the fast parser does not accept.

    Raises:
        RefusedFileError: a quote makes the number of cells uncertain (``EVK-R007``).
    """
    rows = [split_line(text, separator) for text in records[TEXT].to_list()]
    if wrong := [line for line, row in zip(records[LINE], rows, strict=True) if len(row) != len(schema)]:
        raise refused("EVK-R007", "Un guillemet mal placé empêche de séparer les cases.", at_lines("", wrong))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _has_literal_quotes(texts: pl.Series, separator: str) -> bool:
    """Tell whether some quotes are plain characters of a cell, which the fast parser does not accept."""
    bare = texts.to_frame(TEXT).select(without_quoted(pl.col(TEXT), separator).str.contains('"', literal=True).any())
    spaced = texts.str.contains(r'"\s+"|\s"[^"]').any()
    return bool(bare.item()) or bool(spaced)


def _findings(titles: tuple[tuple[int, str], ...], body: _Body, least: int) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if titles:
        where = at_lines("", [line for line, _ in titles])
        findings.append(found("EVK-R014", title_message(len(titles)), where))
    if body.aside:
        where = at_lines("", [line for line, _ in body.aside])
        findings.append(found("EVK-R015", footer_message(len(body.aside)), where))
    if body.broken.height:
        where = at_lines("", body.broken[LINE])
        message = counted(
            body.broken.height,
            "ligne n’a pas le nombre de cases attendu.",
            "lignes n’ont pas le nombre de cases attendu.",
        )
        findings.append(found("EVK-R009", message, where, expected=f"{least} cases par ligne"))
    return tuple(findings)
