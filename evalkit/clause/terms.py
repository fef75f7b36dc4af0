"""The terms of a clause, pillar by pillar: their names, who completes them, and which changes take something away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evalkit.clause.words import (
    ACCESS_WORDS,
    FREQUENCY_WORDS,
    aipd_words,
    amendment_words,
    deadlines_words,
    duration_words,
    engagement_words,
    history_words,
    listed_words,
    open_data_words,
    threshold_words,
    yes_no,
)
from evalkit.declare.clause import Clause, ClauseStatus, Engagement, ImpactAssessment, OpenDataDuty, Threshold
from evalkit.declare.model import months_of
from evalkit.french_dates import day_words

_FREQUENCIES = tuple(FREQUENCY_WORDS)
_ACCESSES = tuple(ACCESS_WORDS)
_ENGAGEMENTS = ("interrupted", "trial", "running")


class Pillar(StrEnum):
    """The record of the feed, the three pillars of a clause DATA (circular of 31 August 2023), what the GDPR adds."""

    RECORD = "fiche"
    PRODUCTION = "production"
    SHARING = "conditions de partage"
    FRAMEWORK = "cadre de partage"
    PROTECTION = "protection"


class Completer(StrEnum):
    """Who can say what a clause leaves out."""

    PRODUCER = "le producteur"
    PILOTS = "les pilotes du contrat"
    BOTH = "le producteur et les pilotes du contrat"
    CONTROLLER = "le responsable de traitement"
    OFFICER = "le responsable de traitement, avec son délégué à la protection des données"


def _always(old: Any, new: Any) -> bool:
    return True


def _never(old: Any, new: Any) -> bool:
    return False


def _settled(value: Any) -> bool:
    return True


def _nowhere(clause: Clause) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a clause states.

    Attributes:
        pillar: the pillar to which it belongs.
        name: the field of the declaration, with its block (``production.due``).
        article: French article of the noun, with the space that follows it.
        noun: its French name.
        completer: who can say it when nobody has.
        read: gives its value, ``None`` when the clause does not say.
        words: puts a value in French.
        worse: tells whether a new value takes something away from who reads the feed.
        settled: tells whether a value leaves nothing to do.
        elsewhere: tells whether another term of the clause answers in its place.
        optional: nothing is missing when it is not stated.
        compared: two versions are compared on it.
        implied: the value that its absence means, for who compares two versions.
    """

    pillar: Pillar
    name: str
    article: str
    noun: str
    completer: Completer
    read: Callable[[Clause], Any]
    words: Callable[[Any], str] = str
    worse: Callable[[Any, Any], bool] = _never
    settled: Callable[[Any], bool] = _settled
    elsewhere: Callable[[Clause], bool] = _nowhere
    optional: bool = False
    compared: bool = True
    implied: Any = None

    @property
    def label(self) -> str:
        """Return its French name with the article."""
        return f"{self.article}{self.noun}"

    def is_inferred(self, clause: Clause) -> bool:
        """Tell whether somebody judged the value because the document does not state it."""
        inferred = clause.evidence.inferred if clause.evidence else ()
        return any(part in inferred for part in self.name.split("."))

    def is_missing(self, clause: Clause | None) -> bool:
        """Tell whether the clause should state it and does not, or leaves something to do."""
        if clause is None:
            return not self.optional
        value = self.read(clause)
        if value is None:
            return not self.optional and not self.elsewhere(clause)
        return not self.settled(value)


def _threshold_hides_more(old: Threshold, new: Threshold) -> bool:
    if new.of == "none":
        return False
    return new.units > old.units or (old.of not in {"none", new.of})


def _longer(old: str, new: str) -> bool:
    return months_of(new) > months_of(old)


def _shorter(old: str, new: str) -> bool:
    return months_of(new) < months_of(old)


def _later(old: dt.date, new: dt.date) -> bool:
    return new > old


def _earlier(old: dt.date, new: dt.date) -> bool:
    return new < old


def _rarer(old: str, new: str) -> bool:
    return _FREQUENCIES.index(new) > _FREQUENCIES.index(old)


def _narrower(old: str, new: str) -> bool:
    return _ACCESSES.index(new) > _ACCESSES.index(old)


def _loses_one(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    return any(each not in new for each in old)


def _no_longer_free(old: str, new: str) -> bool:
    return new != "gratuit"


def _withdraws(old: bool, new: bool) -> bool:
    return old and not new


def _undone(old: ImpactAssessment, new: ImpactAssessment) -> bool:
    return old.status == "done" and new.status != "done"


def _less_engaged(old: Engagement, new: Engagement) -> bool:
    return _ENGAGEMENTS.index(new.state) < _ENGAGEMENTS.index(old.state)


def _no_longer_published(old: OpenDataDuty, new: OpenDataDuty) -> bool:
    return old.applies and not new.applies


def _protection(name: str) -> Callable[[Clause], Any]:
    return lambda clause: getattr(clause.protection, name, None)


def _has_sending_day(clause: Clause) -> bool:
    return any(each.sends for each in clause.production.deadlines)


_R, _P, _S, _F, _G = Pillar.RECORD, Pillar.PRODUCTION, Pillar.SHARING, Pillar.FRAMEWORK, Pillar.PROTECTION
_MAKER, _PILOTS, _BOTH, _HEAD, _DPO = (
    Completer.PRODUCER, Completer.PILOTS, Completer.BOTH, Completer.CONTROLLER, Completer.OFFICER,
)  # fmt: skip

TERMS: tuple[Term, ...] = (
    Term(
        _R, "engagement", "l’", "état de l’engagement", _BOTH, lambda c: c.engagement, engagement_words, _less_engaged,
        elsewhere=lambda c: c.status is not ClauseStatus.ABSENT, implied=Engagement(state="running"),
    ),
    Term(_R, "history", "l’", "historique", _MAKER, lambda c: c.history, history_words),
    Term(_P, "producers", "les ", "producteurs", _PILOTS, lambda c: c.producers, listed_words, compared=False),
    Term(
        _P, "production.producer_nature", "les ", "natures de producteur", _PILOTS,
        lambda c: c.production.producer_nature or None, listed_words,
    ),
    Term(_P, "production.domain", "le ", "domaine", _PILOTS, lambda c: c.production.domain),
    Term(_P, "production.scale", "l’", "échelle", _BOTH, lambda c: c.production.scale, worse=_always),
    Term(_P, "production.granularity", "la ", "granularité", _BOTH, lambda c: c.production.granularity, worse=_always),
    Term(
        _P, "production.perimeter", "le ", "millésime du périmètre", _BOTH, lambda c: c.production.perimeter,
        worse=_always,
    ),
    Term(_P, "production.temporality", "la ", "temporalité", _MAKER, lambda c: c.production.temporality, worse=_always),
    Term(
        _P, "production.frequency", "la ", "fréquence", _BOTH, lambda c: c.production.frequency,
        FREQUENCY_WORDS.__getitem__, _rarer,
    ),
    Term(
        _P, "production.due", "le ", "délai d’envoi", _BOTH, lambda c: c.production.due, duration_words, _longer,
        elsewhere=_has_sending_day,
    ),
    Term(
        _P, "production.deadlines", "les ", "échéances datées", _BOTH, lambda c: c.production.deadlines or None,
        deadlines_words, _loses_one, optional=True,
    ),
    Term(
        _P, "production.from", "le ", "début de la production", _BOTH, lambda c: c.production.from_, day_words, _later,
    ),
    Term(
        _P, "production.until", "la ", "fin de la production", _BOTH, lambda c: c.production.until, day_words, _earlier,
    ),
    Term(
        _P, "production.anonymisation", "la ", "méthode d’anonymisation", _MAKER, lambda c: c.production.anonymisation,
        worse=_always,
    ),
    Term(
        _P, "production.threshold", "le ", "seuil de secret", _MAKER, lambda c: c.production.threshold,
        threshold_words, _threshold_hides_more,
    ),
    Term(
        _P, "production.generated_by", "les ", "actions qui produisent ces données", _MAKER,
        lambda c: c.production.generated_by or None, listed_words, _loses_one,
    ),
    Term(
        _S, "sharing.purposes", "les ", "finalités", _BOTH, lambda c: c.sharing.purposes or None, listed_words,
        _loses_one, elsewhere=lambda c: c.sharing.usage_conditions is not None,
    ),
    Term(
        _S, "sharing.usage_conditions", "les ", "conditions de définition des usages", _BOTH,
        lambda c: c.sharing.usage_conditions, worse=_always, elsewhere=lambda c: bool(c.sharing.purposes),
    ),
    Term(_S, "sharing.access", "l’", "accès", _BOTH, lambda c: c.sharing.access, ACCESS_WORDS.__getitem__, _narrower),
    Term(
        _S, "sharing.open_data", "l’", "obligation d’ouverture", _MAKER, lambda c: c.sharing.open_data,
        open_data_words, _no_longer_published,
    ),
    Term(_S, "sharing.owner", "le ", "titulaire des droits", _MAKER, lambda c: c.sharing.owner),
    Term(_S, "sharing.licence", "la ", "licence", _MAKER, lambda c: c.sharing.licence, worse=_always),
    Term(_S, "sharing.cost", "le ", "coût", _MAKER, lambda c: c.sharing.cost, worse=_no_longer_free),
    Term(_F, "framework.body", "l’", "instance de suivi", _PILOTS, lambda c: c.framework.body),
    Term(
        _F, "framework.participates", "la ", "participation à l’instance", _MAKER, lambda c: c.framework.participates,
        yes_no, _withdraws,
    ),
    Term(
        _F, "framework.objectives", "les ", "objectifs du partenariat", _PILOTS,
        lambda c: c.framework.objectives or None, listed_words,
    ),
    Term(_F, "framework.modalities", "les ", "modalités de mise en œuvre", _PILOTS, lambda c: c.framework.modalities),
    Term(_F, "amendment", "l’", "avenant", _PILOTS, lambda c: c.amendment, amendment_words),
    Term(_G, "protection.legal_basis", "la ", "base légale", _DPO, _protection("legal_basis"), worse=_always),
    Term(_G, "protection.controller", "le ", "responsable de traitement", _BOTH, _protection("controller")),
    Term(_G, "protection.dpo", "le ", "délégué à la protection des données", _HEAD, _protection("dpo")),
    Term(_G, "protection.information", "l’", "information des personnes", _DPO, _protection("information")),
    Term(
        _G, "protection.aipd", "l’", "analyse d’impact (AIPD)", _DPO, _protection("aipd"), aipd_words, _undone,
        lambda aipd: aipd.status == "done",
    ),
    Term(_G, "retention", "la ", "durée de conservation", _DPO, lambda c: c.retention, duration_words, _shorter),
)  # fmt: skip
"""Every term of a clause, in the order in which an amendment states them."""
