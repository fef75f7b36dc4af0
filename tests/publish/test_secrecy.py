from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.publish.attack import attack
from evalkit.publish.protect import protect
from evalkit.publish.secrecy import Cell, Key, Link, Plan, join

THRESHOLD = 5


def key(row: int, column: int) -> Key:
    return ("table", f"l{row}", f"c{column}")


def table(counts: np.ndarray) -> Plan:
    """A two-way table with its margins: the last row and the last column are totals."""
    rows, columns = counts.shape
    links = [Link(key(i, columns - 1), tuple(key(i, j) for j in range(columns - 1))) for i in range(rows)]
    links += [Link(key(rows - 1, j), tuple(key(i, j) for i in range(rows - 1))) for j in range(columns)]
    values = {key(i, j): float(counts[i, j]) for i, j in product(range(rows), range(columns))}
    cells = tuple(Cell(name, (name,), value) for name, value in values.items())
    small = {name: float(THRESHOLD) for name, value in values.items() if 0 < value < THRESHOLD}
    return Plan(cells, tuple(links), small, frozenset(), values)


def unique_by_null_space(plan: Plan, hidden: frozenset[Key]) -> set[Key]:
    """The unknowns that the equations fix, by the null space of the matrix: an unknown free in no direction."""
    unknown = sorted(hidden)
    matrix = np.array(
        [[(name == link.whole) - (name in link.parts) for name in unknown] for link in plan.links], dtype=float
    )
    if not unknown:
        return set()
    _, sizes, directions = np.linalg.svd(matrix)
    null = directions[int((sizes > 1e-9).sum()) :]
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
@settings(max_examples=60, deadline=None, derandomize=True)
def test_nothing_masked_is_recoverable_once_protected(body: list[list[int]]) -> None:
    plan = table(with_margins(body))
    hidden = protect(plan).hidden
    assert set(plan.sensitive) <= hidden
    assert not unique_by_null_space(plan, hidden)


@given(tables, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_attack_finds_at_least_what_linear_algebra_finds(body: list[list[int]], chance: object) -> None:
    """Linear programmes also know that counts are not negative: they may find more, never less."""
    plan = table(with_margins(body))
    hidden = frozenset(cell.id for cell in plan.cells if chance.random() < 0.5)  # type: ignore[attr-defined]
    everything = replace(plan, sensitive=dict.fromkeys(plan.values, 1.0))
    found = attack(everything, hidden)
    shown = {cell.id for cell in plan.cells} - hidden
    assert shown | unique_by_null_space(plan, hidden) <= set(found.narrow)
    for name, interval in found.kept.items():
        assert interval.low - 1e-6 <= plan.values[name] <= interval.high + 1e-6


def one_line(sizes: dict[str, float], **more: object) -> Plan:
    names = {name: ("q", name) for name in sizes}
    cells = tuple(Cell(names[name], (names[name],), size) for name, size in sizes.items())
    parts = tuple(names[name] for name in sizes if name != "t")
    values = {names[name]: size for name, size in sizes.items()}
    return Plan(cells, (Link(names["t"], parts),), {names["a"]: 5.0}, values=values, **more)  # type: ignore[arg-type]


def test_one_masked_part_of_a_total_calls_for_a_second() -> None:
    hidden = protect(one_line({"a": 3.0, "b": 40.0, "c": 12.0, "t": 55.0})).hidden
    assert len(hidden) == 2
    assert ("q", "a") in hidden


def test_what_is_dearest_to_readers_stays() -> None:
    plan = one_line({"a": 3.0, "b": 40.0, "c": 12.0, "t": 55.0})
    dear = {"b": 1.0, "c": 2.0, "t": 3.0}
    cells = tuple(replace(cell, loss=dear.get(cell.id[1], 1.0)) for cell in plan.cells)
    assert protect(replace(plan, cells=cells)).hidden == {("q", "a"), ("q", "b")}


def test_two_masked_parts_that_add_up_to_less_than_the_threshold_call_for_a_third() -> None:
    """2 + 1: their sum is a published cell of three units, which the threshold of five forbids."""
    plan = one_line({"a": 2.0, "b": 1.0, "c": 12.0, "t": 15.0})
    plan = replace(plan, sensitive={("q", "a"): 5.0, ("q", "b"): 5.0})
    found = attack(plan, plan.primary)
    assert {name[1]: interval.width for name, interval in found.narrow.items()} == {"a": 3.0, "b": 3.0}
    assert len(protect(plan).hidden) == 3


def test_a_public_total_cannot_be_the_partner() -> None:
    hidden = protect(one_line({"a": 3.0, "b": 40.0, "t": 43.0}, public=frozenset({("q", "t")}))).hidden
    assert hidden == {("q", "a"), ("q", "b")}


def test_what_everybody_knows_already_is_told_and_not_chased() -> None:
    plan = one_line({"a": 3.0, "b": 40.0, "t": 43.0}, public=frozenset({("q", "t"), ("q", "b")}))
    protection = protect(plan)
    assert protection.already_public == {("q", "a"): 0.0}
    assert attack(protection.plan, protection.hidden).holds
    assert ("q", "a") in protection.hidden


def test_two_cells_that_show_one_quantity_fall_together() -> None:
    shared = ("q", "a")
    cells = (Cell(("x",), (shared,), 3.0), Cell(("y",), (shared, ("q", "b")), 9.0))
    plan = Plan(cells, (), {shared: 5.0}, frozenset({("x",)}), {shared: 3.0, ("q", "b"): 9.0})
    assert protect(plan).hidden == {("x",), ("y",)}


def test_without_anything_sensitive_only_the_given_masks_stay() -> None:
    cells = (Cell(("x",), (("q", "a"),), 3.0), Cell(("y",), (("q", "b"),), 9.0))
    assert protect(Plan(cells, (), {}, frozenset({("x",)}))).hidden == {("x",)}


def test_a_margin_of_error_is_a_protection() -> None:
    """The total counts other rows too: 40 of them, known to nobody, stand between it and its parts."""
    plan = one_line({"a": 3.0, "b": 40.0, "t": 83.0})
    found = attack(plan, plan.primary)
    assert found.holds
    assert found.kept["q", "a"].width >= 5


def test_a_quantity_that_nobody_publishes_is_given_a_possible_number() -> None:
    plan = one_line({"a": 3.0, "b": 40.0, "t": 43.0})
    unseen = Link(("q", "t"), (("q", "a"), ("q", "b"), ("q", "elsewhere")))
    loose = replace(plan, links=(unseen,))
    assert attack(loose, loose.primary).narrow[("q", "a")].width < 5


def test_joined_plans_are_decided_together() -> None:
    part = Plan((Cell(("x",), (("q", "a"),), 3.0),), (), {("q", "a"): 5.0}, values={("q", "a"): 3.0})
    other = Plan((Cell(("z",), (("q", "a"),), 3.0),), (), {("q", "a"): 3.0})
    joined = join([part, other])
    assert joined.sensitive == {("q", "a"): 5.0}
    assert protect(joined).hidden == {("x",), ("z",)}
