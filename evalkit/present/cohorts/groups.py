"""What a cohort says: who was counted, how many had the exit by each wave, between which bounds, against whom."""

from __future__ import annotations

from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.french_dates import day_words
from evalkit.present.cohorts.words import (
    ACCOMPANIED,
    group_words,
    people_words,
    upper_first,
    variable_words,
)
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.present.words.cells import FREE, MISSING, NONE, SECRET
from evalkit.present.words.dates import wave_words
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import difference, number, p_value, percent
from evalkit.typography import NO_BREAK, typeset

BALANCED = 0.1
"""Standardised difference under which two groups are taken as alike on a variable (Austin, 2009)."""

EXITS = {
    "durable": "cohorts.groups.exit_durable",
    "transition": "cohorts.groups.exit_transition",
    "positive": "cohorts.groups.exit_positive",
    "lost": "cohorts.groups.exit_lost",
}


def cohort_row(reader: Reader, cohort: Cohort) -> dict[str, Any] | None:
    """Return the published line of a cohort."""
    found = reader.publication.tables.cohorts.filter(pl.col("cohort") == cohort.cohort)
    return found.row(0, named=True) if found.height else None


def cohort_intro(reader: Reader, cohort: Cohort, refusal: bool = True) -> str:
    """Return who is followed, since when, where and from which source; or why the protocol cannot be followed.

    Args:
        reader: the publication.
        cohort: the cohort.
        refusal: say why it cannot be followed; not where it is said elsewhere on the page.
    """
    zones = enumerate_words([reader.zone(zone) for zone in cohort.zones])
    start, end = cohort.entry.window
    row = cohort_row(reader, cohort)
    feed = row["feed"] if row is not None and row["feed"] else cohort.feed
    source = enumerate_words([str(reader.source(name).get("label", name)) for name in feed.split(" + ")])
    text = say(
        "cohorts.groups.intro",
        label=cohort.label,
        public=cohort.definition.rstrip("."),
        start=day_words(start),
        end=day_words(end),
        zones=zones,
        source=source,
    )
    if row is None:
        return typeset(say("cohorts.groups.not_followed", text=text))
    if refusal and row["refusal"]:
        text += say("cohorts.groups.refused", refusal=row["refusal"])
    return typeset(text)


def has_rates(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds rates of a cohort."""
    return reader.publication.tables.rates.filter(pl.col("cohort") == cohort.cohort).height > 0


def is_drawn(reader: Reader, cohort: Cohort, alone: bool = False) -> bool:
    """Tell whether the publication holds the outcome of two groups to draw.

    Args:
        reader: the publication.
        cohort: the cohort.
        alone: one group is drawn too, when two of its waves are published.
    """
    rates = reader.publication.tables.rates.filter(
        (pl.col("cohort") == cohort.cohort) & (pl.col("exit") == cohort.outcome) & pl.col("rate").is_not_null()
    )
    return rates["group"].n_unique() > 1 or (alone and rates.height > 1)


def chart_caption(cohort: Cohort) -> str:
    """Return the caption of the figure of the outcome, group by group."""
    return typeset(say("cohorts.groups.chart", exit=say(EXITS[cohort.rows.outcome])))


def rates_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the rate of the outcome for every group and wave, then the other exits of the accompanied."""
    rates = reader.publication.tables.rates.filter(pl.col("cohort") == cohort.cohort)
    outcomes = rates.filter(pl.col("exit") == cohort.outcome)
    columns = (
        Column(say("cohorts.groups.column_group"), width=22),
        Column(say("cohorts.groups.column_followed"), "right", 9),
        Column(say("cohorts.groups.column_exits"), "right", 9),
        Column(say("cohorts.groups.column_rate"), "right", 9),
        Column(say("cohorts.groups.column_interval"), "right", 18),
        Column(say("cohorts.groups.column_bounds"), "right", 18),
    )
    groups = tuple(
        Group(f"*{upper_first(group_words(cohort, group))}*", _wave_rows(outcomes.filter(pl.col("group") == group)))
        for group in sorted(outcomes["group"].unique())
    )
    caption = say("cohorts.groups.caption_rates", exit=say(EXITS[cohort.rows.outcome]))
    outcome = grouped_markdown(GroupedTable(columns, groups), caption)
    return typeset(f"{outcome}\n\n{_other_exits(rates, cohort)}")


def _other_exits(rates: pl.DataFrame, cohort: Cohort) -> str:
    others = rates.filter((pl.col("group") == ACCOMPANIED) & (pl.col("exit") != cohort.outcome))
    cells = {(row["exit"], row["wave"]): row for row in others.iter_rows(named=True)}
    waves = sorted({wave for _, wave in cells}, key=months_of)
    rows = [
        [say(EXITS[exit_]) if exit_ in EXITS else exit_, *(short_rate(cells.get((exit_, wave))) for wave in waves)]
        for exit_ in sorted({name for name, _ in cells})
    ]
    head = say("cohorts.groups.other_exits", people=people_words(cohort))
    columns = (Column(head, width=30), *(Column(wave_words(w)) for w in waves))
    return markdown_table(columns, rows) if rows else ""


def short_rate(row: dict[str, Any] | None) -> str:
    """Return a rate and its interval on one line; the rate alone when it has none."""
    if row is None:
        return MISSING
    if row["confidentiality"] != FREE:
        return SECRET
    if row["low"] >= row["high"]:
        return percent(row["rate"], 1)
    between = say("cohorts.groups.between", low=number(100 * row["low"], 1), high=number(100 * row["high"], 1))
    return f"{percent(row['rate'], 1)} {between}".replace(" ", NO_BREAK)


def _wave_rows(rates: pl.DataFrame) -> tuple[tuple[str, ...], ...]:
    ordered = sorted(rates.iter_rows(named=True), key=lambda row: months_of(row["wave"]))
    return tuple(_rate_row(row) for row in ordered)


def _rate_row(row: dict[str, Any]) -> tuple[str, ...]:
    head = say("cohorts.groups.wave", wave=wave_words(row["wave"]))
    if row["confidentiality"] != FREE:
        return (head, SECRET, SECRET, SECRET, SECRET, SECRET)
    count = NONE if row["count"] is None else number(row["count"])
    between = (
        say("cohorts.groups.rates", low=number(100 * row["low"], 1), high=percent(row["high"], 1))
        if row["low"] < row["high"]
        else NONE
    )
    bounds = (
        SECRET
        if row["worst"] is None
        else say("cohorts.groups.bounds", worst=number(100 * row["worst"], 1), best=percent(row["best"], 1))
    )
    return (head, number(row["at_risk"]), count, percent(row["rate"], 1), between, bounds)


def contrasts_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the difference between the two groups at each wave, hedged, and the warnings of the cohort."""
    contrasts = reader.publication.tables.contrasts.filter(pl.col("cohort") == cohort.cohort)
    lines = [f"- {contrast_sentence(row)}" for row in contrasts.iter_rows(named=True)]
    row = cohort_row(reader, cohort)
    if row is not None and row["lost"] is not None:
        lines.append(say("cohorts.groups.lost", lost=percent(row["lost"]), people=people_words(cohort)))
    lines += [f"- {warning}" for warning in (row["warnings"] if row else [])]
    alike = unbalanced_sentence(reader, cohort)
    return typeset("\n".join([*lines, *([f"- {alike}"] if alike else [])]))


def warnings_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the warnings of a cohort as a list; empty when there is none."""
    row = cohort_row(reader, cohort)
    return typeset("\n".join(f"- {warning}" for warning in (row["warnings"] if row else [])))


def contrast_sentence(row: dict[str, Any]) -> str:
    """Return one contrast in words, with what it does not say."""
    at = say("cohorts.groups.at", wave=wave_words(row["wave"]))
    if row["confidentiality"] != FREE:
        return say("cohorts.groups.masked", at=at, reason=upper_first(row["reason"].rstrip(".")))
    effect = difference(row["effect"], 1, "points")
    head = say(
        "cohorts.groups.contrast",
        at=at,
        effect=effect,
        low=number(row["low"], 1),
        high=number(row["high"], 1),
        p=p_value(row["p"]),
    )
    bounds = _bounds_words(row)
    if row["low"] <= 0 <= row["high"]:
        return say("cohorts.groups.unclear", head=head, bounds=bounds)
    return say("cohorts.groups.clear", head=head, bounds=bounds)


def _bounds_words(row: dict[str, Any]) -> str:
    """Return what those lost could change to a gap; empty when nobody is, or when it may not be told."""
    if row["worst"] is None or row["best"] is None or row["best"] <= row["worst"]:
        return ""
    best = difference(row["best"], 1, "points").lstrip("+")
    words = say("cohorts.groups.worst_best", worst=number(row["worst"], 1), best=best)
    if row["restored"] is not None:
        words += say(
            "cohorts.groups.replaced",
            restored=difference(row["restored"], 1, "points"),
            restored_low=number(row["restored_low"], 1),
            restored_high=number(row["restored_high"], 1),
        )
    return words


def unbalanced_sentence(reader: Reader, cohort: Cohort) -> str:
    """Return the variables on which the groups stay different after balancing; empty when there is none."""
    balance = reader.publication.tables.balance.filter(
        (pl.col("cohort") == cohort.cohort) & (pl.col("smd_after").abs() > BALANCED)
    )
    names = [variable_words(reader, variable) for variable in balance["variable"]]
    return say("cohorts.groups.unbalanced", names=enumerate_words(names)) if names else ""
