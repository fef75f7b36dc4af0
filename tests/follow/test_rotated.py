"""A rotation of the identity key in the middle of a cohort: told, and the cohort stops there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.rotated import crossed_break
from evalkit.follow.run import follow
from evalkit.store.rotation import KeyBreak
from evalkit.store.store import Store
from tests.follow.test_run import people, quarter
from tests.follow.world import PATHWAYS, protocol, workspace
from tests.measure.world import CONTRACT, put

ROTATED_ON = dt.date(2025, 2, 1)


def followed(root: Path, *, is_rotated: bool) -> CohortResult:
    """40 accompanied and 40 others, entered in February 2024; half of the first find a job in June 2024."""
    rows = [{**row, "_period": quarter(row)} for row in people(40, "cite", jobs=20) + people(40, "commun", jobs=0)]
    early = [row for row in rows if row["_period"] < "2025"]
    late = [row for row in rows if row["_period"] >= "2025"]
    if is_rotated:
        late = [{**row, "personne": f"autre {row['personne']}"} for row in late]
    store = Store(workspace(root, protocol()).data)
    put(store, early, feed=PATHWAYS, delivery_id="d1", key="ancienne")
    day = ROTATED_ON if is_rotated else dt.date(2026, 1, 16)
    put(store, late, feed=PATHWAYS, delivery_id="d2", received_on=day, key="nouvelle" if is_rotated else "ancienne")
    (found,) = follow(workspace(root, protocol()), store, CONTRACT)
    return found


def test_a_rotation_is_told_and_nobody_counts_twice(tmp_path: Path) -> None:
    found = followed(tmp_path, is_rotated=True)
    assert "2025-T1" in found.warnings[0]
    assert "01/02/2025" in found.warnings[0]
    assert "31/12/2024" in found.warnings[0]
    assert found.flow[0].persons == 80, "with both names of each person it would be 140"
    assert found.lost is None, "no wave of twelve months is seen whole before the break"
    assert {rate.wave for rate in found.rates} == {"P6M"}
    durable = [rate for rate in found.rates if (rate.exit, rate.group) == ("durable", "accompagnés")]
    assert [rate.rate for rate in durable] == [0.5]


def test_without_a_rotation_nothing_is_told(tmp_path: Path) -> None:
    found = followed(tmp_path, is_rotated=False)
    assert not any("clé" in sentence for sentence in found.warnings)
    assert {rate.wave for rate in found.rates} == {"P6M", "P12M"}
    assert found.flow[0].persons == 80


@pytest.mark.parametrize(
    ("period", "is_crossed"),
    [("2023-T4", False), ("2024-T1", False), ("2024-T2", True), ("2025-T4", True), ("2026-T1", False)],
)
def test_only_a_break_inside_the_cohort_counts(period: str, is_crossed: bool) -> None:
    """Entries from 1 January to 31 December 2024, followed for twelve months: until 31 December 2025."""
    found = crossed_break([KeyBreak(period, ROTATED_ON)], protocol())
    assert (found is not None) is is_crossed
