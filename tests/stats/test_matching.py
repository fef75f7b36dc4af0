"""Nearest neighbours: R's scores, every pair looked at one by one, and the error against its own definition."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.matching import Matches, caliper_of, matched_error, nearest_matches
from evalkit.stats.propensity import logit_scores
from tests.truths.files import DATA, expected

NAMES = ["age", "age2", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"]


@pytest.fixture(scope="module")
def programme() -> tuple[pl.DataFrame, pl.DataFrame, FloatArray, FloatArray]:
    """The training programme, the survey, and the scores of both."""
    rows = pl.read_csv(DATA / "nsw_cps.csv.gz", infer_schema_length=None).with_columns(
        age2=pl.col("age") ** 2,
        u74=(pl.col("re74") == 0).cast(pl.Int64),
        u75=(pl.col("re75") == 0).cast(pl.Int64),
    )
    followed, controls = rows.filter(pl.col("treat") == 1), rows.filter(pl.col("treat") == 0)
    design = pl.concat([followed, controls])[NAMES].to_numpy().astype(float)
    scores = logit_scores(design, np.arange(len(design)) < len(followed))
    return followed, controls, scores[: len(followed)], scores[len(followed) :]


def test_the_matches_of_r_are_those_just_below_in_the_order_of_our_scores(programme):
    """What MatchIt 4.5.1 printed is not the nearest: it took the comparison just below, as if above and below were
    always as far. With that rule and our scores its effect, its 108 comparisons and its balance come back; the nearest
    are nearer."""
    truth = expected("matching_nsw_cps.json")["nn_replace"]
    followed, controls, inside, outside = programme
    # Equal scores are left in the order of the file, in which the programme comes first.
    line = np.argsort(np.round(np.concatenate([inside, outside]), 10), kind="stable")
    place = np.argsort(line, kind="stable")
    below = np.maximum.accumulate(np.where(line >= len(inside), np.arange(len(line)), -1))
    chosen = line[below[place[: len(inside)]]] - len(inside)
    effect = followed["re78"].mean() - controls["re78"].to_numpy()[chosen].mean()
    assert effect == pytest.approx(truth["att"], rel=1e-6)
    assert len(set(chosen)) == truth["n_controls"]
    for name, value in truth["smd"].items():
        traits = followed[name].to_numpy().astype(float)
        # MatchIt divides a yes or no by the root of p (1 - p), anything else by the deviation with n - 1.
        deviation = traits.std(ddof=0 if set(np.unique(traits)) <= {0.0, 1.0} else 1)
        assert (traits.mean() - controls[name].to_numpy()[chosen].mean()) / deviation == pytest.approx(value, rel=1e-6)
    nearest = nearest_matches(inside, outside)
    assert np.abs(inside - nearest.means(outside)).mean() < 0.6 * np.abs(inside - outside[chosen]).mean()


def test_effect_and_error_are_those_of_the_matching_package_of_r(programme):
    """R 4.2.2, Matching 4.10-8, on these scores rounded to nine digits: ``Match(Y = re78, Tr = treat, X = score,
    estimand = "ATT", M = 1, ties = TRUE, Var.calc = 1, distance.tolerance = 1e-16)``.

    Its error divides by n where ours divides by n - 1. With equal scores it estimates variances otherwise than Abadie
    and Imbens write them, so that its error is compared among persons of whom no two have the same score.
    """
    followed, controls, inside, outside = programme
    sides = ((followed, np.round(inside, 9)), (controls, np.round(outside, 9)))
    (y1, one), (y0, two) = ((side["re78"].to_numpy(), scores) for side, scores in sides)
    found = nearest_matches(one, two)
    assert (y1 - found.means(y0)).mean() == pytest.approx(1926.4934289886, rel=1e-9)
    first = np.unique(np.concatenate([one, two]), return_index=True)[1]
    alone = first < len(one), first >= len(one)
    (y1, one), (y0, two) = (
        (values[first[kept] - shift], scores[first[kept] - shift])
        for (values, scores), kept, shift in zip(((y1, one), (y0, two)), alone, (0, len(one)), strict=True)
    )
    found, size = nearest_matches(one, two), len(one)
    gaps = y1 - found.means(y0)
    assert gaps.mean() == pytest.approx(1570.9459451327, rel=1e-9)
    divided_by_n = matched_error(found, y1, y0) ** 2 - gaps.var(ddof=1) / size**2
    assert math.sqrt(divided_by_n) == pytest.approx(940.2797038840, rel=1e-9)


def test_the_programme_is_matched_as_pair_by_pair(programme):
    _, controls, inside, outside = programme
    outcome = controls["re78"].to_numpy()
    found = nearest_matches(inside, outside, caliper_of(inside, outside))
    gaps = np.abs(inside[:, None] - outside[None, :])
    shares = (gaps <= gaps.min(axis=1, keepdims=True) + 1e-8).astype(float)
    shares /= shares.sum(axis=1, keepdims=True)
    assert found.kept.all()
    np.testing.assert_allclose(found.weights, shares.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.means(outcome), shares @ outcome, rtol=1e-9)
    # People alike by age, schooling and income are many in the survey: some matches are ties of several.
    assert (shares > 0).sum() > len(inside) + 20


def one_by_one(
    followed: FloatArray, controls: FloatArray, caliper: float, strata: tuple[IntArray, IntArray] | None
) -> tuple[BoolArray, FloatArray]:
    """Return who is kept, and the share that each gives to each comparison, by looking at every pair."""
    kept = np.zeros(len(followed), dtype=bool)
    shares = np.zeros((len(followed), len(controls)))
    for i, score in enumerate(followed):
        gaps = [
            abs(score - other) if strata is None or strata[0][i] == strata[1][j] else math.inf
            for j, other in enumerate(controls)
        ]
        least = min(gaps)
        if least <= caliper + 1e-8 and math.isfinite(least):
            kept[i] = True
            chosen = [j for j, gap in enumerate(gaps) if gap <= least + 1e-8]
            shares[i, chosen] = 1.0 / len(chosen)
    return kept, shares


def error_one_by_one(
    kept: BoolArray, shares: FloatArray, y1: FloatArray, y0: FloatArray, controls: FloatArray
) -> float:
    """Return the error of Abadie and Imbens by its definition, pair by pair."""
    shares, size = shares[kept], int(kept.sum())
    gaps = [y1[i] - sum(shares[i, j] * y0[j] for j in range(len(y0))) for i in range(size)]
    mean = sum(gaps) / size
    total = sum((gap - mean) ** 2 for gap in gaps) / (size * (size - 1))
    for j, score in enumerate(controls):
        around = [abs(score - other) if k != j else math.inf for k, other in enumerate(controls)]
        near = [k for k, gap in enumerate(around) if gap <= min(around) + 1e-8]
        variance = len(near) / (len(near) + 1) * (y0[j] - sum(y0[k] for k in near) / len(near)) ** 2
        total += (shares[:, j].sum() ** 2 - (shares[:, j] ** 2).sum()) / size**2 * variance
    return math.sqrt(total)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("exact", [False, True])
def test_matches_and_error_are_those_of_every_pair_looked_at(seed: int, exact: bool):
    rng = np.random.default_rng(seed)
    # Rounded scores: ties on one side, on both sides, and equal ones.
    followed, controls = rng.normal(0.3, 1, 40).round(1), rng.normal(0, 1, 60).round(1)
    strata = (rng.integers(0, 3, 40), rng.integers(0, 3, 60)) if exact else None
    y1, y0 = rng.normal(1, 1, 40), rng.normal(0, 1, 60)
    caliper = 0.1
    kept, shares = one_by_one(followed, controls, caliper, strata)
    found = nearest_matches(followed, controls, caliper, strata)
    np.testing.assert_array_equal(found.kept, kept)
    np.testing.assert_allclose(found.weights, shares.sum(axis=0) / kept.sum(), atol=1e-14)
    np.testing.assert_allclose(found.means(y0), (shares @ y0)[kept], atol=1e-12)
    if not exact:
        assert matched_error(found, y1[kept], y0) == pytest.approx(
            error_one_by_one(kept, shares, y1[kept], y0, controls), rel=1e-10
        )


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(3)
    followed, controls = rng.normal(0, 1, 50).round(1), rng.normal(0, 1, 80).round(1)
    y1, y0 = rng.normal(0, 1, 50), rng.normal(0, 1, 80)
    first = nearest_matches(followed, controls)
    one, two = rng.permutation(50), rng.permutation(80)
    # A score fitted again on other rows moves by rounding: equal distances stay equal.
    second = nearest_matches(followed[one] + 1e-13, controls[two])
    np.testing.assert_allclose(second.weights, first.weights[two], atol=1e-14)
    assert matched_error(second, y1[one], y0[two]) == pytest.approx(matched_error(first, y1, y0), rel=1e-10)


def test_two_at_the_same_distance_count_for_half_each():
    found = nearest_matches(np.array([1.0]), np.array([0.5, 1.5, 3.0]))
    np.testing.assert_array_equal(found.weights, [0.5, 0.5, 0.0])
    assert found.means(np.array([10.0, 20.0, 99.0])) == pytest.approx([15.0])


def test_a_person_too_far_from_everybody_is_left_out():
    found = nearest_matches(np.array([0.0, 5.0]), np.array([0.1, 0.2, 1.0]), caliper=0.5)
    np.testing.assert_array_equal(found.kept, [True, False])
    np.testing.assert_array_equal(found.weights, [1.0, 0.0, 0.0])
    nobody = nearest_matches(np.array([9.0]), np.array([0.0, 1.0]), caliper=0.5)
    assert not nobody.kept.any()
    np.testing.assert_array_equal(nobody.weights, [0.0, 0.0])


def test_what_must_be_shared_is_never_crossed():
    strata = (np.array([0, 1, 2]), np.array([1, 1, 0]))
    found = nearest_matches(np.array([0.0, 0.0, 0.0]), np.array([0.0, 0.4, 0.9]), 1.0, strata)
    np.testing.assert_array_equal(found.kept, [True, True, False])
    np.testing.assert_array_equal(found.weights, [0.5, 0.0, 0.5])


def test_everybody_alike_gives_the_error_of_two_means():
    """One score for all: each comparison stands for everybody, and the error is that of a gap of means."""
    rng = np.random.default_rng(4)
    y1, y0 = rng.normal(1, 1, 200), rng.normal(0, 2, 300)
    found: Matches = nearest_matches(np.zeros(200), np.zeros(300), caliper_of(np.zeros(200), np.zeros(300)))
    np.testing.assert_allclose(found.weights, 1 / 300)
    plain = math.sqrt(y1.var(ddof=1) / 200 + y0.var(ddof=1) / 300)
    # Persons share their matches: 1 - 1/200 of what the mean of the comparisons doubts is counted again, as they draw.
    assert matched_error(found, y1, y0) == pytest.approx(plain, rel=0.01)


def test_errors_are_those_of_repeated_draws():
    """Ten comparisons to each person: 400 draws, an announced error within a tenth of what is seen."""
    rng = np.random.default_rng(5)
    effects, errors = [], []
    for _ in range(400):
        followed, controls = rng.normal(0.5, 1, 60), rng.normal(0, 1, 300)
        y1, y0 = 1 + followed + rng.normal(0, 1, 60), controls + rng.normal(0, 1, 300)
        found = nearest_matches(followed, controls)
        # What the score explains is taken away, as the regression does.
        effects.append((y1 - followed - found.means(y0 - controls)).mean())
        errors.append(matched_error(found, y1 - followed, y0 - controls))
    assert np.mean(effects) == pytest.approx(1.0, abs=3.29 * np.std(effects) / 20)
    assert np.mean(errors) == pytest.approx(np.std(effects), rel=0.1)
