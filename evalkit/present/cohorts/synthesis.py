"""The synthesis of a cohort for a committee: what was found in a few sentences, what it is not, what is still asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.cohort_questions import protocol_questions
from evalkit.declare.cohort_words import MODES, RETURN_LIMITS
from evalkit.declare.model import months_of
from evalkit.present.cohorts.doubts import difference_sentences
from evalkit.present.cohorts.groups import cohort_row, contrast_sentence
from evalkit.present.cohorts.returns import has_returns, return_sentences, towards
from evalkit.present.cohorts.words import ACCOMPANIED, people_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.words.cells import FREE
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import number, percent
from evalkit.typography import typeset


def find_cohort(reader: Reader, cohort: str) -> Cohort:
    """Return a cohort of the edition: the one that is named, else the first.

    Args:
        reader: the publication.
        cohort: its id; empty for the first.
    """
    declared = reader.publication.declared.cohorts
    return next((each for each in declared if each.cohort == cohort), declared[0])


def essentials_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return what a committee should keep, one sentence a line: the rate, those lost, the gap, or why there is none."""
    sentences = list(_essentials(reader, cohort))
    return typeset("\n".join(f"- {sentence}" for sentence in sentences))


def _essentials(reader: Reader, cohort: Cohort) -> Iterator[str]:
    row = cohort_row(reader, cohort)
    if row is None:
        yield say("cohorts.synthesis.not_followed")
        return
    if has_returns(reader, cohort):
        yield from return_sentences(reader, cohort)
        return
    if row["refusal"]:
        yield say("cohorts.synthesis.refused", refusal=row["refusal"])
    last = _last_rate(reader, cohort)
    if last is None and row["refusal"]:
        return
    if last is not None:
        yield _rate_sentence(cohort, last)
        if last["best"] is not None and last["best"] > last["worst"]:
            yield (say("cohorts.synthesis.bounds", worst=number(100 * last["worst"], 1), best=percent(last["best"], 1)))
    yield from _gap_sentences(reader, cohort)
    if row["lost"] is not None:
        yield say("cohorts.synthesis.lost", lost=percent(row["lost"]), people=people_words(cohort))
    yield from difference_sentences(reader, cohort)


def _rate_sentence(cohort: Cohort, row: dict[str, Any]) -> str:
    between = say("cohorts.synthesis.between", low=number(100 * row["low"], 1), high=percent(row["high"], 1))
    return say(
        "cohorts.synthesis.rate",
        rate=percent(row["rate"], 1),
        people=people_words(cohort),
        towards=towards(cohort.rows.outcome),
        wave=wave_words(row["wave"]),
        between=between if row["low"] < row["high"] else "",
        at_risk=number(row["at_risk"]),
    )


def _last_rate(reader: Reader, cohort: Cohort) -> dict[str, Any] | None:
    """Return the published rate of the outcome of the accompanied at the longest wave that is free."""
    if cohort.mode is not Mode.INDIVIDUAL:
        return None
    rates = reader.publication.tables.rates.filter(
        (pl.col("cohort") == cohort.cohort)
        & (pl.col("group") == ACCOMPANIED)
        & (pl.col("exit") == cohort.outcome)
        & (pl.col("confidentiality") == FREE)
    )
    return max(rates.iter_rows(named=True), key=lambda row: months_of(row["wave"]), default=None)


def _gap_sentences(reader: Reader, cohort: Cohort) -> Iterator[str]:
    contrasts = reader.publication.tables.contrasts.filter(pl.col("cohort") == cohort.cohort)
    rows = sorted(contrasts.iter_rows(named=True), key=lambda row: months_of(row["wave"]))
    shown = [row for row in rows if row["confidentiality"] == FREE]
    if rows:
        # The longest wave is what was promised; when it is secret, the longest one that is not.
        told = [rows[-1]] if shown[-1:] == rows[-1:] else [*shown[-1:], rows[-1]]
        yield from (contrast_sentence(row) for row in told)
    elif cohort.against is None:
        yield say("cohorts.synthesis.nobody_compared")
    else:
        yield say("cohorts.synthesis.not_compared")


def limits_markdown(cohort: Cohort, *, by_returns: bool = False) -> str:
    """Return what the synthesis does not say, whatever the result.

    Args:
        cohort: the cohort.
        by_returns: it was followed by the totals that partners send.
    """
    lines = [
        say("cohorts.synthesis.not_everybody"),
        say("cohorts.synthesis.no_proof"),
    ]
    if by_returns:
        lines = [lines[0], *RETURN_LIMITS]
    elif cohort.mode is not Mode.INDIVIDUAL:
        lines = [MODES[cohort.mode]]
    if cohort.against is not None and not by_returns:
        lines.append(say("cohorts.synthesis.alike"))
    if cohort.protocol.limits:
        lines.insert(0, f"{cohort.protocol.limits.rstrip('.')}.")
    return typeset("\n".join(f"- {line}" for line in lines))


def method_markdown(cohort: Cohort, *, by_returns: bool = False) -> str:
    """Return how the numbers are made, for a reader who knows statistics.

    Args:
        cohort: the cohort.
        by_returns: it was followed by the totals that partners send.
    """
    if by_returns:
        return _method_of_returns()
    lines = [MODES[cohort.mode]]
    if cohort.mode is Mode.INDIVIDUAL:
        lines.append(say("cohorts.synthesis.rates"))
    if cohort.against is not None:
        weights = {
            "entropy": say("cohorts.synthesis.by_entropy"),
            "propensity": say("cohorts.synthesis.by_odds"),
            "matching": say("cohorts.synthesis.by_matching"),
        }[cohort.against.method]
        lines.append(say("cohorts.synthesis.weighted", weights=weights))
    lines.append(say("cohorts.synthesis.protected"))
    return typeset(" ".join(lines))


def _method_of_returns() -> str:
    lines = [
        MODES[Mode.RETURNS],
        say("cohorts.synthesis.returns_rates"),
        say("cohorts.synthesis.protected"),
    ]
    return typeset(" ".join(lines))


def lacks_markdown(cohort: Cohort) -> str:
    """Return what the protocol still lacks, as questions to the partners."""
    questions = list(protocol_questions(cohort))
    if not questions:
        return say("cohorts.synthesis.complete")
    return "\n".join(f"{rank}. {question}" for rank, question in enumerate(questions, start=1))


def gaps_title(reader: Reader, cohort: Cohort) -> str:
    """Return the heading of the gaps and warnings of a cohort; of the warnings alone when nothing is compared."""
    contrasts = reader.publication.tables.contrasts.filter(pl.col("cohort") == cohort.cohort)
    return say("cohorts.synthesis.gaps" if contrasts.height else "cohorts.synthesis.warnings")


def has_balance(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds a balance table with both sides to draw."""
    found = reader.publication.tables.balance.filter(
        (pl.col("cohort") == cohort.cohort) & pl.col("smd_before").is_not_null()
    )
    return found.height > 0
