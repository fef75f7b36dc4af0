"""The cells whose masking loses least among those that satisfy covers: an exact choice, made again as covers are found.

Rounds of *choose, attack, learn*: the cheapest cells that satisfy every cover found so far are hidden, the attack gives
the covers that they miss. When it finds none the choice is the best there is. Rounds are limited, and what is left
exposed is for another method to complete: the loss of the last choice is then only a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evalkit.publish.bounds import Piece, pieces
from evalkit.publish.cover_program import ENOUGH, program_of
from evalkit.publish.covers import Cover, Ground, covers_of, plain_covers
from evalkit.publish.hiding import Masked
from evalkit.publish.secrecy import Cell

ROUNDS = 20
"""Attacks by linear programmes between two choices, at most."""


@dataclass(frozen=True)
class Settled:
    """The pieces that were found protected with cells that each cover needs: nothing in them can be shown again."""

    names: set[bytes] = field(default_factory=set)

    def __contains__(self, piece: Piece) -> bool:
        """Tell whether a piece is one of them."""
        return piece.columns.tobytes() in self.names

    def add(self, piece: Piece) -> None:
        """Keep a piece that was found protected."""
        self.names.add(piece.columns.tobytes())


def hide_fewest(masked: Masked) -> Settled:
    """Hide the cells of least loss that satisfy the covers of every exposed quantity, for a limited number of rounds.

    Args:
        masked: what is hidden for itself; changed in place.

    Returns:
        The pieces that are settled; the others may hold exposed quantities.
    """
    ground = Ground(masked.system, masked.open, masked.required)
    choice, settled = _Choice(masked), Settled()
    attacks = 0
    while attacks < ROUNDS:
        if not choice.learn(plain_covers(ground, ~masked.known)):
            attacks += 1
            if not choice.learn(_attacked(masked, ground, settled)):
                break
        masked.protect_with(choice.cheapest())
    return settled


def _attacked(masked: Masked, ground: Ground, settled: Settled) -> Iterator[Cover]:
    """Give the covers of the exposed quantities."""
    unknown = ~masked.known
    for piece in pieces(masked.system, unknown, unknown & (ground.required > 0)):
        if piece in settled:
            continue
        covers = list(covers_of(ground, piece))
        if not covers:
            settled.add(piece)
        yield from covers


class _Choice:
    """The covers found so far, and the cheapest cells that satisfy them, one group after the other."""

    def __init__(self, masked: Masked) -> None:
        self._masked = masked
        self._covers: dict[Cover, None] = {}
        self._solved: dict[tuple[int, ...], list[int]] = {}

    def learn(self, covers: Iterable[Cover]) -> bool:
        """Keep covers that some cells can satisfy; tell whether one of them is new."""
        before = len(self._covers)
        self._covers.update((each, None) for each in covers if sum(each.weights) >= ENOUGH)
        return len(self._covers) > before

    def cheapest(self) -> list[Cell]:
        """Return the cells to hide; a group of covers that nothing was added to keeps its answer."""
        cells = self._masked.plan.cells
        program = program_of(list(self._covers), self._masked)
        answers = {}
        for rows in program.groups():
            answers[rows] = self._solved[rows] if rows in self._solved else program.solve(rows)
        self._solved = answers
        return [cells[each] for each in sorted(set().union(*answers.values()))]
