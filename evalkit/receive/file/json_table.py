"""From a JSON document to a table of texts: a list of objects, the properties of a GeoJSON, or series by code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from evalkit.receive.file.table import TextTable, column_names
from evalkit.receive.findings.finding import found, refused
from evalkit.store.delivery import Finding

Row = dict[str, str | None]


def read_json_table(text: str) -> TextTable:
    """Read the table of a JSON document; its rows are numbered from 1.

    Three layouts hold a table: a list of objects, alone or under one key; a GeoJSON collection, whose properties are
    the columns; objects by code, whose lists follow one list of periods (one row per code and period).

    Args:
        text: the document.

    Raises:
        RefusedFileError: the document is cut or damaged (``EVK-R008``), or none of its parts is a table (``EVK-R001``).
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise refused("EVK-R008", "Le document JSON est abîmé ou coupé.") from None
    name, rows = _rows(document)
    if not any(rows):
        raise refused("EVK-R001", "Ce document JSON ne contient pas de tableau.")
    headings = list(dict.fromkeys(key for row in rows for key in row))
    cells = pl.DataFrame(
        [[row.get(heading) for heading in headings] for row in rows],
        schema=dict.fromkeys(column_names(len(headings)), pl.String),
        orient="row",
    )
    lines = pl.Series("line", range(1, len(rows) + 1), dtype=pl.Int64)
    return TextTable(tuple(headings), cells, lines, (), (), _findings(name, document))


def _rows(document: Any) -> tuple[str, list[Row]]:
    """Return the largest table of a document, with the key under which it stands."""
    if isinstance(document, list):
        return "", _objects(document)
    if not isinstance(document, dict):
        return "", []
    features = document.get("features")
    if isinstance(features, list):
        return "features", _objects(each.get("properties") for each in features if isinstance(each, dict))
    found_tables = [(name, _objects(part)) for name, part in document.items() if isinstance(part, list)]
    axes = {name: part for name, part in document.items() if _is_axis(part)}
    found_tables += [(name, list(_series(name, part, axes))) for name, part in document.items() if _is_by_code(part)]
    return max(found_tables, key=lambda table: len(table[1]), default=("", []))


def _objects(parts: Iterable[Any]) -> list[Row]:
    return [
        {str(key): _cell(value) for key, value in part.items() if not _is_nested(value)}
        for part in parts
        if isinstance(part, dict)
    ]


def _series(name: str, part: Mapping[str, Any], axes: Mapping[str, Sequence[Any]]) -> Iterator[Row]:
    """Yield one row per code and per value of the axis that the lists of the code follow."""
    for code, holder in part.items():
        base: Row = {name: code, **{key: _cell(value) for key, value in holder.items() if not isinstance(value, list)}}
        lists = {key: value for key, value in holder.items() if isinstance(value, list)}
        length = max((len(value) for value in lists.values()), default=0)
        axis = next((each for each in axes if len(axes[each]) == length), None)
        if axis is None:
            yield base
            continue
        for index, step in enumerate(axes[axis]):
            values = {key: _cell(value[index]) for key, value in lists.items() if len(value) == length}
            yield {**base, axis: _cell(step), **values}


def _is_axis(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(each, str) for each in part)


def _is_by_code(part: Any) -> bool:
    return isinstance(part, dict) and bool(part) and all(isinstance(each, dict) for each in part.values())


def _is_nested(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, (list, dict)) for each in value)
    return isinstance(value, dict)


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _findings(name: str, document: Any) -> tuple[Finding, ...]:
    others = [key for key in document if key != name] if isinstance(document, dict) else []
    if not others:
        return ()
    message = "Le document JSON a plusieurs parties ; seule celle du tableau a été lue."
    return (found("EVK-R017", message, received=", ".join(str(key) for key in others[:8])),)
