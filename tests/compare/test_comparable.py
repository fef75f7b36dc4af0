"""Groups of comparable zones: permutations stay inside them, and say how far they can go."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalkit.compare.estimate import Refusal
from evalkit.stats.randomisation import (
    all_assignments,
    grouped_assignments,
    number_of_choices,
    permute_treated,
    smallest_grouped_p,
)
from evalkit.workspace.check_comparison import comparison_problems
from tests.compare.world import CONTROLS, comparison, counts, declared, feed, result, territory
from tests.stats.grids import uneven_case

HALVES = [
    {"id": "centre", "zones": ["aubepins", *CONTROLS[:6]]},
    {"id": "bords", "zones": ["pres", *CONTROLS[6:]]},
]


def test_choices_inside_groups_are_every_one_of_them():
    """One of three, and one of two; the sixth zone is never exchanged: six choices, written by hand."""
    observed = np.array([1, 0, 0, 1, 0, 0], dtype=bool)
    groups = np.array([0, 0, 0, 1, 1, -1])
    found = {tuple(np.flatnonzero(each)) for each in grouped_assignments(observed, groups, 100, 1)}
    assert found == {(a, b) for a in (0, 1, 2) for b in (3, 4)}
    assert number_of_choices(observed, groups) == 6
    assert smallest_grouped_p(observed, groups) == pytest.approx(1 / 6)


def test_drawn_choices_stay_inside_the_groups():
    observed = np.zeros(60, dtype=bool)
    observed[[0, 1, 30, 31]] = True
    groups = np.repeat([0, 1], 30)
    drawn = grouped_assignments(observed, groups, 500, 7)
    assert len(drawn) == 501
    assert (drawn[0] == observed).all()
    assert (drawn[:, :30].sum(axis=1) == 2).all()
    assert (drawn[:, 30:].sum(axis=1) == 2).all()
    assert len(np.unique(drawn, axis=0)) > 490


def test_one_group_of_all_is_the_plain_permutation():
    case = uneven_case()
    fit = case.fit()
    whole = permute_treated(fit, case.post, all_assignments(10, 2), case.treated).p_value(0.0)
    inside = grouped_assignments(case.treated, np.zeros(10, dtype=np.int64), 9_999, 1)
    assert permute_treated(fit, case.post, inside, case.treated).p_value(0.0) == whole


def test_the_p_value_is_the_share_of_exchanges_by_hand(tmp_path):
    """Seven by seven choices; the planted effect is the most extreme of the 49."""
    found = result(tmp_path, counts(effect=12), comparison(comparable=HALVES, test="permutation"))
    assert found.smallest_p == pytest.approx(1 / 49)
    assert found.p == pytest.approx(1 / 49)
    (said,) = [each for each in found.warnings if "zones comparables" in each]
    assert "2 groupes" in said
    assert "0,020" in said


def test_zones_in_no_group_are_compared_and_never_exchanged(tmp_path):
    groups = [{"id": "tous", "zones": ["aubepins", "pres", *CONTROLS[:8]]}]
    found = result(tmp_path, counts(effect=12), comparison(comparable=groups))
    assert found.n_controls == 12
    assert found.smallest_p == pytest.approx(1 / math.comb(10, 2))
    assert any("4 zones hors des groupes" in each for each in found.warnings)


def test_groups_too_small_for_a_named_permutation_are_a_refusal(tmp_path):
    groups = [{"id": "un", "zones": ["aubepins", *CONTROLS[:3]]}, {"id": "deux", "zones": ["pres", *CONTROLS[3:6]]}]
    found = result(tmp_path, counts(effect=12), comparison(comparable=groups, test="permutation"))
    assert isinstance(found, Refusal)
    assert found.code == "EVK-C104"
    assert "6,2" in found.reason, "one in sixteen"
    default = result(tmp_path / "default", counts(effect=12), comparison(comparable=groups))
    assert default.p < 0.05, "the default test exchanges nothing"


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ([{"id": "un", "zones": ["aubepins", "pres", "temoin-00"]}], None),
        ([{"id": "un", "zones": ["aubepins", "temoin-00"]}], "EVK-D065"),
        ([*HALVES, {"id": "trois", "zones": ["temoin-00", "pres"]}], "EVK-D065"),
        ([*HALVES, {"id": "trois", "zones": ["temoin-00", "ailleurs"]}], "EVK-D065"),
    ],
)
def test_groups_are_of_zones_compared_each_once_with_a_treated_one(groups, code):
    located = declared(comparison(comparable=groups))
    found = {each.code for each in comparison_problems(located, {"attributions": feed()}, territory())}
    assert code in found if code else not found
