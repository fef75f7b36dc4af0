"""What holds of secrecy whatever the table."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.publish.attack import attack
from evalkit.publish.protect import protect
from evalkit.publish.secrecy import Cell, Key, Link, Plan

THRESHOLD = 5.0

bodies = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=4)


def table(body: list[list[int]]) -> Plan:
    inner = np.array(body)
    wide = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    counts = np.vstack([wide, wide.sum(axis=0, keepdims=True)])
    rows, columns = counts.shape
    names = [[("case", str(i), str(j)) for j in range(columns)] for i in range(rows)]
    links = [Link(names[i][-1], tuple(names[i][:-1])) for i in range(rows)]
    links += [Link(names[-1][j], tuple(names[i][j] for i in range(rows - 1))) for j in range(columns)]
    values = {names[i][j]: float(counts[i, j]) for i in range(rows) for j in range(columns)}
    small = {name: THRESHOLD for name, count in values.items() if 0 < count < THRESHOLD}
    return Plan(tuple(Cell(name, (name,), count) for name, count in values.items()), tuple(links), small, values=values)


@given(bodies)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_every_further_mask_is_needed(body: list[list[int]]) -> None:
    """Nothing is lost for nothing: showing any cell masked for others exposes a count."""
    protection = protect(table(body))
    for extra in protection.hidden - protection.plan.primary:
        assert not attack(protection.plan, protection.hidden - {extra}).holds


@given(bodies, st.integers(0, 11))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_hiding_more_never_exposes_more(body: list[list[int]], which: int) -> None:
    plan = table(body)
    more: frozenset[Key] = plan.primary | {plan.cells[which].id}
    assert set(attack(plan, more).narrow) <= set(attack(plan, plan.primary).narrow)


@given(bodies)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_the_order_of_cells_and_links_changes_nothing_to_what_is_protected(body: list[list[int]]) -> None:
    plan = table(body)
    turned = Plan(plan.cells[::-1], plan.links[::-1], plan.sensitive, values=plan.values)
    for each in (plan, turned):
        protection = protect(each)
        assert attack(plan, protection.hidden).holds
        assert plan.primary <= protection.hidden


@given(bodies)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_publishing_the_same_again_masks_the_same(body: list[list[int]]) -> None:
    plan = table(body)
    hidden = protect(plan).hidden
    shown = frozenset(cell.id for cell in plan.cells if cell.id not in hidden)
    again = Plan(plan.cells, plan.links, plan.sensitive, values=plan.values, public=shown)
    assert protect(again).hidden == hidden
