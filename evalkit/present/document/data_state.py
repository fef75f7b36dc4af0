"""The state of the data: what was due, what came, late or refused or never, feed by feed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from evalkit.present.document.opening import span
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.cells import NONE
from evalkit.present.words.dates import short_period
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, percent, tally
from evalkit.typography import NO_BREAK, typeset

RECEIVED, LATE, REFUSED, MISSING = "reçu", "reçu en retard", "refusé", "manquant"


def _columns() -> tuple[Column, ...]:
    return (
        Column(say("document.data_state.column_feed"), width=26),
        Column(say("document.data_state.column_producers"), width=20),
        *_count_columns(),
        Column(say("document.data_state.column_periods"), width=18),
    )


def _count_columns() -> tuple[Column, ...]:
    return (
        Column(say("document.data_state.column_due"), "right", 9),
        Column(say("document.data_state.column_received"), "right", 8),
        Column(say("document.data_state.column_late"), "right", 9),
        Column(say("document.data_state.column_refused"), "right", 9),
        Column(say("document.data_state.column_missing"), "right", 11),
    )


def data_sentence(reader: Reader) -> str:
    """Return one sentence on what was received of what was due."""
    reception = reader.publication.tables.reception
    total = reception.height
    if not total:
        return say("document.data_state.nothing")
    counts = {
        status: reception.filter(pl.col("status") == status).height for status in (RECEIVED, LATE, REFUSED, MISSING)
    }
    came = counts[RECEIVED] + counts[LATE]
    return typeset(
        say(
            "document.data_state.sentence",
            total=tally("document.data_state.sends", total),
            came=number(came),
            share=percent(came / total),
            late=number(counts[LATE]),
            missing=tally("document.data_state.missing", counts[MISSING]),
            refused=tally("document.data_state.refused", counts[REFUSED]),
            files=_refused_files(reader),
        )
    )


def _refused_files(reader: Reader) -> str:
    refused = reader.publication.tables.deliveries.filter(pl.col("status") == "refusée").height
    if not refused:
        return say("document.data_state.no_file_refused")
    return say("document.data_state.files_refused", refused=tally("document.data_state.files", refused))


def producers_markdown(reader: Reader) -> str:
    """Return the table of producers: how many feeds each delivers, and what was due, received, late, refused, missing.

    Those whose sends are refused or missing come first.
    """
    reception = reader.publication.tables.reception
    rows = []
    for producer in reception["producer"].unique().sort():
        mine = reception.filter(pl.col("producer") == producer)
        counts = _statuses(mine)
        rows.append((reader.partner(producer), (mine["feed"].n_unique(), *counts)))
    rows.sort(key=lambda row: (-sum(row[1][-2:]), row[0]))
    columns = (
        Column(say("document.data_state.column_producer"), width=40),
        Column(say("document.data_state.column_feeds"), "right", 8),
        *_count_columns(),
    )
    shown = [[name, *(number(count) for count in counts)] for name, counts in rows]
    caption = say("document.data_state.caption_producers")
    return typeset(markdown_table(columns, shown, caption)) if shown else say("document.data_state.nothing")


def reception_markdown(reader: Reader) -> str:
    """Return the table of feeds: due, received, late, refused, missing; then those of which nothing is due yet."""
    rows, silent = [], []
    for source in reader.publication.tables.sources.iter_rows(named=True):
        label = f"{source['label']} \\*" if source["fictitious"] else source["label"]
        counts = _statuses(reader.publication.tables.reception.filter(pl.col("feed") == source["feed"]))
        if not any(counts) and not source["periods"]:
            silent.append(label)
            continue
        producers = enumerate_words([reader.partner(each) for each in source["producers"]])
        rows.append([label, producers, *(number(count) for count in counts), short_span(source["periods"])])
    caption = say("document.data_state.caption")
    is_starred = any(row[0].endswith("*") for row in rows) or any(label.endswith("*") for label in silent)
    parts = (
        markdown_table(_columns(), rows, caption) if rows else "",
        say("document.data_state.quiet", feeds=_feeds(silent), labels=" ; ".join(silent)) if silent else "",
        say("document.data_state.starred") if is_starred else "",
    )
    return typeset("\n\n".join(part for part in parts if part)) or say("document.data_state.no_feed")


def _statuses(mine: pl.DataFrame) -> tuple[int, ...]:
    """Return how many sends are due or came, then received, late, refused and missing ones."""
    groups = ((RECEIVED, LATE), (LATE,), (REFUSED,), (MISSING,))
    return (mine.height, *(mine.filter(pl.col("status").is_in(group)).height for group in groups))


def _feeds(labels: Sequence[str]) -> str:
    return tally("document.data_state.feeds", len(labels))


def short_span(periods: list[str]) -> str:
    """Return the first and the last of some sorted periods, short enough for a table: « T1 2019 à T2 2027 »."""
    if not periods:
        return NONE
    ends = [short_period(period).replace(" ", NO_BREAK) for period in dict.fromkeys((periods[0], periods[-1]))]
    return say("document.data_state.span", first=ends[0], last=ends[1]) if len(ends) > 1 else ends[0]


def refused_markdown(reader: Reader) -> str:
    """Return what happened to the periods that are refused or missing, one line per feed."""
    tables = reader.publication.tables
    lines = []
    for source in tables.sources.iter_rows(named=True):
        for status, words in (
            (REFUSED, "document.data_state.line_refused"),
            (MISSING, "document.data_state.line_missing"),
        ):
            mine = tables.reception.filter((pl.col("feed") == source["feed"]) & (pl.col("status") == status))
            for producer in mine["producer"].unique().sort():
                periods = mine.filter(pl.col("producer") == producer)["period"].to_list()
                which = span(periods) if len(periods) > 3 else enumerate_words(periods)
                count = tally("document.data_state.periods", len(periods))
                fields = {"source": source["label"], "producer": reader.partner(producer), "words": say(words)}
                lines.append(say("document.data_state.line", count=count, which=which, **fields))
    return typeset("\n".join(lines)) if lines else say("document.data_state.all_came")
