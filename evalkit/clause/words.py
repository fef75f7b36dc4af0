"""The values of a clause in French words."""

from __future__ import annotations

from evalkit.declare.clause import (
    Amendment,
    ClauseStatus,
    Deadline,
    Engagement,
    History,
    ImpactAssessment,
    OpenDataDuty,
    Threshold,
)
from evalkit.french_dates import MONTHS, day_words
from evalkit.typography import NO_BREAK

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
ENGAGEMENT_WORDS = {"trial": "à l’essai", "running": "en cours", "interrupted": "interrompu"}
_AIPD_WORDS = {"absent": "absente", "planned": "prévue", "done": "faite"}


def duration_words(duration: str) -> str:
    """Return a declared duration in words: ``30 jours``, ``6 mois``, ``1 an``."""
    count, unit = int(duration[1:-1]), duration[-1]
    one, many = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}[unit]
    return f"{count}{NO_BREAK}{one if count < 2 else many}"


def threshold_words(threshold: Threshold) -> str:
    """Return a threshold of secrecy in words, with its source."""
    if threshold.of == "none" or threshold.units == 0:
        return f"aucun ({threshold.source})"
    return f"{threshold.units} {UNIT_WORDS[threshold.of]} ({threshold.source})"


def deadline_words(deadline: Deadline) -> str:
    """Return a day of the year in words: ``30 mars de l’année suivante (bilan)``."""
    month, day = int(deadline.day[:2]), int(deadline.day[3:])
    number = "1er" if day == 1 else str(day)
    after = {0: "de l’année", 1: "de l’année suivante"}.get(
        deadline.years_after, f"{deadline.years_after}{NO_BREAK}ans après"
    )
    return f"{number}{NO_BREAK}{MONTHS[month - 1]} {after} ({deadline.what})"


def deadlines_words(deadlines: tuple[Deadline, ...]) -> str:
    """Return days of the year in words, in the order of the calendar."""
    ordered = sorted(deadlines, key=lambda each: (each.years_after, each.day))
    return ", ".join(deadline_words(each) for each in ordered)


def listed_words(values: tuple[object, ...]) -> str:
    """Return a list in words."""
    return ", ".join(str(value) for value in values)


def amendment_words(amendment: Amendment) -> str:
    """Return the reference and the date of an amendment."""
    return f"{amendment.reference}, {day_words(amendment.date)}"


def aipd_words(aipd: ImpactAssessment) -> str:
    """Return where an impact assessment stands."""
    return f"{_AIPD_WORDS[aipd.status]}{f', {day_words(aipd.date)}' if aipd.date else ''}"


def engagement_words(engagement: Engagement) -> str:
    """Return where a commitment stands, since when and why."""
    said = ENGAGEMENT_WORDS[engagement.state]
    said += f" depuis le {day_words(engagement.since)}" if engagement.since else ""
    return said + (f" ({engagement.reason})" if engagement.reason else "")


def history_words(history: History) -> str:
    """Return whether the data were sent for an earlier evaluation."""
    said = "déjà fourni" if history.provided else "jamais fourni"
    return said + (f" ({history.evaluation})" if history.evaluation else "")


def open_data_words(duty: OpenDataDuty) -> str:
    """Return whether the law asks for publication, and why."""
    return f"{yes_no(duty.applies)} ({duty.reason})"


def yes_no(value: bool) -> str:
    """Return « oui » or « non »."""
    return "oui" if value else "non"
