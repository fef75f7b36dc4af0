"""Residents' voice beside the figures: their words as they are, where and when they were heard, what was answered."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.declare.contract import Axis, Question
from evalkit.declare.evaluation import Evaluation, Voice, VoiceKind, VoiceOrigin
from evalkit.french_dates import day_words
from evalkit.present.evaluation.written import awaited
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import tally
from evalkit.present.words.partner_text import plain, quoted
from evalkit.typography import typeset

_FORMS = {
    VoiceKind.QUOTE: "evaluation.voices.quote",
    VoiceKind.THEME: "evaluation.voices.theme",
    VoiceKind.OPINION: "evaluation.voices.opinion",
}
_KINDS = {
    VoiceKind.QUOTE: "evaluation.voices.kind_quote",
    VoiceKind.THEME: "evaluation.voices.kind_theme",
    VoiceKind.OPINION: "evaluation.voices.kind_opinion",
}


def axis_voices_markdown(reader: Reader, evaluation: Evaluation | None, axis: Axis) -> str:
    """Return the voices on the objectives of an axis that bear on no question; empty when there is none."""
    objectives = {each.id for each in axis.objectives}
    mine = [each for each in _voices(evaluation) if each.question is None and objectives & set(each.objectives)]
    return _listed(reader, mine)


def question_voices_markdown(reader: Reader, evaluation: Evaluation | None, question: Question) -> str:
    """Return the voices on a question that its answer does not cite already; empty when there is none."""
    answers = evaluation.answers if evaluation is not None else ()
    cited = {argument.voice for each in answers for argument in each.evidence}
    mine = [each for each in _voices(evaluation) if each.question == question.id and each.id not in cited]
    return _listed(reader, mine)


def general_voices_markdown(reader: Reader, evaluation: Evaluation | None) -> str:
    """Return how many voices were collected, then those that speak of the whole contract, the council's first."""
    voices = _voices(evaluation)
    if not voices:
        return awaited(reader, say("evaluation.written.awaited_voices"))
    kinds = [tally(key, sum(each.kind is kind for each in voices)) for kind, key in _KINDS.items()]
    counted = say(
        "evaluation.voices.counts", voices=tally("evaluation.voices.voices", len(voices)), kinds=enumerate_words(kinds)
    )
    general = [each for each in voices if each.question is None and not each.objectives]
    general.sort(key=lambda each: (each.origin is not VoiceOrigin.COUNCIL, each.collected))
    shown = _lines(reader, general) if general else say("evaluation.voices.none_general")
    return typeset(f"{counted}\n\n{shown}")


def all_voices_markdown(reader: Reader, evaluation: Evaluation | None) -> str:
    """Return every voice, the council's first: for a report that asks for all of them; empty when there is none."""
    voices = sorted(_voices(evaluation), key=lambda each: (each.origin is not VoiceOrigin.COUNCIL, each.collected))
    return typeset(_lines(reader, voices))


def voice_words(reader: Reader, voice: Voice) -> str:
    """Return a voice with where, when and with how many it was heard, and what was answered."""
    zone = say("evaluation.voices.zone", zone=reader.zone(voice.zone)) if voice.zone else ""
    heard = (
        say("evaluation.voices.heard", persons=tally("evaluation.voices.persons", voice.heard)) if voice.heard else ""
    )
    fields = {"origin": voice.origin.value, "day": day_words(voice.collected), "source": plain(voice.source)}
    where = say("evaluation.voices.where", zone=zone, heard=heard, **fields)
    said = say(_FORMS[voice.kind], words=quoted(voice.text), where=where)
    return f"{said} {say('evaluation.voices.reply', reply=plain(voice.reply))}" if voice.reply else said


def _voices(evaluation: Evaluation | None) -> tuple[Voice, ...]:
    return evaluation.voices if evaluation is not None else ()


def _listed(reader: Reader, voices: Iterable[Voice]) -> str:
    lines = _lines(reader, voices)
    return typeset(f"{say('evaluation.voices.heading')}\n\n{lines}") if lines else ""


def _lines(reader: Reader, voices: Iterable[Voice]) -> str:
    return "\n".join(f"- {voice_words(reader, each)}" for each in voices)
