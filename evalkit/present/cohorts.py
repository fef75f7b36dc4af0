"""What a cohort says: who was counted, how many had the exit by each wave, between which bounds, against whom."""

from __future__ import annotations

from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.french_dates import day_words, period_in_words
from evalkit.present.cells import FREE, MISSING, SECRET
from evalkit.present.dates import wave_words
from evalkit.present.numbers import difference, number, p_value, percent
from evalkit.present.opening import enumerate_words
from evalkit.present.reading import Reader
from evalkit.present.results import NONE
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.typography import NO_BREAK, typeset

ACCOMPANIED = "accompagnés"

BALANCED = 0.1
"""Standardised difference under which two groups are taken as alike on a variable (Austin, 2009)."""

EXITS = {
    "durable": "emploi durable",
    "transition": "emploi de transition",
    "positive": "formation ou sortie positive",
    "lost": "sans nouvelle",
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
    text = (
        f"**{cohort.label}.** Public : {cohort.definition.rstrip('.')}. "
        f"Entrées du {day_words(start)} au {day_words(end)}, {zones}. Source : {source}."
    )
    if row is None:
        return typeset(f"{text}\n\nCette cohorte n’a pas été suivie.")
    if refusal and row["refusal"]:
        text += f"\n\n**Suivi refusé.** {row['refusal']}"
    return typeset(text)


def has_rates(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds rates of a cohort."""
    return reader.publication.tables.rates.filter(pl.col("cohort") == cohort.cohort).height > 0


def is_drawn(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds the outcome of two groups to draw."""
    rates = reader.publication.tables.rates.filter(
        (pl.col("cohort") == cohort.cohort) & (pl.col("exit") == cohort.outcome) & pl.col("rate").is_not_null()
    )
    return rates["group"].n_unique() > 1


def flow_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the flow of persons, step by step."""
    steps = reader.publication.tables.flow.filter(pl.col("cohort") == cohort.cohort).sort("step")
    rows = [
        [
            row["label"],
            SECRET if row["persons_secret"] else number(row["persons"]),
            SECRET if row["removed_secret"] else (f"{number(row['removed'])}" if row["removed"] else NONE),
            row["why"] or NONE,
        ]
        for row in steps.iter_rows(named=True)
    ]
    columns = (
        Column("Étape", width=38),
        Column("Personnes", "right"),
        Column("Écartées", "right"),
        Column("Motif", width=32),
    )
    return typeset(
        markdown_table(columns, rows, "Du fichier à l’analyse : chaque personne écartée l’est pour un motif.")
    )


def rates_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the rate of the outcome for every group and wave, then the other exits of the accompanied."""
    rates = reader.publication.tables.rates.filter(pl.col("cohort") == cohort.cohort)
    outcomes = rates.filter(pl.col("exit") == cohort.outcome)
    columns = (
        Column("Groupe, délai", width=22),
        Column("Suivies", "right", 9),
        Column("Sorties", "right", 9),
        Column("Taux", "right", 9),
        Column("Intervalle à 95 %", "right", 18),
        Column("Selon les sans nouvelle", "right", 18),
    )
    groups = tuple(
        Group(f"*{group[:1].upper()}{group[1:]}*", _wave_rows(outcomes.filter(pl.col("group") == group)))
        for group in sorted(outcomes["group"].unique())
    )
    caption = (
        f"Part des personnes sorties vers : {EXITS[cohort.rows.outcome]}, depuis leur entrée. La dernière colonne "
        "donne le taux si aucune, puis si toutes les personnes sans nouvelle avaient connu cette sortie."
    )
    outcome = grouped_markdown(GroupedTable(columns, groups), caption)
    return typeset(f"{outcome}\n\n{_other_exits(rates, cohort)}")


def _other_exits(rates: pl.DataFrame, cohort: Cohort) -> str:
    others = rates.filter((pl.col("group") == ACCOMPANIED) & (pl.col("exit") != cohort.outcome))
    cells = {(row["exit"], row["wave"]): row for row in others.iter_rows(named=True)}
    waves = sorted({wave for _, wave in cells}, key=months_of)
    rows = [
        [EXITS.get(exit_, exit_), *(short_rate(cells.get((exit_, wave))) for wave in waves)]
        for exit_ in sorted({name for name, _ in cells})
    ]
    columns = (Column("Autres sorties des personnes accompagnées", width=30), *(Column(wave_words(w)) for w in waves))
    return markdown_table(columns, rows) if rows else ""


def short_rate(row: dict[str, Any] | None) -> str:
    """Return a rate and its interval on one line; the rate alone when it has none."""
    if row is None:
        return MISSING
    if row["confidentiality"] != FREE:
        return SECRET
    if row["low"] >= row["high"]:
        return percent(row["rate"], 1)
    between = f"({number(100 * row['low'], 1)} à {number(100 * row['high'], 1)})"
    return f"{percent(row['rate'], 1)} {between}".replace(" ", NO_BREAK)


def _wave_rows(rates: pl.DataFrame) -> tuple[tuple[str, ...], ...]:
    ordered = sorted(rates.iter_rows(named=True), key=lambda row: months_of(row["wave"]))
    return tuple(_rate_row(row) for row in ordered)


def _rate_row(row: dict[str, Any]) -> tuple[str, ...]:
    head = f"à {wave_words(row['wave'])}"
    if row["confidentiality"] != FREE:
        return (head, SECRET, SECRET, SECRET, SECRET, SECRET)
    count = NONE if row["count"] is None else number(row["count"])
    between = f"{number(100 * row['low'], 1)} à {percent(row['high'], 1)}" if row["low"] < row["high"] else NONE
    bounds = SECRET if row["worst"] is None else f"{number(100 * row['worst'], 1)} à {percent(row['best'], 1)}"
    return (head, number(row["at_risk"]), count, percent(row["rate"], 1), between, bounds)


def variable_words(reader: Reader, variable: str) -> str:
    """Return a balanced variable in French: « zone = x » becomes the name of the zone."""
    name, _, value = variable.partition(" = ")
    if name == "zone":
        return f"Zone : {reader.zone(value)}"
    words = {"age": "Âge (années)", "sexe": "Sexe"}.get(name, name[:1].upper() + name[1:])
    return f"{words} : {period_in_words(value)}" if value else words


def balance_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return how alike the two groups are at entry, before and after balancing."""
    balance = reader.publication.tables.balance.filter(pl.col("cohort") == cohort.cohort)
    if not balance.height:
        return "Cette cohorte n’a pas de groupe de comparaison : ses taux décrivent, sans rien comparer."
    columns = (
        Column("À l’entrée", width=34),
        Column("Accompagnées", "right"),
        Column("Comparaison", "right"),
        Column("Différence avant", "right"),
        Column("Différence après", "right"),
        Column("Rapport des variances", "right"),
    )
    rows = []
    for row in balance.iter_rows(named=True):
        if row["confidentiality"] != FREE:
            rows.append([variable_words(reader, row["variable"]), *[SECRET] * 5])
            continue
        after = MISSING if row["smd_after"] is None else number(row["smd_after"], 2)
        means = [number(row[name], 2) for name in ("accompanied", "comparison", "smd_before")]
        ratios = [NONE if row[name] is None else number(row[name], 2) for name in ("ratio_before", "ratio_after")]
        between = NONE if ratios == [NONE, NONE] else f"{ratios[0]} puis {ratios[1]}"
        rows.append([variable_words(reader, row["variable"]), *means, after, between])
    caption = (
        "Moyennes à l’entrée et différences standardisées (en écarts-types), avant et après équilibrage. Au-dessous "
        f"de {number(BALANCED, 1)}, les groupes sont tenus pour semblables sur cette variable. Rapport des variances "
        "des deux groupes, avant puis après, pour les nombres : entre 0,5 et 2, il est tenu pour proche de 1."
    )
    return typeset(markdown_table(columns, rows, caption))


def contrasts_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the difference between the two groups at each wave, hedged, and the warnings of the cohort."""
    contrasts = reader.publication.tables.contrasts.filter(pl.col("cohort") == cohort.cohort)
    lines = [f"- {contrast_sentence(row)}" for row in contrasts.iter_rows(named=True)]
    row = cohort_row(reader, cohort)
    if row is not None and row["lost"] is not None:
        lines.append(
            f"- {percent(row['lost'])} des personnes accompagnées sont sans nouvelle à leur dernière observation."
        )
    lines += [f"- {warning}" for warning in (row["warnings"] if row else [])]
    alike = unbalanced_sentence(reader, cohort)
    return typeset("\n".join([*lines, *([f"- {alike}"] if alike else [])]))


def warnings_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the warnings of a cohort as a list; empty when there is none."""
    row = cohort_row(reader, cohort)
    return typeset("\n".join(f"- {warning}" for warning in (row["warnings"] if row else [])))


def contrast_sentence(row: dict[str, Any]) -> str:
    """Return one contrast in words, with what it does not say."""
    at = f"À {wave_words(row['wave'])}"
    if row["confidentiality"] != FREE:
        return f"{at} : écart non publié ({row['reason']})."
    effect = difference(row["effect"], 1, "points")
    head = (
        f"{at}, l’écart entre les personnes accompagnées et leur groupe de comparaison équilibré est de **{effect}** "
        f"(intervalle à 95 % : entre {number(row['low'], 1)} et {number(row['high'], 1)} ; {p_value(row['p'])})"
    )
    bounds = _bounds_words(row)
    if row["low"] <= 0 <= row["high"]:
        return f"{head} : l’intervalle contient zéro, on ne peut pas conclure.{bounds}"
    return f"{head} : un écart que le hasard seul explique mal, à caractéristiques mesurées semblables.{bounds}"


def _bounds_words(row: dict[str, Any]) -> str:
    """Return what those lost could change to a gap; empty when nobody is, or when it may not be told."""
    if row["worst"] is None or row["best"] is None or row["best"] <= row["worst"]:
        return ""
    words = f" Selon ce que sont devenus les sans nouvelle, il irait de {number(row['worst'], 1)} à "
    words += f"{difference(row['best'], 1, 'points').lstrip('+')}."
    if row["restored"] is not None:
        words += (
            f" En les remplaçant par leurs semblables : {difference(row['restored'], 1, 'points')} (entre "
            f"{number(row['restored_low'], 1)} et {number(row['restored_high'], 1)})."
        )
    return words


def unbalanced_sentence(reader: Reader, cohort: Cohort) -> str:
    """Return the variables on which the groups stay different after balancing; empty when there is none."""
    balance = reader.publication.tables.balance.filter(
        (pl.col("cohort") == cohort.cohort) & (pl.col("smd_after").abs() > BALANCED)
    )
    names = [variable_words(reader, variable) for variable in balance["variable"]]
    return f"Après équilibrage, les groupes diffèrent encore par : {enumerate_words(names)}." if names else ""
