"""Who benefits: only what was declared, adjusted for how many were; and groups that do not overlap are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from benchmarks.cohort_world import World, drawn
from evalkit.errors import ComputationError
from evalkit.follow.against.balanced import balance_groups
from evalkit.follow.analyse import analyse
from evalkit.follow.entry.persons import ACCOMPANIED
from evalkit.follow.states import STILL_THERE
from evalkit.stats.multiplicity import benjamini_hochberg, holm
from tests.follow.world import protocol

AGAINST = {"where": "accompagnement = 'commun'", "balance": ["age"]}
COHORT = protocol(
    waves=["P6M", "P12M"],
    against=AGAINST,
    analysis={"subgroups": {"primary": ["sexe"], "exploratory": ["zone", "agence"]}},
)


@pytest.fixture(scope="module")
def result():
    """The programme works for women alone: the jobs that it gave to men are taken back."""
    persons = drawn(np.random.default_rng(11), World(accompanied=1200, compared=1500, effect=0.06))
    rng = np.random.default_rng(12)
    undone = (pl.col("group") == ACCOMPANIED) & (pl.col("sexe") == "H") & pl.Series(rng.random(2700) < 0.55)
    frame = persons.frame.with_columns(
        pl.when(undone & (pl.col("exit") == "durable")).then(pl.lit(STILL_THERE)).otherwise("exit").alias("exit")
    )
    return analyse(COHORT, replace(persons, frame=frame))


def test_families_are_adjusted_apart(result):
    families = {name: [gap for gap in result.subgroups if gap.family == name] for name in ("principal", "exploratoire")}
    assert [(gap.variable, gap.word) for gap in families["principal"]] == [("sexe", "F"), ("sexe", "H")]
    assert [gap.variable for gap in families["exploratoire"]] == ["zone", "zone", "agence"]
    for name, adjust in (("principal", holm), ("exploratoire", benjamini_hochberg)):
        tested = [gap for gap in families[name] if gap.p is not None]
        assert [gap.p_adjusted for gap in tested] == pytest.approx(adjust([gap.p for gap in tested]))
    assert {gap.wave for gap in result.subgroups} == {"P12M"}


def test_a_benefit_for_some_is_found_where_it_is(result):
    women, men = (gap for gap in result.subgroups if gap.variable == "sexe")
    assert women.low > 10
    assert women.p_adjusted < 0.001
    assert men.high < women.low
    tests = {test.variable: test for test in result.subgroup_tests}
    assert tests["sexe"].p < 0.001
    assert tests["sexe"].df == 1
    assert tests["zone"].p > 0.01
    assert tests["sexe"].p_adjusted == tests["sexe"].p, "alone in its family"


def test_a_field_with_too_many_words_is_refused_with_its_reason(result):
    (agency,) = [gap for gap in result.subgroups if gap.variable == "agence"]
    assert (agency.effect, agency.p, agency.p_adjusted) == (None, None, None)
    assert "découpez-le en classes" in agency.refusal


def test_a_small_subgroup_is_refused_and_the_others_are_not():
    persons = drawn(np.random.default_rng(13), World(accompanied=300, compared=400))
    few = persons.frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 20 == 0).then(pl.lit("X")).otherwise("sexe").alias("sexe")
    )
    found = analyse(COHORT, replace(persons, frame=few))
    refused = {gap.word: gap.refusal for gap in found.subgroups if gap.variable == "sexe"}
    assert "moins de 30 personnes" in refused["X"]
    assert (refused["F"], refused["H"]) == ("", "")
    assert not any(test.df != 1 for test in found.subgroup_tests)


def test_what_is_not_declared_is_never_looked_at():
    persons = drawn(np.random.default_rng(14), World())
    found = analyse(protocol(against=AGAINST), persons)
    assert (found.subgroups, found.subgroup_tests) == ((), ())


def test_overlap_counts_everybody_once():
    persons = drawn(np.random.default_rng(15), World())
    overlap = analyse(COHORT, persons).overlap
    assert overlap is not None
    assert overlap.inside == 1.0
    assert sum(each.accompanied for each in overlap.bins) == overlap.accompanied == 300
    assert sum(each.comparison for each in overlap.bins) == overlap.comparison == 400
    assert (overlap.bins[0].low, overlap.bins[-1].high) == (0.0, 1.0)


@pytest.mark.parametrize("method", ["entropy", "propensity", "matching"])
def test_groups_that_do_not_overlap_are_refused(method):
    """Everybody accompanied is 22 or 23 years old, everybody else 50 or 51."""
    persons = drawn(np.random.default_rng(16), World())
    age = pl.when(pl.col("group") == ACCOMPANIED).then(22.0).otherwise(50.0) + pl.int_range(pl.len()) % 2
    apart = replace(persons, frame=persons.frame.with_columns(age.alias("age")))
    cohort = protocol(against={**AGAINST, "method": method})
    with pytest.raises(ComputationError, match=r"EVK-M307|EVK-M417"):
        balance_groups(apart, cohort, "P6M")
    found = analyse(cohort, apart)
    assert (found.contrasts, found.overlap) == ((), None)
    assert any("pas de comparaison" in warning for warning in found.warnings)


def test_groups_that_barely_overlap_are_refused():
    """Weights exist, for the means can be met; but most of the accompanied are 60, and no comparison is over 45."""
    persons = drawn(np.random.default_rng(17), World())
    rank = pl.int_range(pl.len())
    followed = pl.when(rank % 20 < 11).then(60.0).otherwise(20.0)
    age = pl.when(pl.col("group") == ACCOMPANIED).then(followed).otherwise(20.0 + rank % 26)
    apart = replace(persons, frame=persons.frame.with_columns(age.alias("age")))
    with pytest.raises(ComputationError, match="EVK-M419"):
        balance_groups(apart, protocol(against=AGAINST), "P6M")


def test_variance_ratios_are_given_for_numbers_alone():
    persons = drawn(np.random.default_rng(18), World())
    table = {each.variable: each for each in analyse(COHORT, persons).balance}
    accompanied, compared = (persons.frame.filter(group=name)["age"].var() for name in ("accompagnés", "comparaison"))
    assert table["age"].ratio_before == pytest.approx(accompanied / compared)
    assert table["zone = pres"].ratio_before is None
    # Two ages: once the means are equal, so are the variances, but for n - 1 and the effective size.
    assert table["age"].ratio_after == pytest.approx(1, abs=0.02)
