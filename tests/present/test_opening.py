"""What a report cannot say: a few breaks are told one by one, many are a table of the annex."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl

from evalkit.present.document.method import breaks_markdown
from evalkit.present.document.opening import cannot_say
from evalkit.present.reading import Reader
from evalkit.typography import NO_BREAK
from tests.present.reader import synthetic


def broken(count: int, periods: tuple[str, ...] = ("2024", "2025")) -> Reader:
    reader = synthetic()
    tables = reader.publication.tables
    rows = [
        {"feed": f"flux-{number}", "date": dt.date(2025, 1, 1 + number), "text": "Autre champ."}
        for number in range(count)
    ]
    breaks = pl.DataFrame(rows, schema={name: tables.breaks.schema[name] for name in ("feed", "date", "text")})
    breaks = pl.concat([tables.breaks.clear(), breaks], how="diagonal")
    like = tables.sources.row(0, named=True)
    received = [
        {**like, "feed": f"flux-{number}", "label": f"flux-{number}", "periods": periods} for number in range(count)
    ]
    sources = pl.DataFrame(received, schema=tables.sources.schema)
    return Reader(replace(reader.publication, tables=replace(tables, breaks=breaks, sources=sources)))


def words(text: str) -> str:
    return text.replace(NO_BREAK, " ")


def test_two_breaks_are_told_with_their_day_and_their_reason() -> None:
    said = words(cannot_say(broken(2)))
    assert "La série « flux-0 » est rompue le 1er janvier 2025 (Autre champ)" in said
    assert "« flux-1 »" in said


def test_five_breaks_are_named_in_one_sentence_and_stand_in_the_annex() -> None:
    reader = broken(5)
    said = words(cannot_say(reader))
    named = "flux-0, flux-1, flux-2, flux-3 et flux-4"
    assert f"La définition de 5 sources a changé à une date connue ({named})" in said
    assert "Autre champ" not in said
    table = words(breaks_markdown(reader))
    assert all(f"flux-{number}" in table for number in range(5))
    assert "1er janvier 2025" in table
    assert breaks_markdown(broken(0)) == ""


def test_a_break_with_data_on_one_side_only_forbids_nothing() -> None:
    for periods in (("2023", "2024"), ("2026",), ()):
        assert breaks_markdown(broken(1, periods)) == ""
        assert "flux-0" not in cannot_say(broken(1, periods))
