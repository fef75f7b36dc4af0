"""Points for the *clause de revoyure*: those that evaluators write, then what the results of the edition point at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from evalkit.declare.evaluation import Evaluation, ReviewPoint
from evalkit.declare.indicator import Indicator
from evalkit.present.evaluation.questions import indicator_clue
from evalkit.present.evaluation.written import awaited
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.results.standings import standing_sentence
from evalkit.present.results.targets import Standing, TargetStatus, standing, standings
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import tally
from evalkit.present.words.partner_text import plain
from evalkit.typography import typeset

MOST_NAMED = 4


def review_markdown(reader: Reader, evaluation: Evaluation | None) -> str:
    """Return the written points, each with the figures that it rests on; or that they are awaited."""
    points = evaluation.review if evaluation is not None else ()
    if not points:
        return awaited(reader, say("evaluation.written.awaited_review"))
    return typeset("\n".join(_point(reader, each) for each in points))


def signals_markdown(reader: Reader) -> str:
    """Return what the results point at: targets out of reach or not measurable, objectives that nothing follows."""
    told = [_signal(key, labels) for key, labels in _signals(reader) if labels]
    if not told:
        return typeset(say("evaluation.review.nothing"))
    return typeset("\n".join([say("evaluation.review.signals"), "", *told]))


def _signals(reader: Reader) -> Iterator[tuple[str, list[str]]]:
    """Give each kind of signal with the labels of what it is about."""
    stands = list(standings(reader))
    indicators = reader.publication.declared.indicators
    yield "evaluation.review.late", _labels(stands, TargetStatus.NOT_REACHED)
    yield "evaluation.review.unmeasured", _labels(stands, TargetStatus.NOT_MEASURABLE)
    yield "evaluation.review.twice", [each.label for each in indicators if _contradicts(each)]
    yield (
        "evaluation.review.without",
        [each.label for _, each in reader.objectives if not reader.indicators_of(each.id)],
    )
    yield "evaluation.review.undefined", [each.label for each in indicators if each.measure is None]


def _labels(stands: Sequence[Standing], status: TargetStatus) -> list[str]:
    """Return the indicators that have a target of that status, each once."""
    return list(dict.fromkeys(each.indicator.label for each in stands if each.status is status))


def _signal(key: str, labels: Sequence[str]) -> str:
    return f"- {say('evaluation.review.signal', counted=tally(key, len(labels)), named=_named(labels))}"


def _point(reader: Reader, point: ReviewPoint) -> str:
    labels = {objective.id: objective.label for _, objective in reader.objectives}
    named = enumerate_words([labels[each] for each in point.objectives])
    objectives = say("evaluation.review.objectives", objectives=named) if named else ""
    lines = [
        f"- {say('evaluation.review.point', text=plain(point.text), reason=plain(point.reason), objectives=objectives)}"
    ]
    indicators = {each.id: each for each in reader.publication.declared.indicators}
    shown = (each for name in point.indicators for each in _figures(reader, indicators[name]))
    return "\n".join([*lines, *(f"    - {each}" for each in shown)])


def _figures(reader: Reader, indicator: Indicator) -> list[str]:
    """Return what this edition says of an indicator: against each target for everybody, else its change."""
    targets = [each for each in indicator.targets if not each.scope]
    if targets:
        return [standing_sentence(reader, standing(reader, indicator, each)) for each in targets]
    clue = indicator_clue(reader, indicator)
    return [clue.sentence or say("evaluation.answers.no_value", label=clue.label)]


def _contradicts(indicator: Indicator) -> bool:
    """Tell whether two targets of an indicator are for the same thing in the same years, with two values."""
    same = Counter(
        (each.zone, each.sense, each.from_, each.until, each.breakdown, each.each, each.count, each.than, each.label)
        for each in indicator.targets
    )
    return any(number > 1 for number in same.values())


def _named(labels: Sequence[str]) -> str:
    shown = enumerate_words([say("evaluation.review.label", label=label) for label in labels[:MOST_NAMED]])
    rest = len(labels) - MOST_NAMED
    return (
        say("evaluation.review.others", named=shown, others=tally("evaluation.review.other", rest))
        if rest > 0
        else shown
    )
