"""Cells drawn once: zones of uneven sizes, shocks that last, a known effect."""

from __future__ import annotations

import numpy as np
import polars as pl

from evalkit.compare.did_panel import Panel

PERIODS = 6


def zone_names(count: int) -> tuple[str, ...]:
    return tuple(f"zone-{rank:03d}" for rank in range(count))


def cells(
    zones: int = 40, treated: int = 2, periods: int = 6, *, effect: float = 0.0, drift: float = 0.0, seed: int = 3
) -> pl.DataFrame:
    """The first ``treated`` zones are treated from the last two periods on; outcomes are counts."""
    generator = np.random.default_rng(seed)
    size = generator.integers(60, 900, zones)
    shock = generator.normal(0.0, 0.02, (zones, periods))
    rows = []
    for zone, name in enumerate(zone_names(zones)):
        for period in range(periods):
            n = int(size[zone] * generator.uniform(0.9, 1.1))
            rate = 0.3 + 0.01 * period + shock[zone, period]
            if zone < treated:
                rate += drift * period + effect * (period >= periods - 2)
            rows.append((name, f"{2019 + period}", n, int(generator.binomial(n, min(max(rate, 0.0), 1.0)))))
    table = pl.DataFrame(
        rows, schema={"zone": pl.String, "period": pl.String, "n": pl.Int64, "sum_y": pl.Int64}, orient="row"
    )
    return table.with_columns(sum_y2=pl.col("sum_y"))


def random_panel(generator: np.random.Generator, zones: int, treated: int, effect: float = 0.0) -> Panel:
    """Zones whose shocks last (autoregressive, 0.5), of log-normal sizes, the treated ones at random."""
    size = np.round(np.exp(generator.normal(5.5, 0.8, zones))) + 30
    n = np.repeat(size[:, None], PERIODS, axis=1)
    shock = np.zeros((zones, PERIODS))
    shock[:, 0] = generator.normal(0.0, 0.02, zones)
    for period in range(1, PERIODS):
        shock[:, period] = 0.5 * shock[:, period - 1] + generator.normal(0.0, 0.02 * np.sqrt(0.75), zones)
    chosen = np.zeros(zones, dtype=bool)
    chosen[generator.choice(zones, treated, replace=False)] = True
    post = np.arange(PERIODS) >= PERIODS - 2
    rate = 0.3 + shock + effect * np.outer(chosen, post)
    sums = n * rate + np.sqrt(n * 0.21) * generator.normal(size=n.shape)
    return Panel(
        zones=tuple(f"{zone:03d}" for zone in range(zones)),
        periods=tuple(range(PERIODS)),
        n=n,
        sum_y=sums,
        sum_y2=None,
        treated=chosen,
        post=post,
        weights="resident",
    )
