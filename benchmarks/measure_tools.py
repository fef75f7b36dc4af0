"""The same hundred indicators by each tool, in a process of its own: ``measure_tools.py TOOL FOLDER ANSWER``.

Every tool reads the stored rows and writes one Parquet file of sums by indicator, zone, landlord and year; evalkit
writes observations, from which the same sums are taken. The last line of the output is its cost, in JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
from measure_world import CONTRACT, FEED, Asked, asked, workspace

from evalkit.store.store import Store

SUMS = ("indicator", "zone", "organisme", "period", "numerator", "denominator")


def evalkit(root: Path) -> pl.DataFrame:
    """Return what evalkit gives: observations by zone, whole and by landlord."""
    from evalkit.measure.run import measure

    space = workspace(root)
    frame = measure(space, Store(space.data), CONTRACT)
    return frame.select(
        "indicator",
        "zone",
        pl.col("breakdown").str.strip_prefix("organisme=").alias("organisme"),
        "period",
        pl.col("numerator").fill_null(0.0),
        "denominator",
    )


def files(root: Path) -> list[str]:
    """Return the Parquet files of the stored rows."""
    space = workspace(root)
    found = Store(space.data).rows(CONTRACT, FEED.feed).rglob("*.parquet")
    return sorted(str(path) for path in found if "_delta_log" not in path.parts)


def polars(root: Path) -> pl.DataFrame:
    """Return the floor: the sums written by hand in one lazy query, grouped once, on the streaming engine.

    They are those that an observation holds: both parts, the rows behind them (secrecy is decided on them), and the
    cases still open of a delay.
    """
    keys = [pl.col("zone"), pl.col("organisme"), pl.col("trimestre").str.slice(0, 4).alias("period")]
    rows = pl.scan_parquet(files(root), hive_partitioning=True)
    cells = rows.group_by(keys).agg(each for one in asked() for each in _by_hand(one)).collect(engine="streaming")
    return _folded(cells)


def _by_hand(one: Asked) -> Iterator[pl.Expr]:
    word, age = _parts(one)
    kept, of_age = pl.col("motif") == word, pl.col("age")
    kind = one.measure["type"]
    if kind == "count":
        yield (kept & (of_age >= age)).sum().alias(f"{one.name}/numerator")
    elif kind == "sum":
        yield pl.when(kept & (of_age < age)).then("montant").sum().alias(f"{one.name}/numerator")
        yield (kept & (of_age < age)).sum().alias(f"{one.name} n")
    elif kind == "ratio":
        yield kept.sum().alias(f"{one.name} n")
        women = (pl.col("sexe") == "F") & (of_age < age)
        yield (kept & women & of_age.is_not_null()).sum().alias(f"{one.name}/numerator")
        yield (kept & of_age.is_not_null()).sum().alias(f"{one.name}/denominator")
    else:
        days = (pl.col("fin") - pl.col("debut")).dt.total_days()
        yield pl.when(kept & (of_age >= age)).then(days).sum().alias(f"{one.name}/numerator")
        yield (kept & (of_age >= age) & days.is_not_null()).sum().alias(f"{one.name}/denominator")
        yield (kept & (of_age >= age)).sum().alias(f"{one.name} n")
        waiting = pl.col("debut").is_not_null() & pl.col("fin").is_null()
        yield (kept & (of_age >= age) & waiting).sum().alias(f"{one.name} open")


def _parts(one: Asked) -> tuple[str, int]:
    """Return the word and the age of an indicator, from its formulas."""
    text = " ".join(one.measure.values())
    return text.split("motif = '")[1].split("'")[0], int(
        text.split("age >= " if "age >= " in text else "age < ")[1].split()[0]
    )


def duckdb(root: Path) -> pl.DataFrame:
    """Return the same sums by DuckDB, in one statement of SQL."""
    import duckdb as engine

    columns = ", ".join(each for one in asked() for each in _in_sql(one))
    found = engine.sql(
        f"SELECT zone, organisme, substr(trimestre, 1, 4) AS period, {columns} "
        f"FROM read_parquet({files(root)!r}, hive_partitioning = true) GROUP BY ALL"
    )
    return _folded(found.pl())


def _in_sql(one: Asked) -> Iterator[str]:
    word, age = _parts(one)
    kind, kept = one.measure["type"], f"motif = '{word}'"
    if kind == "count":
        yield f'count(*) FILTER ({kept} AND age >= {age}) AS "{one.name}/numerator"'
    elif kind == "sum":
        yield f'sum(montant) FILTER ({kept} AND age < {age}) AS "{one.name}/numerator"'
    elif kind == "ratio":
        yield f"count(*) FILTER ({kept} AND sexe = 'F' AND age < {age}) AS \"{one.name}/numerator\""
        yield f'count(*) FILTER ({kept} AND age IS NOT NULL) AS "{one.name}/denominator"'
    else:
        yield f'sum(fin - debut) FILTER ({kept} AND age >= {age}) AS "{one.name}/numerator"'
        yield f'count(fin) FILTER ({kept} AND age >= {age}) AS "{one.name}/denominator"'


def pandas(root: Path) -> pl.DataFrame:
    """Return the same sums by pandas, column by column, in memory."""
    import pandas as pd

    names = ["zone", "organisme", "trimestre", "motif", "sexe", "age", "montant", "debut", "fin"]
    rows = pd.concat([pd.read_parquet(path, columns=names) for path in files(root)], ignore_index=True)
    rows["montant"], rows["period"] = rows["montant"].astype(float), rows["trimestre"].str[:4]
    rows["days"] = (pd.to_datetime(rows["fin"]) - pd.to_datetime(rows["debut"])).dt.days
    columns = {name: column for one in asked() for name, column in _in_pandas(one, rows)}
    made = pd.DataFrame({**{name: rows[name] for name in ("zone", "organisme", "period")}, **columns})
    return _folded(pl.from_pandas(made.groupby(["zone", "organisme", "period"], as_index=False).sum()))


def _in_pandas(one: Asked, rows: object) -> Iterator[tuple[str, object]]:
    word, age = _parts(one)
    kind, kept = one.measure["type"], rows["motif"] == word  # type: ignore[index]
    ages = rows["age"]  # type: ignore[index]
    if kind == "count":
        yield f"{one.name}/numerator", kept & (ages >= age)
    elif kind == "sum":
        yield f"{one.name}/numerator", rows["montant"].where(kept & (ages < age), 0.0)  # type: ignore[index]
    elif kind == "ratio":
        yield f"{one.name}/numerator", kept & (rows["sexe"] == "F") & (ages < age)  # type: ignore[index]
        yield f"{one.name}/denominator", kept & ages.notna()
    else:
        old = kept & (ages >= age)
        yield f"{one.name}/numerator", rows["days"].where(old, 0.0).fillna(0.0)  # type: ignore[index]
        yield f"{one.name}/denominator", old & rows["days"].notna()  # type: ignore[index]


def _folded(cells: pl.DataFrame) -> pl.DataFrame:
    """Return sums by zone and landlord as evalkit gives them: each QPV, all of them, outside; whole and by landlord."""
    sums = [name for name in cells.columns if "/" in name]
    qpv, outside = pl.col("zone").str.starts_with("qpv-"), pl.col("zone") == "outside"
    zones = [
        cells.filter(qpv),
        cells.filter(qpv).with_columns(pl.lit("qpv").alias("zone")),
        cells.filter(outside).with_columns(pl.lit("hors-qpv").alias("zone")),
    ]
    parts = []
    for frame in zones:
        parts.append(frame.with_columns(pl.lit("").alias("organisme")))
        parts.append(frame)
    whole = pl.concat(parts).group_by("zone", "organisme", "period").agg(pl.col(sums).sum().cast(pl.Float64))
    by_landlord = {one.name for one in asked() if one.by}
    long = [
        whole.select(
            pl.lit(one.name).alias("indicator"),
            "zone",
            "organisme",
            "period",
            pl.col(f"{one.name}/numerator").alias("numerator"),
            pl.col(f"{one.name}/denominator") if f"{one.name}/denominator" in sums else pl.lit(None, pl.Float64),
        ).rename(
            {f"{one.name}/denominator": "denominator"}
            if f"{one.name}/denominator" in sums
            else {"literal": "denominator"}
        )
        for one in asked()
    ]
    return pl.concat(long).filter((pl.col("organisme") == "") | pl.col("indicator").is_in(sorted(by_landlord)))


TOOLS: dict[str, Callable[[Path], pl.DataFrame]] = {
    "evalkit": evalkit,
    "polars": polars,
    "duckdb": duckdb,
    "pandas": pandas,
}


def _peak() -> float:
    """Return the peak of this process in megabytes; ``ru_maxrss`` alone counts that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (each for each in status.read_text("ascii").splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main() -> None:
    tool, root, answer = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    started, cpu = time.perf_counter(), time.process_time()
    found = TOOLS[tool](root)
    cost = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - started,
        "peak": _peak(),
    }
    found.select(SUMS).sort(SUMS[:4]).write_parquet(answer)
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
