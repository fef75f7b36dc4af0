"""Where a target stands: the printed rule, case by case."""

import datetime as dt
from decimal import Decimal

import pytest

from evalkit.declare.measures import CountMeasure, RatioMeasure
from evalkit.declare.target import Target
from evalkit.declare.target_rule import Case, Point, judge
from evalkit.measure.standings import contradictions
from tests.measure.world import indicator

COUNT = CountMeasure(type="count", feed="x")
RATIO = RatioMeasure(type="ratio", feed="x", numerator="a", denominator="b", population="p")
TODAY = dt.date(2027, 6, 30)


def points(**years):
    return [Point(name[1:], Decimal(str(value)), Decimal(str(value))) for name, value in years.items()]


def judged(values, *, origin=None, today=TODAY, other=lambda _period: None, measure=COUNT, **target):
    start = (dt.date(int(origin[0]), 12, 31), Decimal(str(origin[1]))) if origin else None
    return judge(Case(measure, Target.model_validate(target), values, today, "", start, other))


@pytest.mark.parametrize(
    ("last", "verdict", "why"),
    [
        (100, "atteint", ""),
        (50, "en voie", "au moins sur la trajectoire"),  # 2023 to 2030: three of seven years, 42.9 expected
        (42, "non atteint", "en retard sur la trajectoire"),
    ],
)
def test_the_way_is_a_straight_line_from_the_baseline_to_the_end(last, verdict, why):
    found = judged(points(_2025=10, _2026=last), origin=(2023, 0), value="100", until="2030")
    assert (found.verdict, found.reason) == (verdict, why)
    if verdict != "atteint":
        assert round(found.expected, 1) == Decimal("42.9")
        assert found.shortfall == 100 - last


def test_steps_bend_the_way():
    steps = [{"year": "2026", "value": "20"}]
    found = judged(points(_2026=25), origin=(2023, 0), value="100", until="2030", steps=steps)
    assert (found.verdict, found.expected) == ("en voie", 20)


def test_a_decrease_is_on_its_way_under_the_line():
    kept = {"value": "10", "sense": "at_most", "until": "2029"}
    assert judged(points(_2026=18), origin=(2023, 30), **kept).verdict == "en voie"
    late = judged(points(_2026=25), origin=(2023, 30), **kept)
    assert (late.verdict, late.expected, late.shortfall) == (
        "non atteint",
        pytest.approx(Decimal(20), abs=Decimal("0.02")),
        15,
    )


@pytest.mark.parametrize(("value", "verdict"), [(95, "atteint"), (105, "atteint"), (94, "non atteint")])
def test_around_is_within_its_tolerance(value, verdict):
    assert judged(points(_2026=value), value="100", sense="around").verdict == verdict
    assert judged(points(_2026=value), value="100", sense="around", tolerance="10").verdict == "atteint"


def test_years_add_up_when_the_target_is_cumulated():
    """Habellis, 397 dwellings from 2024 to 2030 (Creusot Montceau, line 1483): three years of 60, 170.1 expected."""
    kept = {"value": "397", "count": "cumulated", "from": "2024", "until": "2030"}
    found = judged(points(_2023=500, _2024=60, _2025=60, _2026=60), **kept)
    assert (found.point.value, found.verdict, found.shortfall) == (180, "en voie", 217)
    assert round(found.expected, 1) == Decimal("170.2")
    ceiling = judged(points(_2024=60), **{**kept, "sense": "at_most"})
    assert ceiling.verdict != "atteint", "a ceiling on seven years is respected only when the seventh has passed"
    assert judged(points(_2024=400), **{**kept, "sense": "at_most"}).verdict == "non atteint"


def test_a_smoothed_target_reads_three_years_as_a_sum_over_a_sum():
    """TFPB: spending 90, 80 and 140 against rebates of 100 each year: 310 over 300, reached (lines 8036 to 8056)."""
    per_one = RATIO.model_copy(update={"per": 1})
    spent = [
        Point(year, Decimal(value) / 100, Decimal(value), Decimal(100))
        for year, value in (("2024", 90), ("2025", 80), ("2026", 140))
    ]
    found = judged(spent, measure=per_one, value="1", over="3")
    assert (found.verdict, round(found.point.value, 4), found.reason) == (
        "atteint",
        Decimal("1.0333"),
        "lissé sur 2024-2026",
    )
    short = judged(spent[1:], measure=per_one, value="1", over="3")
    assert (short.verdict, short.reason) == ("non mesurable", "2 années sur les 3 à lisser")


def test_a_target_may_be_relative_to_another_indicator():
    found = judged(points(_2026=9), value="2", than="x.y", times="0.5", other={"2026": Decimal(20)}.get)
    assert (found.aim, found.verdict) == (12, "non atteint")
    assert judged(points(_2026=9), value="0", than="x.y").verdict == "non mesurable"


def test_without_a_start_or_after_its_end_a_target_is_not_on_its_way():
    assert judged(points(_2026=50), value="100", until="2030").reason == "aucun point de départ connu"
    assert judged(points(_2025=0, _2026=50), value="100", until="2026").reason == "l’échéance est passée"
    assert judged([], value="100").verdict == "non mesurable"
    assert judged(points(_2022=5), value="100", **{"from": "2024"}).verdict == "non mesurable"


def test_the_missing_number_is_never_zero_while_the_target_is_not_reached():
    held = [Point("2026", Decimal("24.96"), Decimal(170), Decimal(681))]
    found = judged(held, measure=RATIO, value="25")
    assert (found.verdict, found.shortfall) == ("non atteint", 1)


def test_targets_contradict_each_other_in_the_same_place_and_years_only():
    declared = indicator(
        {"type": "count", "feed": "x"},
        targets=[
            {"value": "25", "from": "2023"},
            {"value": "42.5", "from": "2023"},
            {"value": "50", "from": "2023", "zone": "qpv"},
            {"value": "60", "sense": "at_most", "zone": "qpv"},
            {"value": "40", "sense": "at_most", "zone": "qpv"},
        ],
    )
    found = [[str(each.value) for each in contradictions(declared, target)] for target in declared.targets]
    assert found == [["42.5"], ["25"], ["40"], ["40"], ["50", "60"]]
