"""From rows to an estimate in points, or to a refusal that says why."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.run import compare
from evalkit.store.store import Store
from tests.compare.world import (
    CONTROLS,
    LEASES,
    QUARTERS,
    TREATED,
    comparison,
    counts,
    feed,
    leases,
    result,
    territory,
    workspace,
)
from tests.measure.world import CONTRACT, put

BREAK = {"date": "2023-07-01", "text": "Le quartile change de définition."}


def by_hand(found, before, after):
    """The difference of changes of the mean rates, in points: every cell has as many leases."""

    def rate(zones, quarters):
        cells = [found[zone, quarter] for zone in zones for quarter in quarters]
        return 100 * sum(low for _, low in cells) / sum(total for total, _ in cells)

    return (rate(TREATED, after) - rate(TREATED, before)) - (rate(CONTROLS, after) - rate(CONTROLS, before))


def estimate(*args, **fields) -> Estimate:
    found = result(*args, **fields)
    assert isinstance(found, Estimate), found
    return found


def refusal(*args, **fields) -> Refusal:
    found = result(*args, **fields)
    assert isinstance(found, Refusal), found
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Estimate:
    return estimate(tmp_path_factory.mktemp("planted"), counts(effect=12))


def test_the_effect_is_the_difference_of_changes_in_points(planted):
    """Twelve leases in sixty more: 20 points, and the noise of the draws, computed by hand."""
    expected = by_hand(counts(effect=12), QUARTERS[:8], QUARTERS[8:])
    assert planted.effect == pytest.approx(expected, abs=1e-9)
    assert expected == pytest.approx(20, abs=3)
    assert planted.low < expected < planted.high
    assert planted.p < 0.01
    low, high = planted.leave_one_out
    assert low <= planted.effect <= high


def test_the_test_is_that_of_two_treated_zones_and_everything_is_in_points(planted):
    assert "bruit des zones selon leur taille" in planted.test
    assert (planted.n_treated, planted.n_controls) == (2, 12)
    assert planted.smallest_p == pytest.approx(1 / 91)  # 14 zones, 2 treated: 91 ways
    assert 1 < planted.mde < 20
    assert (planted.periods, planted.unit, planted.role) == (("2022-T1", "2024-T4"), "points", "primary")
    assert (planted.feed, planted.deliveries) == ("attributions", ("d1",))


def test_a_placebo_finds_nothing(tmp_path):
    found = estimate(tmp_path, counts())
    assert found.low < 0 < found.high
    assert found.p > 0.05


def test_sentences_are_typeset(planted):
    for sentence in (planted.pretrend, planted.test_reason, *planted.warnings):
        assert not re.search(r" [:;?!%»]|« ", sentence), sentence
    assert "\N{NO-BREAK SPACE}:" in planted.test_reason


def test_a_rate_per_thousand_is_ten_times_that_per_cent(tmp_path, planted):
    found = estimate(tmp_path, counts(effect=12), comparison(outcome={"per": 1000}))
    for name in ("effect", "low", "high", "mde"):
        assert getattr(found, name) == pytest.approx(10 * getattr(planted, name), rel=1e-9)
    assert (found.p, found.naive_p, found.pretrend_p) == (planted.p, planted.naive_p, planted.pretrend_p)
    assert found.series[0].rate == pytest.approx(10 * planted.series[0].rate)


def test_curves_are_sum_over_sum_on_each_side(tmp_path):
    made = dict(counts())
    made["pres", "2022-T1"], made["aubepins", "2022-T1"] = (10, 5), (90, 9)
    series = {(each.side, each.period): each for each in result(tmp_path, made).series}
    assert len(series) == 2 * len(QUARTERS)
    first = series["QPV", "2022-T1"]
    assert (first.n, first.events, first.rate) == (100, 14, 14.0), "not 30, the mean of 50 % and 10 %"
    assert series["zones témoins", "2022-T1"].n == 12 * LEASES


def test_the_period_during_which_the_programme_begins_is_shown_and_not_tested(tmp_path):
    declared = comparison(programme={"label": "Programme", "begins": "2024-02-15"})
    plain, wild = counts(effect=12), dict(counts(effect=12))
    for zone in TREATED:
        wild[zone, "2024-T1"] = (LEASES, LEASES)
    found = estimate(tmp_path / "wild", wild, declared)
    assert found.effect == pytest.approx(by_hand(plain, QUARTERS[:8], QUARTERS[9:]), abs=1e-9)
    assert "2024-T1" in {each.period for each in found.series}
    assert any(
        "1er\N{NO-BREAK SPACE}trimestre" in sentence and "15\N{NO-BREAK SPACE}février" in sentence
        for sentence in found.warnings
    )
    assert estimate(tmp_path / "plain", plain, declared).effect == found.effect


def test_a_programme_that_begins_with_a_period_leaves_none_out(planted):
    assert not any("laissée de côté" in sentence for sentence in planted.warnings)


def test_only_the_periods_asked_for_are_read(tmp_path):
    found = estimate(tmp_path, counts(effect=12), comparison(**{"from": "2023-T1", "until": "2024-T2"}))
    assert found.periods == ("2023-T1", "2024-T2")
    assert found.effect == pytest.approx(by_hand(counts(effect=12), QUARTERS[4:8], QUARTERS[8:10]), abs=1e-9)


def test_controls_are_all_those_of_the_territory_or_those_named(tmp_path):
    found = estimate(tmp_path, counts(), comparison(controls=list(CONTROLS[:9])))
    assert found.n_controls == 9


def test_rows_of_other_zones_and_of_none_are_not_controls(tmp_path):
    made = dict(counts()) | {("outside", "2024-T1"): (500, 500), ("unknown", "2022-T1"): (500, 0)}
    assert estimate(tmp_path, made).effect == pytest.approx(by_hand(counts(), QUARTERS[:8], QUARTERS[8:]), abs=1e-9)


def test_with_one_period_before_the_detectable_effect_is_a_floor_and_says_so(tmp_path):
    """Squares are known because each lease counts 0 or 1; for a ratio of quantities they are not, nor is the floor."""
    quarters = ("2023-T4", "2024-T1", "2024-T2")
    found = estimate(tmp_path / "counted", counts(quarters=quarters))
    assert found.mde == pytest.approx(14, abs=4)
    assert any("est un minimum" in sentence for sentence in found.warnings)
    money = comparison(outcome={"numerator": "quartile", "denominator": "loyer"})
    found = estimate(tmp_path / "summed", counts(quarters=quarters), money)
    assert found.mde is None
    assert not any("est un minimum" in sentence for sentence in found.warnings)


def test_quantities_are_compared_by_their_sums_alone(tmp_path):
    declared = comparison(outcome={"numerator": "quartile", "denominator": "loyer", "per": 1})
    found = estimate(tmp_path, counts(effect=12), declared)
    assert found.effect == pytest.approx(-2 * by_hand(counts(effect=12), QUARTERS[:8], QUARTERS[8:]) / 100, abs=1e-9)
    assert found.mde is not None


def test_quantities_that_cannot_be_weights_are_refused_not_raised(tmp_path):
    found = refusal(tmp_path, counts(), comparison(outcome={"numerator": "quartile", "denominator": "loyer - 2"}))
    assert found.code == "EVK-M303"
    assert "négatif" in found.reason


def test_an_accepted_break_is_printed_with_its_reason(tmp_path):
    declared = comparison(accept_breaks="Insee publie une série corrigée.")
    found = estimate(tmp_path, counts(), declared, source=feed(breaks=[BREAK]))
    (warning,) = [sentence for sentence in found.warnings if "juillet" in sentence]
    assert "Le quartile change de définition." in warning
    assert "malgré cette rupture, comme déclaré\N{NO-BREAK SPACE}: Insee publie une série corrigée." in warning


@pytest.mark.parametrize("breaks", [[], [{**BREAK, "date": "2019-01-01"}], [{**BREAK, "fields": ["loyer"]}]])
def test_accepting_what_is_not_crossed_says_nothing(tmp_path, breaks):
    found = estimate(tmp_path, counts(), comparison(accept_breaks="Au cas où."), source=feed(breaks=breaks))
    assert not any("rupture" in sentence for sentence in found.warnings)


MOVED = {"perimeters": [{"vintage": 2024, "code": "QN", "change": "moved"}]}


@pytest.mark.parametrize(
    ("code", "made", "fields", "words"),
    [
        ("EVK-C001", {}, {}, "Aucune donnée"),
        ("EVK-C002", counts(quarters=QUARTERS[8:]), {}, "avant le début"),
        ("EVK-C002", counts(quarters=QUARTERS[:8]), {}, "après le début"),
        ("EVK-C003", counts(), {"source": feed(breaks=[BREAK])}, "juillet"),
        ("EVK-C004", counts(), {"territory": territory(pres=MOVED)}, "périmètre"),
        ("EVK-C005", counts(), {"territory": territory(pres={"within": ["temoin-00"]})}, "contient"),
        ("EVK-C006", counts(), {"source": feed(spacing="P5Y")}, "5\u00a0ans"),
        ("EVK-C201", counts(), {"source": feed(window="enquêtes de N-2 à N+2")}, "partagent des observations"),
        ("EVK-C101", counts(zones=CONTROLS), {}, "quatre cases"),
        ("EVK-C102", counts(zones=(*TREATED, "temoin-00")), {}, "Un seul territoire"),
        ("EVK-C103", counts(zones=("pres", *CONTROLS)), {"declared": comparison(treated=["pres"])}, "seule zone"),
        ("EVK-C104", counts(zones=(*TREATED, *CONTROLS[:4])), {}, "Trop peu de zones"),
    ],
)
def test_each_refusal_has_its_code_its_reason_and_its_curves(tmp_path, code, made, fields, words):
    found = refusal(tmp_path, made, **fields)
    assert found.code == code
    assert words in found.reason
    assert not re.search(r" [:;?!%»]|« ", found.reason)
    assert bool(found.series) == bool(made), "what may not be tested may still be described"


@pytest.mark.parametrize(
    ("clause", "words"),
    [({"status": "absent"}, "absente"), ({"sharing": {"purposes": ["indicateur"]}}, "finalité")],
)
def test_a_clause_that_forbids_leaves_nothing_to_see(tmp_path, clause, words):
    found = refusal(tmp_path, counts(), clause=clause)
    assert (found.code, found.series) == ("EVK-C000", ())
    assert words in found.reason


def test_comparisons_come_in_the_order_of_their_ids_and_as_of_goes_back(tmp_path):
    declared = [comparison(id=name) for name in ("essai.b", "essai.a")]
    space = workspace(tmp_path, *declared)
    store = Store(space.data)
    put(store, leases(counts()), received_on=dt.date(2025, 2, 1))
    assert [each.comparison for each in compare(space, store, CONTRACT)] == ["essai.a", "essai.b"]
    before = compare(space, store, CONTRACT, dt.date(2025, 1, 31))
    assert {each.code for each in before if isinstance(each, Refusal)} == {"EVK-C001"}
    assert before[0].deliveries == ()


def test_the_same_rows_in_another_order_give_the_same_estimate(tmp_path, planted):
    made = counts(effect=12)
    assert result(tmp_path, dict(reversed(made.items()))) == planted
