"""Intervals against the tables of the papers that compare them."""

from __future__ import annotations

import pytest

from evalkit.errors import ComputationError
from evalkit.stats.intervals import clopper_pearson_interval, poisson_interval, wilson_interval


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, methods 3 and 5.
@pytest.mark.parametrize(
    ("successes", "n", "wilson", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_proportions_of_newcombe(successes, n, wilson, exact):
    for interval, truth in (
        (wilson_interval(successes, n), wilson),
        (clopper_pearson_interval(successes, n), exact),
    ):
        assert (interval.low, interval.high) == pytest.approx(truth, abs=5.1e-5)


def test_both_intervals_mirror_when_the_outcome_is_reversed():
    for interval in (wilson_interval, clopper_pearson_interval):
        few, many = interval(3, 17), interval(14, 17)
        assert (few.low, few.high) == pytest.approx((1 - many.high, 1 - many.low), abs=1e-12)
        assert interval(17, 17).high == 1.0
        assert interval(0, 17).low == 0.0


# Garwood 1936; the usual table of exact Poisson limits: 0 -> 3.689, 1 -> 0.0253 to 5.572, 10 -> 4.795 to 18.390.
@pytest.mark.parametrize(("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_counts_of_garwood(events, low, high):
    found = poisson_interval(events)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5.1e-4)
    per_thousand = poisson_interval(events, exposure=0.5)
    assert per_thousand.high == pytest.approx(2 * found.high)


@pytest.mark.parametrize(
    "wrong", [lambda: wilson_interval(3, 0), lambda: clopper_pearson_interval(4, 3), lambda: poisson_interval(-1)]
)
def test_what_is_not_a_proportion_or_a_count_is_refused(wrong):
    with pytest.raises(ComputationError, match="EVK-M306"):
        wrong()
