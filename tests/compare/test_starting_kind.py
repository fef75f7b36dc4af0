"""Zones that stand apart keep their level only where levels last: elsewhere it is a chance with heavy tails."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.compare.did import choose_for
from evalkit.compare.did_panel import DidDesign, read_panel
from evalkit.stats.two_way import fit_two_way

ZONES, PERIODS = 42, 6


def chosen(*, lasting: bool) -> str:
    """Two zones eight deviations under forty others, for good or for the periods before the entry alone."""
    draw = np.random.default_rng(4)
    level = draw.normal(0, 1 if lasting else 0, ZONES)
    noise = draw.normal(0, 0.2 if lasting else 1, (ZONES, PERIODS))
    # One shock of the past alone: nothing of it is left after the entry.
    noise[:, :4] += 0 if lasting else draw.normal(0, 1, ZONES)[:, None]
    drop = np.zeros((ZONES, PERIODS))
    drop[:2, : PERIODS if lasting else 4] = -8
    mean = 50 + level[:, None] + noise + drop
    rows = [(f"z{z:02d}", t, 100.0, 100.0 * mean[z, t]) for z in range(ZONES) for t in range(PERIODS)]
    cells = pl.DataFrame(rows, schema=["zone", "period", "n", "sum_y"], orient="row")
    panel = read_panel(cells, DidDesign(("z00", "z01"), 4))
    return choose_for(panel, fit_two_way(panel.grid(), panel.treatment()))[1].name


@pytest.mark.parametrize(("lasting", "test"), [(True, "zone_noise"), (False, "zone_noise_level")])
def test_a_distant_start_is_a_kind_of_its_own_only_where_levels_last(lasting, test):
    assert chosen(lasting=lasting) == test
