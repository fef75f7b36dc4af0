from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.publish.secrecy import Cell, Key, Link, Plan, complete, join, recoverable

THRESHOLD = 5


def key(row: int, column: int) -> Key:
    return ("table", f"l{row}", f"c{column}")


def table(counts: np.ndarray) -> Plan:
    """A two-way table with its margins: the last row and the last column are totals."""
    rows, columns = counts.shape
    links = [Link(key(i, columns - 1), tuple(key(i, j) for j in range(columns - 1))) for i in range(rows)]
    links += [Link(key(rows - 1, j), tuple(key(i, j) for i in range(rows - 1))) for j in range(columns)]
    places = list(product(range(rows), range(columns)))
    cells = tuple(Cell(key(i, j), (key(i, j),), float(counts[i, j])) for i, j in places)
    small = frozenset(key(i, j) for i, j in places if 0 < counts[i, j] < THRESHOLD)
    return Plan(cells, tuple(links), small, small)


def unique_by_least_squares(plan: Plan, hidden: frozenset[Key]) -> set[Key]:
    """The unknowns that the equations fix, by the null space of the matrix: an unknown free in no direction."""
    unknown = sorted(hidden)
    matrix = np.array(
        [[(name == link.whole) - (name in link.parts) for name in unknown] for link in plan.links], dtype=float
    )
    if not unknown:
        return set()
    _, sizes, directions = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    null = directions[rank:]
    return {name for index, name in enumerate(unknown) if np.abs(null[:, index]).max(initial=0.0) < 1e-9}


tables = st.integers(2, 5).flatmap(
    lambda rows: st.integers(2, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 40), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def with_margins(body: list[list[int]]) -> np.ndarray:
    inner = np.array(body)
    wide = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    return np.vstack([wide, wide.sum(axis=0, keepdims=True)])


@given(tables)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_small_count_is_recoverable_once_complete(body: list[list[int]]) -> None:
    plan = table(with_margins(body))
    hidden = complete(plan)
    assert plan.sensitive <= hidden
    assert not unique_by_least_squares(plan, hidden) & plan.sensitive


@given(tables, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_audit_finds_exactly_what_linear_algebra_finds(body: list[list[int]], chance: object) -> None:
    plan = table(with_margins(body))
    hidden = frozenset(cell.id for cell in plan.cells if chance.random() < 0.5)  # type: ignore[attr-defined]
    everything = Plan(plan.cells, plan.links, frozenset(cell.id for cell in plan.cells), hidden)
    shown = {cell.id for cell in plan.cells} - hidden
    assert recoverable(everything, hidden) == shown | unique_by_least_squares(plan, hidden)


def test_one_masked_part_of_a_total_calls_for_a_second_the_smallest() -> None:
    names = [("q", name) for name in "abct"]
    sizes = {"a": 3.0, "b": 40.0, "c": 12.0, "t": 55.0}
    cells = tuple(Cell(name, (name,), sizes[name[1]]) for name in names)
    plan = Plan(cells, (Link(names[3], tuple(names[:3])),), frozenset({names[0]}), frozenset())
    assert complete(plan) == {("q", "a"), ("q", "c")}


def test_a_cell_that_counts_nobody_is_sacrificed_last() -> None:
    names = [("q", name) for name in "abct"]
    sizes = {"a": 3.0, "b": 0.0, "c": 12.0, "t": 15.0}
    cells = tuple(Cell(name, (name,), sizes[name[1]]) for name in names)
    plan = Plan(cells, (Link(names[3], tuple(names[:3])),), frozenset({names[0]}), frozenset())
    assert complete(plan) == {("q", "a"), ("q", "c")}


def test_two_cells_that_show_one_quantity_fall_together() -> None:
    shared = ("q", "a")
    cells = (Cell(("x",), (shared,), 3.0), Cell(("y",), (shared, ("q", "b")), 9.0))
    plan = Plan(cells, (), frozenset({shared}), frozenset({("x",)}))
    assert complete(plan) == {("x",), ("y",)}


def test_without_anything_sensitive_only_the_given_masks_stay() -> None:
    cells = (Cell(("x",), (("q", "a"),), 3.0), Cell(("y",), (("q", "b"),), 9.0))
    assert complete(Plan(cells, (), frozenset(), frozenset({("x",)}))) == {("x",)}


def test_joined_plans_are_decided_together() -> None:
    part = Plan((Cell(("x",), (("q", "a"),), 3.0),), (), frozenset({("q", "a")}), frozenset())
    other = Plan((Cell(("z",), (("q", "a"),), 3.0),), (), frozenset(), frozenset())
    assert complete(join([part, other])) == {("x",), ("z",)}
