"""A gap to a reference is described by the year of its data; what may not be set side by side is left out and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.compare.described_gap import GapAsked, described_gaps, gap_field
from evalkit.compare.gap_figure import gap_figure
from evalkit.declare.contract import Contract, Zone
from evalkit.errors import ComputationError
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.measure.world import CONTRACT, put

ROOT = Path(__file__).parents[2]
HERE, THERE = "insee-qpv-revenus", "insee-filosofi-disponible"
MEDIAN = "revenu_disponible_median"
CAUSAL = {"effet", "impact", "grâce", "cause", "dû", "permis"}
# Prés Saint-Jean (QP071003) and Le Grand Chalon (247100589) as Insee's own files print them: bases « revenus » 2018,
# 2019 and 2021, Filosofi EPCI 2014, 2015 and 2017.
QPV = {"2018": 12_723, "2019": 12_598, "2021": 13_040}
EPCI = {"2014": 19_952, "2015": 20_131, "2017": 20_680}


def zones() -> Territory:
    declared = (
        {
            "id": "pres",
            "label": "Prés-Saint-Jean",
            "kind": "qpv",
            "within": ["epci"],
            "perimeters": [{"vintage": 2015, "code": "QP071003"}],
        },
        {"id": "epci", "label": "Grand Chalon", "kind": "epci"},
        {"id": "urbaine", "label": "Unité urbaine", "kind": "unite_urbaine"},
    )
    return Territory({each["id"]: Zone.model_validate(each) for each in declared}, reference="urbaine")


@pytest.fixture(scope="module")
def received(tmp_path_factory) -> tuple[Workspace, Store]:
    """The real declarations of the two feeds, and the figures of two zones."""
    feeds = open_workspace(ROOT).feeds
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.un", "label": "Un"}]}],
        }
    )
    declared = ContractDeclarations(contract, zones(), (), (), (), ())
    space = Workspace(
        tmp_path_factory.mktemp("gap"), Config(), {name: feeds[name] for name in (HERE, THERE)}, {CONTRACT: declared}
    )
    store = Store(space.data)
    for feed, zone, figures in ((HERE, "pres", QPV), (THERE, "epci", EPCI)):
        for year, value in figures.items():
            put(store, [{"_period": year, "zone": zone, MEDIAN: value}], feed=feeds[feed], delivery_id=f"{feed}{year}")
    return space, store


def described(received, **fields):
    space, store = received
    asked = {
        "contract": CONTRACT,
        "zones": gap_field(space, f"{HERE}.{MEDIAN}"),
        "reference": gap_field(space, f"{THERE}.{MEDIAN}"),
        **fields,
    }
    (found,) = described_gaps(space, store, GapAsked(**asked))
    return found


def test_figures_are_paired_by_the_year_of_their_data(received):
    """Base 2019 holds the incomes of 2015: 12,598 less 20,131, not less the figure of 2019."""
    found = described(received)
    assert found.series.gaps == (("2015", -7_533.0),)
    assert (found.name, found.reference) == ("Prés-Saint-Jean", "Grand Chalon")
    text = "\n".join(found.lines())
    assert "Base 2019\N{NO-BREAK SPACE}: données de 2015" in text
    assert "Unité urbaine" in text, "the declared reference has no figure, and that is said"
    assert "contient" in text


def test_a_year_that_nobody_checked_is_left_out_and_how_to_give_it_is_said(received):
    found = described(received)
    assert len(found.left_out) == 2
    assert all("personne n’a vérifié" in each for each in found.left_out)
    assert "--annee 2018=AAAA" in found.left_out[0]


def test_years_read_by_the_evaluator_make_a_series_cut_by_the_breaks(received):
    found = described(received, years={"2018": 2014, "2021": 2017})
    assert found.series.gaps == (("2014", -7_229.0), ("2015", -7_533.0), ("2017", -7_640.0))
    assert [each.date.year for each in found.series.breaks] == [2016]
    text = "\n".join(found.lines())
    assert "trop proches" in text, "two successive vintages: Insee asks for two years"
    assert "a bougé de" not in text, "the break of 2016 stands between 2015 and 2017"
    assert "année lue par l’évaluateur" in text
    assert not CAUSAL & set(text.replace(".", " ").split())


def test_two_notions_are_not_set_side_by_side(received):
    space, store = received
    row = {"_period": "2022", "zone": "pres", "revenu_declare_median": 8_524}
    put(store, [row], feed=space.feeds[HERE], delivery_id="d")
    found = described(received, zones=gap_field(space, f"{HERE}.revenu_declare_median"), years={"2022": 2015})
    assert found.series is None
    assert "Deux notions" in "\n".join(found.left_out)


def test_no_line_crosses_a_break(received):
    series = described(received, years={"2018": 2014, "2021": 2017}).series
    axes = gap_figure(series).axes[0]
    drawn = [line for line in axes.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in drawn] == [2, 1]


@pytest.mark.parametrize("written", ["inconnu.champ", f"{HERE}.libelle", f"{HERE}.inconnu", "sans-point"])
def test_a_field_that_is_no_number_of_a_feed_is_refused(received, written):
    with pytest.raises(ComputationError) as caught:
        gap_field(received[0], written)
    assert caught.value.problems[0].code == "EVK-C301"
