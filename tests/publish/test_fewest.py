"""The choice of masks against an enumeration of every smaller one."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest

from evalkit.publish import fewest
from evalkit.publish.attack import attack, exposed_among
from evalkit.publish.protect import protect
from evalkit.publish.secrecy import Cell, Key, Link, Plan
from evalkit.publish.system import compile_system

from .linked.tables import Shape, draw_tables, plan_of


def small_plan(seed: int) -> Plan:
    """Two zones by three classes with their margins: twelve cells."""
    return plan_of(draw_tables(Shape(2, 1, 3, 1, 6.0), seed), range(1))


def cheaper_choices(plan: Plan, loss: float) -> list[frozenset[Key]]:
    """Every set of further masks that loses less."""
    free = [cell for cell in plan.cells if cell.id not in plan.primary]
    sets = chain.from_iterable(combinations(free, size) for size in range(int(loss) + 1))
    return [frozenset(cell.id for cell in each) for each in sets if sum(cell.loss for cell in each) < loss - 1e-6]


@pytest.mark.parametrize("seed", [2, 3, 10])
def test_no_cheaper_choice_protects_a_small_table(seed: int) -> None:
    plan = small_plan(seed)
    protection = protect(plan)
    losses = {cell.id: cell.loss for cell in plan.cells}
    loss = sum(losses[each] for each in protection.hidden - plan.primary)
    assert loss >= 2
    system = compile_system(plan)
    for others in cheaper_choices(plan, loss):
        known = system.flags(plan.shown(plan.primary | others))
        assert exposed_among(protection.plan, known, system, protection.plan.sensitive)


def test_masks_hold_when_no_round_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rounds leave exposed is completed: a limit on time never lets a count out."""
    monkeypatch.setattr(fewest, "ROUNDS", 1)
    for seed in range(6):
        protection = protect(small_plan(seed))
        assert attack(protection.plan, protection.hidden).holds


def test_a_count_that_two_cells_show_costs_both() -> None:
    """``a`` needs a partner: ``b`` is shown twice (loss 2), ``c`` once (loss 1.5)."""
    a, b, c, total = (("q", name) for name in "abct")
    cells = (
        Cell(("a",), (a,), 3.0),
        Cell(("b",), (b,), 20.0),
        Cell(("b again",), (b,), 20.0),
        Cell(("c",), (c,), 20.0, loss=1.5),
        Cell(("t",), (total,), 43.0, loss=4.0),
    )
    values = {a: 3.0, b: 20.0, c: 20.0, total: 43.0}
    plan = Plan(cells, (Link(total, (a, b, c)),), {a: 5.0}, frozenset(), values)
    assert protect(plan).hidden == {("a",), ("c",)}
    dear = tuple(replace(cell, loss=2.5) if cell.id == ("c",) else cell for cell in cells)
    assert protect(replace(plan, cells=dear)).hidden == {("a",), ("b",), ("b again",)}


def test_the_same_plan_gives_the_same_masks() -> None:
    plan = plan_of(draw_tables(Shape(9, 2, 4, 2, 20.0), 3), range(2))
    shuffled = replace(plan, sensitive=dict(reversed(plan.sensitive.items())))
    assert protect(plan).hidden == protect(plan).hidden == protect(shuffled).hidden


def test_a_margin_in_an_equation_counts_as_room() -> None:
    """The total is known give or take 2: ``a`` keeps 3 + 2 on its own, which is what is asked."""
    a, b, total = (("q", name) for name in "abt")
    cells = (Cell(("a",), (a,), 3.0), Cell(("b",), (b,), 20.0), Cell(("t",), (total,), 23.0))
    values = {a: 3.0, b: 20.0, total: 23.0}
    loose = Plan(cells, (Link(total, (a, b), margin=2.5),), {a: 5.0}, frozenset(), values)
    assert protect(loose).hidden == {("a",)}
    tight = replace(loose, links=(Link(total, (a, b), margin=1.0),))
    assert len(protect(tight).hidden) == 2
    assert np.isclose(attack(tight, frozenset({("a",)})).narrow[a].width, 2.0)
