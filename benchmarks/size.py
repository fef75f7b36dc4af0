"""How often the default test of a comparison rejects when nothing happened, and how often it finds five points.

Panels of six periods, four before the entry: lasting levels of zones, shocks that last (autoregressive, 0.5, standard
deviation 0.02), log-normal sizes, sampling noise of a rate of 30 %. Treated zones are drawn at random, among the
small, or are the lowest before the entry, when levels last (deviation 0.05), and when nothing lasts, so that the
lowest are those that go up by themselves. Refusals are counted apart. The table is Markdown.

The rule of the default test was written while looking at these worlds. ``--law foreign`` draws others, which it never
saw: Pareto sizes, shocks of a Student law with four degrees of freedom that last longer (0.8) and shrink with the size
of the zone by a power that the noise model does not hold, persons drawn one by one (binomial).

Draws are made in blocks, a block of each cell in turn, and counted in a file beside the table: interrupted, the table
holds as many draws in every cell, and the same command goes on from there.

    OPENBLAS_NUM_THREADS=1 python benchmarks/size.py --panels 4000 --to table.md
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
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
BLOCK = 125
DRAWS = 399
SEED = 20_240_630
Selection = Literal["random", "small", "low", "low, nothing lasts"]
Law = Literal["usual", "foreign"]
Weights = Literal["resident", "zone"]
SELECTIONS: tuple[Selection, ...] = ("random", "small", "low", "low, nothing lasts")


@dataclass(frozen=True, slots=True)
class World:
    """How panels are drawn."""

    zones: int
    treated: int
    selection: Selection = "random"
    weights: Weights = "resident"
    effect: float = 0.0
    law: Law = "usual"


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

    def counts(self) -> dict[str, int]:
        return {name: int(getattr(self, name)) for name in COUNTED}


def draw_panel(generator: np.random.Generator, world: World) -> Panel:
    size, rate = usual_rates(generator, world) if world.law == "usual" else foreign_rates(generator, world)
    treated = choose_zones(generator, world, size, rate[:, :BEFORE].mean(axis=1))
    post = np.arange(PERIODS) >= BEFORE
    n = np.repeat(size[:, None], PERIODS, axis=1)
    return Panel(
        zones=tuple(f"{zone:03d}" for zone in range(world.zones)),
        periods=tuple(range(PERIODS)),
        n=n,
        sum_y=n * (rate + world.effect * np.outer(treated, post)),
        sum_y2=None,
        treated=treated,
        post=post,
        weights=world.weights,
    )


def usual_rates(generator: np.random.Generator, world: World) -> tuple[np.ndarray, np.ndarray]:
    zones = world.zones
    size = np.round(np.exp(generator.normal(5.5, 0.8, zones))) + 30
    shock = np.empty((zones, PERIODS))
    shock[:, 0] = generator.normal(0.0, 0.02, zones)
    for period in range(1, PERIODS):
        shock[:, period] = 0.5 * shock[:, period - 1] + generator.normal(0.0, 0.02 * np.sqrt(0.75), zones)
    level = generator.normal(0.0, 0.05, zones) * (world.selection != "low, nothing lasts")
    noise = generator.normal(size=(zones, PERIODS)) * np.sqrt(0.21 / size)[:, None]
    return size, 0.3 + level[:, None] + shock + noise


def foreign_rates(generator: np.random.Generator, world: World) -> tuple[np.ndarray, np.ndarray]:
    """Draw heavy tails everywhere, and shocks whose deviation falls with the fourth root of the size of the zone."""
    zones = world.zones
    size = np.round(80.0 * (1.0 + np.minimum(generator.pareto(1.5, zones), 60.0)))
    scale = 0.03 * (size / 250.0) ** -0.25
    student = generator.standard_t(4, size=(zones, PERIODS)) / np.sqrt(2.0)
    shock = np.empty((zones, PERIODS))
    shock[:, 0] = student[:, 0]
    for period in range(1, PERIODS):
        shock[:, period] = 0.8 * shock[:, period - 1] + 0.6 * student[:, period]
    level = generator.standard_t(4, zones) * 0.04 * (world.selection != "low, nothing lasts")
    chance = np.clip(0.3 + level[:, None] + scale[:, None] * shock, 0.02, 0.98)
    return size, generator.binomial(size.astype(int)[:, None], chance) / size[:, None]


def choose_zones(generator: np.random.Generator, world: World, size: np.ndarray, before: np.ndarray) -> np.ndarray:
    if world.selection.startswith("low"):
        order = np.argsort(before)
    elif world.selection == "small":
        small = np.flatnonzero(size <= np.median(size))
        order = generator.permutation(small)
    else:
        order = generator.permutation(world.zones)
    return np.isin(np.arange(world.zones), order[: world.treated])


def tally(world: World, panels: int, found: Tally, block: int) -> None:
    """Add what the default test says on as many panels; the seed follows from the world and the block."""
    place = SELECTIONS.index(world.selection), world.weights == "zone", world.law == "foreign", world.effect > 0
    generator = np.random.default_rng([world.zones, world.treated, *place, block])
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


def p_value(panel: Panel, fit: TwoWayFit, name: TestName) -> float:
    """Return the p-value alone: an interval costs a hundred more."""
    if name == "wild_bootstrap":
        return wild_bootstrap(fit, DRAWS, SEED).p_value(0.0)
    return zone_noise_of(panel, fit, adjusted=name == "zone_noise_level").p_value()


COUNTED = ("panels", "rejections", "naive", "refusals")
Row = tuple[Weights, Selection, float]


def lines(found: dict[Row, list[Tally]]) -> Iterator[str]:
    """Return the lines of the table: size, power, and the usual error's size, with the draws behind each cell."""
    yield "| weights | treated zones | " + " | ".join(f"{zones}, {treated}" for zones, treated in GRID) + " | draws |"
    yield "|" + "---|" * (3 + len(GRID))
    for (weights, selection, effect), cells in sorted(found.items(), key=lambda item: (item[0][2], item[0][0])):
        name = f"{selection}, +5 points" if effect else selection
        yield _line(weights, name, [each.share(each.rejections) for each in cells], cells)
    for (weights, selection, effect), cells in found.items():
        if not effect:
            yield _line(weights, f"({selection}, usual error)", [each.share(each.naive) for each in cells], cells)
    for (weights, selection, _), cells in found.items():
        if any(each.refusals for each in cells):
            shares = [100 * each.refusals / max(each.panels, 1) for each in cells]
            yield _line(weights, f"({selection}, refused)", shares, cells)


def _line(weights: str, name: str, values: list[float], cells: list[Tally]) -> str:
    shown = " | ".join(f"{value:.1f}" for value in values)
    return f"| {weights} | {name} | {shown} | {min(each.panels for each in cells)} |"


def empty(chosen: argparse.Namespace) -> dict[Row, list[Tally]]:
    rows: list[Row] = [(weights, selection, 0.0) for weights in chosen.weights for selection in chosen.selections]
    rows += [(weights, selection, 0.05) for weights, selection, _ in rows if chosen.power]
    return {row: [Tally() for _ in GRID] for row in rows}


def blocks(chosen: argparse.Namespace, found: dict[Row, list[Tally]]) -> Iterator[None]:
    """Add a block of draws to each cell that has not had it, again and again; a block already counted is passed."""
    for block in range(-(-chosen.panels // BLOCK)):
        for (weights, selection, effect), cells in found.items():
            wanted = chosen.power if effect else chosen.panels
            for (zones, treated), cell in zip(GRID, cells, strict=True):
                if cell.panels == block * BLOCK < wanted:
                    world = World(zones, treated, selection, weights, effect, chosen.law)
                    tally(world, min(BLOCK, wanted - block * BLOCK), cell, block)
        yield


def counts_file(table: Path) -> Path:
    return table.with_suffix(".json")


def recall(table: Path, found: dict[Row, list[Tally]]) -> None:
    """Take up the counts of an earlier run of the same command."""
    if not counts_file(table).exists():
        return
    kept = json.loads(counts_file(table).read_text(encoding="utf-8"))
    for row, cells in found.items():
        for cell, counts in zip(cells, kept.get(_key(row), []), strict=False):
            for name, value in counts.items():
                setattr(cell, name, value)


def keep(table: Path, found: dict[Row, list[Tally]]) -> None:
    table.write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
    kept = {_key(row): [cell.counts() for cell in cells] for row, cells in found.items()}
    counts_file(table).write_text(json.dumps(kept, sort_keys=True), encoding="utf-8")


def _key(row: Row) -> str:
    return " | ".join(str(part) for part in row)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--panels", type=int, default=4000)
    arguments.add_argument("--power", type=int, default=1000, help="panels for the power")
    arguments.add_argument("--weights", nargs="+", default=["resident", "zone"])
    arguments.add_argument("--selections", nargs="+", default=list(SELECTIONS))
    arguments.add_argument("--law", choices=["usual", "foreign"], default="usual")
    arguments.add_argument("--to", type=Path, default=Path("size.md"))
    chosen = arguments.parse_args()
    found = empty(chosen)
    recall(chosen.to, found)
    for _ in blocks(chosen, found):
        keep(chosen.to, found)
    print(chosen.to.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
