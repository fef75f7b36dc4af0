"""The terms of a clause, pillar by pillar: their French names, their words, and which changes take something away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evalkit.declare.clause import Amendment, Clause, ClauseStatus, ImpactAssessment, Threshold
from evalkit.declare.model import months_of
from evalkit.french_dates import day_words

STATUS_WORDS = {ClauseStatus.ABSENT: "absente", ClauseStatus.PLANNED: "prévue", ClauseStatus.SIGNED: "signée"}
ACCESS_WORDS = {"open": "ouvert", "restricted": "restreint", "closed": "fermé"}
FREQUENCY_WORDS = {
    "mois": "tous les mois",
    "trimestre": "tous les trimestres",
    "semestre": "tous les semestres",
    "annee": "tous les ans",
    "deux ans": "tous les deux ans",
}
UNIT_WORDS = {
    "persons": "personnes",
    "households": "ménages",
    "enterprises": "entreprises",
    "answers": "réponses",
    "dwellings": "logements",
}
_AIPD_WORDS = {"absent": "absente", "planned": "prévue", "done": "faite"}
_FREQUENCIES = tuple(FREQUENCY_WORDS)
_ACCESSES = tuple(ACCESS_WORDS)


class Pillar(StrEnum):
    """The three pillars of a clause DATA (circular of 31 August 2023), and the protection that the GDPR adds."""

    PRODUCTION = "production"
    SHARING = "conditions de partage"
    FRAMEWORK = "cadre de partage"
    PROTECTION = "protection"


def _always(old: Any, new: Any) -> bool:
    return True


def _never(old: Any, new: Any) -> bool:
    return False


def _settled(value: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a clause states.

    Attributes:
        pillar: the pillar to which it belongs.
        name: the field of the declaration, with its block (``production.due``).
        article: French article of the noun, with the space that follows it.
        noun: its French name.
        read: gives its value, ``None`` when the clause does not say.
        words: puts a value in French.
        worse: tells whether a new value takes something away from who reads the feed.
        settled: tells whether a value leaves nothing to do.
    """

    pillar: Pillar
    name: str
    article: str
    noun: str
    read: Callable[[Clause], Any]
    words: Callable[[Any], str] = str
    worse: Callable[[Any, Any], bool] = _never
    settled: Callable[[Any], bool] = _settled

    @property
    def label(self) -> str:
        """Return its French name with the article."""
        return f"{self.article}{self.noun}"

    def is_inferred(self, clause: Clause) -> bool:
        """Tell whether somebody judged the value because the document does not state it."""
        inferred = clause.evidence.inferred if clause.evidence else ()
        return any(part in inferred for part in self.name.split("."))


def duration_words(duration: str) -> str:
    """Return a declared duration in words: ``30 jours``, ``6 mois``, ``1 an``."""
    count, unit = int(duration[1:-1]), duration[-1]
    one, many = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}[unit]
    return f"{count}\N{NO-BREAK SPACE}{one if count < 2 else many}"


def threshold_words(threshold: Threshold) -> str:
    """Return a threshold of secrecy in words, with its source."""
    if threshold.of == "none" or threshold.units == 0:
        return f"aucun ({threshold.source})"
    return f"{threshold.units} {UNIT_WORDS[threshold.of]} ({threshold.source})"


def _purposes_words(purposes: tuple[str, ...]) -> str:
    return ", ".join(str(purpose) for purpose in purposes)


def _amendment_words(amendment: Amendment) -> str:
    return f"{amendment.reference}, {day_words(amendment.date)}"


def _aipd_words(aipd: ImpactAssessment) -> str:
    return f"{_AIPD_WORDS[aipd.status]}{f', {day_words(aipd.date)}' if aipd.date else ''}"


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


def _loses_one(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    return not set(old) <= set(new)


def _no_longer_free(old: str, new: str) -> bool:
    return new != "gratuit"


def _withdraws(old: bool, new: bool) -> bool:
    return old and not new


def _yes_no(value: bool) -> str:
    return "oui" if value else "non"


def _undone(old: ImpactAssessment, new: ImpactAssessment) -> bool:
    return old.status == "done" and new.status != "done"


def _protection(name: str) -> Callable[[Clause], Any]:
    return lambda clause: getattr(clause.protection, name, None)


_P, _S, _F, _G = Pillar.PRODUCTION, Pillar.SHARING, Pillar.FRAMEWORK, Pillar.PROTECTION

TERMS: tuple[Term, ...] = (
    Term(_P, "production.scale", "l’", "échelle", lambda c: c.production.scale, worse=_always),
    Term(_P, "production.perimeter", "le ", "millésime du périmètre", lambda c: c.production.perimeter, worse=_always),
    Term(_P, "production.granularity", "la ", "granularité", lambda c: c.production.granularity, worse=_always),
    Term(
        _P, "production.frequency", "la ", "fréquence", lambda c: c.production.frequency, FREQUENCY_WORDS.__getitem__,
        _rarer,
    ),
    Term(_P, "production.due", "le ", "délai d’envoi", lambda c: c.production.due, duration_words, _longer),
    Term(_P, "production.from", "le ", "début de la production", lambda c: c.production.from_, day_words, _later),
    Term(_P, "production.until", "la ", "fin de la production", lambda c: c.production.until, day_words, _earlier),
    Term(
        _P, "production.threshold", "le ", "seuil de secret", lambda c: c.production.threshold, threshold_words,
        _threshold_hides_more,
    ),
    Term(
        _S, "sharing.purposes", "les ", "finalités", lambda c: c.sharing.purposes or None, _purposes_words, _loses_one
    ),
    Term(_S, "sharing.access", "l’", "accès", lambda c: c.sharing.access, ACCESS_WORDS.__getitem__, _narrower),
    Term(_S, "sharing.owner", "le ", "titulaire des droits", lambda c: c.sharing.owner),
    Term(_S, "sharing.licence", "la ", "licence", lambda c: c.sharing.licence, worse=_always),
    Term(_S, "sharing.cost", "le ", "coût", lambda c: c.sharing.cost, worse=_no_longer_free),
    Term(_F, "framework.body", "l’", "instance de suivi", lambda c: c.framework.body),
    Term(
        _F, "framework.participates", "la ", "participation à l’instance", lambda c: c.framework.participates,
        _yes_no, _withdraws,
    ),
    Term(_F, "amendment", "l’", "avenant", lambda c: c.amendment, _amendment_words),
    Term(_G, "protection.legal_basis", "la ", "base légale", _protection("legal_basis"), worse=_always),
    Term(_G, "protection.controller", "le ", "responsable de traitement", _protection("controller")),
    Term(_G, "protection.dpo", "le ", "délégué à la protection des données", _protection("dpo")),
    Term(_G, "protection.information", "l’", "information des personnes", _protection("information")),
    Term(
        _G, "protection.aipd", "l’", "analyse d’impact (AIPD)", _protection("aipd"), _aipd_words, _undone,
        lambda aipd: aipd.status == "done",
    ),
    Term(_G, "retention", "la ", "durée de conservation", lambda c: c.retention, duration_words, _shorter),
)  # fmt: skip
"""Every term of a clause, in the order in which an amendment states them."""
