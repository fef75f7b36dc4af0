"""One run of one tool on one delivery, in a process of its own, so that memory and CPU are the tool's alone.

    python benchmarks/validation_tools.py polars delivery.parquet rows

prints one line of JSON, ``{"missing": ...}`` when the tool is not installed or cannot answer. What a tool needs is
imported before the clock starts; reading the Parquet file is measured, for every tool must read it. The failing rows
are hashed after the clock stops.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import validation_runs as runs
from validation_contract import contract

Run = Callable[[Path, bool], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a run cost and gave.

    Attributes:
        cpu: seconds, of all threads.
        wall: seconds.
        peak: peak of resident memory of the process, in GiB, what was imported included.
        counts: number of failing rows, by rule.
        rows: hash of the numbers of the failing rows of every rule; None when they were not asked.
    """

    cpu: float
    wall: float
    peak: float
    counts: dict[str, int]
    rows: str | None


TOOLS: Mapping[str, tuple[tuple[str, ...], Run]] = MappingProxyType(
    {
        "polars": ((), runs.run_polars),
        "gx-polars": (("evalkit.gx_polars",), runs.run_gx_polars),
        "gx-pandas": (("great_expectations", "pandas"), runs.run_gx_pandas),
        "gx-duckdb": (("great_expectations", "duckdb_engine"), runs.run_gx_duckdb),
        "pandera": (("pandera.polars",), runs.run_pandera),
        "pointblank": (("pointblank",), runs.run_pointblank),
    }
)


def measure(run: Run, path: Path, rows: bool) -> Measure:
    cpu, wall = time.process_time(), time.perf_counter()
    found = run(path, rows)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    names = [rule.name for rule in contract()]
    if not rows:
        return Measure(cpu, wall, peak, {name: int(found.get(name, 0)) for name in names}, None)
    listed = {name: sorted(pl.Series(found.get(name, ()), dtype=pl.Int64).to_list()) for name in names}
    counts = {name: len(numbers) for name, numbers in listed.items()}
    return Measure(cpu, wall, peak, counts, hashlib.sha256(json.dumps(listed).encode()).hexdigest())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=sorted(TOOLS))
    parser.add_argument("delivery", type=Path)
    parser.add_argument("level", choices=["counts", "rows"])
    given = parser.parse_args()
    modules, run = TOOLS[given.tool]
    try:
        for module in modules:
            importlib.import_module(module)
        found: dict[str, Any] = asdict(measure(run, given.delivery, given.level == "rows"))
    except (ImportError, runs.NotOfferedError) as error:
        found = {"missing": str(error)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
