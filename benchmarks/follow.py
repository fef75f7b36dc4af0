"""Persons by month from three partners, to the whole result of a cohort: CPU, wall clock and memory, by two routes.

    python benchmarks/follow.py --persons 1000000 --most 100000 --python PATH_OF_AN_ENVIRONMENT_WITH_LIFELINES

evalkit reads the Parquet files of three partners and returns everything that a protocol declares. The route of pandas
and lifelines returns what these libraries can (``follow_tools.py``) and holds every row in memory: it runs on at most
``--most`` persons, and the answers of both are compared there. Each run is a process of its own. Where R and its
``survival`` are installed, R is given one row per person and timed from there on. Tables are Markdown.

One run on two free cores (lifelines 0.30.3, pandas 2.3; R 4.2.2, survival 3.5-3), the answers of lifelines within 1e-8
and those of R within 1e-11:

| persons | tool | CPU s | wall s | peak MB | × evalkit | fits alone, CPU s | × evalkit |
|---|---|---|---|---|---|---|---|
| 100,000 | evalkit | 3.0 | 2.0 | 423 | 1.0 | 0.24 | 1.0 |
| 100,000 | lifelines | 12.5 | 11.5 | 2253 | 4.1 | 0.42 | 1.7 |
| 100,000 | r | – | – | – | – | 1.07 | 4.4 |
| 1,000,000 | evalkit | 14.7 | 8.9 | 1519 | 1.0 | 0.70 | 1.0 |
| 1,000,000 | lifelines | 135.2 | 122.1 | 17866 | 9.2 | 7.57 | 10.9 |
| 1,000,000 | r | – | – | – | – | 11.04 | 15.9 |

With a million persons evalkit is 13.7 times as fast as lifelines on the clock, 9.2 times by seconds of CPU.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from follow_world import MONTHS, write_world

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run costs: seconds of CPU and of wall clock, megabytes at the peak; and what it found."""

    cpu: float
    wall: float
    peak: float
    answer: dict[str, float]


def run_once(python: str, tool: str, folder: Path, answer: Path) -> Cost | str:
    """Run a tool in a process of its own; its last line of error when it fails."""
    watched = (
        "import resource, subprocess, sys, time; start = time.perf_counter(); "
        "code = subprocess.call(sys.argv[1:]); used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024); sys.exit(code)"
    )
    command = [sys.executable, "-c", watched, python, str(HERE / "follow_tools.py"), tool, str(folder), str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "arrêté"
    cpu, wall, peak = (float(part) for part in done.stdout.split()[-3:])
    return Cost(cpu, wall, peak, json.loads(answer.read_text(encoding="utf-8")))


def measure(persons: int, tools: dict[str, str]) -> dict[str, Cost | str]:
    """Write the files for a number of persons and run each tool on them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_world(folder, persons)
        return {tool: run_once(python, tool, folder, folder / f"{tool}.json") for tool, python in tools.items()}


def show(persons: int, costs: dict[str, Cost | str]) -> None:
    """Print one line per tool, and how far the answers of the others are."""
    ours, alone = costs["evalkit"], costs["evalkit-fits"]
    for tool, cost in costs.items():
        if isinstance(cost, str):
            print(f"| {persons:,} | {tool} | {cost} | | | | | |", flush=True)
            continue
        if cost is alone or not isinstance(ours, Cost) or not isinstance(alone, Cost):
            continue
        fits = alone.answer["fits"] if cost is ours else cost.answer["fits"]
        # R is given one row per person: what making them took is not its own.
        costs_of_run = f"{cost.cpu:.1f} | {cost.wall:.1f} | {cost.peak:.0f} | {cost.cpu / ours.cpu:.1f}"
        costs_of_run = "– | – | – | –" if tool == "r" else costs_of_run
        print(f"| {persons:,} | {tool} | {costs_of_run} | {fits:.2f} | {fits / alone.answer['fits']:.1f} |", flush=True)
    for tool in ("lifelines", "r"):
        theirs = costs.get(tool)
        if isinstance(ours, Cost) and isinstance(theirs, Cost):
            print("", difference(tool, ours.answer, theirs.answer), sep="\n")


def difference(tool: str, ours: dict[str, float], theirs: dict[str, float]) -> str:
    """Say how far the answers of a tool are, and which is the furthest."""
    apart = {
        name: abs(value / theirs[name] - 1) if value else theirs[name] for name, value in ours.items() if name in theirs
    }
    furthest = max(apart, key=lambda name: apart[name])
    return f"{tool}, {len(apart)} answers, largest relative difference: {apart[furthest]:.1e} ({furthest})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--most", type=int, default=100_000, help="persons beyond which lifelines is not run")
    parser.add_argument("--python", default="", help="interpreter of an environment with pandas and lifelines")
    given = parser.parse_args()
    has_r = shutil.which("Rscript") is not None
    if not has_r:
        print("R is not installed: its route is not run.\n")
    print(f"{MONTHS} months, three partners.\n")
    print("| persons | tool | CPU s | wall s | peak MB | × evalkit | fits alone, CPU s | × evalkit |")
    print("|---|---|---|---|---|---|---|---|")
    sizes = sorted({*given.persons, *([min(given.most, *given.persons)] if given.python else [])})
    for persons in sizes:
        tools = {"evalkit": sys.executable, "evalkit-fits": sys.executable}
        if given.python and persons <= given.most:
            tools["lifelines"] = given.python
        if has_r:
            tools["r"] = sys.executable
        show(persons, measure(persons, tools))


if __name__ == "__main__":
    main()
