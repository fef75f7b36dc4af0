"""What a protocol still lacks, as sentences that can be sent to the partners."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.cohort_analysis import Analysis
from evalkit.declare.cohort_words import ROLES, listed
from evalkit.typography import typeset

_FIELDS = {
    "public": "public",
    "definition": "définition",
    "zones": "quartiers",
    "entry": "fenêtre d’entrée",
    "waves": "vagues",
    "exits": "sorties",
    "outcome": "résultat suivi",
    "against": "groupe de comparaison",
    "analysis": "analyses",
    "protocol": "autres termes du protocole",
    "feed": "fichier",
    "present": "présentation",
}


def protocol_questions(cohort: Cohort) -> Iterator[str]:
    """Give what the partners still have to say: the declared questions, then one for each term that nobody wrote.

    Args:
        cohort: the cohort.
    """
    for question in (*cohort.protocol.questions, *_missing(cohort)):
        yield typeset(question)
    inferred = [_FIELDS[name] for name in (cohort.evidence.inferred if cohort.evidence else ()) if name in _FIELDS]
    if inferred:
        yield typeset(f"Non écrits par le document : {listed(inferred)}. Ce qui est proposé ici convient-il ?")


def _missing(cohort: Cohort) -> Iterator[str]:
    protocol = cohort.protocol
    if protocol.ages is None:
        yield "De quel âge à quel âge, à l’entrée ?"
    if cohort.mode is not Mode.PANEL:
        yield from _exit_questions(cohort)
        yield from _attrition_questions(cohort)
    if cohort.returned is not None and cohort.returned.counts is None:
        yield (
            "Dans les retours agrégés, compte-t-on la première sortie de chaque personne depuis son entrée, ou sa "
            "situation le jour de la vague ?"
        )
    yield from _comparison_questions(cohort)
    if protocol.expected is None:
        yield "Combien de personnes entreront pendant la fenêtre ? L’écart que l’on pourra voir en dépend."
    if cohort.present is None:
        yield "Qui verra les résultats, et à quelle date ?"


def _exit_questions(cohort: Cohort) -> Iterator[str]:
    protocol = cohort.protocol
    unproved = [f"« {ROLES[role]} »" for role in cohort.exits if role not in protocol.proofs and role != "lost"]
    if unproved:
        plural = "les sorties" if len(unproved) > 1 else "la sortie"
        yield f"Par quelle preuve constate-t-on {plural} {listed(unproved)} : déclaration, DPAE ou enquête ? Une seule."
    if "durable" in cohort.exits and protocol.durable is None:
        yield "L’emploi durable commence-t-il à « 6 mois ou plus », ou à « plus de 6 mois » ?"
    if not cohort.exits:
        yield "Quelles sorties compte-t-on ?"


def _attrition_questions(cohort: Cohort) -> Iterator[str]:
    if cohort.protocol.lost_after is None:
        yield "Après combien de temps sans nouvelle une personne est-elle perdue de vue ?"
    if cohort.protocol.attrition is None:
        yield "Qui rappelle les personnes sans nouvelle, et quand ?"


def _comparison_questions(cohort: Cohort) -> Iterator[str]:
    if cohort.mode is Mode.INDIVIDUAL and cohort.against is None:
        yield "À qui comparer ces personnes : lesquelles, éligibles et non accompagnées, figurent dans le fichier ?"
    if cohort.against is not None and cohort.protocol.index_date is None:
        yield "À quelle date commence le suivi d’une personne éligible qui n’est pas accompagnée ?"
    if cohort.mode is Mode.INDIVIDUAL and cohort.analysis == Analysis():
        yield (
            "Entre qui compare-t-on les parcours : femmes et hommes, quartiers, âges ? Rien n’est comparé qui ne soit "
            "écrit avant de voir les données."
        )
