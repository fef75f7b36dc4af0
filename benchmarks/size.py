"""How often the default test of a comparison rejects when nothing happened, and how often it finds five points.

Panels of six periods, four before the entry: lasting levels of zones, shocks that last (autoregressive, 0.5, standard
deviation 0.02), log-normal sizes, sampling noise of a rate of 30 %. Treated zones are drawn at random, among the
small, or are the lowest before the entry, when levels last (deviation 0.05), and when nothing lasts, so that the
lowest are those that go up by themselves. Refusals are counted apart. The table is Markdown.

    python benchmarks/size.py --panels 4000
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from evalkit.compare.battery import zone_noise_of
from evalkit.compare.did import choose_for
from evalkit.compare.did_panel import Panel
from evalkit.compare.result import TestChoice, TestName
from evalkit.stats.cluster import cr1
from evalkit.stats.laws import normal_p
from evalkit.stats.two_way import TwoWayFit, fit_two_way
from evalkit.stats.wild import wild_bootstrap

PERIODS, BEFORE = 6, 4
GRID = ((60, 2), (60, 5), (60, 10), (20, 2), (20, 5), (12, 4), (10, 2), (7, 2))
DRAWS = 399
SEED = 20_240_630
Selection = Literal["random", "small", "low", "low, nothing lasts"]
SELECTIONS: tuple[Selection, ...] = ("random", "small", "low", "low, nothing lasts")


@dataclass(frozen=True, slots=True)
class World:
    """How panels are drawn."""

    zones: int
    treated: int
    selection: Selection = "random"
    weights: Literal["resident", "zone"] = "resident"
    effect: float = 0.0


@dataclass(slots=True)
class Tally:
    """What the default test said, and what the usual clustered error would have said."""

    panels: int = 0
    rejections: int = 0
    naive: int = 0
    refusals: int = 0
    tests: Counter[str] = field(default_factory=Counter)

    def share(self, count: int) -> float:
        return 100 * count / max(self.panels - self.refusals, 1)


def draw_panel(generator: np.random.Generator, world: World) -> Panel:
    zones = world.zones
    size = np.round(np.exp(generator.normal(5.5, 0.8, zones))) + 30
    shock = np.empty((zones, PERIODS))
    shock[:, 0] = generator.normal(0.0, 0.02, zones)
    for period in range(1, PERIODS):
        shock[:, period] = 0.5 * shock[:, period - 1] + generator.normal(0.0, 0.02 * np.sqrt(0.75), zones)
    level = generator.normal(0.0, 0.05, zones) * (world.selection != "low, nothing lasts")
    noise = generator.normal(size=(zones, PERIODS)) * np.sqrt(0.21 / size)[:, None]
    rate = 0.3 + level[:, None] + shock + noise
    treated = choose_zones(generator, world, size, rate[:, :BEFORE].mean(axis=1))
    post = np.arange(PERIODS) >= BEFORE
    n = np.repeat(size[:, None], PERIODS, axis=1)
    return Panel(
        zones=tuple(f"{zone:03d}" for zone in range(zones)),
        periods=tuple(range(PERIODS)),
        n=n,
        sum_y=n * (rate + world.effect * np.outer(treated, post)),
        sum_y2=None,
        treated=treated,
        post=post,
        weights=world.weights,
    )


def choose_zones(generator: np.random.Generator, world: World, size: np.ndarray, before: np.ndarray) -> np.ndarray:
    if world.selection.startswith("low"):
        order = np.argsort(before)
    elif world.selection == "small":
        small = np.flatnonzero(size <= np.median(size))
        order = generator.permutation(small)
    else:
        order = generator.permutation(world.zones)
    return np.isin(np.arange(world.zones), order[: world.treated])


def tally(world: World, panels: int) -> Tally:
    """Return what the default test says on as many panels; the seed follows from the world."""
    place = SELECTIONS.index(world.selection)
    generator = np.random.default_rng([world.zones, world.treated, place, world.weights == "zone"])
    found = Tally()
    for _ in range(panels):
        panel = draw_panel(generator, world)
        fit = fit_two_way(panel.grid(), panel.treatment())
        _, choice = choose_for(panel, fit)
        found.panels += 1
        if not isinstance(choice, TestChoice):
            found.refusals += 1
            continue
        found.tests[choice.name] += 1
        found.rejections += p_value(panel, fit, choice.name) <= 0.05
        found.naive += normal_p(fit.coefficient / cr1(fit).se) <= 0.05
    return found


def p_value(panel: Panel, fit: TwoWayFit, name: TestName) -> float:
    """Return the p-value alone: an interval costs a hundred more."""
    if name == "wild_bootstrap":
        return wild_bootstrap(fit, DRAWS, SEED).p_value(0.0)
    return zone_noise_of(panel, fit, adjusted=name == "zone_noise_level").p_value()


def lines(chosen: argparse.Namespace) -> Iterator[str]:
    """Return the lines of the table as they are known: size, the usual error's size, power."""
    yield "| weights | treated zones | " + " | ".join(f"{zones}, {treated}" for zones, treated in GRID) + " |"
    yield "|" + "---|" * (2 + len(GRID))
    for weights in chosen.weights:
        for selection in chosen.selections:
            null = [tally(World(*size, selection, weights), chosen.panels) for size in GRID]
            yield _line(weights, selection, [each.share(each.rejections) for each in null])
            yield _line(weights, f"({selection}, usual error)", [each.share(each.naive) for each in null])
            if chosen.power:
                found = [tally(World(*size, selection, weights, effect=0.05), chosen.power) for size in GRID]
                yield _line(weights, f"{selection}, +5 points", [each.share(each.rejections) for each in found])


def _line(weights: str, name: str, values: list[float]) -> str:
    return f"| {weights} | {name} | " + " | ".join(f"{value:.1f}" for value in values) + " |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--panels", type=int, default=4000)
    arguments.add_argument("--power", type=int, default=1000, help="panels for the power")
    arguments.add_argument("--weights", nargs="+", default=["resident", "zone"])
    arguments.add_argument("--selections", nargs="+", default=list(SELECTIONS))
    chosen = arguments.parse_args()
    print(f"{chosen.panels} panels per size, {chosen.power} per power.\n")
    for line in lines(chosen):
        print(line, flush=True)


if __name__ == "__main__":
    main()
