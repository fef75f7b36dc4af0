"""What the comparisons say, and what they do not: hedged by the interval, the test and the size of the design."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from evalkit.declare.comparison import Comparison
from evalkit.french_dates import day_words, span_in_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.cells import NONE
from evalkit.present.words.numbers import difference, number, p_value, quantity, tally
from evalkit.typography import typeset

LEVEL = 0.05
Row = dict[str, Any]

_ROLES = {
    "primary": "comparisons.conclusions.role_primary",
    "placebo": "comparisons.conclusions.role_placebo",
    "exploratory": "comparisons.conclusions.role_exploratory",
}


UNSURE = "La conclusion dépend de la méthode"
"""How the warning begins that says that another reasonable test concludes otherwise."""


def _columns() -> tuple[Column, ...]:
    return (
        Column(say("comparisons.conclusions.column_comparison"), width=30),
        Column(say("comparisons.conclusions.column_effect"), "right", 14),
        Column(say("comparisons.conclusions.column_interval"), width=20),
        Column(say("comparisons.conclusions.column_p"), width=13),
        Column(say("comparisons.conclusions.column_mde"), "right", 14),
    )


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
    compared = (say("comparisons.conclusions.compared"), design_sentence(reader, comparison))
    role = say(_ROLES[comparison.role])
    refused = refusal_of(reader, comparison)
    if refused is not None:
        return typeset(
            _defined([(say("comparisons.conclusions.refused", role=role.capitalize()), refused["reason"]), compared])
        )
    row = estimate_of(reader, comparison)
    if row is None:
        return typeset(_defined([(role.capitalize(), say("comparisons.conclusions.not_computed")), compared]))
    lines = (
        (say("comparisons.conclusions.result", role=role), result_sentence(row)),
        (say("comparisons.conclusions.doubts"), doubts(row)),
        (say("comparisons.conclusions.before"), before_sentence(row)),
        (say("comparisons.conclusions.test"), test_sentence(row)),
        (say("comparisons.conclusions.naive"), naive_sentence(row)),
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
    return say(
        "comparisons.conclusions.design",
        estimand=estimand,
        treated=treated,
        programme=programme.label,
        begins=day_words(programme.begins),
        source=label,
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
    head = say(
        "comparisons.conclusions.effect", effect=effect, interval=interval(row), p=p_value(row["p"]), periods=periods
    )
    if row["role"] == "placebo":
        return f"{head} {_placebo(row)}"
    if is_clear(row):
        return say("comparisons.conclusions.clear", head=head)
    return say("comparisons.conclusions.unclear", head=head, too_small=_too_small(row))


def doubts(row: Row) -> str:
    """Return what limits an estimate: what the design does not see, its warnings, what one control unit can move."""
    texts = [_caveat(row), *(f"{warning.rstrip('.')}." for warning in row["warnings"]), leave_one_out(row)]
    return " ".join(text for text in texts if text)


def _caveat(row: Row) -> str:
    if row["role"] == "placebo" or not is_clear(row):
        return ""
    return say("comparisons.conclusions.caveat")


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
        return say("comparisons.conclusions.open_interval")
    return say(
        "comparisons.conclusions.interval", low=number(low, decimals_of(row)), high=number(high, decimals_of(row))
    )


def _placebo(row: Row) -> str:
    if is_clear(row):
        return say("comparisons.conclusions.placebo_fails")
    return say("comparisons.conclusions.placebo_holds")


def _too_small(row: Row) -> str:
    if row["mde"] is None:
        return ""
    least = quantity(row["mde"], decimals_of(row), row["unit"])
    return say("comparisons.conclusions.too_small", least=least)


def test_sentence(row: Row) -> str:
    """Return the test that decides, and why it was chosen."""
    sizes = say(
        "comparisons.conclusions.sizes",
        treated=tally("comparisons.conclusions.treated", row["n_treated"]),
        controls=tally("comparisons.conclusions.controls", row["n_controls"]),
    )
    clusters = ""
    if row["effective_clusters"] is not None:
        clusters = say("comparisons.conclusions.clusters", clusters=number(row["effective_clusters"], 1))
    reason = row["test_reason"].rstrip(".")
    smallest = ""
    if row["smallest_p"] is not None:
        smallest = say("comparisons.conclusions.smallest", least=number(row["smallest_p"], 3))
    named = row["test"][:1].upper() + row["test"][1:]
    return say(
        "comparisons.conclusions.test_sentence",
        named=named,
        sizes=sizes,
        clusters=clusters,
        reason=reason[:1].upper() + reason[1:],
        smallest=smallest,
    )


def naive_sentence(row: Row) -> str:
    """Return what the usual clustered error would have claimed, when it would have said something else."""
    naive = row["naive_p"]
    if naive is None:
        return ""
    shown = say("comparisons.conclusions.clustered", naive=p_value(naive))
    if naive < LEVEL <= row["p"]:
        return say("comparisons.conclusions.naive_claims", shown=shown)
    return say("comparisons.conclusions.naive_agrees", shown=shown)


def before_sentence(row: Row) -> str:
    """Return the verdict on the periods before the programme; empty when there is none."""
    text = row["pretrend"].rstrip(".") if row["pretrend"] else ""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def leave_one_out(row: Row) -> str:
    """Return the range of the effect when each control unit is left out in turn; empty when it is not known."""
    if row["leave_low"] is None or row["leave_high"] is None:
        return ""
    low, high = (number(row[name], decimals_of(row)) for name in ("leave_low", "leave_high"))
    return say("comparisons.conclusions.leave_one_out", low=low, high=high)


def estimates_markdown(reader: Reader) -> str:
    """Return the table of every declared comparison, refusals included."""
    rows = []
    for comparison in reader.publication.declared.comparisons:
        label = f"{comparison.label} ({say(_ROLES[comparison.role])})"
        row = estimate_of(reader, comparison)
        if row is None:
            rows.append(
                [
                    label,
                    say("comparisons.conclusions.cell_refused")
                    if refusal_of(reader, comparison)
                    else say("comparisons.conclusions.cell_missing"),
                    NONE,
                    NONE,
                    NONE,
                ]
            )
            continue
        bounds = (
            say(
                "comparisons.conclusions.cell_interval",
                low=number(row["low"], decimals_of(row)),
                high=number(row["high"], decimals_of(row)),
            )
            if math.isfinite(row["low"] + row["high"])
            else say("comparisons.conclusions.cell_open")
        )
        mde = quantity(row["mde"], decimals_of(row), row["unit"]) if row["mde"] is not None else NONE
        rows.append([label, difference(row["effect"], decimals_of(row), row["unit"]), bounds, p_value(row["p"]), mde])
    return typeset(markdown_table(_columns(), rows, say("comparisons.conclusions.caption")))
