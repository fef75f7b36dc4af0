"""The attack suite in little: the same publications as ``benchmarks/secrecy.py attack``, which draws 1,000 of them."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.publish.attack import attack
from evalkit.publish.protect import protect
from evalkit.publish.publish import publish
from evalkit.publish.secrecy import Key

from .linked.attacker import attack_editions
from .linked.generator import THRESHOLD, confidential, draw, truth
from .linked.tables import Attacker, Shape, Tables, draw_tables, plan_of, second_plan, shown_by

DRAWS = 40


def small_tables(seed: int) -> Tables:
    chance = np.random.default_rng(seed)
    shape = Shape(3, int(chance.integers(1, 3)), int(chance.integers(2, 4)), 2, 9.0)
    return draw_tables(shape, seed)


@pytest.mark.parametrize("seed", range(DRAWS))
def test_no_masked_cell_of_two_editions_is_recovered(seed: int) -> None:
    """Nought recovered and nought narrowed, on every draw."""
    tables = small_tables(seed)
    first = plan_of(tables, range(1))
    seen = shown_by(first, protect(first).hidden)
    second = second_plan(tables, range(2), seen)
    protection = protect(second)
    attacker = Attacker(tables, range(2), seen | shown_by(second, protection.hidden))
    assert not attacker.determined()
    sensitive = set(second.sensitive) - set(protection.already_public)
    for key in sensitive:
        low, high = attacker.interval(key)
        assert high - low >= THRESHOLD - 1e-6, key


def test_masking_only_what_is_small_is_not_enough() -> None:
    """The suite can fail: without further masks most small counts come back."""
    recovered: set[Key] = set()
    for seed in range(5):
        tables = small_tables(seed)
        plan = plan_of(tables, range(2))
        recovered |= Attacker(tables, range(2), shown_by(plan, plan.primary)).determined()
        assert not attack(plan, plan.primary).holds
    assert len(recovered) > 5


@pytest.mark.parametrize("seed", [1, 4, 6])
def test_nothing_comes_back_from_the_published_tables_of_two_editions(seed: int) -> None:
    """From observations to editions: counts and shares, two breakdowns, nested zones, read from tables only."""
    drawn = draw(seed)
    first = publish(confidential(drawn, 0))
    second = publish(confidential(drawn, 1, (first,)))
    numbers = truth(drawn)
    small = {name for name, count in numbers.items() if 0 < count < THRESHOLD}
    spoils = attack_editions((first, second), small)
    assert spoils.masked
    assert not spoils.recovered()
    for low, high in spoils.intervals.values():
        assert high - low >= THRESHOLD - 1e-6
