"""Many quarters: the lowest and the highest in one column, none chosen by its name, each of them in an annex."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest

from evalkit.declare.contract import Zone
from evalkit.declare.indicator import Indicator
from evalkit.present.document.yearly import actions_markdown, year_of
from evalkit.present.reading import Reader
from evalkit.present.results.apart import MOST_COLUMNS, apart_markdown, is_apart
from evalkit.present.results.axes import axis_table
from evalkit.present.results.trends import trend_chart
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
    assert [head.count("Quartier") for head in heads] == [MOST_COLUMNS, len(names) - MOST_COLUMNS]


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
