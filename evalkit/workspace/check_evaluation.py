"""Check what evaluators write: it names only what is declared, answers a question once, and names nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.evaluation import Argument, Evaluation
from evalkit.declare.load import Located
from evalkit.declare.yaml_text import YamlPath
from evalkit.errors import Place, Problem
from evalkit.territory.zones import Territory
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unless_known

_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+33[ .]?|0)[1-9](?:[ .\-\u00a0\u202f]?\d{2}){4}(?!\d)")
_NIR = re.compile(r"(?<!\d)[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2])[ ]?(?:\d{2}|2[AB])[ ]?\d{3}[ ]?\d{3}(?:[ ]?\d{2})?(?!\d)")
_CIVILITY = re.compile(r"\b(?:M\.|Mme|Mlle|Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Ý]")
_PERSONAL = (
    (_E_MAIL, "une adresse électronique"),
    (_TELEPHONE, "un numéro de téléphone"),
    (_NIR, "un numéro de sécurité sociale"),
    (_CIVILITY, "un nom de personne"),
)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the declarations of one contract name, by the French word of a kind."""

    known: Mapping[str, frozenset[str]]

    def unless_known(self, what: str, name: str | None, place: Place) -> Iterator[Problem]:
        if name is not None:
            yield from unless_known(what, name, self.known[what], place)


def evaluation_problems(files: ContractFiles, territory: Territory) -> Iterator[Problem]:
    """Return what the evaluation files of a contract name that nothing declares, and what contradicts itself."""
    names = _names(files, territory)
    for located in files.evaluations:
        yield from _report_problems(located, files)
        yield from _answer_problems(located, names)
        yield from _other_problems(located, names)
        yield from _personal_problems(located)
    yield from _twice_problems(files)


def _names(files: ContractFiles, territory: Territory) -> _Names:
    contract = files.contracts[0].value if files.contracts else None
    voices = {each.id for located in files.evaluations for each in located.value.voices}
    known = {
        "Question": {each.id for each in contract.questions} if contract else set(),
        "Objectif": set(contract.objectives) if contract else set(),
        "Partenaire": {each.id for each in contract.partners} if contract else set(),
        "Zone": set(territory.zones),
        "Indicateur": {each.value.id for each in files.indicators},
        "Comparaison": {each.value.id for each in files.comparisons},
        "Cohorte": {each.value.cohort for each in files.cohorts},
        "Parole": voices,
    }
    return _Names({what: frozenset(names) for what, names in known.items()})


def _report_problems(located: Located[Evaluation], files: ContractFiles) -> Iterator[Problem]:
    foreseen = {name for each in files.contracts for name in each.value.reports}
    if located.value.report not in foreseen:
        repair = f"Rapports prévus par le contrat : {', '.join(sorted(foreseen)) or 'aucun'}."
        message = "Le contrat ne prévoit pas ce rapport."
        yield Problem("EVK-D095", message, located.place("report"), located.value.report, repair)


def _answer_problems(located: Located[Evaluation], names: _Names) -> Iterator[Problem]:
    for index, answer in enumerate(located.value.answers):
        yield from names.unless_known("Question", answer.question, located.place("answers", index, "question"))
        for rank, argument in enumerate(answer.evidence):
            yield from _argument_problems(argument, located, ("answers", index, "evidence", rank), names)


def _argument_problems(
    argument: Argument, located: Located[Evaluation], path: YamlPath, names: _Names
) -> Iterator[Problem]:
    yield from names.unless_known("Indicateur", argument.indicator, located.place(*path, "indicator"))
    yield from names.unless_known("Comparaison", argument.comparison, located.place(*path, "comparison"))
    yield from names.unless_known("Cohorte", argument.cohort, located.place(*path, "cohort"))
    yield from names.unless_known("Parole", argument.voice, located.place(*path, "voice"))


def _other_problems(located: Located[Evaluation], names: _Names) -> Iterator[Problem]:
    for index, each in enumerate(located.value.recommendations):
        place = located.place("recommendations", index)
        yield from names.unless_known("Question", each.question, located.place("recommendations", index, "question"))
        yield from _all_known(names, "Objectif", each.objectives, place)
        yield from _all_known(names, "Partenaire", each.to, located.place("recommendations", index, "to"))
    for index, voice in enumerate(located.value.voices):
        yield from names.unless_known("Question", voice.question, located.place("voices", index, "question"))
        yield from names.unless_known("Zone", voice.zone, located.place("voices", index, "zone"))
        yield from _all_known(names, "Objectif", voice.objectives, located.place("voices", index, "objectives"))
    for index, point in enumerate(located.value.review):
        yield from _all_known(names, "Objectif", point.objectives, located.place("review", index, "objectives"))
        yield from _all_known(names, "Indicateur", point.indicators, located.place("review", index, "indicators"))


def _all_known(names: _Names, what: str, given: tuple[str, ...], place: Place) -> Iterator[Problem]:
    for name in given:
        yield from names.unless_known(what, name, place)


def _twice_problems(files: ContractFiles) -> Iterator[Problem]:
    """A report has one file, a question one answer, an id one thing: with two, nobody could say which is printed."""
    reports: dict[tuple[str, int | None], Place] = {}
    ids: dict[str, Place] = {}
    for located in files.evaluations:
        evaluation = located.value
        key = (evaluation.report, evaluation.year)
        if key in reports:
            message = f"Ce rapport a déjà son évaluation ({reports[key]})."
            repair = "Réunissez les deux, ou donnez à chacune son année."
            yield Problem("EVK-D096", message, located.place("report"), evaluation.report, repair)
        reports.setdefault(key, located.place("report"))
        yield from _answered_twice(located)
        for field in ("recommendations", "voices", "review"):
            for index, each in enumerate(getattr(evaluation, field)):
                place = located.place(field, index, "id")
                if each.id in ids:
                    yield Problem(
                        "EVK-D021", f"Identifiant déjà pris ({ids[each.id]}).", place, each.id, "Changez l’un des deux."
                    )
                ids.setdefault(each.id, place)


def _answered_twice(located: Located[Evaluation]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for index, answer in enumerate(located.value.answers):
        place = located.place("answers", index, "question")
        if answer.question in seen:
            message = f"Cette question a déjà sa réponse ({seen[answer.question]})."
            yield Problem("EVK-D096", message, place, answer.question, "Gardez une seule réponse.")
        seen.setdefault(answer.question, place)


def _personal_problems(located: Located[Evaluation]) -> Iterator[Problem]:
    """These texts are printed: what tells who somebody is has no place in them."""
    dumped = located.value.model_dump(mode="json")
    for path, text in _texts(dumped, ()):
        for pattern, what in _PERSONAL:
            if pattern.search(text):
                repair = "Retirez-le : une parole se cite sans dire de qui elle est."
                # What was written is personal: it is not repeated.
                yield Problem("EVK-D097", f"Ce texte contient {what}.", located.place(*path), repair=repair)


def _texts(value: object, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _texts(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _texts(child, (*path, index))
    elif isinstance(value, str) and path[-1] in {"text", "source", "note", "reply", "reason"}:
        yield path, value
