"""Difference-in-differences on rows: cells and closed forms against the libraries that read every row.

Repeated cross-sections of 200 zones and 10 years, 40 zones treated, a binary outcome, from a Parquet file. "cells" is
the bare query; "evalkit" adds the estimate, CR1, CV3 and 9,999 draws of the wild cluster bootstrap. Each route runs
in its own process, which reports its peak of memory; pyfixest is fitted twice, the second time warm, and the CPU time
of the warm fit stands beside. Routes whose library is not installed say so; those that read every row stop at
``--largest-row-route``.

    python benchmarks/compare.py --rows 100000 1000000 10000000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

ZONES, YEARS, TREATED, FIRST_AFTER, DRAWS = 200, 10, 40, 6, 9_999
Answer = dict[str, float]


def write_rows(path: Path, rows: int) -> None:
    generator = np.random.default_rng(rows)
    share = generator.lognormal(0.0, 0.5, ZONES)
    zone = generator.choice(ZONES, rows, p=share / share.sum()).astype(np.int32)
    year = generator.integers(0, YEARS, rows).astype(np.int16)
    shock = generator.normal(0.0, 0.03, (ZONES, YEARS))
    chance = 0.3 + shock[zone, year] + 0.02 * ((zone < TREATED) & (year >= FIRST_AFTER))
    pl.DataFrame({"zone": zone, "year": year, "y": (generator.random(rows) < chance).astype(np.int8)}).write_parquet(
        path
    )


def cells(path: Path) -> pl.DataFrame:
    rows = pl.scan_parquet(path).group_by("zone", "year").agg(n=pl.len(), sum_y=pl.col("y").cast(pl.Int64).sum())
    return rows.collect(engine="streaming").sort("zone", "year")


def bare(path: Path) -> Answer:
    return {"rows": float(cells(path)["n"].sum())}


def evalkit(path: Path) -> Answer:
    from evalkit.stats.cluster import cr1, cv3
    from evalkit.stats.two_way import CellGrid, fit_two_way
    from evalkit.stats.wild import wild_bootstrap

    table = cells(path)
    n, total = (table[name].to_numpy().reshape(ZONES, YEARS).astype(float) for name in ("n", "sum_y"))
    entry = np.outer(np.arange(ZONES) < TREATED, np.arange(YEARS) >= FIRST_AFTER).astype(float)
    fit = fit_two_way(CellGrid(total / n, n, int(n.sum())), entry)
    return {
        "coefficient": fit.coefficient,
        "se": cr1(fit).se,
        "cv3": cv3(fit).error.se,
        "p": wild_bootstrap(fit, DRAWS, 1).p_value(0.0),
    }


def with_entry(path: Path) -> pl.DataFrame:
    entry = ((pl.col("zone") < TREATED) & (pl.col("year") >= FIRST_AFTER)).cast(pl.Int8)
    return pl.read_parquet(path).with_columns(d=entry)


def pyfixest(path: Path) -> Answer:
    import pyfixest

    frame = with_entry(path).to_pandas()
    start = time.perf_counter()
    pyfixest.feols("y ~ d | zone + year", frame, vcov={"CRV1": "zone"})
    cold = time.perf_counter() - start
    start, used = time.perf_counter(), time.process_time()
    fit = pyfixest.feols("y ~ d | zone + year", frame, vcov={"CRV1": "zone"})
    warm, warm_cpu = time.perf_counter() - start, time.process_time() - used
    found = {"coefficient": float(fit.coef()["d"]), "se": float(fit.se()["d"])}
    return {**found, "cold": cold, "warm": warm, "warm_cpu": warm_cpu}


def linearmodels(path: Path) -> Answer:
    from linearmodels.iv.absorbing import AbsorbingLS

    frame = with_entry(path).to_pandas()
    effects = frame[["zone", "year"]].astype("category")
    fit = AbsorbingLS(frame["y"].astype(float), frame[["d"]].astype(float), absorb=effects).fit(
        cov_type="clustered", clusters=frame["zone"]
    )
    return {"coefficient": float(fit.params["d"]), "se": float(fit.std_errors["d"])}


def statsmodels(path: Path) -> Answer:
    import statsmodels.api as sm

    table = cells(path)
    zone, year = table["zone"].to_numpy(), table["year"].to_numpy()
    entry = ((zone < TREATED) & (year >= FIRST_AFTER))[:, None]
    dummies = [zone[:, None] == np.arange(ZONES)[None, :], year[:, None] == np.arange(1, YEARS)[None, :]]
    design = np.column_stack([entry, *dummies]).astype(float)
    outcome = (table["sum_y"] / table["n"]).to_numpy()
    fit = sm.WLS(outcome, design, weights=table["n"].to_numpy()).fit(cov_type="cluster", cov_kwds={"groups": zone})
    return {"coefficient": float(fit.params[0]), "se": float(fit.bse[0])}


def diff_diff(path: Path) -> Answer:
    from diff_diff import DifferenceInDifferences

    frame = with_entry(path).with_columns(post=(pl.col("year") >= FIRST_AFTER).cast(pl.Int8)).to_pandas()
    frame["treated"] = (frame["zone"] < TREATED).astype(int)
    names = {"outcome": "y", "treatment": "treated", "time": "post"}
    fit = DifferenceInDifferences(cluster="zone").fit(frame, **names, absorb=["zone", "year"])
    return {"coefficient": float(fit.att), "se": float(fit.se)}


def callaway_santanna(_: Path) -> Answer:
    """10,000 units by 10 periods, three cohorts, one covariate, doubly robust: event-study averages."""
    from evalkit.stats.aggregation import aggregate
    from evalkit.stats.group_time import NEVER, Sample, group_time_effects

    generator = np.random.default_rng(3)
    entry = generator.choice(np.array([3, 5, 7, NEVER]), 10_000)
    covariate = generator.normal(size=(10_000, 1))
    outcome = generator.normal(size=(10_000, 10)) + covariate * np.arange(10) + (np.arange(10) >= entry[:, None])
    start = time.perf_counter()
    found = aggregate(group_time_effects(Sample(outcome, entry, np.ones(10_000), covariate)), "event")
    return {"coefficient": found.overall[0], "se": found.overall[1], "fit": time.perf_counter() - start}


ROUTES: dict[str, Callable[[Path], Answer]] = {
    "cells": bare,
    "evalkit": evalkit,
    "pyfixest": pyfixest,
    "linearmodels": linearmodels,
    "statsmodels": statsmodels,
    "diff-diff": diff_diff,
}
READ_EVERY_ROW = {"pyfixest", "linearmodels", "diff-diff"}


def measure(route: str, path: Path) -> Answer:
    """Run a route in a process of its own, five times if it is short, and keep the best time."""
    command = [sys.executable, __file__, "--route", route, "--file", str(path)]
    # Matrices of 200 by 10 gain nothing from threads, which wait for each other on a busy machine.
    done = subprocess.run(
        command, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {}
    answer: Answer = json.loads(done.stdout.splitlines()[-1])
    return answer


def run_route(route: str, path: Path) -> None:
    work = callaway_santanna if route == "callaway-santanna" else ROUTES[route]
    times, busy = [], []
    for _ in range(1 if route in READ_EVERY_ROW else 5):
        start, used = time.perf_counter(), time.process_time()
        answer = work(path)
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - used)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**answer, "seconds": min(times), "cpu": min(busy), "peak": peak}))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    arguments.add_argument("--routes", nargs="+", default=list(ROUTES))
    arguments.add_argument("--largest-row-route", type=int, default=1_000_000)
    arguments.add_argument("--route")
    arguments.add_argument("--file", type=Path)
    chosen = arguments.parse_args()
    if chosen.route:
        run_route(chosen.route, chosen.file)
        return
    print(
        "| rows | route | s | CPU s | peak MiB | coefficient | error | cold, warm fit s | warm CPU s |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        for rows in chosen.rows:
            path = Path(folder) / f"{rows}.parquet"
            write_rows(path, rows)
            for route in chosen.routes:
                if route in READ_EVERY_ROW and rows > chosen.largest_row_route:
                    continue
                print(line(rows, route, measure(route, path)), flush=True)
        print(line(10_000, "callaway-santanna", measure("callaway-santanna", Path(folder))))


def line(rows: int, route: str, found: Answer) -> str:
    if not found:
        return f"| {rows:,} | {route} | not installed | | | | | | |"
    shown = [f"{found[name]:.12g}" if name in found else "" for name in ("coefficient", "se")]
    warm = f"{found['cold']:.2f}, {found['warm']:.2f} | {found['warm_cpu']:.2f}" if "warm" in found else "|"
    spent = f"{found['seconds']:.3f} | {found['cpu']:.3f} | {found['peak']:.0f}"
    return f"| {rows:,} | {route} | {spent} | {shown[0]} | {shown[1]} | {warm} |"


if __name__ == "__main__":
    main()
