"""The table of ``docs/personnes.md`` in little: the same worlds, twenty-five draws of each, with binomial bounds.

A share of 95 % stays above the 0.05 % quantile of its binomial law; what must fail, fails on most draws.
"""

from __future__ import annotations

import pytest
from scipy.stats import binom

from benchmarks.cohort_truths import WORLDS, Verdicts, trials, truths_table

DRAWS = 25
LEAST = binom.ppf(0.0005, DRAWS, 0.95) / DRAWS * 100
MOST_REJECTED = binom.ppf(0.9995, DRAWS, 0.05) / DRAWS * 100


@pytest.fixture(scope="module")
def found() -> dict[str, Verdicts]:
    return {label: trials(world, DRAWS) for label, world in list(WORLDS.items())[2:6]}


def test_a_confounded_programme_is_recovered_by_balancing_and_not_by_the_naive_gap(found):
    for label in ("Accompagnés plus jeunes, aucun effet", "Accompagnés plus jeunes, effet réel"):
        assert found[label].share("écart équilibré contient") >= LEAST
        assert found[label].share("écart apparié contient") >= LEAST
        assert found[label].share("écart brut contient") < 80
    assert found["Accompagnés plus jeunes, aucun effet"].share("écart équilibré rejette") <= MOST_REJECTED
    assert found["Accompagnés plus jeunes, effet réel"].share("écart équilibré rejette") > 80


def test_losses_that_depend_on_what_is_seen_are_recovered_by_weights(found):
    world = found["Pertes selon l’âge, effet réel"]
    assert world.share("taux pondéré contient") >= LEAST
    assert world.share("taux pondéré contient") > world.share("taux brut contient")
    assert world.share("bornes du taux contiennent") >= LEAST
    assert world.share("écart redressé contient") >= LEAST


def test_losses_that_depend_on_the_outcome_leave_the_bounds_alone(found):
    world = found["Pertes selon le résultat, effet réel"]
    assert world.share("taux brut contient") < 10
    assert world.share("taux pondéré contient") < 10
    assert world.share("bornes du taux contiennent") >= LEAST
    assert world.share("bornes de l’écart contiennent") >= LEAST


def test_the_exact_test_never_rejects_more_than_announced(found):
    rejected = sum(verdicts.held["McNemar rejette"] for verdicts in found.values())
    assert rejected <= binom.ppf(0.9995, 4 * DRAWS, 0.05)


def test_the_table_has_a_line_per_world(found):
    lines = list(truths_table(found))
    assert len(lines) == 2 + len(found)
    assert len({line.count("|") for line in lines}) == 1
