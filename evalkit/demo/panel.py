"""The zone by quarter panel of the list of job seekers, without any file in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from evalkit.demo.job_seekers import JobSeekers
from evalkit.demo.labour_market import SITUATIONS
from evalkit.demo.places import Place
from evalkit.demo.timeline import FIRST_QUARTER_AFTER, N_MONTHS, quarters


def exit_panel(places: Sequence[Place], job_seekers: JobSeekers) -> pl.DataFrame:
    """Return durable exits and person-months of each zone and quarter.

    Returns:
        Columns ``zone``, ``period``, ``treated``, ``exits``, ``person_months`` and ``accompanied_months``, sorted by
        zone then period.
    """
    n_quarters = N_MONTHS // 3
    zone = job_seekers.persons.zone[job_seekers.person]
    cell = zone * n_quarters + job_seekers.month // 3
    n_cells = len(places) * n_quarters
    durable = job_seekers.situation == SITUATIONS.index("emploi_durable")
    accompanied = job_seekers.persons.accompanied[job_seekers.person]
    return pl.DataFrame(
        {
            "zone": np.repeat([place.id for place in places], n_quarters),
            "period": list(quarters()) * len(places),
            "treated": np.repeat([place.treated for place in places], n_quarters),
            "exits": np.bincount(cell[durable], minlength=n_cells),
            "person_months": np.bincount(cell, minlength=n_cells),
            "accompanied_months": np.bincount(cell[accompanied], minlength=n_cells),
        }
    ).sort("zone", "period")


def rates_per_zone(panel: pl.DataFrame) -> pl.DataFrame:
    """Return the durable exit rate of each zone before the programme and wholly after it, in points a month.

    The quarter in which the programme began belongs to neither side.
    """
    began = pl.col("period") == "2024-T3"
    side = pl.when(pl.col("period") >= FIRST_QUARTER_AFTER).then(pl.lit("after")).otherwise(pl.lit("before"))
    sums = panel.filter(~began).group_by("zone", side.alias("side")).agg(pl.sum("exits", "person_months"))
    rate = (100 * pl.col("exits") / pl.col("person_months")).round(4)
    return sums.select("zone", "side", rate.alias("rate")).pivot("side", index="zone", values="rate").sort("zone")
