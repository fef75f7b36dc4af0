"""What evaluators write beside the figures: answers, recommendations, residents' voice, points for the review clause.

Nothing here is computed. Each text says where it comes from, and what it rests on is named rather than copied, so that
a report prints the figure of its own edition beside it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field, model_validator

from evalkit.declare.model import Declaration, Identifier, Label


class Judgement(StrEnum):
    """What evaluators answer to a question."""

    YES = "oui"
    PARTLY = "en partie"
    NO = "non"
    OPEN = "sans conclusion"


class ArgumentSide(StrEnum):
    """Which way something points, in the eyes of those who write."""

    FOR = "pour"
    AGAINST = "contre"
    LIMIT = "limite"


class Progress(StrEnum):
    """How far a recommendation has gone."""

    PROPOSED = "proposée"
    ACCEPTED = "acceptée"
    BEGUN = "engagée"
    DONE = "réalisée"
    DROPPED = "abandonnée"


class VoiceKind(StrEnum):
    """What is kept of what residents say: their words, a theme that came back, or the opinion that a body gave."""

    QUOTE = "citation"
    THEME = "thème"
    OPINION = "avis"


class VoiceOrigin(StrEnum):
    """Where residents were heard."""

    COUNCIL = "conseil citoyen"
    TOWN_COUNCIL = "conseil municipal"
    WORKSHOP = "atelier"
    INTERVIEW = "entretien"
    WALK = "marche exploratoire"
    MEETING = "réunion publique"
    SURVEY = "questionnaire"


class YearlyPart(StrEnum):
    """The parts of the yearly report that no figure gives (decree 2015-1118 of 3 September 2015)."""

    LINKS = "articulation"
    MEANS = "moyens"
    PROSPECTS = "perspectives"


class Argument(Declaration):
    """One thing that an answer rests on: a declared result, a voice, or a document.

    Attributes:
        side: which way it points.
        text: what evaluators read in it; a document or an interview has nothing else to show.
        source: where it is written, when it is neither a declared result nor a voice of the same file.
    """

    side: ArgumentSide
    indicator: Identifier | None = None
    comparison: Identifier | None = None
    cohort: Identifier | None = None
    voice: Identifier | None = None
    source: Label | None = None
    text: Label | None = None

    @model_validator(mode="after")
    def _rests_on_one_thing(self) -> Argument:
        named = [each for each in (self.indicator, self.comparison, self.cohort, self.voice, self.source) if each]
        if len(named) != 1:
            raise ValueError("un seul appui est attendu parmi indicator, comparison, cohort, voice et source")
        if self.source is not None and self.text is None:
            raise ValueError("un document cité en « source » appelle un « text » : ce qu’on y lit")
        return self


class Answer(Declaration):
    """The answer to an evaluation question of the contract."""

    question: Identifier
    judgement: Judgement
    text: Label
    evidence: tuple[Argument, ...] = Field(min_length=1)


class FollowUp(Declaration):
    """What became of a recommendation on a day."""

    date: dt.date
    status: Progress
    note: Label | None = None


class Recommendation(Declaration):
    """What evaluators recommend: to whom, for when, and what became of it.

    Attributes:
        to: the partners who would carry it out.
        due: the day for which it is asked.
        follow_up: its history; without any, it stands as proposed.
    """

    id: Identifier
    text: Label
    question: Identifier | None = None
    objectives: tuple[Identifier, ...] = ()
    to: tuple[Identifier, ...] = Field(min_length=1)
    due: dt.date | None = None
    follow_up: tuple[FollowUp, ...] = ()

    @property
    def latest(self) -> FollowUp | None:
        """Return the last thing known of it."""
        return max(self.follow_up, key=lambda each: each.date) if self.follow_up else None

    @property
    def progress(self) -> Progress:
        """Return how far it has gone."""
        return self.latest.status if self.latest else Progress.PROPOSED

    @model_validator(mode="after")
    def _in_order(self) -> Recommendation:
        days = [each.date for each in self.follow_up]
        if days != sorted(set(days)):
            raise ValueError("le suivi s’écrit du plus ancien au plus récent, une ligne par date")
        for each in self.follow_up:
            if each.status is Progress.DROPPED and each.note is None:
                raise ValueError("une recommandation abandonnée appelle une « note » : pourquoi")
        return self


class Voice(Declaration):
    """What residents said, with where and when it was heard; never who said it.

    Attributes:
        text: their words, the theme, or the opinion.
        source: what it was taken from, so that it can be found again.
        collected: the day when it was heard.
        heard: how many persons were there or answered.
        question: the evaluation question that it bears on.
        objectives: the objectives that it bears on; with neither, it speaks of the whole contract.
        reply: what was answered to it, or done.
    """

    id: Identifier
    kind: VoiceKind
    text: Label
    origin: VoiceOrigin
    source: Label
    collected: dt.date
    heard: int | None = Field(default=None, ge=1)
    zone: Identifier | None = None
    question: Identifier | None = None
    objectives: tuple[Identifier, ...] = ()
    reply: Label | None = None


class ReviewPoint(Declaration):
    """A point for the *clause de revoyure*: what should change in the contract, and why.

    Attributes:
        text: what is proposed.
        reason: why.
        objectives: what it would change.
        indicators: the results that it rests on; the report prints their figures.
    """

    id: Identifier
    text: Label
    reason: Label
    objectives: tuple[Identifier, ...] = ()
    indicators: tuple[Identifier, ...] = ()


class YearlyText(Declaration):
    """A part of the yearly report that its authors write."""

    part: YearlyPart
    text: Label


class Evaluation(Declaration):
    """What evaluators wrote for one report.

    Attributes:
        report: the report that it goes with, among those that the contract foresees.
        year: for the yearly report, the year that it is about.
        date: the day when it was written.
        authors: those who answer for it: services or offices, not persons.
        fictitious: it exists only in the demonstration, and every output says so.
    """

    report: Identifier
    year: int | None = Field(default=None, ge=2015, le=2100)
    date: dt.date
    authors: tuple[Label, ...] = Field(min_length=1)
    fictitious: bool = False
    answers: tuple[Answer, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    voices: tuple[Voice, ...] = ()
    review: tuple[ReviewPoint, ...] = ()
    texts: tuple[YearlyText, ...] = ()

    @model_validator(mode="after")
    def _heard_before_written(self) -> Evaluation:
        late = [each.id for each in self.voices if each.collected > self.date]
        if late:
            raise ValueError(f"une parole est recueillie après la date du fichier ({', '.join(late)})")
        return self
