"""Before and after for the same persons."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.paired import mcnemar, paired_change
from tests.truths.files import expected


def pairs(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Persons of a two by two table: rows before (yes, no), columns after (yes, no)."""
    cells = [(first, second, table[1 - first][1 - second]) for first in (1, 0) for second in (1, 0)]
    before = np.concatenate([np.full(count, bool(first)) for first, _, count in cells])
    after = np.concatenate([np.full(count, bool(second)) for _, second, count in cells])
    return before, after


def test_mcnemar_of_the_performance_ratings():
    # Agresti 1990, approval of the Prime Minister at two surveys; R mcnemar.test.
    truth = expected("survival.json")["mcnemar_agresti"]
    found = mcnemar(*pairs(truth["table"]))
    assert (found.lost, found.gained, found.is_exact) == (150, 86, False)
    assert found.statistic == pytest.approx(truth["chisq_cc"], rel=1e-12)
    assert found.change == pytest.approx(-64 / 1600)


def test_mcnemar_is_exact_with_few_changes():
    found = mcnemar(*pairs([[10, 1], [8, 10]]))
    # Nine changes, one one way: 2 x (1 + 9) / 2^9.
    assert (found.is_exact, found.p) == (True, pytest.approx(20 / 512))
    assert math.isnan(found.statistic)
    assert mcnemar(*pairs([[5, 0], [0, 5]])).p == 1.0
    with pytest.raises(ComputationError, match="EVK-M416"):
        mcnemar(np.array([], dtype=bool), np.array([], dtype=bool))


def test_paired_difference_is_students():
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(1)
    before = rng.normal(0, 1, 40)
    after = before + rng.normal(0.3, 1, 40)
    found, truth = paired_change(before, after), ttest_rel(after, before)
    assert (found.p, found.df) == (pytest.approx(truth.pvalue, rel=1e-9), 39)
    assert [found.low, found.high] == pytest.approx(list(truth.confidence_interval(0.95)), rel=1e-9)


def test_clusters_that_share_their_change_are_not_many_persons():
    rng = np.random.default_rng(2)
    agency = np.repeat(np.arange(8), 25)
    rejected, naive = 0, 0
    for _ in range(1000):
        after = rng.normal(0, 1, 8)[agency] + rng.normal(0, 1, 200)
        rejected += paired_change(np.zeros(200), after, agency).p < 0.05
        naive += paired_change(np.zeros(200), after).p < 0.05
    # 1,000 draws at 5 %: 29 to 75 is the binomial 99.9 % interval. Persons taken as independent reject far too often.
    assert 29 <= rejected <= 75
    assert naive > 400
