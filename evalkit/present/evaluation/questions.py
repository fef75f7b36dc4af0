"""The evaluation questions, each with what the results say for it, against it, and what they cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Question
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import SurveyMeasure
from evalkit.present.comparisons.conclusions import estimate_of, interval, is_clear
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader, Series
from evalkit.present.results.axes import change_cell
from evalkit.present.results.standings import standing_sentence
from evalkit.present.results.targets import TargetStatus, standing
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import difference, tally
from evalkit.territory.zones import ALL_QPV
from evalkit.typography import typeset

_MOST_NAMED = 4
MOST_CLUES = 3
"""What a question shows of each side; all of them stand with the results."""


class Side(StrEnum):
    """Which way a result points."""

    FOR = "for"
    AGAINST = "against"
    SILENT = "silent"


def rule() -> str:
    """Return how evidence is sorted, in the words that the report prints."""
    return say("evaluation.questions.rule")


@dataclass(frozen=True, slots=True)
class Clue:
    """One result that bears on a question.

    Attributes:
        subject: id of the indicator or of the comparison.
        sentence: what it says; empty when it has no value to show.
    """

    subject: str
    side: Side
    label: str
    sentence: str


def question_markdown(reader: Reader, question: Question, cited: frozenset[str] = frozenset()) -> str:
    """Return the evidence on a question: for, against, silent.

    Args:
        reader: the publication.
        question: the question.
        cited: what the answer rests on already, and shows: it is not said twice.
    """
    everything = clues(reader, question)
    if not everything:
        return typeset(say("evaluation.questions.tied_to_nothing"))
    found = [each for each in everything if each.subject not in cited]
    if not found:
        return ""
    parts = []
    for side, heading in ((Side.FOR, "evaluation.questions.for"), (Side.AGAINST, "evaluation.questions.against")):
        mine = [each for each in found if each.side is side]
        parts.append(_sided(say(heading), mine) if mine else say("evaluation.questions.nothing", heading=say(heading)))
    silent = [each.label for each in found if each.side is Side.SILENT]
    if silent:
        named = enumerate_words([say("evaluation.questions.label", label=label) for label in silent[:_MOST_NAMED]])
        rest = (
            say("evaluation.questions.rest", others=tally("evaluation.questions.others", len(silent) - _MOST_NAMED))
            if len(silent) > _MOST_NAMED
            else ""
        )
        parts.append(say("evaluation.questions.silent", named=named, rest=rest))
    return typeset("\n\n".join(parts))


def _sided(heading: str, mine: Sequence[Clue]) -> str:
    """Return the first clues of one side; the others stand with the results of their axis."""
    lines = [f"- {each.sentence}" for each in mine[:MOST_CLUES]]
    rest = len(mine) - MOST_CLUES
    more = (
        [f"- {say('evaluation.questions.more', others=tally('evaluation.questions.results', rest))}"]
        if rest > 0
        else []
    )
    return "\n".join([heading, "", *lines, *more])


def clues(reader: Reader, question: Question) -> tuple[Clue, ...]:
    """Return every result that bears on a question: its indicators by objective, then its comparisons."""
    indicators = [each for objective in question.objectives for each in reader.indicators_of(objective)]
    compared = [
        each
        for each in reader.publication.declared.comparisons
        if each.role != "placebo" and (each.question == question.id or each.objective in question.objectives)
    ]
    return (*(indicator_clue(reader, each) for each in indicators), *(effect_clue(reader, each) for each in compared))


def indicator_clue(reader: Reader, indicator: Indicator) -> Clue:
    """Return what an indicator says: by its first target, else by its change."""
    if indicator.targets:
        stand = standing(reader, indicator, indicator.targets[0])
        side = {
            TargetStatus.REACHED: Side.FOR,
            TargetStatus.ON_TRACK: Side.FOR,
            TargetStatus.NOT_REACHED: Side.AGAINST,
        }.get(stand.status, Side.SILENT)
        return Clue(indicator.id, side, indicator.label, standing_sentence(reader, stand))
    zones = reader.zones_of(indicator)
    if not zones:
        return Clue(indicator.id, Side.SILENT, indicator.label, "")
    series = reader.series(indicator, ALL_QPV if ALL_QPV in zones else zones[0])
    sentence = f"**{indicator.label}** ({reader.zone(series.zone)}) : {change_cell(reader, series)}."
    return Clue(indicator.id, _side_of_change(reader, series), indicator.label, sentence)


def _side_of_change(reader: Reader, series: Series) -> Side:
    change = reader.change(series)
    wanted = {"up": 1, "down": -1}.get(series.indicator.direction, 0)
    if change is None or not wanted or not change.amount or _overlap(change.since, change.until):
        return Side.SILENT
    if isinstance(series.indicator.measure, SurveyMeasure) and change.until.low is None:
        # Those who answer a voluntary survey are not the same from one wave to the next.
        return Side.SILENT
    return Side.FOR if change.amount * wanted > 0 else Side.AGAINST


def _overlap(one: Point, other: Point) -> bool:
    """Tell whether two intervals have a value in common; exhaustive counts have no interval, and never do."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low <= other.high and other.low <= one.high


def effect_clue(reader: Reader, comparison: Comparison) -> Clue:
    """Return what a comparison says, by its interval."""
    row = estimate_of(reader, comparison)
    if row is None:
        return Clue(comparison.id, Side.SILENT, comparison.label, "")
    wanted = {"up": 1, "down": -1}.get(comparison.direction, 0)
    sentence = f"**{comparison.label}** : {difference(row['effect'], 2, row['unit'])} ({interval(row)})."
    if not is_clear(row) or not wanted:
        return Clue(comparison.id, Side.SILENT, comparison.label, sentence)
    side = Side.FOR if row["effect"] * wanted > 0 else Side.AGAINST
    return Clue(comparison.id, side, comparison.label, sentence)
