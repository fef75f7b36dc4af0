"""Two figures are compared only when nothing forbids it; every refusal has its code and its French sentence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.comparability.judge import judge_change, judge_gap
from evalkit.comparability.side import Side, side_of
from evalkit.comparability.verdict import Code, Judgement
from evalkit.declare.contract import Perimeter, Zone, ZoneKind
from evalkit.declare.feed import Feed
from evalkit.errors import ComputationError
from evalkit.sources.catalogue import Catalogue
from evalkit.sources.source import CatalogueFile
from evalkit.territory.zones import Territory
from evalkit.workspace.crosscheck import open_workspace


@cache
def feeds() -> Mapping[str, Feed]:
    return open_workspace(Path(__file__).resolve().parents[2]).feeds


def qpv(zone_id: str, change: str = "same", code: str = "QN07101M", **rest: object) -> Zone:
    perimeters = [Perimeter(vintage=2024, code=code, change=change)]
    if change != "new":
        perimeters.insert(0, Perimeter(vintage=2015, code=f"QP{zone_id}"))
    return Zone(id=zone_id, label=zone_id.title(), kind=ZoneKind.QPV, perimeters=tuple(perimeters), **rest)


STEADY = settings(deadline=None, derandomize=True)

LATE = {2018: 2014, 2019: 2015, 2020: 2016, 2022: 2018}
"""Labels four years after their data, as those of the income bases."""

TERRITORY = Territory(
    {
        "bouge": qpv("bouge", "moved", within=("ville",)),
        "entre": qpv("entre", "new", within=("ville",)),
        "garde": qpv("garde", within=("ville",)),
        "sort": Zone(
            id="sort",
            label="Sort",
            kind=ZoneKind.LEAVING,
            perimeters=(Perimeter(vintage=2015, code="QP9", change="left"),),
        ),
        "ville": Zone(id="ville", label="Ville", kind=ZoneKind.COMMUNE, within=("agglo",)),
        "agglo": Zone(id="agglo", label="Agglo", kind=ZoneKind.EPCI),
    }
)


def made_feed(**fields: object) -> Feed:
    return Feed.model_validate(
        {
            "feed": "essai",
            "label": "Essai",
            "grain": "total",
            "nature": "exhaustif",
            "key": ["zone"],
            "period": {"granularity": "annee"},
            "fields": [{"name": "zone", "type": "zone"}, {"name": "cas", "type": "integer", "unit": "personnes"}],
            **fields,
        }
    )


def change(feed: Feed, column: str, periods: tuple[str, str], zone: str = "garde", **rest: object) -> Judgement:
    before, after = (side_of(feed, [column], period, zone, **rest) for period in periods)
    return judge_change(before, after, TERRITORY)


def codes(judgement: Judgement) -> list[tuple[str, bool]]:
    return [(each.code.name, each.refuses) for each in judgement.verdicts]


def refused(judgement: Judgement) -> list[str]:
    return [each.code.name for each in judgement.verdicts if each.refuses]


def test_job_seekers_across_january_2025_are_refused_with_the_sentence_of_the_law():
    judgement = change(feeds()["france-travail-demandeurs"], "demandeurs", ("2024-T4", "2025-T1"))
    assert codes(judgement) == [("BREAK", True)]
    assert judgement.refusal is not None
    assert "Loi pour le plein emploi" in judgement.refusal.sentence
    assert "1er\u00a0janvier\u00a02025" in judgement.refusal.sentence
    assert judgement.refusal.code == "EVK-C003"


def test_job_seekers_on_one_side_of_the_break_are_compared():
    assert not change(feeds()["france-travail-demandeurs"], "demandeurs", ("2025-T1", "2026-T1")).verdicts
    assert not change(feeds()["france-travail-demandeurs"], "demandeurs", ("2023-T4", "2024-T4")).verdicts


def test_census_windows_that_overlap_are_refused():
    """Vintage 2018 pools the surveys of 2016 to 2020, vintage 2020 those of 2018 to 2022."""
    judgement = change(made_feed(window="recensement : enquêtes de N-2 à N+2"), "cas", ("2018", "2020"))
    assert refused(judgement) == ["OVERLAP"]
    assert "2018 (2016 à 2020)" in judgement.verdicts[0].sentence
    assert "2020 (2018 à 2022)" in judgement.verdicts[0].sentence
    assert not change(made_feed(window="enquêtes de N-2 à N+2"), "cas", ("2018", "2023")).verdicts


def test_census_labels_too_near_are_refused_even_when_nobody_knows_their_years():
    catalogue = registered("P5Y", {})
    judgement = change(made_feed(), "cas", ("2018", "2021"), catalogue=catalogue)
    assert codes(judgement) == [("UNKNOWN_YEAR", False), ("UNKNOWN_YEAR", False), ("TOO_NEAR", True)]
    assert "5\u00a0ans d’écart au moins" in judgement.verdicts[-1].sentence


def test_the_employment_rate_of_two_bases_too_near_is_refused():
    (code,) = refused(change(feeds()["insee-qpv-insertion"], "taux_emploi", ("2018", "2021")))
    assert code in {"TOO_NEAR", "OVERLAP"}


def test_the_same_figures_under_two_labels_are_no_change():
    """The bases of 2017 and 2018 carry one census employment rate (1,291 of 1,291 equal)."""
    judgement = change(feeds()["insee-qpv-insertion"], "taux_emploi", ("2017", "2018"))
    assert "SAME_FIGURES" in refused(judgement)
    assert judgement.accept("on y tient").is_refused


def test_two_labels_of_one_year_of_data_are_no_change():
    """The populations of the bases of 2017 and 2018 are both those of 2013: the catalogue says the same."""
    assert refused(change(feeds()["insee-qpv-demographie"], "population", ("2017", "2018"))) == ["SAME_FIGURES"]
    assert not change(feeds()["insee-qpv-demographie"], "population", ("2019", "2021"), perimeter=2015).is_refused


def test_a_column_has_the_rules_of_its_own_origin():
    """Job seekers are counted on one day: the five years of the census do not concern them."""
    assert not change(feeds()["insee-qpv-insertion"], "defm_abc", ("2018", "2021")).is_refused


def test_income_across_the_breaks_of_its_data_is_refused_at_the_labels_where_they_enter():
    """Base 2019 holds Filosofi 2015 and base 2022 Filosofi 2018: 2016 and 2018 lie between."""
    judgement = change(feeds()["insee-qpv-revenus"], "revenu_disponible_median", ("2019", "2022"))
    assert refused(judgement) == ["BREAK", "BREAK"]
    assert [("2016" in each.sentence, "2018" in each.sentence) for each in judgement.verdicts] == [
        (True, False),
        (False, True),
    ]


def test_a_year_that_was_never_produced_is_said():
    judgement = change(feeds()["insee-filosofi-disponible"], "revenu_disponible_median", ("2019", "2022"))
    assert "NOT_PRODUCED" in refused(judgement)


def gap(one: tuple[str, str, str], other: tuple[str, str, str], zone: str = "garde", reference: str = "agglo"):
    def side(named: tuple[str, str, str], place: str) -> Side:
        return side_of(feeds()[named[0]], [named[1]], named[2], place)

    return judge_gap(side(one, zone), side(other, reference), TERRITORY)


DISPOSABLE = "revenu_disponible_median"


def test_declared_and_disposable_income_are_not_subtracted():
    judgement = gap(
        ("insee-qpv-revenus", "revenu_declare_median", "2019"), ("insee-filosofi-disponible", DISPOSABLE, "2015")
    )
    assert refused(judgement) == ["CONCEPTS"]
    sentence = judgement.verdicts[0].sentence
    assert "revenu déclaré, avant prestations et impôts" in sentence
    assert "revenu disponible, après prestations et impôts" in sentence


def test_one_file_layout_with_two_notions_is_told_apart_by_its_feed():
    """A share of pensions bears one name in the declared and in the disposable file."""
    judgement = gap(
        ("insee-filosofi-declare", "part_pensions", "2019"), ("insee-filosofi-disponible", "part_pensions", "2019")
    )
    assert refused(judgement) == ["CONCEPTS"]


def test_the_label_year_trap_is_refused_and_the_right_year_is_not():
    """``REVN 2019`` holds the incomes of 2015."""
    trap = gap(("insee-qpv-revenus", DISPOSABLE, "2019"), ("insee-filosofi-disponible", DISPOSABLE, "2019"))
    assert refused(trap) == ["DATA_YEARS"]
    assert "porte les données de 2015" in trap.verdicts[0].sentence
    right = gap(("insee-qpv-revenus", DISPOSABLE, "2019"), ("insee-filosofi-disponible", DISPOSABLE, "2015"))
    assert codes(right) == [("CONTAINED", False)]


def test_two_sources_are_not_subtracted():
    judgement = gap(
        ("france-travail-demandeurs", "demandeurs", "2024-T4"), ("insee-filosofi-disponible", DISPOSABLE, "2015")
    )
    assert "SOURCES" in refused(judgement)


def test_two_units_are_not_subtracted():
    one = side_of(made_feed(), ["cas"], "2024", "garde")
    euros = made_feed(fields=[{"name": "zone", "type": "zone"}, {"name": "cas", "type": "integer", "unit": "euros"}])
    assert refused(judge_gap(one, side_of(euros, ["cas"], "2024", "agglo"))) == ["UNITS"]


@pytest.mark.parametrize(
    ("zone", "reference", "said"),
    [
        ("garde", "agglo", True),
        ("garde", "ville", True),
        ("qpv", "ville", True),
        ("garde", "ensemble", True),
        ("garde", "hors-qpv", False),
        ("garde", "bouge", False),
        ("ville", "garde", False),
    ],
)
def test_a_reference_that_holds_the_zone_is_said_and_not_refused(zone, reference, said):
    feed = made_feed()
    judgement = judge_gap(side_of(feed, ["cas"], "2025", zone), side_of(feed, ["cas"], "2025", reference), TERRITORY)
    assert codes(judgement) == ([("CONTAINED", False)] if said else [])
    assert len(judgement.warnings) == int(said)


def test_a_zone_is_not_compared_with_itself():
    feed = made_feed()
    same = side_of(feed, ["cas"], "2025", "garde")
    assert refused(judge_gap(same, same, TERRITORY)) == ["CONTAINED"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("garde", []),
        ("bouge", ["MOVED"]),
        ("entre", ["MOVED"]),
        ("sort", []),
        ("ville", []),
        ("agglo", []),
        ("qpv", ["MOVED", "MOVED"]),
        ("hors-qpv", ["MOVED", "MOVED"]),
        ("ensemble", []),
    ],
)
def test_a_contour_that_moves_between_two_periods_is_refused(zone, expected):
    assert refused(change(made_feed(), "cas", ("2023", "2024"), zone)) == expected
    assert refused(change(made_feed(), "cas", ("2021", "2023"), zone)) == []
    assert refused(change(made_feed(), "cas", ("2024", "2026"), zone)) == []


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("garde", []), ("bouge", ["PERIMETERS"]), ("entre", ["PERIMETERS"]), ("sort", ["PERIMETERS"]), ("ville", [])],
)
def test_two_vintages_of_contours_are_refused_where_the_contour_moved(zone, expected):
    before = side_of(made_feed(perimeter=2015), ["cas"], "2021", zone)
    after = side_of(made_feed(perimeter=2024), ["cas"], "2025", zone)
    assert refused(judge_change(before, after, TERRITORY)) == expected
    following = side_of(made_feed(), ["cas"], "2025", zone)
    assert refused(judge_change(before, following, TERRITORY)) == expected


def test_a_source_that_keeps_one_contour_may_be_followed():
    assert not change(made_feed(perimeter=2015), "cas", ("2021", "2025"), "bouge").verdicts


def test_a_contour_overseas_begins_a_year_later():
    """Decree 2024-1212: in force on 1 January 2025."""
    overseas = Territory({"la": qpv("la", "moved", "QN97401M")})
    feed = made_feed()

    def judged(before: str, after: str) -> list[str]:
        return refused(
            judge_change(side_of(feed, ["cas"], before, "la"), side_of(feed, ["cas"], after, "la"), overseas)
        )

    assert judged("2023", "2024") == []
    assert judged("2024", "2025") == ["MOVED"]


def test_a_qpv_whose_contours_nobody_declared_is_not_followed_from_one_vintage_to_another():
    zones = Territory({"la": Zone(id="la", label="Là", kind=ZoneKind.QPV)})
    before = side_of(made_feed(perimeter=2015), ["cas"], "2021", "la")
    after = side_of(made_feed(perimeter=2024), ["cas"], "2025", "la")
    judgement = judge_change(before, after, zones)
    assert refused(judgement) == ["PERIMETERS"]
    assert "ne sont pas déclarés" in judgement.verdicts[0].sentence


PERIODS = ("2015", "2018", "2019", "2022", "2023", "2024", "2025", "2026")


@STEADY
@given(
    periods=st.tuples(st.sampled_from(PERIODS), st.sampled_from(PERIODS)),
    zone=st.sampled_from([*TERRITORY.zones, "qpv", "hors-qpv", "ensemble"]),
    followed=st.sampled_from([None, 2015, 2024]),
)
def test_a_change_is_judged_alike_in_both_directions(periods, zone, followed):
    """Whatever the zone, the contour that the source follows and the years of its data."""
    catalogue = registered("P2Y", LATE)
    fields = {"perimeter": followed} if followed else {}
    feed = made_feed(breaks=[{"date": "2020-01-01", "text": "Autre règle."}], **fields)
    one, other = (side_of(feed, ["cas"], period, zone, catalogue=catalogue) for period in periods)
    forth, back = judge_change(one, other, TERRITORY), judge_change(other, one, TERRITORY)
    assert forth == back
    assert forth.is_refused is (forth.refusal is not None)
    assert len(forth.warnings) == sum(not each.refuses for each in forth.verdicts)
    if periods[0] == periods[1]:
        assert "BREAK" not in refused(forth)


def test_a_declared_reason_makes_a_warning_of_a_refusal():
    judgement = change(feeds()["france-travail-demandeurs"], "demandeurs", ("2024-T4", "2025-T1"))
    admitted = judgement.accept("série corrigée par la Dares.")
    assert not admitted.is_refused
    assert admitted.refusal is None
    assert admitted.warnings[0].endswith("Comparaison déclarée admise\u00a0: série corrigée par la Dares.")
    assert judgement.accept(None) == judgement
    assert judgement.accept("raison", [Code.MOVED]).is_refused


def test_a_refusal_that_is_required_stops_with_its_code():
    with pytest.raises(ComputationError) as error:
        change(feeds()["france-travail-demandeurs"], "demandeurs", ("2024-T4", "2025-T1")).require()
    assert [problem.code for problem in error.value.problems] == ["EVK-C003"]
    Judgement().require()


def test_spacing_and_breaks_are_read_in_the_time_of_the_data():
    catalogue = registered("P2Y", LATE)
    feed = made_feed()
    assert refused(change(feed, "cas", ("2018", "2019"), catalogue=catalogue)) == ["TOO_NEAR"]
    assert refused(change(feed, "cas", ("2018", "2020"), catalogue=catalogue)) == ["BREAK"]
    assert refused(change(feed, "cas", ("2019", "2022"), catalogue=catalogue)) == ["BREAK"]
    assert refused(change(feed, "cas", ("2020", "2022"), catalogue=catalogue)) == ["BREAK"]


def test_an_unknown_year_is_said_of_a_change_and_refuses_a_gap():
    """Nobody has checked 2031, and the labels of this source are not the years of its data."""
    catalogue = registered("P2Y", LATE)
    feed, other = made_feed(), made_feed(feed="autre")
    assert codes(change(feed, "cas", ("2018", "2031"), catalogue=catalogue)) == [("UNKNOWN_YEAR", False)]
    one = side_of(feed, ["cas"], "2031", "garde", catalogue=catalogue)
    assert refused(judge_gap(one, side_of(other, ["cas"], "2027", "agglo", catalogue=catalogue), TERRITORY)) == [
        "UNKNOWN_YEAR"
    ]
    assert not judge_gap(one, side_of(feed, ["cas"], "2031", "agglo", catalogue=catalogue)).verdicts


def registered(spacing: str, years: dict[int, int]) -> Catalogue:
    """Return a catalogue of one register, read by the feeds « essai » and « autre », that changed on 1 June 2016."""
    origin = {"id": "registre", "label": "Registre", "producer": "X", "spacing": spacing}
    data = [{"label": str(label), "data": [{"origin": "registre", "year": year}]} for label, year in years.items()]
    source = {"producer": "X", "title": "Essai", "scale": "qpv", "parts": [{"origin": "registre"}]}
    file = CatalogueFile.model_validate(
        {
            "origins": [{**origin, "breaks": [{"date": "2016-06-01", "text": "Nouvelle règle."}]}],
            "sources": [
                {**source, "id": "essai", "feed": "essai", "vintages": data or [{"label": "2017"}]},
                {**source, "id": "autre", "feed": "autre"},
            ],
        }
    )
    return Catalogue({each.id: each for each in file.origins}, file.sources)
