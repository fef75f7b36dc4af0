"""Under no effect, the default test rejects about 5 times in 100, whoever was chosen and whatever their size.

The worlds are those of ``benchmarks/size.py``, whose table stands in ``docs/comparaisons.md``. A test passes when its
rejections stay below the upper 99.9 % binomial bound of a true size of 8 %, and above the lower one of 3 %.
"""

from __future__ import annotations

import pytest
from scipy.stats import binom

from benchmarks.size import Tally, World, tally

DRAWS = 1000
LOW, HIGH = binom.ppf(0.001, DRAWS, 0.03), binom.ppf(0.999, DRAWS, 0.08)


@pytest.mark.slow
@pytest.mark.parametrize(
    "world",
    [
        World(60, 2),
        World(20, 2, "small"),
        World(20, 5, "low", "zone"),
        World(12, 4, "low, nothing lasts"),
        World(7, 2, "small", "zone"),
    ],
    ids=str,
)
def test_size_of_the_default_test(world):
    found = Tally()
    tally(world, DRAWS, found, 0)
    assert found.refusals == 0
    assert LOW <= found.rejections <= HIGH
    # The usual error, on the same panels, would have been wrong beyond doubt.
    assert found.naive > found.rejections
    assert found.naive > binom.ppf(0.999, DRAWS, 0.08)


@pytest.mark.slow
def test_power_with_two_treated_zones():
    """The test is not merely silent: an effect of ten points among sixty zones is found at least 8 times in 10."""
    found = Tally()
    tally(World(60, 2, effect=0.10), 300, found, 0)
    assert found.rejections >= binom.ppf(0.999, 300, 0.8)
