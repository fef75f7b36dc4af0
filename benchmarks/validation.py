"""One contract of 22 rules on 12 columns, checked by several tools: CPU, wall clock, memory, and the same answers.

    python benchmarks/validation.py --rows 100000 1000000 5000000 --runs 3

The floor is plain Polars: the same aggregates written by hand in one lazy query. Each run of a tool is a process of its
own (``validation_tools.py``); runs are interleaved, the smallest CPU time is kept with its wall time and the largest
peak. A tool that is not installed is skipped by name; ``--python`` gives the interpreter of another environment. The
numbers of failing rows, and their positions, must be those of the floor: else the script stops. Tables are Markdown.

One run on two free cores (GX 1.24.1, pandas 3.1, Polars 2.1, DuckDB 2.0, pandera 0.35, pointblank 1.1; ``--runs 2``).
GX lists at most 20 failing rows on DuckDB, so it is not asked for them.

Verdict and counts

| tool | CPU, 100 000 rows | CPU, 1 000 000 rows | CPU, 5 000 000 rows | wall at the last | peak memory at the last |
|---|---|---|---|---|---|
| polars | 1.00x (0.05 s) | 1.00x (0.46 s) | 1.00x (3.30 s) | 2.16 s | 1.78 GiB |
| gx-polars | 5.00x (0.27 s) | 1.23x (0.57 s) | 0.57x (1.89 s) | 1.08 s | 0.70 GiB |
| gx-pandas | 14.18x (0.77 s) | 12.11x (5.62 s) | 8.97x (29.59 s) | 27.99 s | 3.15 GiB |
| gx-duckdb | 7.94x (0.43 s) | 2.84x (1.32 s) | 1.99x (6.55 s) | 3.73 s | 1.36 GiB |
| pandera | 2.23x (0.12 s) | 1.65x (0.76 s) | 1.34x (4.42 s) | 3.24 s | 1.80 GiB |
| pointblank | 1.76x (0.10 s) | 1.48x (0.69 s) | 1.03x (3.38 s) | 2.20 s | 1.79 GiB |

Counts and every failing row

| tool | CPU, 100 000 rows | CPU, 1 000 000 rows | CPU, 5 000 000 rows | wall at the last | peak memory at the last |
|---|---|---|---|---|---|
| polars | 1.00x (0.05 s) | 1.00x (0.58 s) | 1.00x (3.47 s) | 2.26 s | 1.86 GiB |
| gx-polars | 4.69x (0.25 s) | 1.38x (0.80 s) | 0.82x (2.85 s) | 1.60 s | 0.77 GiB |
| gx-pandas | 16.55x (0.89 s) | 11.45x (6.68 s) | 9.74x (33.76 s) | 31.88 s | 2.91 GiB |
| pandera | 2.56x (0.14 s) | 1.34x (0.78 s) | 1.34x (4.64 s) | 3.09 s | 1.78 GiB |
| pointblank | 2.08x (0.11 s) | 1.33x (0.78 s) | 1.30x (4.50 s) | 2.89 s | 1.66 GiB |

At 50 million rows, verdict and counts: 16.0 s of CPU and 4.6 GiB, where the floor takes 62.5 s and 13.8 GiB, for it
holds every value of the key at once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validation_contract import write_delivery
from validation_tools import TOOLS

HERE = Path(__file__).resolve().parent
FLOOR = "polars"
LEVELS = ("counts", "rows")


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """What is measured: one tool, at one level, on a number of rows."""

    level: str
    rows: int
    tool: str


@dataclass(frozen=True, slots=True)
class Result:
    """The best of the runs of a case."""

    cpu: float
    wall: float
    peak: float
    answer: tuple[str, str | None]


def run_once(python: str, case: Case, delivery: Path) -> Mapping[str, Any]:
    command = [python, str(HERE / "validation_tools.py"), case.tool, str(delivery), case.level]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{case.tool}, {case.level}, {case.rows} rows:\n{done.stderr[-3000:]}")
    found: Mapping[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def best(found: Sequence[Mapping[str, Any]]) -> Result:
    fastest = min(found, key=lambda one: one["cpu"])
    peak = max(one["peak"] for one in found)
    return Result(fastest["cpu"], fastest["wall"], peak, (json.dumps(fastest["counts"]), fastest["rows"]))


def measure(cases: Sequence[Case], python: str, deliveries: Mapping[int, Path], runs: int) -> dict[Case, Result]:
    found: dict[Case, list[Mapping[str, Any]]] = {case: [] for case in cases}
    missing: dict[Case, str] = {}
    try:
        for case in [case for _ in range(runs) for case in cases]:
            if case in missing:
                continue
            one = run_once(python, case, deliveries[case.rows])
            if "missing" in one:
                missing[case] = one["missing"]
                print(f"skipped: {case.tool}, {case.level}: {one['missing']}", file=sys.stderr)
            else:
                found[case].append(one)
    except KeyboardInterrupt:
        print("interrupted: the tables hold the runs that ended", file=sys.stderr)
    return {case: best(several) for case, several in found.items() if several}


def check_same_answers(results: Mapping[Case, Result]) -> None:
    """Stop when a tool does not find what the others find on the same delivery, at the same level."""
    reference: dict[tuple[str, int], tuple[str, Result]] = {}
    for case, result in sorted(results.items(), key=lambda pair: pair[0].tool != FLOOR):
        tool, expected = reference.setdefault((case.level, case.rows), (case.tool, result))
        if result.answer != expected.answer:
            raise SystemExit(
                f"{case.tool} and {tool} differ, {case.level}, {case.rows} rows:\n{result.answer}\n{expected.answer}"
            )


def table(results: Mapping[Case, Result], level: str) -> Iterator[str]:
    sizes = sorted({case.rows for case in results if case.level == level})
    tools = [tool for tool in TOOLS if any(case.tool == tool and case.level == level for case in results)]
    yield f"### {'Verdict and counts' if level == 'counts' else 'Counts and every failing row'}\n"
    heads = [f"CPU, {size:_} rows".replace("_", " ") for size in sizes]
    yield "| tool | " + " | ".join(heads) + " | wall at the last | peak memory at the last |"
    yield "|" + "---|" * (len(sizes) + 3)
    for tool in tools:
        cells = [cell(results, Case(level, size, tool)) for size in sizes]
        last = results.get(Case(level, sizes[-1], tool))
        cost = f"{last.wall:.2f} s | {last.peak:.2f} GiB" if last else "- | -"
        yield f"| {tool} | " + " | ".join(cells) + f" | {cost} |"


def cell(results: Mapping[Case, Result], case: Case) -> str:
    result, floor = results.get(case), results.get(Case(case.level, case.rows, FLOOR))
    if result is None:
        return "-"
    ratio = "" if floor is None else f"{result.cpu / floor.cpu:.2f}x "
    return f"{ratio}({result.cpu:.2f} s)"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=list(LEVELS))
    parser.add_argument("--runs", type=int, default=3, help="runs of each case")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the tools")
    parser.add_argument("--folder", type=Path, help="where deliveries are written and kept; else a temporary folder")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    cases = [Case(level, rows, tool) for rows in given.rows for level in given.levels for tool in given.tools]
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        deliveries = {rows: folder / f"delivery-{rows}.parquet" for rows in given.rows}
        for rows, path in deliveries.items():
            if not path.exists():
                write_delivery(rows, path)
        results = measure(cases, given.python, deliveries, given.runs)
    check_same_answers(results)
    for level in given.levels:
        print("\n".join(table(results, level)), end="\n\n")


if __name__ == "__main__":
    main()
