"""The test follows from the numbers and sizes of the zones."""

from __future__ import annotations

import pytest

from evalkit.compare.choose import choose_test, effective_number
from evalkit.compare.result import DidRefusal, TestChoice


@pytest.mark.parametrize(
    ("treated", "controls", "name"),
    [
        (2, 5, "zone_noise"),
        (4, 8, "zone_noise"),
        (2, 60, "zone_noise"),
        (5, 15, "wild_bootstrap"),
        (20, 10, "wild_bootstrap"),
        (20, 5, "zone_noise"),
        (8, 4, "zone_noise"),
    ],
)
def test_choice_by_numbers(treated, controls, name):
    found = choose_test([100.0] * treated, [100.0] * controls)
    assert isinstance(found, TestChoice)
    assert found.name == name
    assert found.warnings_fr == ()
    assert str(treated) in found.reason_fr


def test_a_few_dominant_zones_are_few_zones():
    found = choose_test([5000.0, 100.0, 100.0, 100.0, 100.0, 100.0], [400.0] * 30)
    assert isinstance(found, TestChoice)
    assert found.name == "zone_noise"
    assert len(choose_test([80.0, 90.0], [100.0] * 9).warnings_fr) == 1


# Six zones: 15 pairs, 1/15 = 6.7 %. Three and three: 20 choices, but a choice and its complement tie: 10 %.
@pytest.mark.parametrize(
    ("treated", "controls", "code", "said"),
    [
        (3, 1, "EVK-C102", "seul territoire"),
        (1, 40, "EVK-C103", "seule zone"),
        (2, 4, "EVK-C104", "6,7"),
        (3, 3, "EVK-C105", "3 zones"),
        (8, 2, "EVK-C105", "2 zones"),
    ],
)
def test_refusals(treated, controls, code, said):
    found = choose_test([100.0] * treated, [100.0] * controls)
    assert isinstance(found, DidRefusal)
    assert found.code == code
    assert said in found.reason_fr
    assert found.repair_fr
    assert (found.n_treated, found.n_controls) == (treated, controls)


@pytest.mark.parametrize(("gap", "name", "word"), [(-2.0, "zone_noise_level", "plus bas"), (1.4, "wild_bootstrap", "")])
def test_zones_that_stood_apart_are_compared_at_equal_level(gap, name, word):
    found = choose_test([100.0] * 6, [100.0] * 20, gap)
    assert isinstance(found, TestChoice)
    assert found.name == name
    assert word in found.reason_fr


def test_the_repair_asks_for_enough_zones():
    found = choose_test([100.0] * 2, [100.0] * 4)
    assert isinstance(found, DidRefusal)
    assert "au moins 5 zones" in found.repair_fr
    assert isinstance(choose_test([100.0] * 2, [100.0] * 5), TestChoice)


def test_effective_number_by_hand():
    assert effective_number([10.0] * 7) == pytest.approx(7.0)
    assert effective_number([3.0, 1.0]) == pytest.approx(16 / 10)
