"""Whom both sides are made of: a change of persons around the entry is said beside the effect."""

from __future__ import annotations

import pytest

from evalkit.compare.result import CompositionShift
from evalkit.compare.run import compare
from evalkit.store.store import Store
from tests.compare.world import TREATED, comparison, counts, leases, workspace
from tests.measure.world import CONTRACT, put


def estimate(root, tail: int):
    """One lease in ten of OPAC 71 everywhere; ``tail`` in ten in treated zones from the entry on."""
    rows = []
    for rank, row in enumerate(leases(counts())):
        after = row["zone"] in TREATED and str(row["trimestre"]) >= "2024"
        rows.append({**row, "bailleur": "OPAC 71" if rank % 10 < (tail if after else 1) else "Habellis"})
    space = workspace(root, comparison(composition=["bailleur"]))
    store = Store(space.data)
    put(store, rows, feed=space.feeds["attributions"])
    (found,) = compare(space, store, CONTRACT)
    return found


def test_alike_before_and_after(tmp_path):
    (shift,) = estimate(tmp_path, 1).checks.composition
    assert (shift.column, shift.moves) == ("bailleur", False)
    assert shift.before == pytest.approx(shift.after, abs=1e-6)


def test_other_persons_after_the_entry_are_said(tmp_path):
    """Shares 0.1 on both sides, then 0.5 against 0.1: 0.4 / sqrt((0.25 + 0.09) / 2) = 0.970 (Austin 2009)."""
    found = estimate(tmp_path, 5)
    (shift,) = found.checks.composition
    assert isinstance(shift, CompositionShift)
    assert shift.moves
    assert shift.before == pytest.approx(0, abs=1e-6)
    assert abs(shift.after) == pytest.approx(0.4 / 0.17**0.5, abs=1e-6)
    assert "les personnes comparées ont changé" in found.summary()
