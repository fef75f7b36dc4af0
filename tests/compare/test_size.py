"""Under no effect, the default test rejects about 5 times in 100: 1,000 panels per design.

The panels are those of the facts that guided the choice: shocks of zones that last (autoregressive, 0.5), log-normal
sizes, weights of residents, treated zones at random. A test passes when its rejections stay below the upper
99.9 % binomial bound of a true size of 8 %.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evalkit.compare.choose import choose_test
from evalkit.compare.did import run_test
from evalkit.compare.result import InferenceOptions, TestChoice
from evalkit.stats.two_way import fit_two_way

from .made_cells import random_panel

DRAWS = 1000
QUICK = InferenceOptions(draws=399)


def rejections(zones: int, treated: int, effect: float = 0.0) -> tuple[int, int]:
    """Return how many times the default test rejects, and how many times the usual clustered error does."""
    generator = np.random.default_rng([zones, treated])
    default = naive = 0
    for _ in range(DRAWS):
        panel = random_panel(generator, zones, treated, effect)
        fit = fit_two_way(panel.grid(), panel.treatment())
        size = panel.n.sum(axis=1)
        choice = choose_test(size[panel.treated].tolist(), size[~panel.treated].tolist())
        assert isinstance(choice, TestChoice)
        default += run_test(panel, fit, choice.name, QUICK).p <= 0.05
        naive += run_test(panel, fit, "cr1_normal", QUICK).p <= 0.05
    return default, naive


@pytest.mark.slow
@pytest.mark.parametrize(("zones", "treated"), [(20, 2), (60, 2), (12, 4), (20, 6)])
def test_size_of_the_default_test(zones, treated):
    default, naive = rejections(zones, treated)
    assert binom.ppf(0.001, DRAWS, 0.01) <= default <= binom.ppf(0.999, DRAWS, 0.08)
    # The usual error, on the same panels, would have been wrong beyond doubt.
    assert naive > binom.ppf(0.999, DRAWS, 0.08)


@pytest.mark.slow
def test_power_with_two_treated_zones():
    """The test is not merely silent: an effect of ten points among sixty zones is found at least half of the time."""
    default, _ = rejections(60, 2, effect=0.10)
    assert default >= binom.ppf(0.999, DRAWS, 0.5)
