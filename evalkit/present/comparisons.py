"""What the comparisons say, and what they do not: hedged by the interval, the test and the size of the design."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from evalkit.declare.comparison import Comparison
from evalkit.french_dates import day_words, span_in_words
from evalkit.present.numbers import counted, difference, number, p_value, quantity
from evalkit.present.reading import Reader
from evalkit.present.results import NONE
from evalkit.present.tables import Column, markdown_table
from evalkit.typography import typeset

LEVEL = 0.05
Row = dict[str, Any]

_COLUMNS = (
    Column("Comparaison", width=30),
    Column("Effet estimé", "right", 14),
    Column("Intervalle à 95 %", width=20),
    Column("Probabilité critique", width=13),
    Column("Plus petit effet décelable", "right", 14),
)
_ROLES = {"primary": "comparaison principale", "placebo": "épreuve placebo", "exploratory": "comparaison exploratoire"}


UNSURE = "La conclusion dépend de la méthode"
"""How the warning begins that says that another reasonable test concludes otherwise."""


def estimate_of(reader: Reader, comparison: Comparison) -> Row | None:
    """Return the published estimate of a comparison."""
    found = reader.publication.tables.estimates.filter(pl.col("comparison") == comparison.id)
    return found.row(0, named=True) if found.height else None


def refusal_of(reader: Reader, comparison: Comparison) -> Row | None:
    """Return the published refusal of a comparison."""
    found = reader.publication.tables.refusals.filter(pl.col("comparison") == comparison.id)
    return found.row(0, named=True) if found.height else None


def is_drawn(reader: Reader, comparison: Comparison) -> bool:
    """Tell whether the publication holds two curves to draw."""
    series = reader.publication.tables.series.filter(
        (pl.col("comparison") == comparison.id) & pl.col("rate").is_not_null()
    )
    return series["side"].n_unique() > 1


def comparison_markdown(reader: Reader, comparison: Comparison) -> str:
    """Return a comparison in short labelled lines, the result first, then all that limits it; or the refusal."""
    compared = ("Ce qui est comparé", design_sentence(reader, comparison))
    role = _ROLES[comparison.role]
    refused = refusal_of(reader, comparison)
    if refused is not None:
        return typeset(_defined([(f"{role.capitalize()}, refusée", refused["reason"]), compared]))
    row = estimate_of(reader, comparison)
    if row is None:
        return typeset(_defined([(role.capitalize(), "Elle n’a pas été calculée."), compared]))
    lines = (
        (f"Résultat ({role})", result_sentence(row)),
        ("Ce qui permet d’en douter", doubts(row)),
        ("Avant le programme", before_sentence(row)),
        ("Méthode du test", test_sentence(row)),
        ("Ce que la méthode usuelle aurait affiché", naive_sentence(row)),
        compared,
    )
    return typeset(_defined(lines))


def _defined(lines: Sequence[tuple[str, str]]) -> str:
    """Return labelled lines, in Markdown; those without a text are left out."""
    return "\n".join(f"- **{label}.** {text}" for label, text in lines if text)


def design_sentence(reader: Reader, comparison: Comparison) -> str:
    """Return what is compared with what, since when."""
    treated = ", ".join(reader.zone(zone) for zone in comparison.treated)
    programme = comparison.programme
    source = reader.source(comparison.outcome.feed)
    estimand = comparison.estimand[:1].upper() + comparison.estimand[1:].rstrip(".")
    label = str(source.get("label", comparison.outcome.feed))
    return (
        f"{estimand}. Zones du programme : {treated}. Programme : {programme.label}, "
        f"{day_words(programme.begins)}. Source : {label}."
    )


def conclusion(row: Row) -> str:
    """Return what an estimate says and does not say, in one paragraph; whether it depends on the method comes first."""
    unsure = [f"**{warning}**" for warning in row.get("warnings") or () if warning.startswith(UNSURE)]
    return " ".join(text for text in (result_sentence(row), *unsure, _caveat(row)) if text)


def result_sentence(row: Row) -> str:
    """Return the estimate and how it reads.

    An interval that leaves zero out is said to be hard to explain by chance alone; one that holds zero concludes
    nothing, which is not the absence of an effect.
    """
    effect = difference(row["effect"], decimals_of(row), row["unit"])
    periods = span_in_words(row["first_period"], row["last_period"])
    head = f"Le différentiel est de **{effect}** ({interval(row)} ; {p_value(row['p'])} ; {periods})."
    if row["role"] == "placebo":
        return f"{head} {_placebo(row)}"
    if is_clear(row):
        return f"{head} Un écart de cette taille s’explique mal par le hasard seul."
    return (
        f"{head} L’intervalle contient zéro : **ces données ne permettent de conclure ni à une hausse ni à une "
        f"baisse**. Ce n’est pas la preuve d’une absence d’effet{_too_small(row)}."
    )


def doubts(row: Row) -> str:
    """Return what limits an estimate: what the design does not see, its warnings, what one control unit can move."""
    texts = [_caveat(row), *(f"{warning.rstrip('.')}." for warning in row["warnings"]), leave_one_out(row)]
    return " ".join(text for text in texts if text)


def _caveat(row: Row) -> str:
    if row["role"] == "placebo" or not is_clear(row):
        return ""
    return (
        "Il reste à savoir si rien d’autre n’a changé au même moment dans ces quartiers : la comparaison ne le dit pas."
    )


def decimals_of(row: Row) -> int:
    """Return the decimals that an effect is printed with: two when its interval is narrower than two points."""
    return 2 if abs(row["high"] - row["low"]) < 2 else 1


def is_clear(row: Row) -> bool:
    """Tell whether the named test leaves zero out at 5 %, by its p-value and by its interval."""
    return bool(row["p"] < LEVEL and (row["low"] > 0 or row["high"] < 0))


def interval(row: Row) -> str:
    """Return the interval in words, its open sides said."""
    low, high = row["low"], row["high"]
    if not math.isfinite(low) or not math.isfinite(high):
        return "intervalle à 95 % non borné"
    return f"intervalle à 95 % : entre {number(low, decimals_of(row))} et {number(high, decimals_of(row))}"


def _placebo(row: Row) -> str:
    if is_clear(row):
        return (
            "Aucun effet n’était attendu ici, or l’écart s’explique mal par le hasard seul : **la comparaison "
            "principale doit être lue avec méfiance**, la même différence de tendance peut l’avoir produite."
        )
    return "Aucun effet n’était attendu et aucun n’apparaît : l’épreuve ne contredit pas la méthode, sans la prouver."


def _too_small(row: Row) -> str:
    if row["mde"] is None:
        return ""
    least = quantity(row["mde"], decimals_of(row), row["unit"])
    return f" : un effet de moins de {least} avait peu de chances d’être vu avec ces zones"


def test_sentence(row: Row) -> str:
    """Return the test that decides, and why it was chosen."""
    sizes = (
        f"{counted(row['n_treated'], 'zone du programme', 'zones du programme')} et "
        f"{counted(row['n_controls'], 'zone témoin', 'zones témoins')}"
    )
    clusters = ""
    if row["effective_clusters"] is not None:
        clusters = f", qui portent autant d’information que {number(row['effective_clusters'], 1)} zones de même taille"
    reason = row["test_reason"].rstrip(".")
    smallest = ""
    if row["smallest_p"] is not None:
        smallest = f" Une permutation de ces zones ne pourrait pas donner moins de {number(row['smallest_p'], 3)}."
    named = row["test"][:1].upper() + row["test"][1:]
    return f"{named}, sur {sizes}{clusters}. {reason[:1].upper()}{reason[1:]}.{smallest}"


def naive_sentence(row: Row) -> str:
    """Return what the usual clustered error would have claimed, when it would have said something else."""
    naive = row["naive_p"]
    if naive is None:
        return ""
    shown = f"{p_value(naive)} (erreurs groupées par zone)"
    if naive < LEVEL <= row["p"]:
        return (
            f"{shown}, donc un effet : avec si peu de zones du programme elle se trompe bien plus souvent que cinq "
            "fois sur cent, et n’est pas retenue."
        )
    return f"{shown}, sans changer la conclusion."


def before_sentence(row: Row) -> str:
    """Return the verdict on the periods before the programme; empty when there is none."""
    text = row["pretrend"].rstrip(".") if row["pretrend"] else ""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def leave_one_out(row: Row) -> str:
    """Return the range of the effect when each control unit is left out in turn; empty when it is not known."""
    if row["leave_low"] is None or row["leave_high"] is None:
        return ""
    low, high = (number(row[name], decimals_of(row)) for name in ("leave_low", "leave_high"))
    return f"En retirant chaque zone tour à tour, le différentiel va de {low} à {high}."


def estimates_markdown(reader: Reader) -> str:
    """Return the table of every declared comparison, refusals included."""
    rows = []
    for comparison in reader.publication.declared.comparisons:
        label = f"{comparison.label} ({_ROLES[comparison.role]})"
        row = estimate_of(reader, comparison)
        if row is None:
            rows.append([label, "refusée" if refusal_of(reader, comparison) else "non calculée", NONE, NONE, NONE])
            continue
        bounds = (
            f"{number(row['low'], decimals_of(row))} à {number(row['high'], decimals_of(row))}"
            if math.isfinite(row["low"] + row["high"])
            else "non borné"
        )
        mde = quantity(row["mde"], decimals_of(row), row["unit"]) if row["mde"] is not None else NONE
        rows.append([label, difference(row["effect"], decimals_of(row), row["unit"]), bounds, p_value(row["p"]), mde])
    return typeset(markdown_table(_COLUMNS, rows, "Les comparaisons déclarées et leur résultat."))
