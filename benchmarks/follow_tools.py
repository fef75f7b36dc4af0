"""One run of one tool of ``benchmarks/follow.py``: from the Parquet files to the result, in a process of its own.

    python follow_tools.py evalkit|evalkit-fits|lifelines|r FOLDER ANSWER

The route of pandas and lifelines gives what these libraries can: states by month, passages, what is kept, moves, curves
of each exit in both groups and for women and men, a test, Cox. Its answers are compared with those of evalkit, which
does more: balancing, bounds, gaps in subgroups, weights for those lost. What both do from one row per person on
(curves, test, Cox) is timed apart: ``fits``, in seconds of CPU. R's survival, which reads no Parquet, is given these
rows (``follow.R``).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.declare.cohort import Cohort
    from evalkit.follow.entry.persons import Persons

HERE = Path(__file__).resolve().parent
FILES = ("france-travail", "mission-locale", "cite-emploi")
ROLES = {"emploi_durable": "durable", "emploi_transition": "transition", "sans_nouvelle": "lost"}
WAVES = (3, 6, 12, 24)
LAST_MONTH = 12 * 2027 + 12


def protocol() -> Cohort:
    """Return the protocol that evalkit follows."""
    from evalkit.declare.cohort import Cohort

    return Cohort.model_validate(
        {
            "cohort": "mesure.cite",
            "contract": "mesure",
            "label": "Mesure",
            "feed": FILES[0],
            "public": "accompagnement = 'cite'",
            "definition": "Personnes accompagnées",
            "zones": ["ouest", "centre", "est"],
            "entry": {"date": "date_entree", "window": ["2024-01-01", "2024-12-31"]},
            "waves": [f"P{wave}M" for wave in WAVES],
            "situation": "situation",
            "exit_date": "date_sortie",
            "exits": {role: word for word, role in ROLES.items()},
            "outcome": "durable",
            "against": {"where": "accompagnement = 'commun'", "zone": "same", "balance": ["age", "sexe"]},
            "sources": [{"feed": name, "situation": "situation", "month": "mois"} for name in FILES[1:]],
            "analysis": {
                "curves": ["sexe"],
                "explain": {"variables": ["sexe", "age"], "models": ["cox"]},
                "subgroups": {"primary": ["sexe"], "exploratory": ["zone"]},
            },
        }
    )


def evalkit(folder: Path) -> dict[str, float]:
    """Follow with evalkit: flow, states by month, curves, tests, regressions, balance, gaps, losses, subgroups."""
    import datetime as dt

    import polars as pl

    from evalkit.declare.feed import FieldType
    from evalkit.follow.analyse import Rows, follow_rows
    from evalkit.follow.people.told import OtherFile

    cohort = protocol()
    others = tuple(
        OtherFile(pl.scan_parquet(folder / source.feed / "*.parquet"), "personne", source, FieldType.MONTH)
        for source in cohort.sources
    )
    own = pl.scan_parquet(folder / FILES[0] / "*.parquet")
    found = follow_rows(cohort, Rows(own, "personne", "mois", others), dt.date(2027, 12, 31))
    curve = next(c for c in found.curves if (c.group, c.exit, c.word) == ("accompagnés", "durable", ""))
    women = next(c for c in found.curves if (c.exit, c.word) == ("durable", "F"))
    people = found.people
    inside = [each for each in people.occupation if each.group == curve.group and each.state == "durable"]
    passed = {(each.before, each.after): each.count for each in people.transitions if each.month == 0}
    return {
        **{f"share {wave}": curve.points[wave].share for wave in WAVES},
        "share of women 12": women.points[12].share,
        "cox age": next(each.ratio for each in found.ratios if (each.model, each.variable) == ("cox", "age")),
        "in a job at 12": float(next(each.count for each in inside if each.month == 12)),
        "from search to a job": float(passed["en cours", "durable"]),
        "kept 6": float(
            next(each.count for each in people.retention if (each.group, each.wave) == (curve.group, "P6M"))
        ),
        "moved": float(people.moves.between),
    }


def evalkit_fits(folder: Path) -> dict[str, float]:
    """Time what lifelines does too, from one row per person on."""
    from evalkit.follow.in_time.curves import curve_tests, curves_of, slices
    from evalkit.follow.in_time.explain import hazard_ratios

    cohort, persons = protocol(), persons_of(folder)
    start = time.process_time()
    parts = list(slices(persons, cohort))
    for part in parts:
        list(curves_of(part, cohort))
    curve_tests(parts, cohort)
    hazard_ratios(persons, cohort)
    return {"fits": time.process_time() - start}


def persons_of(folder: Path) -> Persons:
    """Return one row per person, from the file of the cohort."""
    import datetime as dt

    import polars as pl

    from evalkit.follow.entry.enter import read_persons

    own = pl.scan_parquet(folder / FILES[0] / "*.parquet")
    return read_persons(own, "personne", "mois", protocol(), dt.date(2027, 12, 31))


def r(folder: Path) -> dict[str, float]:
    """Give R one row per person, and return what its survival package finds and takes (``follow.R``)."""
    import numpy as np
    import polars as pl

    from evalkit.follow.entry.persons import ACCOMPANIED
    from evalkit.follow.in_time.timed import timed

    cohort, persons = protocol(), persons_of(folder)
    in_time = timed(persons.frame, cohort, persons.last_day)
    table, answer = folder / "persons.csv", folder / "r-found.json"
    others = np.where(in_time.causes > 0, in_time.causes + 1, 0)
    persons.frame.select(
        pl.Series("months", in_time.durations),
        pl.Series("exit", np.where(in_time.causes == in_time.cause("durable"), 1, others)),
        inside=(pl.col("group") == ACCOMPANIED).cast(pl.Int8),
        woman=(pl.col("sexe") == "F").cast(pl.Int8),
        age="age",
    ).write_csv(table)
    subprocess.run(["Rscript", str(HERE / "follow.R"), str(table), str(answer)], check=True)
    found: dict[str, float] = json.loads(answer.read_text(encoding="utf-8"))
    return found


def lifelines(folder: Path) -> dict[str, float]:
    """Follow with pandas and lifelines: states by month, durations, curves of each exit, log-rank, Cox."""
    import numpy as np
    import pandas as pd
    from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test

    frames = [pd.read_parquet(folder / name) for name in FILES]
    own = frames[0]
    known = own.drop_duplicates("personne").set_index("personne")
    told = pd.concat([frame[["personne", "mois", "situation"]].assign(rang=i) for i, frame in enumerate(frames)])
    told = told.sort_values(["personne", "mois", "rang"]).drop_duplicates(["personne", "mois"], keep="first")
    left = told[told["situation"] != "recherche"].drop_duplicates("personne", keep="first").set_index("personne")
    persons = known[["accompagnement", "sexe", "age", "date_entree"]].join(left[["mois", "situation"]])
    entered = pd.to_datetime(persons["date_entree"])
    first = entered.dt.year * 12 + entered.dt.month
    gone = persons["mois"].str.slice(0, 4).astype(float) * 12 + persons["mois"].str.slice(5, 7).astype(float)
    causes = persons["situation"].map({word: i for i, word in enumerate(ROLES, start=1)}).fillna(0).astype(int)
    durations = np.minimum((gone - first).fillna(35), 35)
    inside = persons["accompagnement"] == "cite"
    answer = by_month(told, own, inside, first)
    start = time.process_time()
    woman = persons["sexe"] == "F"
    for name, group in (
        ("share", inside),
        ("outside", ~inside),
        ("share of women", inside & woman),
        ("men", inside & ~woman),
    ):
        for cause in (1, 2, 3):
            fitter = AalenJohansenFitter(calculate_variance=True, seed=1)
            fitter.fit(durations[group], causes[group], event_of_interest=cause)
            curve = fitter.cumulative_density_
            found = {f"{name} {wave}": float(curve[curve.index <= wave + 0.5].iloc[-1, 0]) for wave in WAVES}
            answer |= found if cause == 1 else {}
        KaplanMeierFitter().fit(durations[group], causes[group] > 0)
    sides = (inside & woman, inside & ~woman)
    logrank_test(*(durations[side] for side in sides), *(causes[side] == 1 for side in sides))
    data = pd.DataFrame({"t": durations, "e": causes == 1, "age": persons["age"], "sexe": woman.astype(float)})[inside]
    answer["cox age"] = float(np.exp(CoxPHFitter().fit(data, "t", "e").params_["age"]))
    return {**answer, "fits": time.process_time() - start}


def by_month(told: pd.DataFrame, own: pd.DataFrame, inside: pd.Series, first: pd.Series) -> dict[str, float]:
    """Give states by month since entry, passages, what is kept and moves, with pandas.

    Args:
        told: one row per person and month, in order.
        own: the file that tells where people live.
        inside: who is accompanied.
        first: month of the entry.
    """
    words = told["mois"].unique()
    rows = told.assign(at=told["mois"].map({word: 12 * int(word[:4]) + int(word[5:7]) for word in words}))
    rows = rows.join(inside.rename("inside"), on="personne").join(first.rename("first"), on="personne")
    rows["since"] = rows["at"] - rows["first"]
    same = rows["personne"] == rows["personne"].shift()
    rows["before"] = rows["situation"].shift().where(same)
    seen = rows[rows["since"] <= max(WAVES)]
    occupation = seen.groupby(["inside", "since", "situation"]).size()
    passages = seen[seen["inside"]].groupby(["since", "before", "situation"]).size()
    job = rows[rows["situation"] == "emploi_durable"]
    got = job.groupby("personne")["at"].min()
    job = job.join(got.rename("got"), on="personne")
    kept = job.assign(after=job["at"] - job["got"])
    kept = kept[kept["after"].isin(WAVES) & (kept["at"] <= LAST_MONTH)].groupby(["inside", "after"]).size()
    lived = own.loc[own["personne"].isin(inside.index[inside]), ["personne", "mois", "zone"]]
    lived = lived.sort_values(["personne", "mois"])
    moved = (lived["personne"] == lived["personne"].shift()) & (lived["zone"] != lived["zone"].shift())
    return {
        "in a job at 12": float(occupation[True, 12, "emploi_durable"]),
        "from search to a job": float(passages[:, "recherche", "emploi_durable"].sum()),
        "kept 6": float(kept[True, 6]),
        "moved": float(lived.loc[moved, "personne"].nunique()),
    }


TOOLS: dict[str, Callable[[Path], dict[str, float]]] = {
    "evalkit": evalkit,
    "evalkit-fits": evalkit_fits,
    "lifelines": lifelines,
    "r": r,
}


def main() -> None:
    tool, folder, answer = sys.argv[1:4]
    Path(answer).write_text(json.dumps(TOOLS[tool](Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
