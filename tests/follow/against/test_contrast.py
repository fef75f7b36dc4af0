"""Balancing takes away what was measured at entry: a planted effect comes back, and its interval keeps its promise."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError
from scipy.stats import binom

from evalkit.declare.cohort import Cohort
from evalkit.errors import ComputationError
from evalkit.follow.against.balanced import balance_groups
from evalkit.follow.against.contrast import METHODS, contrast_at, weighted_rates
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons
from evalkit.follow.states import STILL_THERE, VANISHED
from tests.follow.world import protocol

LAST_DAY = dt.date(2026, 12, 31)
DRAWS = 400
PLANTED = 12.0


def persons(frame: pl.DataFrame) -> Persons:
    return Persons(frame, LAST_DAY, frame.height, frame.height, 0, 0, 0)


def drawn(rng: np.random.Generator, effect: float, sizes: tuple[int, int] = (120, 180)) -> Persons:
    """The accompanied are younger, and the young find jobs more often whoever accompanies them."""
    group = np.repeat([ACCOMPANIED, COMPARISON], sizes)
    inside = group == ACCOMPANIED
    age = np.clip(np.where(inside, rng.normal(34, 8, len(group)), rng.normal(42, 9, len(group))), 18, 64).round()
    zone = np.where(rng.random(len(group)) < np.where(inside, 0.6, 0.4), "pres", "aubepins")
    chance = 0.55 - 0.01 * (age - 20) + 0.08 * (zone == "pres") + effect * inside
    frame = pl.DataFrame(
        {
            "group": group,
            "zone": zone,
            "entry": pl.Series([dt.date(2025, 1, 15), dt.date(2025, 5, 15)])[rng.integers(0, 2, len(group)).tolist()],
            "found": rng.random(len(group)) < chance,
            "age": age,
        }
    )
    return persons(
        frame.with_columns(
            exit_date=pl.when("found").then(pl.col("entry").dt.offset_by("60d")),
            exit=pl.when("found").then(pl.lit("durable")).otherwise(pl.lit(STILL_THERE)),
        ).drop("found")
    )


def naive_gap(drawing: Persons) -> float:
    rates = {
        group: drawing.frame.filter(group=group).select((pl.col("exit") == "durable").mean()).item()
        for group in (ACCOMPANIED, COMPARISON)
    }
    return 100 * (rates[ACCOMPANIED] - rates[COMPARISON])


@pytest.fixture(scope="module")
def draws():
    rng = np.random.default_rng(20_240_901)
    found = []
    for _ in range(DRAWS):
        drawing = drawn(rng, PLANTED / 100)
        contrast = contrast_at(balance_groups(drawing, protocol(), "P6M"), protocol(), "P6M")
        found.append((naive_gap(drawing), contrast.effect, contrast.low, contrast.high, contrast.p))
    return np.array(found)


def test_balancing_recovers_what_the_naive_gap_mistakes(draws):
    """The naive gap carries about 8 points of age and 2 of zone; the balanced one is right to its own error."""
    naive, balanced = draws[:, 0].mean(), draws[:, 1].mean()
    doubt = 3.29 * draws[:, 1].std() / math.sqrt(DRAWS)
    assert naive - PLANTED > 7
    assert abs(balanced - PLANTED) < doubt
    assert doubt < 1.2


def test_intervals_hold_the_planted_effect_19_times_in_20(draws):
    held = int(((draws[:, 2] <= PLANTED) & (draws[:, 3] >= PLANTED)).sum())
    least, most = binom.ppf([0.0005, 0.9995], DRAWS, 0.95)
    assert least <= held <= most


def test_the_p_value_and_the_interval_agree(draws):
    excludes_zero = (draws[:, 2] > 0) | (draws[:, 3] < 0)
    assert ((draws[:, 4] < 0.05) == excludes_zero).all()
    assert 0 < excludes_zero.sum() < DRAWS


@pytest.fixture
def one() -> Persons:
    return drawn(np.random.default_rng(1), 0.1)


def test_groups_are_alike_after_balancing_on_everything_declared(one):
    balanced = balance_groups(one, protocol(), "P6M")
    assert {each.variable for each in balanced.table} == {"age", "trimestre d’entrée = 2025-T2", "zone = pres"}
    assert max(abs(each.smd_before) for each in balanced.table) > 0.5
    assert max(abs(each.smd_after or 0.0) for each in balanced.table) < 1e-6
    assert balanced.weights.sum() == pytest.approx(1, abs=1e-12)
    assert 30 < balanced.effective_size < balanced.comparison.height


def test_zones_apart_are_balanced_only_when_asked(one):
    against = {"where": "accompagnement = 'commun'", "zone": "any", "balance": ["age"]}
    found = balance_groups(one, protocol(against=against), "P6M")
    assert {each.variable for each in found.table} == {"age", "trimestre d’entrée = 2025-T2"}
    named = protocol(against={**against, "balance": ["age", "zone"]})
    assert "zone = pres" in {each.variable for each in balance_groups(one, named, "P6M").table}


def test_weighted_rates_have_an_interval_of_the_effective_number(one):
    balanced = balance_groups(one, protocol(), "P6M")
    rates = {rate.exit: rate for rate in weighted_rates(balanced, protocol(), "P6M")}
    durable = rates["durable"]
    assert durable.low < durable.rate < durable.high
    error = math.sqrt(durable.rate * (1 - durable.rate) / balanced.effective_size)
    assert durable.high - durable.low == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert (durable.count, durable.at_risk) == (None, 180)
    assert (rates[VANISHED].rate, durable.best) == (0.0, durable.rate)
    assert 0 < rates[VANISHED].high < 0.1, "nobody lost among so many is not proof that nobody would be"


def test_equal_weights_give_the_textbook_error():
    """Nothing to balance: the gap of two means, with Welch's error but for the jackknife (n - 1) of the comparisons."""
    frame = pl.DataFrame(
        {
            "group": [ACCOMPANIED] * 40 + [COMPARISON] * 60,
            "zone": "pres",
            "entry": dt.date(2025, 1, 15),
            "exit": ["durable"] * 20 + [STILL_THERE] * 20 + ["durable"] * 18 + [STILL_THERE] * 42,
            "age": 40,
        }
    ).with_columns(exit_date=pl.when(pl.col("exit") == "durable").then(dt.date(2025, 2, 1)))
    contrast = contrast_at(balance_groups(persons(frame), protocol(), "P6M"), protocol(), "P6M")
    error = math.sqrt(0.5 * 0.5 / 39 + 0.3 * 0.7 * 60 / 59 / 59)
    assert contrast.effect == pytest.approx(20, abs=1e-9)
    assert contrast.high - contrast.low == pytest.approx(200 * 2.000995 * error, rel=1e-5)  # Student 59, 97.5 %


@pytest.mark.parametrize(("sizes", "refused"), [((30, 30), False), ((29, 60), True), ((60, 29), True)])
def test_under_the_minimum_on_either_side_nothing_is_compared(sizes, refused):
    drawing = drawn(np.random.default_rng(2), 0.0, sizes)
    if not refused:
        assert balance_groups(drawing, protocol(), "P6M").accompanied.height == 30
        return
    with pytest.raises(ComputationError) as caught:
        balance_groups(drawing, protocol(), "P6M")
    assert caught.value.problems[0].code == "EVK-M401"
    assert "29" not in str(caught.value), "the number may be secret"


def test_the_minimum_is_counted_at_each_wave():
    """At 24 months nobody has been seen long enough."""
    with pytest.raises(ComputationError):
        balance_groups(drawn(np.random.default_rng(3), 0.0), protocol(), "P24M")


def test_groups_without_overlap_are_not_compared(one):
    older = pl.when(pl.col("group") == COMPARISON).then(pl.col("age") + 60).otherwise("age")
    with pytest.raises(ComputationError) as caught:
        balance_groups(persons(one.frame.with_columns(age=older)), protocol(), "P6M")
    assert caught.value.problems[0].code == "EVK-M307"


def test_comparisons_like_nobody_accompanied_and_unknown_ages_are_left_out(one):
    row = pl.int_range(pl.len())
    frame = one.frame.with_columns(
        zone=pl.when((pl.col("group") == COMPARISON) & (row % 10 == 0)).then(pl.lit("ville")).otherwise("zone"),
        age=pl.when(row % 50 == 1).then(None).otherwise("age"),
    )
    found = balance_groups(persons(frame), protocol(), "P6M")
    assert "ville" not in found.comparison["zone"]
    assert found.left_out == frame.filter((pl.col("zone") == "ville") | pl.col("age").is_null()).height == 24
    assert found.observed == 180


def test_unanimous_groups_have_no_error_to_show(one):
    frame = one.frame.with_columns(exit=pl.lit(STILL_THERE))
    balanced = balance_groups(persons(frame), protocol(), "P6M")
    with pytest.raises(ComputationError) as caught:
        contrast_at(balanced, protocol(), "P6M")
    assert caught.value.problems[0].code == "EVK-M402"


def by(method: str, *exact: str) -> Cohort:
    return protocol(
        against={
            "where": "accompagnement = 'commun'",
            "zone": "same",
            "balance": ["age"],
            "method": method,
            "exact": list(exact),
        }
    )


@pytest.mark.parametrize("method", ["propensity", "matching"])
def test_the_score_recovers_it_too(method):
    """Odds, or neighbours, and a regression that repairs what they leave: 200 draws, right and covered."""
    cohort = by(method)
    rng = np.random.default_rng(20_240_902)
    found = [contrast_at(balance_groups(drawn(rng, PLANTED / 100), cohort, "P6M"), cohort, "P6M") for _ in range(200)]
    effects = np.array([each.effect for each in found])
    assert abs(effects.mean() - PLANTED) < 3.29 * effects.std() / math.sqrt(200)
    held = sum(each.low <= PLANTED <= each.high for each in found)
    # The score is taken as known, which makes the interval a little wide: never under the binomial bound of 95 %.
    assert held >= binom.ppf(0.0005, 200, 0.95)
    assert {each.method for each in found} == {METHODS[method]}


def test_matched_persons_are_near_and_the_others_are_left_out(one):
    declared = by("matching")
    balanced = balance_groups(one, declared, "P6M")
    assert balanced.matches is not None
    assert balanced.accompanied.height == len(balanced.inside) == 120 - balanced.unmatched
    assert (balanced.weights > 0).sum() < 120 < balanced.comparison.height
    assert balanced.weights.sum() == pytest.approx(1, abs=1e-12)
    before = max(abs(each.smd_before) for each in balanced.table)
    assert max(abs(each.smd_after or 0.0) for each in balanced.table) < before / 2
    contrast = contrast_at(balanced, declared, "P6M")
    assert contrast.unmatched == balanced.unmatched
    assert contrast.effective_size == pytest.approx(1 / (balanced.weights**2).sum())


def test_variables_declared_exact_are_shared_by_all_matches(one):
    balanced = balance_groups(one, by("matching", "zone"), "P6M")
    assert balanced.matches is not None
    lives = (balanced.comparison["zone"] == "pres").cast(pl.Float64).to_numpy()
    mine = (balanced.accompanied["zone"] == "pres").cast(pl.Float64).to_numpy()
    np.testing.assert_allclose(balanced.matches.means(lives), mine, atol=1e-12)
    loose = balance_groups(one, by("matching"), "P6M")
    assert loose.matches is not None
    assert loose.unmatched <= balanced.unmatched


def test_matching_does_not_read_the_order_of_rows(one):
    cohort = by("matching", "zone")
    shuffled = one.frame.sample(fraction=1.0, shuffle=True, seed=7)
    first, second = (
        contrast_at(balance_groups(persons(frame), cohort, "P6M"), cohort, "P6M") for frame in (one.frame, shuffled)
    )
    assert second == first


def test_matching_without_anybody_near_is_refused(one):
    """Two thirds of the accompanied are of an age that nobody else has."""
    rank = pl.int_range(pl.len())
    away = (pl.col("group") == ACCOMPANIED) & (rank % 3 > 0)
    frame = one.frame.with_columns(age=pl.when(away).then(pl.col("age") + 200 + 10 * (rank % 7)).otherwise("age"))
    older = frame.with_columns(
        age=pl.when((pl.col("group") == COMPARISON) & (rank == pl.len() - 1)).then(600).otherwise("age")
    )
    with pytest.raises(ComputationError) as caught:
        balance_groups(persons(older), by("matching"), "P6M")
    assert caught.value.problems[0].code == "EVK-M419"


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"method": "entropy"}, "method: matching"), ({"method": "matching", "exact": ["sexe"]}, "sexe")],
)
def test_exact_goes_with_matching_and_with_what_is_balanced(fields, said):
    against = {"where": "accompagnement = 'commun'", "balance": ["age"], "exact": ["age"], **fields}
    with pytest.raises(ValidationError, match=said):
        protocol(against=against)
