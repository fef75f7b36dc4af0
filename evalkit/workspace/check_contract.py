"""Check the folder of a contract by itself: its ids are given once, its zones are a tree, its files are all read."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import pairwise

from evalkit.declare.contract import QPV_2024_CODE, TerritoryFile, Zone
from evalkit.declare.load import Located
from evalkit.errors import Place, Problem
from evalkit.territory.zones import DERIVED_ZONES, OUTSIDE, UNKNOWN, Territory
from evalkit.workspace.check_attachments import attachment_problems
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unknown, unless_known

_RESERVED = frozenset({*DERIVED_ZONES, OUTSIDE, UNKNOWN})


def contract_problems(files: ContractFiles, territory: Territory) -> Iterator[Problem]:
    """Return what contradicts itself in the folder of one contract, apart from the feeds that it uses."""
    yield from _name_problems(files)
    yield from repeated((each.place("id"), each.value.id) for each in files.indicators)
    compared = [(each.place("id"), each.value.id) for each in files.comparisons]
    yield from repeated([*compared, *((each.place("id"), each.value.id) for each in files.printed)])
    yield from repeated((each.place("parameter"), each.value.column) for each in files.parameters)
    yield from repeated((each.place("cohort"), each.value.cohort) for each in files.cohorts)
    yield from repeated(
        (located.place("zones", index, "id"), zone.id) for located, index, zone in _written_zones(files)
    )
    for contract in files.contracts:
        objectives = [
            (contract.place("axes", axis, "objectives", index, "id"), objective.id)
            for axis, each in enumerate(contract.value.axes)
            for index, objective in enumerate(each.objectives)
        ]
        partners = [
            (contract.place("partners", index, "id"), partner.id)
            for index, partner in enumerate(contract.value.partners)
        ]
        questions = [
            (contract.place("questions", index, "id"), question.id)
            for index, question in enumerate(contract.value.questions)
        ]
        for named in (objectives, partners, questions):
            yield from repeated(named)
    yield from _clause_problems(files)
    yield from _territory_problems(files, territory)


def repeated(named: Iterable[tuple[Place, str]]) -> Iterator[Problem]:
    """Return a problem (``EVK-D021``) for each id that an earlier place has taken."""
    for place, before, name in _again(named):
        yield Problem("EVK-D021", f"Identifiant déjà pris ({before}).", place, str(name), "Changez l’un des deux.")


def _again(named: Iterable[tuple[Place, Hashable]]) -> Iterator[tuple[Place, Place, Hashable]]:
    seen: dict[Hashable, Place] = {}
    for place, name in named:
        if name in seen:
            yield place, seen[name], name
        seen.setdefault(name, place)


def _name_problems(files: ContractFiles) -> Iterator[Problem]:
    """The folders bear the name of their contract."""
    for contract in files.contracts:
        if contract.value.contract != files.folder:
            message = f"Le dossier s’appelle « {files.folder} » et le contrat porte un autre nom."
            place = contract.place("contract")
            yield Problem("EVK-D022", message, place, contract.value.contract, "Donnez-leur le même.")
    for cohort in files.cohorts:
        yield from unless_known("Contrat", cohort.value.contract, [files.folder], cohort.place("contract"))


def _clause_problems(files: ContractFiles) -> Iterator[Problem]:
    """A producer owes a feed under one clause: with two, nobody could say which terms hold."""
    owed = [
        (located.place("producers"), (located.value.feed, producer))
        for located in files.clauses
        for producer in located.value.producers
    ]
    for place, before, name in _again(owed):
        message = f"Ce flux et ce producteur ont déjà une clause ({before})."
        received = " / ".join(name) if isinstance(name, tuple) else ""
        yield Problem("EVK-D045", message, place, received, "Gardez une seule clause.")


def _written_zones(files: ContractFiles) -> Iterator[tuple[Located[TerritoryFile], int, Zone]]:
    for located in files.territories:
        for index, zone in enumerate(located.value.zones):
            yield located, index, zone


def _territory_problems(files: ContractFiles, territory: Territory) -> Iterator[Problem]:
    for located, index, zone in _written_zones(files):
        for outer in zone.within:
            yield from unless_known("Zone", outer, territory.zones, located.place("zones", index, "within"))
        if zone.id in territory.containing(zone.id):
            place = located.place("zones", index, "within")
            yield Problem("EVK-D024", "Cette zone se contient elle-même.", place, zone.id, "Corrigez « within ».")
        if zone.id in _RESERVED:
            message = "Ce nom est réservé : il désigne un ensemble de zones ou un lieu inconnu."
            yield Problem("EVK-D025", message, located.place("zones", index, "id"), zone.id, "Donnez-en un autre.")
    yield from _reference_problems(files, territory.zones)
    yield from _perimeter_problems(files)
    yield from _letter_problems(files)
    yield from attachment_problems(files, territory.zones)


def _perimeter_problems(files: ContractFiles) -> Iterator[Problem]:
    """A contour follows another one: two that hold on one day would be two zones."""
    for located, index, zone in _written_zones(files):
        ordered = sorted(range(len(zone.perimeters)), key=lambda each: zone.perimeters[each].begins)
        for first, second in pairwise(ordered):
            ends, begins = zone.perimeters[first].ends, zone.perimeters[second].begins
            if ends is None or ends >= begins:
                place = located.place("zones", index, "perimeters", second)
                message = "Ce périmètre commence avant la fin du précédent."
                repair = "Corrigez « from » ou « until »."
                yield Problem("EVK-D027", message, place, zone.perimeters[second].code, repair)
    yield from _shared_codes(files)


_CHANGE_OF_LETTER = {"I": "same", "M": "moved", "N": "new", "C": "new"}
"""What the last letter of a code of 2024 says of the contour (list of the ANCT)."""


def _letter_problems(files: ContractFiles) -> Iterator[Problem]:
    """The letter of an official code and the declared change tell one story."""
    for located, index, zone in _written_zones(files):
        for number, perimeter in enumerate(zone.perimeters):
            said = _CHANGE_OF_LETTER.get(perimeter.code[-1])
            if QPV_2024_CODE.match(perimeter.code) and said != perimeter.change and not zone.fictitious:
                message = f"La dernière lettre de {perimeter.code} dit « {said} »."
                place = located.place("zones", index, "perimeters", number)
                yield Problem("EVK-D091", message, place, perimeter.change, f"Écrivez « change: {said} ».")


def _shared_codes(files: ContractFiles) -> Iterator[Problem]:
    """A code of the official list names one contour: in two zones, a file could not be read."""
    named = [
        (located.place("zones", index, "perimeters", number, "code"), perimeter.code)
        for located, index, zone in _written_zones(files)
        for number, perimeter in enumerate(zone.perimeters)
    ]
    for place, before, code in _again(named):
        message = f"Ce code est déjà celui d’un autre périmètre ({before})."
        yield Problem(
            "EVK-D028", message, place, str(code), "Un code désigne un seul contour : corrigez l’un des deux."
        )


def _reference_problems(files: ContractFiles, zones: Mapping[str, Zone]) -> Iterator[Problem]:
    stated: dict[str, Place] = {}
    for located in files.territories:
        reference, place = located.value.reference, located.place("reference")
        if reference is None:
            continue
        if reference not in zones:
            yield unknown("Zone", reference, zones, place)
        if stated and reference not in stated:
            message = f"Une autre zone de référence est déjà déclarée ({next(iter(stated.values()))})."
            yield Problem("EVK-D026", message, place, reference, "Gardez une seule référence.")
        stated.setdefault(reference, place)
