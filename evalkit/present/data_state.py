"""The state of the data: what was due, what came, late or refused or never, feed by feed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from evalkit.present.dates import short_period
from evalkit.present.numbers import counted, number, percent
from evalkit.present.opening import enumerate_words, span
from evalkit.present.reading import Reader
from evalkit.present.results import NONE
from evalkit.present.tables import Column, markdown_table
from evalkit.typography import NO_BREAK, typeset

RECEIVED, LATE, REFUSED, MISSING = "reçu", "reçu en retard", "refusé", "manquant"

_COLUMNS = (
    Column("Flux", width=26),
    Column("Producteurs", width=20),
    Column("Dus ou reçus", "right", 9),
    Column("Reçus", "right", 8),
    Column("dont en retard", "right", 9),
    Column("Refusés", "right", 9),
    Column("Manquants", "right", 11),
    Column("Périodes reçues", width=18),
)


def data_sentence(reader: Reader) -> str:
    """Return one sentence on what was received of what was due."""
    reception = reader.publication.tables.reception
    total = reception.height
    if not total:
        return "Aucune livraison n’est attendue ni reçue."
    counts = {
        status: reception.filter(pl.col("status") == status).height for status in (RECEIVED, LATE, REFUSED, MISSING)
    }
    came = counts[RECEIVED] + counts[LATE]
    return typeset(
        f"Sur {counted(total, 'envoi attendu ou reçu', 'envois attendus ou reçus')} (un flux, un producteur, une "
        f"période), {number(came)} sont exploitables ({percent(came / total)}), dont {number(counts[LATE])} en retard "
        f"; {counted(counts[MISSING], 'manque', 'manquent')} et "
        f"{counted(counts[REFUSED], 'reste refusé', 'restent refusés')}. {_refused_files(reader)}"
    )


def _refused_files(reader: Reader) -> str:
    refused = reader.publication.tables.deliveries.filter(pl.col("status") == "refusée").height
    if not refused:
        return "Aucun fichier n’a été refusé à la réception."
    return f"{counted(refused, 'fichier a été refusé', 'fichiers ont été refusés')} à la réception."


def reception_markdown(reader: Reader) -> str:
    """Return the table of feeds: due, received, late, refused, missing; then those of which nothing is due yet."""
    rows, silent = [], []
    for source in reader.publication.tables.sources.iter_rows(named=True):
        label = f"{source['label']} \\*" if source["fictitious"] else source["label"]
        counts = _counts(reader, source["feed"])
        if not any(counts) and not source["periods"]:
            silent.append(label)
            continue
        producers = enumerate_words([reader.partner(each) for each in source["producers"]])
        rows.append([label, producers, *(number(count) for count in counts), short_span(source["periods"])])
    caption = "Envois attendus et reçus, par flux. Un envoi est un flux, un producteur et une période."
    is_starred = any(row[0].endswith("*") for row in rows) or any(label.endswith("*") for label in silent)
    parts = (
        markdown_table(_COLUMNS, rows, caption) if rows else "",
        f"Rien n’est attendu ni reçu à ce jour pour {_feeds(silent)} : {' ; '.join(silent)}." if silent else "",
        "\\* Clause ou livraison fictive, pour la démonstration." if is_starred else "",
    )
    return typeset("\n\n".join(part for part in parts if part)) or "Aucun flux n’est déclaré."


def _counts(reader: Reader, feed: str) -> tuple[int, ...]:
    """Return how many transmissions of a feed are due or came, then received, late, refused and missing ones."""
    mine = reader.publication.tables.reception.filter(pl.col("feed") == feed)
    groups = ((RECEIVED, LATE), (LATE,), (REFUSED,), (MISSING,))
    return (mine.height, *(mine.filter(pl.col("status").is_in(group)).height for group in groups))


def _feeds(labels: Sequence[str]) -> str:
    return counted(len(labels), "flux déclaré", "flux déclarés")


def short_span(periods: list[str]) -> str:
    """Return the first and the last of some sorted periods, short enough for a table: « T1 2019 à T2 2027 »."""
    if not periods:
        return NONE
    ends = [short_period(period).replace(" ", NO_BREAK) for period in dict.fromkeys((periods[0], periods[-1]))]
    return f"{NO_BREAK}à ".join(ends)


def refused_markdown(reader: Reader) -> str:
    """Return what happened to the periods that are refused or missing, one line per feed."""
    tables = reader.publication.tables
    lines = []
    for source in tables.sources.iter_rows(named=True):
        for status, words in ((REFUSED, "refusé"), (MISSING, "non reçu")):
            mine = tables.reception.filter((pl.col("feed") == source["feed"]) & (pl.col("status") == status))
            for producer in mine["producer"].unique().sort():
                periods = mine.filter(pl.col("producer") == producer)["period"].to_list()
                which = span(periods) if len(periods) > 3 else enumerate_words(periods)
                count = counted(len(periods), "période")
                lines.append(f"- {source['label']}, {reader.partner(producer)} : {words}, {count} ({which}).")
    return typeset("\n".join(lines)) if lines else "Rien n’est refusé ni manquant."
