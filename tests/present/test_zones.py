"""Many quarters: the lowest and the highest in one column, none chosen by its name, each of them in an annex."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from evalkit.declare.contract import Zone
from evalkit.declare.indicator import Indicator
from evalkit.present.document.yearly import actions_markdown, year_of
from evalkit.present.reading import Reader
from evalkit.present.results.apart import MOST_COLUMNS, apart_markdown, is_apart
from evalkit.present.results.axes import axis_table
from evalkit.present.results.trends import legend_columns, trend_chart
from evalkit.present.results.zones import range_cell, table_zones, unnamed_zones
from evalkit.territory.zones import ALL_QPV
from tests.present.reader import synthetic

PERIOD = "2026"
CONTRACTS = "emploi.contrats"


def many(values: Mapping[str, float | None]) -> Reader:
    """The synthetic publication where the two quarters give way to those named; ``None`` is a masked value."""
    publication = synthetic().publication
    declared = publication.declared
    kept = tuple(zone for zone in declared.zones if zone.id not in declared.territory.qpv)
    zones = tuple(
        Zone.model_validate({"id": name, "label": name.title(), "kind": "qpv", "within": ["ville-centre"]})
        for name in values
    )
    observations = publication.tables.observations
    one = observations.filter(zone="prairie", breakdown="")
    made = [
        one.with_columns(
            zone=pl.lit(name),
            value=pl.lit(value, dtype=pl.Float64),
            confidentiality=pl.lit("libre" if value is not None else "secret"),
            availability=pl.lit("disponible"),
        )
        for name, value in values.items()
    ]
    others = observations.filter(~pl.col("zone").is_in(declared.territory.qpv))
    tables = replace(publication.tables, observations=pl.concat([others, *made], how="vertical_relaxed"))
    return Reader(replace(publication, declared=replace(declared, zones=(*kept, *zones)), tables=tables))


def indicator(reader: Reader, name: str = CONTRACTS) -> Indicator:
    return next(each for each in reader.publication.declared.indicators if each.id == name)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"aulnes": 4.0, "bois": 9.0, "clos": 2.0, "dunes": 5.0}, "2 (Clos) à 9 (Bois)"),
        ({"aulnes": 4.0, "bois": 0.0, "clos": 0.0, "dunes": 5.0}, "0 (2 quartiers) à 5 (Dunes)"),
        ({"aulnes": 3.0, "bois": 3.0, "clos": 3.0, "dunes": 3.0}, "3 (4 quartiers)"),
        ({"aulnes": 4.0, "bois": None, "clos": 2.0, "dunes": 5.0}, "2 (Clos) à 5 (Dunes) ; secret (Bois)"),
        ({"aulnes": 4.0, "bois": None, "clos": None, "dunes": None}, "4 (Aulnes) ; secret (3 quartiers)"),
        ({"aulnes": None, "bois": None, "clos": None, "dunes": None}, "secret"),
    ],
)
def test_the_lowest_and_the_highest_are_named_and_the_masked_are_counted(
    values: Mapping[str, float | None], words: str
) -> None:
    reader = many(values)
    assert range_cell(reader, indicator(reader), PERIOD).replace("\u00a0", " ") == words


def test_few_quarters_have_a_column_each_and_no_annex() -> None:
    reader = synthetic()
    zones = table_zones(reader, [indicator(reader)])
    assert zones == (ALL_QPV, "prairie", "tilleuls")
    assert not is_apart(reader)
    assert "du plus bas au plus haut" not in axis_table(reader, reader.publication.declared.contract.axes[0])


def test_many_quarters_share_a_column_and_have_an_annex_where_none_is_lost() -> None:
    names = [f"quartier-{letter}" for letter in "abcdefgh"]
    reader = many({name: float(rank) for rank, name in enumerate(names)})
    axis = reader.publication.declared.contract.axes[0]
    table = axis_table(reader, axis)
    assert "Quartiers, du plus" in table
    assert "Quartier" not in table.split("+===", 1)[0].replace("Quartiers", "")
    assert is_apart(reader)
    assert unnamed_zones(reader, [indicator(reader)]) == tuple(names)
    annex = apart_markdown(reader, axis)
    assert annex.count("zone par zone") == -(-len(names) // MOST_COLUMNS)
    heads = [line for line in annex.splitlines() if "Quartier" in line and "Indicateur" in line]
    assert [head.count("Quartier") for head in heads] == [4, 4]


def test_the_yearly_report_says_the_range_too() -> None:
    reader = many({"aulnes": 4.0, "bois": 9.0, "clos": 2.0, "dunes": 5.0})
    axis = reader.publication.declared.contract.axes[1]
    text = actions_markdown(reader, axis)
    assert year_of(reader) == int(PERIOD)
    assert "2 (Clos) à 9 (Bois)" in re.sub(r"[\s|]+", " ", text)


def test_a_panel_draws_many_quarters_together_or_their_ends_never_the_first_of_a_list() -> None:
    reader = many({"aulnes": 4.0, "bois": 9.0, "clos": 2.0, "dunes": 5.0})
    together = trend_chart(reader, [indicator(reader)])
    assert [row[0] for group in together.data.groups for row in group.rows] == ["Ensemble des QPV"]
    ends = trend_chart(reader, [indicator(reader, "emploi.femmes.taux")])
    assert [row[0] for group in ends.data.groups for row in group.rows] == ["Clos", "Bois"]


def test_every_line_of_a_figure_has_a_look_of_its_own_and_the_legend_fits() -> None:
    reader = many({"aulnes": 4.0, "bois": 9.0, "clos": 2.0, "dunes": 5.0, "etang": 1.0})
    observations = reader.publication.tables.observations
    others = [
        observations.filter(zone="aulnes").with_columns(zone=pl.lit(zone)) for zone in ("agglomeration", "ville-centre")
    ]
    tables = replace(reader.publication.tables, observations=pl.concat([observations, *others]))
    found = Reader(replace(reader.publication, tables=tables))
    chart = trend_chart(found, [indicator(found, name) for name in (CONTRACTS, "emploi.femmes.taux")])
    (legend,) = chart.figure.legends
    texts = [each.get_text() for each in legend.get_texts()]
    looks = {(each.get_color(), each.get_marker()) for each in legend.legend_handles}
    assert texts[0] == "Ensemble des QPV" and {"Agglomération", "Ville-Centre"} <= set(texts)
    assert len(looks) == len(texts)
    FigureCanvasAgg(chart.figure).draw()
    edge = chart.figure.bbox.x1
    assert legend.get_window_extent().x1 <= edge
    assert all(axes.title.get_window_extent().x1 <= edge for axes in chart.figure.axes)


@pytest.mark.parametrize(("names", "count"), [(["un", "deux"], 2), (["un nom long" * 5] * 4, 2), (["n" * 200] * 3, 1)])
def test_entries_of_a_legend_stand_side_by_side_as_long_as_they_fit(names: list[str], count: int) -> None:
    assert legend_columns(names, 7.4) == count
