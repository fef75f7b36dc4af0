"""The answers of evaluators, each argument beside the figure of this edition that it names."""

from __future__ import annotations

import polars as pl

from evalkit.declare.contract import Question
from evalkit.declare.evaluation import Answer, Argument, ArgumentSide, Evaluation, Voice
from evalkit.present.cohorts.groups import contrast_sentence
from evalkit.present.evaluation.questions import Clue, Side, effect_clue, indicator_clue, question_markdown
from evalkit.present.evaluation.voices import voice_words
from evalkit.present.evaluation.written import awaited, signature
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.words.partner_text import paragraphs, plain
from evalkit.typography import typeset

_HEADINGS = {
    ArgumentSide.FOR: "evaluation.answers.for",
    ArgumentSide.AGAINST: "evaluation.answers.against",
    ArgumentSide.LIMIT: "evaluation.answers.limit",
}
_DIFFERS = {
    Side.FOR: "evaluation.answers.differs_for",
    Side.AGAINST: "evaluation.answers.differs_against",
    Side.SILENT: "evaluation.answers.differs_silent",
}
_AGREES = {ArgumentSide.FOR: Side.FOR, ArgumentSide.AGAINST: Side.AGAINST}


def opening_markdown(reader: Reader, evaluation: Evaluation | None) -> str:
    """Return who wrote the answers and when; or that they are awaited."""
    return signature(evaluation) or awaited(reader, say("evaluation.written.awaited_answers"))


def answered_markdown(reader: Reader, evaluation: Evaluation | None, question: Question) -> str:
    """Return the answer to a question with what it rests on, then the other computed clues.

    Args:
        reader: the publication.
        evaluation: what was written for this report, if anything was.
        question: the question.
    """
    answer = answer_to(evaluation, question)
    if answer is None:
        return f"{typeset(say('evaluation.answers.none'))}\n\n{question_markdown(reader, question)}"
    text = say("evaluation.answers.answer", judgement=answer.judgement.value, text=paragraphs(answer.text))
    parts = [typeset(text), *_arguments(reader, answer)]
    others = question_markdown(reader, question, cited_by(answer))
    if others:
        parts += [typeset(say("evaluation.answers.computed")), others]
    return "\n\n".join(parts)


def answer_to(evaluation: Evaluation | None, question: Question) -> Answer | None:
    """Return the answer to a question; nothing when it is awaited."""
    answers = evaluation.answers if evaluation is not None else ()
    return next((each for each in answers if each.question == question.id), None)


def cited_by(answer: Answer) -> frozenset[str]:
    """Return the indicators and the comparisons that an answer rests on."""
    named = (each.indicator or each.comparison for each in answer.evidence)
    return frozenset(name for name in named if name is not None)


def _arguments(reader: Reader, answer: Answer) -> list[str]:
    parts = []
    for side, heading in _HEADINGS.items():
        lines = [f"- {_sentence(reader, each)}" for each in answer.evidence if each.side is side]
        if lines:
            parts.append(typeset("\n".join([say(heading), "", *lines])))
    return parts


def _sentence(reader: Reader, argument: Argument) -> str:
    """Return what an argument names, as this edition has it, then what evaluators read in it."""
    read = plain(argument.text) if argument.text else ""
    if argument.source is not None:
        return say("evaluation.answers.source", text=read.removesuffix(r"\."), source=plain(argument.source))
    if argument.voice is not None:
        shown = voice_words(reader, _voice(reader, argument.voice))
    elif argument.cohort is not None:
        shown = _cohort_sentence(reader, argument.cohort)
    else:
        shown = _clue_sentence(reader, argument)
    return f"{shown} {read}".rstrip()


def _clue_sentence(reader: Reader, argument: Argument) -> str:
    clue = _clue(reader, argument)
    if not clue.sentence:
        return say("evaluation.answers.no_value", label=clue.label)
    wanted = _AGREES.get(argument.side)
    if wanted is None or clue.side is wanted:
        return clue.sentence
    return say(_DIFFERS[clue.side], sentence=clue.sentence.removesuffix("."))


def _clue(reader: Reader, argument: Argument) -> Clue:
    declared = reader.publication.declared
    if argument.comparison is not None:
        return effect_clue(reader, next(each for each in declared.comparisons if each.id == argument.comparison))
    return indicator_clue(reader, next(each for each in declared.indicators if each.id == argument.indicator))


def _cohort_sentence(reader: Reader, name: str) -> str:
    cohort = next(each for each in reader.publication.declared.cohorts if each.cohort == name)
    rows = reader.publication.tables.contrasts.filter(pl.col("cohort") == name)
    if not rows.height:
        return say("evaluation.answers.no_contrast", label=cohort.label)
    return say("evaluation.answers.cohort", label=cohort.label, sentence=contrast_sentence(rows.row(-1, named=True)))


def _voice(reader: Reader, name: str) -> Voice:
    voices = (voice for each in reader.publication.declared.evaluations for voice in each.voices)
    return next(each for each in voices if each.id == name)
