"""What does not hold in the rows of a cohort: entries that contradict themselves, files that tell of nobody, waves."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import wave_words
from evalkit.declare.model import months_of
from evalkit.follow.entry.enter import Entered
from evalkit.follow.entry.persons import ACCOMPANIED, Persons
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.result.people import People
from evalkit.follow.waves import observed_until
from evalkit.typography import counted, typeset

RULES = {
    "priority": "le premier fichier du protocole est cru",
    "latest": "le fichier reçu en dernier est cru",
    "strictest": "la situation la plus éloignée du résultat est crue",
}


def person_findings(entered: Entered, persons: Persons, people: People, cohort: Cohort) -> Iterator[CohortFinding]:
    """Give what contradicts itself in the files of a cohort, with what was done of it; sorted by code.

    Args:
        entered: who entered, with the faults of their rows.
        persons: the persons.
        people: what the files tell of them.
        cohort: the protocol.
    """
    found = [*_entry_findings(entered, cohort), *_file_findings(people), *_wave_findings(persons, cohort)]
    for each in sorted(found):
        yield CohortFinding(each.code, typeset(each.place), typeset(each.message), typeset(each.received))


def _entry_findings(entered: Entered, cohort: Cohort) -> Iterator[CohortFinding]:
    place = f"fichier {cohort.feed}"
    if entered.contradictory:
        message = "Des sorties sont datées d’avant l’entrée : ces entrées ne sont pas comptées."
        yield CohortFinding("EVK-M440", place, message, _entries(entered.contradictory))
    if entered.two_exits:
        message = "Des entrées ont deux sorties, ou des lignes après leur sortie : la première sortie compte."
        yield CohortFinding("EVK-M441", place, message, _entries(entered.two_exits))
    if entered.early:
        message = "Des lignes portent un mois d’avant l’entrée de la personne : elles ne sont pas lues."
        yield CohortFinding("EVK-M442", place, message, _entries(entered.early))


def _file_findings(people: People) -> Iterator[CohortFinding]:
    for each in people.told[1:]:
        if not each.linked:
            message = (
                "Aucune personne de la cohorte n’est dans ce fichier : il n’est relié à rien. Le pseudonyme est-il "
                "fait avec la même clé, à partir des mêmes éléments ?"
            )
            yield CohortFinding("EVK-M443", f"fichier {each.feed}", message)
    told = people.contradictions
    if told is None:
        return
    files = ", ".join(each.feed for each in people.told)
    if told.overlapping:
        message = "Un même fichier dit plusieurs situations pour un même mois : ce qui a commencé en dernier est cru."
        yield CohortFinding("EVK-M447", f"fichiers {files}", message, _months(told.overlapping))
    if told.contradictory:
        message = f"Des fichiers ne disent pas la même situation pour un même mois : {RULES[told.rule]}."
        received = f"{_months(told.contradictory)} sur {told.twice} dits deux fois, {_persons(told.persons)}"
        yield CohortFinding("EVK-M448", f"fichiers {files}", message, received)


def _wave_findings(persons: Persons, cohort: Cohort) -> Iterator[CohortFinding]:
    followed = persons.frame.filter(group=ACCOMPANIED)
    for wave in sorted(cohort.waves, key=months_of):
        if not observed_until(followed, wave, persons.last_day).any():
            message = "Personne n’est encore suivi pendant toute cette durée : aucun taux n’en est tiré."
            yield CohortFinding("EVK-M445", f"vague de {wave_words(wave)}", message)


def _entries(count: int) -> str:
    return counted(count, "entrée", "entrées")


def _months(count: int) -> str:
    return counted(count, "mois", "mois")


def _persons(count: int) -> str:
    return counted(count, "personne", "personnes")
