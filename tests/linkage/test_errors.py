"""The estimators of false and missed matches, against populations whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalkit.linkage.errors import (
    Agreement,
    Share,
    chance_of_discordance,
    false_match_share,
    missed_match_share,
)

DRAWS = 2000
PAIRS, FALSE, WOMEN = 1500, 0.04, 0.45
CHANCE = 2 * WOMEN * (1 - WOMEN)


def draws(recording_error: float, seed: int = 20300) -> list[Share]:
    """Match 1,500 pairs, 4 % of which are strangers; their sex is discordant by chance, or wrongly recorded."""
    rng = np.random.default_rng(seed)
    strangers = rng.binomial(PAIRS, FALSE, DRAWS)
    discordant = rng.binomial(strangers, CHANCE) + rng.binomial(PAIRS - strangers, recording_error)
    found = [false_match_share(Agreement(PAIRS, int(count), CHANCE)) for count in discordant]
    assert all(found)
    return [share for share in found if share is not None]


def test_the_estimate_is_right_on_average() -> None:
    values = np.array([share.value for share in draws(0.0)])
    error = math.sqrt(FALSE / CHANCE / PAIRS) / math.sqrt(DRAWS)
    assert abs(values.mean() - FALSE) < 4 * error


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Wilson's interval of 95 %: between 94 % and 96.5 % over 2,000 draws (binomial interval of ±1 % around)."""
    covered = sum(share.low <= FALSE <= share.high for share in draws(0.0))
    assert 0.94 < covered / DRAWS < 0.965


def test_a_witness_that_is_itself_wrong_makes_the_estimate_prudent() -> None:
    values = [share.value for share in draws(0.01)]
    assert np.mean(values) > FALSE
    exact = [false_match_share(Agreement(PAIRS, round(PAIRS * (0.96 * 0.01 + 0.04 * CHANCE)), CHANCE), 0.01)]
    assert exact[0] is not None
    assert exact[0].value == pytest.approx(FALSE, abs=0.002)


def test_chance_is_that_of_two_strangers() -> None:
    """60 women and 40 men against 30 and 70: they agree with probability 0.6 x 0.3 + 0.4 x 0.7 = 0.46."""
    assert chance_of_discordance({"F": 60, "H": 40}, {"F": 30, "H": 70}) == pytest.approx(0.54)
    assert chance_of_discordance({}, {"F": 1}) == 0.0


@pytest.mark.parametrize("agreement", [Agreement(0, 0, 0.5), Agreement(100, 3, 0.0)])
def test_a_witness_that_says_nothing_estimates_nothing(agreement: Agreement) -> None:
    assert false_match_share(agreement) is None


def test_missed_matches_of_a_feed_that_is_contained() -> None:
    """200 persons who must all be found, 180 pairs of which 5 % are strangers: 171 are true, 29 of 200 are missed."""
    share = missed_match_share(200, 180, Share(0.05, 0.0, 0.10), is_contained=True)
    assert (share.value, share.low, share.high) == pytest.approx((0.145, 0.1, 0.19))


def test_missed_matches_are_only_bounded_when_nothing_says_who_is_common() -> None:
    share = missed_match_share(200, 150, Share(0.0, 0.0, 0.0), is_contained=False)
    assert (share.low, share.high) == (0.0, 0.25)
    assert missed_match_share(0, 0, None, is_contained=False) == Share(0.0, 0.0, 0.0)
