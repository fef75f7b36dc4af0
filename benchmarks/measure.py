"""One hundred indicators with breakdowns on one feed, by several tools: CPU, wall clock, memory, and the same sums.

    python benchmarks/measure.py --rows 1000000 10000000 50000000 --runs 3

The floor is plain Polars: the same sums written by hand in one lazy query, on the same stored files. Each run of a tool
is a process of its own (``measure_tools.py``); runs are interleaved, the smallest CPU time is kept with its wall time
and the largest peak. pandas stops at one million rows. A tool that is not installed is skipped by name; ``--python``
gives the interpreter of another environment for it. The sums of every tool must be those of the floor, else the script
stops. Tables are Markdown. With ``--limit``, the script fails when evalkit takes more than that many times the CPU of
the floor at the largest number of rows.

One run on two cores shared with much other work (CPU seconds; DuckDB and pandas of the first two sizes from the run
before, their peaks not kept):

| rows | tool | CPU s | × floor | wall s | peak MB |
|---|---|---|---|---|---|
| 1 000 000 | polars (floor) | 1.06 | 1.00 | 2.87 | 171 |
| 1 000 000 | evalkit | 2.76 | 2.61 | 6.18 | 265 |
| 1 000 000 | duckdb | 4.84 | 5.41 | | |
| 1 000 000 | pandas | 8.81 | 9.85 | | |
| 10 000 000 | polars (floor) | 10.19 | 1.00 | 17.05 | 507 |
| 10 000 000 | evalkit | 12.03 | 1.18 | 29.54 | 601 |
| 10 000 000 | duckdb | 47.58 | 5.21 | | |
| 50 000 000 | polars (floor) | 49.50 | 1.00 | 253.52 | 1271 |
| 50 000 000 | evalkit | 54.43 | 1.10 | 209.21 | 1377 |
| 50 000 000 | duckdb | 270.26 | 5.46 | 1451.81 | 322 |

What evalkit adds to the floor does not grow with the rows: 12,000 observations with their lineage, and 240 formulas.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from measure_tools import SUMS, TOOLS
from measure_world import write_rows

HERE = Path(__file__).resolve().parent
FLOOR, OURS = "polars", "evalkit"
MOST_ROWS = {"pandas": 1_000_000}
_SKIPPED = "ModuleNotFoundError"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run costs: seconds of CPU and of wall clock, megabytes at the peak."""

    cpu: float
    wall: float
    peak: float


def run_once(python: str, tool: str, root: Path, answer: Path) -> Cost | None:
    """Run a tool in a process of its own; ``None`` when it is not installed."""
    command = [python, str(HERE / "measure_tools.py"), tool, str(root), str(answer)]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode and _SKIPPED in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(f"{tool}:\n{done.stderr[-3000:]}")
    found: Mapping[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return Cost(**found)


def measured(root: Path, rows: int, tools: Sequence[str], python: Mapping[str, str], runs: int) -> dict[str, Cost]:
    """Return the best cost of each tool, after checking that all give the sums of the floor."""
    best: dict[str, Cost] = {}
    missing: set[str] = set()
    for _ in range(runs):
        for tool in tools:
            if rows > MOST_ROWS.get(tool, rows) or tool in missing:
                continue
            cost = run_once(python.get(tool, sys.executable), tool, root, root / f"{tool}.parquet")
            if cost is None:
                missing.add(tool)
                print(f"{tool} : non installé, passé.", file=sys.stderr)
                continue
            former = best.get(tool, cost)
            fastest = min((cost, former), key=lambda each: each.cpu)
            best[tool] = Cost(fastest.cpu, fastest.wall, max(cost.peak, former.peak))
    for tool in best:
        check_same(root / f"{FLOOR}.parquet", root / f"{tool}.parquet", tool)
    return best


def check_same(floor: Path, other: Path, tool: str) -> None:
    """Stop when a tool does not give the sums of the floor."""
    wanted, found = (_known(pl.read_parquet(path)) for path in (floor, other))
    both = wanted.join(found, on=SUMS[:4], how="full", coalesce=True, suffix="_found")
    numbers = [
        (pl.col(name).fill_null(0) - pl.col(f"{name}_found").fill_null(0)).abs()
        for name in ("numerator", "denominator")
    ]
    worst = both.select(pl.max_horizontal(numbers).max()).item()
    if worst > 1e-6 * max(1.0, wanted["numerator"].max()):  # type: ignore[operator, type-var]
        raise SystemExit(f"{tool} ne donne pas les sommes du plancher (écart {worst}).")


def _known(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the sums that are not nothing: a tool may leave out a group without a row."""
    return frame.filter((pl.col("numerator").fill_null(0) != 0) | (pl.col("denominator").fill_null(0) != 0))


def table(rows: int, costs: Mapping[str, Cost]) -> str:
    """Return the costs as a Markdown table."""
    floor = costs[FLOOR].cpu
    lines = [
        f"\n{rows:,} rows\n".replace(",", " "),
        "| tool | CPU s | × floor | wall s | peak MB |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {tool} | {cost.cpu:.2f} | {cost.cpu / floor:.2f} | {cost.wall:.2f} | {cost.peak:.0f} |"
        for tool, cost in costs.items()
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tools", nargs="+", choices=sorted(TOOLS), default=list(TOOLS))
    parser.add_argument("--python", nargs="*", default=[], help="tool=interpreter")
    parser.add_argument("--limit", type=float, default=0.0)
    options = parser.parse_args()
    python = dict(each.split("=", 1) for each in options.python)
    tools = list(dict.fromkeys([FLOOR, *options.tools]))
    ratio = 0.0
    for rows in sorted(options.rows):
        with tempfile.TemporaryDirectory() as folder:
            write_rows(Path(folder), rows)
            costs = measured(Path(folder), rows, tools, python, options.runs)
        print(table(rows, costs), flush=True)
        ratio = costs[OURS].cpu / costs[FLOOR].cpu if OURS in costs else 0.0
    if options.limit and ratio > options.limit:
        raise SystemExit(f"evalkit prend {ratio:.2f} fois le CPU du plancher, au-delà de {options.limit}.")


if __name__ == "__main__":
    main()
