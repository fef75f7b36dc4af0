"""Adjusted p-values, worked by hand."""

from __future__ import annotations

import pytest

from evalkit.stats.multiplicity import benjamini_hochberg, holm


def test_holm_by_hand():
    # Sorted 0.01, 0.03, 0.04: 3 x 0.01 = 0.03, 2 x 0.03 = 0.06, then 1 x 0.04 raised to 0.06.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


def test_benjamini_hochberg_by_hand():
    # Sorted 0.01, 0.03, 0.04: 3/1 x 0.01 = 0.03, 3/2 x 0.03 = 0.045 lowered to 3/3 x 0.04 = 0.04.
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.04, 0.04))


def test_nothing_to_adjust():
    assert holm([]) == ()
    assert benjamini_hochberg([0.2]) == (0.2,)
