"""Check rows of returns against each other: waves of the same persons, classes and their total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby, pairwise

from evalkit.declare.cohort_words import ROLES
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.result.returns import EVERYBODY
from evalkit.follow.returns.places import Places
from evalkit.follow.returns.rows import LOST, ReturnRow, Terms

Home = tuple[str, str, str, int]


def between_waves(rows: Iterable[ReturnRow], places: Places, *, cumulated: bool) -> Iterator[CohortFinding]:
    """Return what changes from a wave to the next and should not: the entrants, or exits that fall.

    Classes are looked at where the total of their zone holds, so that one fault is said once.

    Args:
        rows: rows that can be counted.
        places: the words of their places.
        cumulated: exits are counted since the entry, so that they only grow.
    """
    ordered = sorted(rows, key=lambda row: (row.cell, row.wave))
    curves = {cell: list(group) for cell, group in groupby(ordered, key=lambda row: row.cell)}
    moved: set[tuple[str, str, str]] = set()
    for cell, curve in sorted(curves.items(), key=lambda pair: (not pair[1][0].is_whole, pair[0])):
        producer, proof, _, _, zone = cell
        if not curve[0].is_whole and (producer, proof, zone) in moved:
            continue
        found = list(_curve_problems(curve, places, cumulated=cumulated))
        if found and curve[0].is_whole:
            moved.add((producer, proof, zone))
        yield from found


def _curve_problems(curve: list[ReturnRow], places: Places, *, cumulated: bool) -> Iterator[CohortFinding]:
    for before, after in pairwise(curve):
        place = places.of(after)
        if before.entrants != after.entrants:
            message = f"Le nombre d’entrées n’est pas celui de la vague de {places.wave(before.wave)}."
            yield CohortFinding("EVK-M422", place, message, f"{before.entrants} puis {after.entrants}")
        for role in sorted(set(before.exits) & set(after.exits) - {LOST}):
            if cumulated and after.exits[role] < before.exits[role]:
                message = (
                    f"Les sorties vers « {ROLES.get(role, role)} » sont moins nombreuses qu’à "
                    f"{places.wave(before.wave)} : comptées depuis l’entrée, elles ne peuvent que croître."
                )
                yield CohortFinding("EVK-M423", place, message, f"{before.exits[role]} puis {after.exits[role]}")


def classes_against_total(
    rows: Iterable[ReturnRow], terms: Terms, places: Places, refused: Container[Home] = ()
) -> tuple[tuple[ReturnRow, ...], tuple[CohortFinding, ...]]:
    """Return the rows whose classes make their total, the totals that only classes give, and what does not hold.

    A breakdown that does not make the total of its zone is set aside. A zone without a total gets the sum of its first
    breakdown, which is said.

    Args:
        rows: rows that can be counted.
        terms: how the file rounds.
        places: the words of their places.
        refused: homes whose total was set aside: their classes do not stand in for it.
    """
    kept: list[ReturnRow] = []
    findings: list[CohortFinding] = []
    ordered = sorted(rows, key=lambda row: (home_of(row), row.breakdown, row.word))
    for _, group in groupby(ordered, key=home_of):
        here = list(group)
        whole = next((row for row in here if row.is_whole), None)
        classes = [row for row in here if not row.is_whole]
        sums = {name: _sum(list(each)) for name, each in groupby(classes, key=lambda row: row.breakdown)}
        if whole is None and sums and home_of(here[0]) not in refused:
            whole = _total(next(iter(sums.values())))
            message = f"Aucune ligne « ensemble » : le total est la somme de la ventilation « {next(iter(sums))} »."
            findings.append(CohortFinding("EVK-M436", places.of(whole), message))
        kept += [whole] if whole is not None else []
        sizes = Counter(row.breakdown for row in classes)
        gaps = {
            name: told
            for name, total in sums.items()
            if whole is not None and (told := _gap(total, whole, terms.slack(sizes[name] + 1)))
        }
        for name, told in sorted(gaps.items()):
            message = f"La ventilation « {name} » ne fait pas le total : elle n’est pas comptée."
            findings.append(CohortFinding("EVK-M424", places.of(_total(sums[name])), message, told))
        kept += [row for row in classes if row.breakdown not in gaps]
    return tuple(kept), tuple(findings)


def home_of(row: ReturnRow) -> Home:
    """Return where classes add up: producer, proof, zone and wave."""
    return (row.producer, row.proof, row.zone, row.wave)


def _sum(rows: list[ReturnRow]) -> ReturnRow:
    total, *others = rows
    for row in others:
        total = total.added(row)
    return total


def _total(row: ReturnRow) -> ReturnRow:
    """Return the sum of classes as a row of everybody."""
    return replace(row, breakdown=EVERYBODY, word=EVERYBODY)


def _gap(classes: ReturnRow, whole: ReturnRow, slack: float) -> str:
    """Return what differs between the sum of the classes and the total; nothing when they agree."""
    pairs: Mapping[str, tuple[int | None, int | None]] = {
        "entrées": (classes.entrants, whole.entrants),
        **{ROLES.get(role, role): (classes.exits.get(role), count) for role, count in whole.exits.items()},
    }
    told = [
        f"{name} : {part} contre {total}"
        for name, (part, total) in pairs.items()
        if part is not None and total is not None and abs(part - total) > slack
    ]
    return ", ".join(told)
