"""The summary: at most ten lines, computed from the results, hedged like them."""

from __future__ import annotations

from collections import Counter

import polars as pl

from evalkit.declare.comparison import Comparison
from evalkit.present.cohorts.groups import contrast_sentence
from evalkit.present.comparisons.conclusions import conclusion, estimate_of, refusal_of
from evalkit.present.document.data_state import data_sentence
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import AVAILABLE, Reader
from evalkit.present.results.standings import standing_sentence
from evalkit.present.results.targets import Standing, TargetStatus, standings
from evalkit.present.words.numbers import number, tally
from evalkit.typography import typeset

MOST_LINES = 10
_MOST_TARGETS = 3


def summary_markdown(reader: Reader) -> str:
    """Return the summary as a numbered list of at most ten lines."""
    stands = list(standings(reader))
    lines = [data_sentence(reader), coverage_sentence(reader)]
    lines += [targets_sentence(stands)] if stands else []
    lines += [standing_sentence(reader, each) for each in _salient(stands)]
    lines += _cohort_lines(reader)
    lines += [_comparison_line(reader, each) for each in _ordered(reader)]
    closing = [missing_sentence(reader)]
    kept = [*lines[: MOST_LINES - 1], *closing]
    return typeset("\n".join(f"{rank}. {line}" for rank, line in enumerate(kept, start=1)))


def coverage_sentence(reader: Reader) -> str:
    """Return how many indicators have a value, how many have none, and how many cells are masked."""
    observations = reader.publication.tables.observations
    declared = reader.publication.declared.indicators
    valued = set(observations.filter(pl.col("value").is_not_null())["indicator"])
    masked = observations.filter(pl.col("confidentiality") == "secret").height
    available = observations.filter(pl.col("availability") == AVAILABLE).height
    return say(
        "document.summary.coverage",
        declared=tally("document.summary.declared", len(declared)),
        valued=number(len(valued)),
        unvalued=number(len(declared) - len(valued)),
        masked=tally("document.summary.masked", masked),
        available=number(available),
    )


def targets_sentence(stands: list[Standing]) -> str:
    """Return how many targets stand where."""
    counts = Counter(each.status for each in stands)
    told = ", ".join(f"{number(counts[status])} {status.words(counts[status])}" for status in TargetStatus)
    return say("document.summary.targets", targets=tally("document.summary.targets_named", len(stands)), told=told)


def missing_sentence(reader: Reader) -> str:
    """Return how many things could not be computed, and how many questions they ask."""
    tables = reader.publication.tables
    refused = tables.refusals.height
    failed = tally("document.summary.missing", tables.not_computed.height)
    return say(
        "document.summary.failed",
        failed=failed,
        refused=tally("document.summary.refused", refused),
        asked=tally("document.summary.asked", tables.questions.height),
    )


def _salient(stands: list[Standing]) -> list[Standing]:
    """Return the targets that the summary names, one per indicator: not reached first, then on track, then reached.

    Of one indicator, the target for everybody comes before those for one landlord or one funder.
    """
    order = (TargetStatus.NOT_REACHED, TargetStatus.ON_TRACK, TargetStatus.REACHED)
    measured = [each for each in stands if each.status in order]
    named: dict[str, Standing] = {}
    for each in sorted(measured, key=lambda each: (bool(each.target.scope), order.index(each.status))):
        named.setdefault(each.indicator.id, each)
    return sorted(named.values(), key=lambda each: order.index(each.status))[:_MOST_TARGETS]


def _cohort_lines(reader: Reader) -> list[str]:
    lines = []
    for cohort in reader.publication.declared.cohorts:
        rows = reader.publication.tables.contrasts.filter(pl.col("cohort") == cohort.cohort)
        if rows.height:
            lines.append(
                say(
                    "document.summary.cohort",
                    label=cohort.label,
                    sentence=_lowered(contrast_sentence(rows.row(-1, named=True))),
                )
            )
    return lines


def _comparison_line(reader: Reader, comparison: Comparison) -> str:
    row, refused = estimate_of(reader, comparison), refusal_of(reader, comparison)
    if row is not None:
        return say("document.summary.comparison", label=comparison.label, sentence=_lowered(conclusion(row)))
    return (
        say("document.summary.comparison_refused", label=comparison.label, reason=refused["reason"])
        if refused
        else say("document.summary.comparison_missing", label=comparison.label)
    )


def _ordered(reader: Reader) -> list[Comparison]:
    order = ("primary", "placebo", "exploratory")
    return sorted(reader.publication.declared.comparisons, key=lambda each: order.index(each.role))


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
