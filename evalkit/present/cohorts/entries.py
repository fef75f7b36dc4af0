"""Who enters a cohort: the flow from the file to the analysis, and how alike the two groups are at entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.present.cohorts.groups import BALANCED
from evalkit.present.cohorts.words import variable_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.present.words.cells import FREE, MISSING, NONE, SECRET
from evalkit.present.words.numbers import number, percent
from evalkit.typography import typeset


def balance_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return how alike the two groups of a cohort are at entry, before and after balancing."""
    rows = list(_balance_rows(reader, cohort))
    return typeset(markdown_table(_balance_columns(), rows, _balance_caption())) if rows else alone(reader, cohort)


def alone(reader: Reader, cohort: Cohort) -> str:
    """Return the sentence of a cohort that has no comparison group; empty when it has one."""
    return "" if any(_balance_rows(reader, cohort)) else typeset(say("cohorts.entries.no_group"))


def entries_markdown(reader: Reader, cohorts: Sequence[Cohort]) -> str:
    """Return the flows of several cohorts in one table, then how alike the groups are of those that have two."""
    flows = tuple(Group(f"*{each.label}*", tuple(_flow_rows(reader, each))) for each in cohorts)
    balances = (Group(f"*{each.label}*", tuple(_balance_rows(reader, each))) for each in cohorts)
    compared = tuple(each for each in balances if each.rows)
    parts = [grouped_markdown(GroupedTable(_flow_columns(), flows), say("cohorts.entries.caption_flow"))]
    if compared:
        parts.append(grouped_markdown(GroupedTable(_balance_columns(), compared), _balance_caption()))
    return typeset("\n\n".join(parts))


def _flow_columns() -> tuple[Column, ...]:
    return (
        Column(say("cohorts.entries.column_step"), width=38),
        Column(say("cohorts.entries.column_persons"), "right"),
        Column(say("cohorts.entries.column_removed"), "right"),
        Column(say("cohorts.entries.column_why"), width=32),
    )


def _flow_rows(reader: Reader, cohort: Cohort) -> Iterator[tuple[str, ...]]:
    steps = reader.publication.tables.flow.filter(pl.col("cohort") == cohort.cohort).sort("step")
    for row in steps.iter_rows(named=True):
        yield (
            row["label"],
            SECRET if row["persons_secret"] else number(row["persons"]),
            SECRET if row["removed_secret"] else (f"{number(row['removed'])}" if row["removed"] else NONE),
            row["why"] or NONE,
        )


def _balance_columns() -> tuple[Column, ...]:
    return (
        Column(say("cohorts.entries.column_entry"), width=34),
        Column(say("cohorts.entries.column_accompanied"), "right"),
        Column(say("cohorts.entries.column_comparison"), "right"),
        Column(say("cohorts.entries.column_before"), "right"),
        Column(say("cohorts.entries.column_after"), "right"),
        Column(say("cohorts.entries.column_ratios"), "right"),
    )


def _balance_caption() -> str:
    return say("cohorts.entries.caption_balance", limit=number(BALANCED, 1))


def _balance_rows(reader: Reader, cohort: Cohort) -> Iterator[tuple[str, ...]]:
    balance = reader.publication.tables.balance.filter(pl.col("cohort") == cohort.cohort)
    for row in balance.iter_rows(named=True):
        if row["confidentiality"] != FREE:
            yield (variable_words(reader, row["variable"]), *[SECRET] * 5)
            continue
        after = MISSING if row["smd_after"] is None else number(row["smd_after"], 2)
        # The mean of a class is the share of its persons.
        means = [
            percent(row[name]) if " = " in row["variable"] else number(row[name], 1)
            for name in ("accompanied", "comparison")
        ]
        means.append(number(row["smd_before"], 2))
        ratios = [NONE if row[name] is None else number(row[name], 2) for name in ("ratio_before", "ratio_after")]
        between = NONE if ratios == [NONE, NONE] else say("cohorts.entries.ratios", before=ratios[0], after=ratios[1])
        yield (variable_words(reader, row["variable"]), *means, after, between)
