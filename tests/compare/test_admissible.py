"""What must not be compared is refused before any estimate, with a code and a sentence."""

from __future__ import annotations

import polars as pl
import pytest

from evalkit.clause.words import duration_words
from evalkit.compare.admissible import crossed_breaks, objections
from evalkit.compare.panel import OutcomePanel
from evalkit.declare.feed import Feed
from evalkit.declare.period import first_day, last_day
from tests.compare.world import CONTROLS, TREATED, comparison, feed, territory

BREAK = {"date": "2023-07-01", "text": "Le quartile change de définition.", "fields": ["quartile"]}


def panel(periods=("2023-T1", "2023-T2", "2024-T1"), **fields) -> OutcomePanel:
    zones = [*TREATED, *CONTROLS]
    cells = pl.DataFrame(
        [(zone, period, 1, 2) for zone in zones for period in periods],
        schema=["zone", "period", "numerator", "denominator"],
        orient="row",
    )
    given = {"treated": TREATED, "controls": CONTROLS, "post_from": "2024-T1", "transition": None, "counts_units": True}
    return OutcomePanel(cells=cells, **{**given, **fields})


def codes(made: OutcomePanel, source: Feed | None = None, declared=None, zones=None) -> list[str]:
    found = objections(declared or comparison(), source or feed(), zones or territory(), made)
    return [objection.code for objection in found]


def test_what_agrees_is_not_refused():
    assert codes(panel()) == []


def test_nothing_received_is_said_before_anything_else():
    assert codes(panel(periods=()), feed(breaks=[BREAK])) == ["EVK-C001"]


@pytest.mark.parametrize(
    ("periods", "fields", "side"),
    [
        (("2023-T1", "2023-T4"), {}, "après"),
        (("2023-T1", "2023-T4"), {"post_from": ""}, "après"),
        (("2024-T1", "2024-T2"), {}, "avant"),
        # the transition is no period before: it holds both
        (("2024-T1", "2024-T2"), {"post_from": "2024-T2", "transition": "2024-T1"}, "avant"),
        (("2023-T4", "2024-T1"), {"post_from": "", "transition": "2024-T1"}, "après"),
    ],
)
def test_both_sides_of_the_programme_are_needed(periods, fields, side):
    (found,) = objections(comparison(), feed(), territory(), panel(periods, **fields))
    assert found.code == "EVK-C002"
    assert f"reçue {side} le début" in found.reason


@pytest.mark.parametrize(
    ("date", "fields", "crossed"),
    [
        ("2023-07-01", ["quartile"], True),
        ("2023-07-01", [], True),  # a break of the whole source
        ("2023-07-01", ["loyer"], False),  # of a column that is not read
        ("2023-01-01", [], False),  # everything compared comes after it
        ("2023-01-02", [], True),
        ("2024-03-31", [], True),
        ("2024-04-01", [], False),
    ],
)
def test_a_break_is_crossed_between_the_first_and_the_last_day(date, fields, crossed):
    source = feed(breaks=[{**BREAK, "date": date, "fields": fields}])
    assert codes(panel(), source) == (["EVK-C003"] if crossed else [])
    start, end = first_day("2023-T1"), last_day("2024-T1")
    assert len(crossed_breaks(comparison(), source, start, end)) == int(crossed)


def test_a_break_of_a_column_read_only_in_the_condition_counts():
    declared = comparison(outcome={"where": "loyer > 0"})
    assert codes(panel(), feed(breaks=[{**BREAK, "fields": ["loyer"]}]), declared) == ["EVK-C003"]


def test_an_accepted_break_is_no_objection():
    assert codes(panel(), feed(breaks=[BREAK]), comparison(accept_breaks="Série corrigée.")) == []


@pytest.mark.parametrize(
    ("zone", "change", "vintage", "perimeter", "refused"),
    [
        ("pres", "moved", 2024, None, True),
        ("pres", "new", 2024, None, True),
        ("pres", "same", 2024, None, False),
        ("pres", "left", 2024, None, False),
        ("pres", "moved", 2015, None, False),  # long before the first period
        ("pres", "moved", 2024, 2024, False),  # the source keeps one contour for every period
        ("temoin-03", "moved", 2024, None, True),
    ],
)
def test_a_contour_that_moves_between_the_periods_is_refused(zone, change, vintage, perimeter, refused):
    moved = territory(
        **{zone.replace("-", "_"): {"perimeters": [{"vintage": vintage, "code": "QN", "change": change}]}}
    )
    source = feed() if perimeter is None else feed(perimeter=perimeter)
    assert codes(panel(), source, zones=moved) == (["EVK-C004"] if refused else [])


def test_a_moved_contour_is_no_matter_when_every_period_comes_after():
    moved = territory(pres={"perimeters": [{"vintage": 2024, "code": "QN", "change": "moved"}]})
    made = panel(("2024-T1", "2024-T2", "2024-T3"), post_from="2024-T3")
    assert codes(made, zones=moved) == []


def test_a_control_that_contains_a_treated_zone_or_lies_in_it_is_refused():
    around = territory(pres={"within": ["temoin-00"]})
    inside = territory(temoin_01={"within": ["pres"]})
    further = territory(pres={"within": ["ville"]}, ville={"within": ["temoin-02"]})
    assert [codes(panel(), zones=zones) for zones in (around, inside, further)] == [["EVK-C005"]] * 3
    (found,) = objections(comparison(), feed(), inside, panel())
    assert "est dans un quartier comparé" in found.reason


@pytest.mark.parametrize(("spacing", "refused"), [("P12M", False), ("P1Y", False), ("P13M", True), ("P5Y", True)])
def test_vintages_that_pool_the_same_surveys_are_refused(spacing, refused):
    """The last period before and the first one after are a year apart."""
    made = panel(("2021-T1", "2023-T1", "2024-T1"))
    found = list(objections(comparison(), feed(spacing=spacing), territory(), made))
    assert [each.code for each in found] == (["EVK-C006"] if refused else [])
    if refused:
        assert duration_words(spacing) in found[0].reason
