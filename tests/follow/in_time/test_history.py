"""The same persons before and after: McNemar on their own rows, and the dip that precedes an entry."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.follow.analyse import Rows, follow_rows
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON
from evalkit.stats.paired import mcnemar, paired_change
from tests.follow.world import Row, day, months, protocol, table

HISTORY = {"state": "etat = 'mission'", "before": "P6M", "after": "P6M"}
COHORT = protocol(waves=["P6M"], analysis={"history": HISTORY})


def life(person: str, accompanied: bool, missions: set[str], zone: str = "pres") -> list[Row]:
    """Rows of one person from October 2023 to December 2024, who enters on 15 April 2024."""
    rows: list[Row] = []
    for month in months("2023-10", "2024-12"):
        entered = month >= "2024-04"
        rows.append(
            {
                "personne": person,
                "mois": month,
                "zone": zone,
                "age": 30,
                "accompagnement": "cite" if accompanied else "commun",
                "debut": day("2024-04-15") if entered else None,
                "etat": "mission" if month in missions else "recherche",
                "fin": None,
            }
        )
    return rows


def people(count: int, before: int, after: int, prefix: str = "a", accompanied: bool = True) -> list[Row]:
    """``before`` of them on a mission until January, none in March, ``after`` of them in October."""
    rows: list[Row] = []
    for index in range(count):
        missions = {"2023-10", "2023-11", "2023-12", "2024-01"} if index < before else set()
        missions |= {"2024-10"} if index >= count - after else set()
        rows += life(f"{prefix}{index:03d}", accompanied, missions, "pres" if index % 3 else "aubepins")
    return rows


def followed(rows: list[Row], **analysis: object):
    cohort = protocol(
        waves=["P6M"], exits={"durable": "emploi", "lost": "perdu"}, analysis={"history": HISTORY, **analysis}
    )
    return follow_rows(cohort, Rows(table(rows), "personne", "mois"), day("2024-12-31"))


def test_the_same_persons_are_compared_with_themselves():
    result = followed(people(60, before=10, after=40) + people(50, 20, 22, "b", accompanied=False))
    found = {each.group: each for each in result.before_after}
    mine = found[ACCOMPANIED]
    assert (mine.persons, mine.before, mine.after) == (60, -6, 6)
    assert (mine.rate_before, mine.rate_after) == (10 / 60, 40 / 60)
    assert (mine.gained, mine.lost) == (40, 10)
    assert mine.change == pytest.approx(50)
    then, now = np.arange(60) < 10, np.arange(60) >= 20
    assert mine.p == pytest.approx(mcnemar(then, now).p)
    assert mine.test == "McNemar"
    assert mine.low < 50 < mine.high
    assert found[COMPARISON].change == pytest.approx(4)
    few = followed(people(40, before=2, after=8)).before_after[0]
    assert few.test == "McNemar exact"


def test_a_dip_before_the_entry_is_shown_and_told():
    result = followed(people(60, before=30, after=30))
    shares = {point.month: point.rate for point in result.past if point.group == ACCOMPANIED}
    assert sorted(shares) == list(range(-6, 7))
    assert (shares[-6], shares[-3], shares[-1], shares[6]) == (0.5, 0.5, 0.0, 0.5)
    assert any("bougeait déjà" in warning for warning in result.warnings)
    flat = followed(people(60, before=0, after=30))
    assert not any("bougeait déjà" in warning for warning in flat.warnings)


def test_persons_who_share_a_zone_change_the_doubt_not_the_change():
    rows = people(60, before=10, after=40)
    alone, shared = followed(rows).before_after[0], followed(rows, shared="zone").before_after[0]
    assert shared.change == alone.change
    assert shared.test == "différence appariée par grappes"
    then, now = np.arange(60) < 10, np.arange(60) >= 20
    clusters = np.array([1 if index % 3 else 0 for index in range(60)])
    assert shared.p == pytest.approx(paired_change(then * 1.0, now * 1.0, clusters).p)


def test_few_persons_and_no_history_say_nothing():
    assert followed(people(29, before=3, after=9)).before_after == ()
    result = follow_rows(
        protocol(waves=["P6M"]), Rows(table(people(60, 10, 40)), "personne", "mois"), day("2024-12-31")
    )
    assert (result.past, result.before_after) == ((), ())


def test_a_month_told_twice_counts_once():
    rows = people(60, before=10, after=40)
    twice = rows + [{**row, "etat": "recherche"} for row in rows if row["mois"] == "2024-10"]
    assert followed(twice).before_after == followed(rows).before_after
    assert isinstance(table(rows), pl.LazyFrame)
