"""« Hors QPV » is made of sums: rates by their weights, medians never."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import ComputationError
from evalkit.territory.amounts import Amount, Statistic, amount_of_rate
from evalkit.territory.remainder import remainder
from evalkit.territory.zones import OUTSIDE, UNKNOWN, members
from tests.territory.places import territory

STEADY = settings(deadline=None, derandomize=True)
UNITS = st.integers(min_value=1, max_value=100_000)
PARTS = st.lists(st.tuples(UNITS, UNITS).map(sorted), min_size=1, max_size=12)


def test_a_rate_is_taken_out_of_the_whole_by_its_weight():
    """(whole - w x part) / (1 - w) with w = 8,100 of 113,000: 13.0 and 41.0 give 1,136,900 of 104,900 = 10.8379."""
    whole, part = amount_of_rate(13.0, 113_000, 100), amount_of_rate(41.0, 8_100, 100)
    left = remainder(whole, [part], Statistic.RATE)
    weight = 8_100 / 113_000
    assert left.value is not None
    assert 100 * left.value == pytest.approx((13.0 - weight * 41.0) / (1 - weight), rel=1e-12)
    assert 100 * left.value == pytest.approx(10.8379, abs=1e-4)
    assert left.denominator == 104_900


@pytest.mark.parametrize("statistic", [Statistic.MEDIAN, Statistic.QUANTILE, Statistic.PUBLISHED])
def test_a_median_is_refused_with_its_sentence(statistic):
    with pytest.raises(ComputationError) as error:
        remainder(Amount(1770), [Amount(742)], statistic)
    (problem,) = error.value.problems
    assert problem.code == "EVK-M201"
    assert f"ne se calcule pas pour un{'' if statistic is Statistic.QUANTILE else 'e'} {statistic.value}" in str(
        problem
    )


def test_parts_without_a_weight_or_larger_than_the_whole_are_refused():
    with pytest.raises(ComputationError, match="EVK-M202"):
        remainder(Amount(10, 100), [Amount(5)], Statistic.RATE)
    with pytest.raises(ComputationError, match="EVK-M203"):
        remainder(Amount(10, 100), [Amount(5, 101)], Statistic.RATE)
    with pytest.raises(ComputationError, match="EVK-M203"):
        remainder(Amount(10), [Amount(6), Amount(5)], Statistic.COUNT)


def test_nothing_left_has_no_value():
    assert remainder(Amount(5, 10), [Amount(5, 10)], Statistic.RATE).value is None
    assert remainder(Amount(5, 10), [], Statistic.RATE) == Amount(5, 10)


@STEADY
@given(outside=st.tuples(UNITS, UNITS).map(sorted), parts=PARTS, order=st.randoms(use_true_random=False))
def test_the_parts_and_the_rest_make_the_whole(outside, parts, order):
    """Whatever the order in which the QPV come."""
    qpv = [Amount(numerator, denominator) for numerator, denominator in parts]
    whole = Amount(outside[0] + sum(n for n, _ in parts), outside[1] + sum(d for _, d in parts))
    left = remainder(whole, qpv, Statistic.RATE)
    assert (left.numerator, left.denominator) == tuple(outside)
    shuffled = [*qpv]
    order.shuffle(shuffled)
    assert remainder(whole, shuffled, Statistic.RATE) == left


STORED = [*territory().zones, OUTSIDE, UNKNOWN]


@STEADY
@given(st.lists(st.sampled_from(STORED), max_size=60))
def test_rows_of_the_qpv_and_of_the_rest_are_all_the_rows_but_those_of_unknown_place(rows):
    zones = territory()
    in_qpv, rest = members(zones, "qpv").holds(rows), members(zones, "hors-qpv").holds(rows)
    assert sorted([*in_qpv, *rest, *(row for row in rows if row == UNKNOWN)]) == sorted(rows)
    whole = members(zones, "agglo").holds(rows)
    inside, without = members(zones, "qpv").holds(whole), members(zones, "agglo.hors-qpv").holds(rows)
    assert sorted([*inside, *without]) == sorted(whole)


def test_a_sector_is_a_part_of_its_qpv():
    zones = territory()
    assert members(zones, "qpv").holds(["secteur-nord", "veille"]) == ("secteur-nord",)
    assert members(zones, "hors-qpv").holds(["secteur-nord", "veille"]) == ("veille",)


def test_one_zone_without_its_qpv_is_a_derived_zone():
    zones = territory()
    assert zones.rests == ("agglo.hors-qpv", "unite-urbaine.hors-qpv", "ville.hors-qpv", "voisine.hors-qpv")
    assert members(zones, "ville.hors-qpv").zones == ("sort", "veille", "ville")
    assert zones.label("ville.hors-qpv") == "Ville hors QPV"
    assert {"qpv", "garde", "agglo.hors-qpv"} <= zones.known_zones
    with pytest.raises(KeyError):
        members(zones, "nulle-part.hors-qpv")


def test_the_rsa_of_calais_falls_faster_without_its_qpv():
    """Contract of Grand Calais, lines 319 to 322 (CAF.data): -33 % for Calais, its QPV included; -43 % without them."""
    calais = {2015: Amount(7254), 2021: Amount(4854)}
    qpv = {2015: [Amount(1273), Amount(651)], 2021: [Amount(1308), Amount(518)]}
    left = {year: remainder(calais[year], qpv[year], Statistic.COUNT).numerator for year in calais}
    assert left == {2015: 5330, 2021: 3028}
    assert round(100 * (calais[2021].numerator / calais[2015].numerator - 1)) == -33
    assert round(100 * (left[2021] / left[2015] - 1)) == -43
