"""Choose the further cells to hide so that no sensitive quantity is known too narrowly, at the smallest loss found.

For each quantity that is still exposed, a linear programme looks for the cheapest way to move it by what its protection
lacks, the equations kept: the cells that must move with it are the ones to hide (Kelly, Golden and Assad, *Networks*
22, 1992, on networks; here on any equations). A last pass shows again every hidden cell that nothing needs. Optimal
suppression is NP-hard: this is a heuristic, and its result is audited apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.publish.attack import Interval, exposed_among, reachable
from evalkit.publish.bounds import pieces
from evalkit.publish.cheapest import cheapest_partners
from evalkit.publish.fewest import Settled, hide_fewest
from evalkit.publish.hiding import Masked
from evalkit.publish.secrecy import Key, Plan
from evalkit.publish.superfluous import show_superfluous
from evalkit.publish.system import EXACT, System, compile_system

SLACK = 1e-3
"""What is taken off a protection that public knowledge limits, so that it can be reached exactly."""


@dataclass(frozen=True, slots=True)
class Protection:
    """The cells to hide.

    Attributes:
        hidden: every masked cell.
        plan: the plan, whose protections are lowered where public knowledge leaves less than asked.
        already_public: sensitive quantities that no mask can protect, with the width that others leave them.
    """

    hidden: frozenset[Key]
    plan: Plan
    already_public: dict[Key, float]


def protect(plan: Plan) -> Protection:
    """Return the cells to hide so that every sensitive quantity keeps its protection.

    Args:
        plan: cells, links, values and sensitive quantities.

    Returns:
        The cells masked for themselves and those that protect them.
    """
    system = compile_system(plan)
    plan, public = _attainable(plan, system)
    masked = Masked(plan, system)
    settled = hide_fewest(masked)
    _complete(masked, _left(masked, settled))
    show_superfluous(masked, settled)
    return Protection(masked.hidden, plan, public)


def _attainable(plan: Plan, system: System) -> tuple[Plan, dict[Key, float]]:
    """Lower the protections that cannot be reached even with every cell hidden."""
    widths = reachable(plan, plan.sensitive, system)
    public = {key: width for key, width in widths.items() if width < plan.sensitive[key] - EXACT}
    if not public:
        return plan, {}
    kept = {key: asked if key not in public else widths[key] - SLACK for key, asked in plan.sensitive.items()}
    kept = {key: asked for key, asked in kept.items() if asked > SLACK}
    return Plan(plan.cells, plan.links, kept, plan.primary, plan.values, plan.public), public


def _left(masked: Masked, settled: Settled) -> Iterator[Key]:
    """Give the sensitive quantities that are not known to be protected."""
    unknown, asked = ~masked.known, masked.required > 0
    yield from (masked.system.keys[column] for column in np.flatnonzero(asked & ~unknown))
    for piece in pieces(masked.system, unknown, unknown & asked):
        if piece not in settled:
            yield from (masked.system.keys[column] for column in piece.columns[asked[piece.columns]])


def _complete(masked: Masked, among: Iterable[Key]) -> None:
    """Hide partners of every exposed quantity until none is left; hiding more never exposes another one."""
    while exposed := exposed_among(masked.plan, masked.known, masked.system, among):
        waiting = dict(sorted(exposed.items(), key=lambda each: (-_lack(each[1]), each[0])))
        while waiting:
            partners, served = cheapest_partners(masked, waiting)
            masked.hide(partners)
            for key in served:
                del waiting[key]
        among = exposed


def _lack(interval: Interval) -> float:
    return interval.required - interval.width
