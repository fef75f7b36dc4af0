"""Rates of returns: at each wave, the share of those who entered that have an exit, for everybody and by class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.cohort import Cohort
from evalkit.declare.feed import Nature
from evalkit.follow.result.returns import EVERYBODY, ZONE, ReturnRate
from evalkit.follow.returns.consistency import Checked
from evalkit.follow.returns.rows import LOST, ReturnRow
from evalkit.follow.states import STILL_THERE
from evalkit.stats.intervals import wilson_interval

PROOFS = {"déclaration": "declaration", "DPAE": "dpae_dsn", "enquête": "enquete"}
"""The proofs of a protocol as files of returns write them."""

Class = tuple[int, str, str, str]
"""Wave, proof, breakdown and class."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What rates are made with.

    Attributes:
        cohort: the protocol.
        waves: declared waves by months since entry.
        nature: how the file counts: only a sample has an interval.
    """

    cohort: Cohort
    waves: Mapping[int, str]
    nature: Nature


def return_rates(checked: Checked, counting: Counting) -> Iterator[ReturnRate]:
    """Give every rate that the rows allow, by wave, proof, breakdown, class and exit.

    An exit whose proof the protocol names is counted by that proof alone; else once per proof, never added. Classes
    tell the outcome only, and who has no news.

    Args:
        checked: rows that hold.
        counting: the protocol and the nature of the file.
    """
    sums = _sums(checked)
    proofs = {proof for _, proof, _, _ in sums}
    for (wave, proof, breakdown, word), row in sorted(sums.items()):
        if not row.entrants:
            continue
        told = _of_everybody(counting.cohort, row) if breakdown == EVERYBODY else _of_classes(counting.cohort, row)
        for exit_ in told:
            if _is_proved_by(counting.cohort, exit_, proof, proofs):
                yield _rate(row, exit_, (counting.waves[wave], proof, breakdown, word), counting)


def _declared(cohort: Cohort) -> set[str]:
    return set(cohort.returned.exits) if cohort.returned is not None else set()


def _of_everybody(cohort: Cohort, row: ReturnRow) -> list[str]:
    """Return the exits told, and those without one where every exit is: a count left empty is not zero."""
    return [*sorted(row.exits), *([STILL_THERE] if set(row.exits) == _declared(cohort) else [])]


def _of_classes(cohort: Cohort, row: ReturnRow) -> list[str]:
    wanted = {cohort.outcome, LOST} if cohort.outcome else set(row.exits)
    return sorted(role for role in row.exits if role in wanted)


def _sums(checked: Checked) -> dict[Class, ReturnRow]:
    """Add rows up over zones and producers; each zone's total is a class of its own."""
    sums: dict[Class, ReturnRow] = {}
    for row in checked.rows:
        keys: list[Class] = [(row.wave, row.proof, ZONE, row.zone)] if row.is_whole else []
        if (row.proof, row.wave, row.breakdown) not in checked.partial:
            keys.append((row.wave, row.proof, row.breakdown, row.word))
        for key in keys:
            sums[key] = sums[key].added(row) if key in sums else row
    return sums


def _is_proved_by(cohort: Cohort, exit_: str, proof: str, proofs: Iterable[str]) -> bool:
    """Tell whether an exit is counted under a proof: that of the protocol when the file knows it, else any."""
    declared = {role: PROOFS[name] for role, name in cohort.protocol.proofs.items()}
    chosen = {name for name in declared.values() if name in set(proofs)}
    if exit_ in declared and declared[exit_] in chosen:
        return proof == declared[exit_]
    return not chosen or proof in chosen


def _rate(row: ReturnRow, exit_: str, named: tuple[str, str, str, str], counting: Counting) -> ReturnRate:
    entrants, lost = row.entrants or 0, row.exits.get(LOST, 0)
    if LOST in _declared(counting.cohort) - set(row.exits):
        lost = max(0, entrants - row.counted)  # a count left empty: as many as the entrants allow
    # Counts that a partner rounds may add up to a little more than the entrants.
    count = max(0, entrants - row.counted) if exit_ == STILL_THERE else row.exits[exit_]
    interval = wilson_interval(min(count, entrants), entrants) if counting.nature is Nature.SAMPLE else None
    wave, proof, breakdown, word = named
    return ReturnRate(
        wave=wave,
        proof=proof,
        breakdown=breakdown,
        word=word,
        exit=exit_,
        entrants=entrants,
        count=count,
        rate=min(1.0, count / entrants),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        worst=min(1.0, count / entrants),
        best=min(1.0, (count if exit_ == LOST else count + lost) / entrants),
    )
