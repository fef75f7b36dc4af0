"""One run of one tool of ``benchmarks/follow.py``: from the Parquet files to the result, in a process of its own.

    python follow_tools.py evalkit|evalkit-fits|lifelines FOLDER ANSWER

The route of pandas and lifelines does less: no balancing, no bounds, no subgroups, no weights for those lost. What both
do from one row per person on (the curve of each exit in both groups, a test between women and men, Cox) is timed apart:
``fits``, in seconds of CPU.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalkit.declare.cohort import Cohort

FILES = ("france-travail", "mission-locale", "cite-emploi")
ROLES = {"emploi_durable": "durable", "emploi_transition": "transition", "sans_nouvelle": "lost"}
WAVES = (3, 6, 12, 24)


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
    cox = next(each.ratio for each in found.ratios if (each.model, each.variable) == ("cox", "age"))
    return {**{f"share {wave}": curve.points[wave].share for wave in WAVES}, "cox age": cox}


def evalkit_fits(folder: Path) -> dict[str, float]:
    """Time what lifelines does too, from one row per person on."""
    import datetime as dt

    import polars as pl

    from evalkit.follow.curves import curve_tests, curves_of, slices
    from evalkit.follow.explain import hazard_ratios
    from evalkit.follow.persons import read_persons

    cohort, own = protocol(), pl.scan_parquet(folder / FILES[0] / "*.parquet")
    persons = read_persons(own, "personne", "mois", cohort, dt.date(2027, 12, 31))
    start = time.process_time()
    parts = list(slices(persons, cohort))
    for part in parts:
        list(curves_of(part, cohort))
    curve_tests(parts, cohort)
    hazard_ratios(persons, cohort)
    return {"fits": time.process_time() - start}


def lifelines(folder: Path) -> dict[str, float]:
    """Follow with pandas and lifelines: durations, curves of each exit in both groups, log-rank, Cox."""
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
    answer: dict[str, float] = {}
    start = time.process_time()
    for group in (inside, ~inside):
        for cause in (1, 2, 3):
            fitter = AalenJohansenFitter(calculate_variance=True, seed=1)
            fitter.fit(durations[group], causes[group], event_of_interest=cause)
            if cause == 1 and group is inside:
                curve = fitter.cumulative_density_
                answer |= {f"share {wave}": float(curve[curve.index <= wave + 0.5].iloc[-1, 0]) for wave in WAVES}
        KaplanMeierFitter().fit(durations[group], causes[group] > 0)
    woman = persons["sexe"] == "F"
    sides = (inside & woman, inside & ~woman)
    logrank_test(*(durations[side] for side in sides), *(causes[side] == 1 for side in sides))
    data = pd.DataFrame({"t": durations, "e": causes == 1, "age": persons["age"], "sexe": woman.astype(float)})[inside]
    answer["cox age"] = float(np.exp(CoxPHFitter().fit(data, "t", "e").params_["age"]))
    return {**answer, "fits": time.process_time() - start}


TOOLS: dict[str, Callable[[Path], dict[str, float]]] = {
    "evalkit": evalkit,
    "evalkit-fits": evalkit_fits,
    "lifelines": lifelines,
}


def main() -> None:
    tool, folder, answer = sys.argv[1:4]
    Path(answer).write_text(json.dumps(TOOLS[tool](Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
