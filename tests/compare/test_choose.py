"""The test follows from the numbers and sizes of the zones."""

from __future__ import annotations

import pytest

from evalkit.compare.choose import choose_test, effective_number
from evalkit.compare.result import DidRefusal, TestChoice


@pytest.mark.parametrize(
    ("treated", "controls", "name"),
    [
        (2, 5, "ferman_pinto"),
        (4, 8, "ferman_pinto"),
        (2, 60, "ferman_pinto"),
        (5, 15, "wild_bootstrap"),
        (20, 5, "wild_bootstrap"),
        (5, 2, "permutation"),
        (8, 4, "permutation"),
    ],
)
def test_choice_by_numbers(treated, controls, name):
    found = choose_test([100.0] * treated, [100.0] * controls)
    assert isinstance(found, TestChoice)
    assert found.name == name
    assert found.warnings_fr == ()
    assert str(treated if name != "permutation" else controls) in found.reason_fr


def test_a_few_dominant_zones_are_few_zones():
    found = choose_test([5000.0, 100.0, 100.0, 100.0, 100.0, 100.0], [400.0] * 30)
    assert isinstance(found, TestChoice)
    assert found.name == "ferman_pinto"
    assert len(choose_test([80.0, 90.0], [100.0] * 9).warnings_fr) == 1


# Six zones: 15 pairs, 1/15 = 6.7 %. Three and three: 20 choices, but a choice and its complement tie: 10 %.
@pytest.mark.parametrize(
    ("treated", "controls", "code", "said"),
    [
        (3, 1, "EVK-C102", "seul territoire"),
        (1, 40, "EVK-C103", "seule zone"),
        (2, 4, "EVK-C104", "6,7"),
        (3, 3, "EVK-C104", "10,0"),
        (2, 2, "EVK-C104", "33,3"),
    ],
)
def test_refusals(treated, controls, code, said):
    found = choose_test([100.0] * treated, [100.0] * controls)
    assert isinstance(found, DidRefusal)
    assert found.code == code
    assert said in found.reason_fr
    assert found.repair_fr
    assert (found.n_treated, found.n_controls) == (treated, controls)


def test_the_repair_asks_for_enough_zones():
    found = choose_test([100.0] * 2, [100.0] * 4)
    assert isinstance(found, DidRefusal)
    assert "au moins 5 zones" in found.repair_fr
    assert isinstance(choose_test([100.0] * 2, [100.0] * 5), TestChoice)


def test_effective_number_by_hand():
    assert effective_number([10.0] * 7) == pytest.approx(7.0)
    assert effective_number([3.0, 1.0]) == pytest.approx(16 / 10)
