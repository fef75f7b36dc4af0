"""Recommendations: to whom, for when, how far they have gone."""

from __future__ import annotations

from collections import Counter

from evalkit.declare.evaluation import Evaluation, Progress, Recommendation
from evalkit.french_dates import day_words
from evalkit.present.evaluation.written import awaited, fictitious_mark
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, tally
from evalkit.present.words.partner_text import plain
from evalkit.typography import typeset

_CLOSED = (Progress.DONE, Progress.DROPPED)


def recommendations_markdown(reader: Reader, evaluation: Evaluation | None) -> str:
    """Return the recommendations with their follow-up, how many stand where first; or that they are awaited."""
    recommendations = evaluation.recommendations if evaluation is not None else ()
    if not recommendations:
        return awaited(reader, say("evaluation.written.awaited_recommendations"))
    return _followed(reader, recommendations)


def earlier_recommendations_markdown(reader: Reader, evaluation: Evaluation | None) -> str:
    """Return what became of the recommendations of an earlier evaluation."""
    recommendations = evaluation.recommendations if evaluation is not None else ()
    if not recommendations:
        return typeset(say("evaluation.recommendations.no_earlier"))
    return _followed(reader, recommendations)


def followed_markdown(reader: Reader) -> str:
    """Return what became of every recommendation written so far, for a yearly report; empty when there is none."""
    evaluations = sorted(reader.publication.declared.evaluations, key=lambda each: each.date)
    everything = tuple(recommendation for each in evaluations for recommendation in each.recommendations)
    if not everything:
        return ""
    fictitious = next((fictitious_mark(each) for each in evaluations if each.fictitious), "")
    parts = (typeset(say("evaluation.recommendations.followed")), fictitious, _followed(reader, everything))
    return "\n\n".join(part for part in parts if part)


def _followed(reader: Reader, recommendations: tuple[Recommendation, ...]) -> str:
    numbers = Counter(each.progress for each in recommendations)
    stands = [f"{number(numbers[progress])} {progress.value}" for progress in Progress if numbers[progress]]
    total = tally("evaluation.recommendations.recommendations", len(recommendations))
    opening = say("evaluation.recommendations.counts", recommendations=total, progress=enumerate_words(stands))
    lines = [f"- {_line(reader, each)}" for each in recommendations]
    return typeset("\n".join([opening, "", *lines]))


def _line(reader: Reader, each: Recommendation) -> str:
    to = enumerate_words([reader.partner(partner) for partner in each.to])
    due = say("evaluation.recommendations.due", day=day_words(each.due)) if each.due else ""
    return say(
        "evaluation.recommendations.line", text=plain(each.text), to=to, due=due, progress=_progress(reader, each)
    )


def _progress(reader: Reader, each: Recommendation) -> str:
    latest = each.latest
    as_of = reader.publication.as_of
    late = ""
    if each.due is not None and each.due < as_of and each.progress not in _CLOSED:
        late = say("evaluation.recommendations.late", day=day_words(as_of))
    if latest is None:
        return say("evaluation.recommendations.proposed") + late
    note = say("evaluation.recommendations.note", note=plain(latest.note)) if latest.note else ""
    fields = {"day": day_words(latest.date), "progress": latest.status.value}
    return say("evaluation.recommendations.progress", note=note, **fields) + late
