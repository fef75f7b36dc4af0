"""Rates at each wave, by hand on twelve persons, and on the days where a wave begins and ends."""

from __future__ import annotations

import polars as pl
import pytest

from evalkit.follow.entry.persons import ACCOMPANIED
from evalkit.follow.waves import balance_matrix, had_exit, observed_until, wave_rates
from evalkit.stats.intervals import wilson_interval
from tests.follow.world import day, followed, protocol, read, stay


def twelve():
    """Eleven enter on 10 January 2024, so that six months end on 10 July; one enters in August, too late for them."""
    start = "2024-01-10"
    rows = stay("01", start, "2024-03", etat="emploi", fin="2024-03-01")
    rows += stay("02", start, "2024-05", etat="emploi", fin="2024-05-20")
    rows += stay("03", start, "2024-07", etat="emploi", fin="2024-07-10")  # on the day: counts
    rows += stay("04", start, "2024-07", etat="emploi", fin="2024-07-11")  # the day after: does not
    rows += stay("05", start, "2024-04", etat="mission", fin="2024-04-01")
    rows += stay("06", start, "2024-06", etat="mission", fin="2024-06-30")
    rows += stay("07", start, "2024-04", etat="perdu", fin="2024-04-15")
    rows += stay("08", start, "2024-05")  # leaves the file without a word in May
    for name in ("09", "10", "11"):
        rows += stay(name, start, "2024-12")
    return rows + stay("12", "2024-08-01", "2024-12")


def test_rates_of_twelve_persons_by_hand():
    rates = list(wave_rates(followed(read(twelve())), ACCOMPANIED, protocol(), day("2024-12-31")))
    counted = {rate.exit: (rate.at_risk, rate.count, rate.worst, rate.best) for rate in rates}
    assert {rate.wave for rate in rates} == {"P6M"}, "nobody has been seen for twelve months"
    assert counted == {
        "durable": (11, 3, 3 / 11, 5 / 11),  # two are lost: they may have found a job
        "transition": (11, 2, 2 / 11, 4 / 11),
        "lost": (11, 2, 2 / 11, 2 / 11),
    }
    for rate in rates:
        interval = wilson_interval(rate.count or 0, 11)
        assert (rate.rate, rate.low, rate.high) == ((rate.count or 0) / 11, interval.low, interval.high)


@pytest.mark.parametrize(("last", "observed"), [("2025-01-09", 0), ("2025-01-10", 11), ("2025-08-01", 12)])
def test_somebody_is_seen_for_a_wave_when_its_last_day_is_covered(last, observed):
    persons = followed(read(twelve(), last_day=last))
    assert observed_until(persons, "P12M", day(last)).sum() == observed


@pytest.mark.parametrize(
    ("entry", "wave", "last"),
    [
        ("2024-08-31", "P6M", "2025-02-28"),  # a month that is too short ends on its last day
        ("2023-08-31", "P6M", "2024-02-29"),
        ("2024-01-10", "P30D", "2024-02-09"),
        ("2024-01-10", "P15D", "2024-01-25"),
        ("2024-02-29", "P1Y", "2025-02-28"),
    ],
)
def test_waves_end_on_a_day_of_the_calendar(entry, wave, last):
    person = pl.DataFrame({"entry": [day(entry)] * 2, "exit": "durable"}).with_columns(
        exit_date=pl.Series([day(last), day(last) + (day("2024-01-02") - day("2024-01-01"))])
    )
    assert had_exit(person, wave, "durable").to_list() == [True, False]
    assert observed_until(person, wave, day(last)).to_list() == [True, True]


def test_being_lost_is_counted_even_when_no_word_says_it():
    """Otherwise the bounds would tell how many are lost without the masking of publication knowing it."""
    cohort = protocol(exits={"durable": "emploi"})
    rates = list(wave_rates(followed(read(twelve(), cohort)), ACCOMPANIED, cohort, day("2024-12-31")))
    assert {rate.exit: rate.count for rate in rates} == {"durable": 3, "lost": 1}


def test_a_rate_grows_with_time_and_exits_never_exceed_persons():
    rows = [row for row in twelve() if row["personne"] != "12"]
    cohort = protocol(waves=["P1M", "P3M", "P6M", "P9M"])
    rates = list(wave_rates(followed(read(rows)), ACCOMPANIED, cohort, day("2024-12-31")))
    for role in ("durable", "transition", "lost"):
        counts = [rate.count for rate in rates if rate.exit == role]
        assert counts == sorted(counts)
    for wave in cohort.waves:
        assert sum(rate.count for rate in rates if rate.wave == wave) <= 11


def test_balancing_variables_become_numbers_and_what_does_not_vary_is_left_out():
    persons = pl.DataFrame({"age": [20, 30, 40], "zone": ["b", "a", "c"], "sexe": ["F", "F", "F"]})
    matrix, labels = balance_matrix(persons, ["age", "zone", "sexe"])
    assert labels == ("age", "zone = b", "zone = c")
    assert matrix.tolist() == [[20, 1, 0], [30, 0, 0], [40, 0, 1]]
    assert balance_matrix(persons, ["sexe"])[0].shape == (3, 0)
