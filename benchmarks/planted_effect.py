"""Plant effects of known size in the demonstration and see whether the comparison finds them.

For each seed the list of job seekers is simulated person by person, collapsed to zone and quarter, and given to
``evalkit.compare`` as the engine would give it; no file is written. The placebo is the share of transfers among
allocations, in which nothing is planted. The table is Markdown.

    python benchmarks/planted_effect.py --seeds 200
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl

from evalkit.compare.did import estimate_did
from evalkit.compare.did_panel import DidDesign
from evalkit.compare.result import DidResult, InferenceOptions
from evalkit.demo.allocations import allocation_drafts
from evalkit.demo.declarations import lay_workspace, read_declarations
from evalkit.demo.job_seekers import simulate_job_seekers
from evalkit.demo.labour_market import MINIMUM_DETECTABLE_POINTS, plan_effect
from evalkit.demo.panel import exit_panel
from evalkit.demo.places import Place, simulated_places
from evalkit.demo.timeline import FIRST_QUARTER_AFTER

TRANSITION = "2024-T3"
Z = 1.959963984540054
Z_80 = 0.8416212335729143


@dataclass(frozen=True, slots=True)
class Trial:
    """One seed: what was planted on average after the beginning, and what was found, in points."""

    planted: float
    effect: float
    low: float
    high: float
    p: float
    mde: float

    @property
    def covers(self) -> bool:
        return self.low <= self.planted <= self.high


def demonstration_places() -> tuple[Place, ...]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "demonstration"
        lay_workspace(target)
        return simulated_places(read_declarations(target).zones)


def estimate(cells: pl.DataFrame, treated: Sequence[str], draws: int) -> DidResult:
    # The demonstration declares that its zones were chosen by decree on income, not on what is measured.
    design = DidDesign(tuple(sorted(treated)), FIRST_QUARTER_AFTER, chosen_on="elsewhere")
    result = estimate_did(cells.filter(pl.col("period") != TRANSITION), design, options=InferenceOptions(draws=draws))
    if not isinstance(result, DidResult):
        raise TypeError(result.reason_fr)
    return result


def trial(places: Sequence[Place], points: float, seed: int, draws: int) -> Trial:
    plant = plan_effect(points)
    panel = exit_panel(places, simulate_job_seekers(places, plant, seed))
    after = panel.filter(pl.col("treated"), pl.col("period") >= FIRST_QUARTER_AFTER)
    planted = plant.person_points * after["accompanied_months"].sum() / after["person_months"].sum()
    cells = panel.select("zone", "period", pl.col("person_months").alias("n"), pl.col("exits").alias("sum_y"))
    found = estimate(cells, [place.id for place in places if place.treated], draws)
    return in_points(found, planted)


def placebo(places: Sequence[Place], seed: int, draws: int) -> Trial:
    rows = pl.concat([draft.table for draft in allocation_drafts(places, seed)])
    signed = rows.unique("attribution", keep="first").filter(pl.col("date_bail").is_not_null())
    known = signed.filter(pl.col("zone").is_in([place.id for place in places]))
    cells = known.group_by("zone", pl.col("trimestre").alias("period")).agg(
        pl.len().alias("n"), pl.col("mutation").cast(pl.Int64).sum().alias("sum_y")
    )
    return in_points(estimate(cells, [place.id for place in places if place.treated], draws), 0.0)


def in_points(found: DidResult, planted: float) -> Trial:
    mde = found.mde.value if found.mde else float("nan")
    return Trial(planted, 100 * found.effect, 100 * found.low, 100 * found.high, found.p, 100 * mde)


def share(count: int, total: int) -> str:
    """Return a share with its 95 % Wilson interval."""
    rate = count / total
    middle = (rate + Z**2 / (2 * total)) / (1 + Z**2 / total)
    half = Z / (1 + Z**2 / total) * sqrt(rate * (1 - rate) / total + Z**2 / (4 * total**2))
    return f"{100 * rate:.1f} % [{100 * (middle - half):.1f} ; {100 * (middle + half):.1f}]"


def table(trials: dict[str, list[Trial]]) -> Iterator[str]:
    yield "| plant | planted (points) | mean estimate | sd | coverage at 95 % | rejections at 5 % | mean width |"
    yield "|---|---|---|---|---|---|---|"
    for name, found in trials.items():
        effects = np.array([each.effect for each in found])
        planted = np.mean([each.planted for each in found])
        width = np.mean([each.high - each.low for each in found])
        covered = share(sum(each.covers for each in found), len(found))
        rejected = share(sum(each.p < 0.05 for each in found), len(found))
        yield (
            f"| {name} | {planted:.3f} | {effects.mean():.3f} | {effects.std(ddof=1):.3f} "
            f"| {covered} | {rejected} | {width:.3f} |"
        )


def slope(trials: Sequence[Trial]) -> str:
    """Return the slope of the estimate on what was planted, with its standard error."""
    x = np.array([each.planted for each in trials])
    y = np.array([each.effect for each in trials])
    centred = x - x.mean()
    value = float(centred @ y / (centred @ centred))
    residual = y - y.mean() - value * centred
    error = sqrt(float(residual @ residual) / (len(x) - 2) / float(centred @ centred))
    return f"{value:.3f} (standard error {error:.3f})"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=200)
    arguments.add_argument("--factor", type=float, nargs="+", default=[0.0, 1.0, 2.0], help="plants, in times the MDE")
    arguments.add_argument("--draws", type=int, default=999)
    chosen = arguments.parse_args()
    places = demonstration_places()
    seeds = range(1, chosen.seeds + 1)
    trials = {
        f"{factor:g} x MDE": [trial(places, factor * MINIMUM_DETECTABLE_POINTS, seed, chosen.draws) for seed in seeds]
        for factor in chosen.factor
    }
    planted = [each for found in trials.values() for each in found]
    trials["placebo (transfers)"] = [placebo(places, seed, chosen.draws) for seed in seeds]
    print(f"{len(places)} zones, {sum(place.treated for place in places)} treated, {chosen.seeds} seeds\n")
    print("\n".join(table(trials)))
    print(f"\nSlope of the estimate on the plant: {slope(planted)}.")
    print(power_of(next(iter(trials.values()))))


def power_of(trials: Sequence[Trial]) -> str:
    """Say what the design can see, from the trials of one plant and from what it announces itself."""
    half_width = float(np.mean([each.high - each.low for each in trials])) / 2
    spread = float(np.std([each.effect for each in trials], ddof=1))
    announced = float(np.nanmean([each.mde for each in trials]))
    return (
        f"Detected 8 times out of 10: {half_width + Z_80 * spread:.3f} points "
        f"(half width {half_width:.3f} + {Z_80:.2f} x {spread:.3f}); announced by the design: {announced:.3f}."
    )


if __name__ == "__main__":
    main()
