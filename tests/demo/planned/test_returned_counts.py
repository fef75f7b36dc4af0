"""Totals by wave of persons drawn once: the same persons at each wave, and first exits that never come back."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from evalkit.demo.planned.returns import ReturnedCohort, returned_counts

UNTIL = dt.date(2030, 12, 31)
EXITS = ["sorties_emploi_durable", "sorties_emploi_transition", "sorties_formation", "inactifs", "sans_nouvelle"]
CELL = ["cohorte", "zone", "ventilation", "modalite"]


def cohort(size: int = 60, only: str = "") -> ReturnedCohort:
    return ReturnedCohort("neet", dt.date(2025, 12, 31), ("P3M", "P6M", "P12M", "P24M", "P36M"), ("a", "b"), size, only)


@pytest.mark.parametrize("seed", range(20))
def test_exits_since_the_entry_only_grow_and_entrants_stay_the_same(seed: int):
    table = returned_counts([cohort()], UNTIL, seed).sort(*CELL, "vague")
    steps = table.select(pl.col("suivis", *EXITS).diff().over(CELL)).drop_nulls()
    assert steps.height == 24  # four steps of two zones, of everybody, of women and of men
    assert (steps["suivis"] == 0).all()
    assert all((steps[name] >= 0).all() for name in EXITS)
    assert table.select((pl.sum_horizontal(*EXITS, "en_recherche") == pl.col("suivis")).all()).item()


def test_shares_are_those_that_were_planned():
    table = returned_counts([cohort(40_000)], UNTIL, 1).filter(ventilation="ensemble", zone="a").sort("vague")
    shares = table.select(pl.col(EXITS) / pl.col("suivis"))
    # The error of a share of 40,000 persons is a quarter of a point.
    assert shares["sorties_emploi_durable"].to_list() == pytest.approx([0.08, 0.14, 0.23, 0.31, 0.31], abs=0.01)
    assert shares["sans_nouvelle"].to_list() == pytest.approx([0.07, 0.11, 0.17, 0.23, 0.23], abs=0.01)


def test_a_cohort_of_women_counts_no_men_and_a_wave_to_come_is_not_sent():
    table = returned_counts([cohort(only="F")], dt.date(2026, 12, 31), 1)
    assert set(table["modalite"]) == {"ensemble", "F"}
    assert sorted(set(table["vague"])) == [3, 6, 12]
