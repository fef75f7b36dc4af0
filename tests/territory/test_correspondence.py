"""The passage from 2015 to 2024 conserves population; what it estimates is bounded and said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import ComputationError
from evalkit.territory.amounts import Amount, Statistic
from evalkit.territory.constant import CONSTANT_SCHEMA, SeriesOnOneContour, carry, constant_series
from evalkit.territory.correspondence import (
    ELSEWHERE,
    Correspondence,
    correspondence_of,
    disagreements,
    official_links,
)
from tests.territory.places import territory

STEADY = settings(deadline=None, derandomize=True)


def shares(*rows: tuple[str, str, float, int | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "quartier_2015": origin,
                "quartier_2024": target,
                "annee": 2019,
                "part_population_2015": Decimal(str(share)),
                "habitants_commun": common,
                "part_population_2024": None if part is None else Decimal(str(part)),
            }
            for origin, target, share, common, part in rows
        ],
        schema={
            "quartier_2015": pl.String,
            "quartier_2024": pl.String,
            "annee": pl.Int64,
            "part_population_2015": pl.Decimal(10, 4),
            "habitants_commun": pl.Int64,
            "part_population_2024": pl.Decimal(10, 4),
        },
    )


RATES = SeriesOnOneContour(Statistic.RATE, smallest_coverage=0.7)

REAL_LIKE = shares(
    ("QP071001", "QN07101I", 1.0, 2500, 1.0),
    ("QP071002", "QN07102M", 0.9, 900, 0.75),
    ("QP071002", ELSEWHERE, 0.1, 100, None),
    (ELSEWHERE, "QN07102M", 0.0, 300, 0.25),
    ("QP071003", ELSEWHERE, 1.0, 924, None),
    (ELSEWHERE, "QN07103N", 0.0, 1100, 1.0),
)


def test_shares_are_read_with_their_coverage():
    read = correspondence_of(REAL_LIKE)
    assert read.origins == ("QP071001", "QP071002", "QP071003")
    assert read.targets == ("QN07101I", "QN07102M", "QN07103N")
    assert read.year == 2019
    assert [each.share for each in read.to("QN07102M")] == [0.9]
    assert read.coverage("QN07102M") == 0.75
    assert read.coverage("QN07103N") == 0.0


def test_common_residents_give_both_shares_only_where_every_one_is_there():
    read = correspondence_of(
        shares(
            ("QP071002", "QN07102M", 0.9, 912, None),
            ("QP071002", ELSEWHERE, 0.1, 88, None),
            ("QP071001", "QN07101I", 1.0, 2500, None),
        )
    )
    assert [each.share for each in read.to("QN07102M")] == [0.912]
    # newcomers are not listed: how much of the contour of 2024 is covered is not known
    assert read.coverage("QN07102M") is None
    assert read.coverage("QN07101I") == 1.0


def test_passages_that_are_no_whole_are_refused():
    with pytest.raises(ComputationError, match="les parts font 90,0"):
        correspondence_of(shares(("QP071002", "QN07102M", 0.9, None, None)))
    with pytest.raises(ComputationError, match="donné deux fois"):
        correspondence_of(shares(("QP071002", "QN07102M", 0.5, None, None), ("QP071002", "QN07102M", 0.5, None, None)))


def test_the_official_list_and_the_shares_are_set_side_by_side():
    official = pl.DataFrame(
        {
            "zone": ["QN07101I", "QN07102M", "QN07103N"],
            "quartier_2015_1": ["QP071001", "QP071009", None],
            "quartier_2015_2": [None, "QP071003", None],
        }
    )
    links = official_links(official)
    assert links == {("QP071001", "QN07101I"), ("QP071009", "QN07102M"), ("QP071003", "QN07102M")}
    assert disagreements(correspondence_of(REAL_LIKE), links) == (
        "QP071002 → QN07102M : 90,0 % de la population, passage absent de la liste officielle",
        "QP071003 → QN07102M : dans la liste officielle, aucune part de population donnée",
        "QP071009 → QN07102M : dans la liste officielle, aucune part de population donnée",
    )


def test_a_rate_is_carried_with_its_bounds():
    """90 % of a neighbourhood of 1,000 with 200 cases: 180 expected, between 100 and 200 (Fréchet)."""
    read = correspondence_of(REAL_LIKE)
    amounts = {"QP071001": Amount(500, 2500), "QP071002": Amount(200, 1000)}
    kept, moved, entering = carry(amounts, read, Statistic.RATE, smallest_coverage=0.7)
    assert (kept.amount, kept.low, kept.high) == (Amount(500, 2500), 0.2, 0.2)
    assert kept.remark == "périmètre 2024 constant, quartiers repris en entier, couverture 100\u202f%"
    assert moved.amount == Amount(180, 900)
    assert (moved.low, moved.high) == (pytest.approx(100 / 900), pytest.approx(200 / 900))
    assert moved.remark == "périmètre 2024 constant, estimé par parts de population de 2019, couverture 75\u202f%"
    assert entering.amount is None
    assert "entrant" in entering.remark


def test_too_little_coverage_and_missing_figures_give_no_value():
    read = correspondence_of(REAL_LIKE)
    _, moved, _ = carry({"QP071001": Amount(1, 2), "QP071002": Amount(1, 2)}, read, Statistic.RATE)
    assert moved.amount is None
    assert moved.remark.startswith("75\u202f% de la population seulement")
    kept, *_ = carry({"QP071002": Amount(1, 2)}, read, Statistic.RATE)
    assert (kept.amount, kept.remark) == (None, "valeur manquante pour QP071001")


def test_a_count_without_its_population_is_only_known_to_be_a_part():
    _, moved, _ = carry(
        {"QP071001": Amount(9), "QP071002": Amount(200)}, correspondence_of(REAL_LIKE), Statistic.COUNT, 0
    )
    assert (moved.amount, moved.low, moved.high) == (Amount(180), 0, 200)


@pytest.mark.parametrize("statistic", [Statistic.MEDIAN, Statistic.QUANTILE, Statistic.PUBLISHED])
def test_a_median_is_not_carried(statistic):
    with pytest.raises(ComputationError, match="Le périmètre constant ne se calcule pas"):
        carry({"QP071001": Amount(13_000)}, correspondence_of(REAL_LIKE), statistic)


def test_a_series_stands_on_one_contour():
    series = pl.DataFrame(
        {
            "zone": ["bouge", "garde", "sort", "bouge", "entre", "garde"],
            "period": ["2023", "2023", "2023", "2024", "2024", "2024"],
            "numerator": [200.0, 500.0, 90.0, 260.0, 300.0, 480.0],
            "denominator": [1000.0, 2500.0, 924.0, 1200.0, 1100.0, 2500.0],
        }
    )
    done = constant_series(series, territory(), correspondence_of(REAL_LIKE), RATES)
    assert done.schema == CONSTANT_SCHEMA
    assert done.select("zone", "period", "numerator", "coverage").rows() == [
        ("bouge", "2023", 180.0, 0.75),
        ("bouge", "2024", 260.0, 1.0),
        ("entre", "2023", None, 0.0),
        ("entre", "2024", 300.0, 1.0),
        ("garde", "2023", 500.0, 1.0),
        ("garde", "2024", 480.0, 1.0),
    ]
    assert done["perimeter"].unique().to_list() == [2024]
    shuffled = constant_series(series.reverse(), territory(), correspondence_of(REAL_LIKE), RATES)
    assert shuffled.equals(done)
    percent = constant_series(series, territory(), correspondence_of(REAL_LIKE), replace(RATES, per=100))
    assert percent["value"][0] == pytest.approx(20.0)


def test_a_source_that_keeps_the_contours_of_2015_is_carried_whatever_the_period():
    series = pl.DataFrame({"zone": ["bouge"], "period": ["2025"], "numerator": [200.0], "denominator": [1000.0]})
    following = replace(RATES, followed=2015)
    done = constant_series(series, territory(), correspondence_of(REAL_LIKE), following)
    assert done.filter(pl.col("numerator").is_not_null()).select("zone", "numerator").rows() == [("bouge", 180.0)]


COMMON = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 5000)),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[:2],
)


def made(rows: list[tuple[int, int, int]]) -> Correspondence:
    """Return passages between five contours (0 stands for outside) with their common residents."""
    kept = [(origin, target, common) for origin, target, common in rows if origin or target] or [(1, 1, 10)]
    totals = {origin: sum(c for o, _, c in kept if o == origin) for origin, _, _ in kept}
    return correspondence_of(
        shares(
            *(
                (
                    f"QP07100{origin}" if origin else ELSEWHERE,
                    f"QN0710{target}M" if target else ELSEWHERE,
                    round(common / totals[origin], 4) if origin else 0.0,
                    common,
                    None,
                )
                for origin, target, common in kept
            )
        )
    )


@STEADY
@given(rows=COMMON, cases=st.integers(0, 1000))
def test_what_is_carried_and_what_leaves_is_what_there_was(rows, cases):
    """Population and cases are conserved, and each carried sum lies between its bounds."""
    read = made(rows)
    amounts = {origin: Amount(float(cases + rank), 2000.0) for rank, origin in enumerate(read.origins)}
    carried = carry(amounts, read, Statistic.RATE, smallest_coverage=0)
    leaving = [each for each in read.passages if each.target == ELSEWHERE and each.origin != ELSEWHERE]
    for field in ("numerator", "denominator"):
        kept = sum(getattr(each.amount, field) for each in carried if each.amount is not None)
        left = sum(each.share * getattr(amounts[each.origin], field) for each in leaving)
        assert kept + left == pytest.approx(sum(getattr(each, field) for each in amounts.values()))
    for each in carried:
        if each.amount is not None and each.amount.value is not None:
            assert each.low is not None
            assert each.high is not None
            assert each.low - 1e-12 <= each.amount.value <= each.high + 1e-12


@STEADY
@given(rows=COMMON)
def test_shares_are_wholes_in_both_directions(rows):
    read = made(rows)
    for origin in read.origins:
        assert sum(each.share for each in read.passages if each.origin == origin) == pytest.approx(1)
    for target in read.targets:
        covered = read.coverage(target)
        assert covered is None or 0 <= covered <= 1


def test_the_passage_is_read_backwards_when_both_shares_are_known():
    back = correspondence_of(REAL_LIKE).reversed()
    assert (back.origin_vintage, back.target_vintage) == (2024, 2015)
    assert [each.share for each in back.to("QP071002")] == [0.75]
    assert back.coverage("QP071002") == 0.9
    with pytest.raises(ComputationError, match="EVK-M212"):
        correspondence_of(
            shares(("QP071002", "QN07102M", 0.9, None, None), ("QP071002", ELSEWHERE, 0.1, None, None))
        ).reversed()
