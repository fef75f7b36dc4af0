"""The breakdowns of an axis: women first, the last period, masked cells as « secret », the rest left to the annex."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from evalkit.present.reading import Reader
from evalkit.present.results.breakdowns import MOST_WORDS, breakdowns_markdown
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV
from tests.present.reader import synthetic


def broken(words: dict[str, float | None]) -> tuple[Reader, str]:
    """The synthetic publication with one indicator broken down; ``None`` is a masked value. And its table."""
    reader = synthetic()
    publication = reader.publication
    rows = publication.tables.observations.filter(
        (pl.col("zone") == ALL_QPV) & (pl.col("breakdown") == "") & pl.col("value").is_not_null()
    )
    indicator = rows["indicator"][0]
    last = rows.filter(indicator=indicator).sort("period").tail(1)
    added = [
        last.with_columns(
            breakdown=pl.lit(name),
            value=pl.lit(value, dtype=pl.Float64),
            confidentiality=pl.lit("libre" if value is not None else "secret"),
            qualifier=pl.lit("exact"),
        )
        for name, value in words.items()
    ]
    observations = pl.concat([publication.tables.observations, *added], how="vertical_relaxed")
    tables = replace(publication.tables, observations=observations)
    found = Reader(replace(publication, tables=tables))
    told = [breakdowns_markdown(found, axis) for axis in found.publication.declared.contract.axes]
    return found, "\n".join(each for each in told if each)


def lines(table: str, word: str) -> list[str]:
    return [line for line in table.splitlines() if line.startswith(f"| {word}")]


def cells(line: str) -> list[str]:
    return [each.strip() for each in line.strip("|").split("|")]


def test_women_and_men_stand_side_by_side_and_a_masked_one_says_secret() -> None:
    _, table = broken({"sexe=H": None, "sexe=F": 12.0, "bailleur=Habellis": 3.0})
    (head,) = lines(table, "Par sexe")
    (row,) = [line for line in table.splitlines() if "secret" in line]
    assert cells(head) == ["Par sexe (Ensemble des QPV)", "Femmes", "Hommes"]
    assert cells(row)[1:] == ["12", "secret"]
    assert table.index("Par sexe") < table.index("Par bailleur")


def test_zones_are_named_when_there_are_several() -> None:
    reader, _ = broken({"sexe=H": 7.0, "sexe=F": 12.0})
    outside = reader.publication.tables.observations.filter(pl.col("breakdown") != "").with_columns(
        zone=pl.lit(OUTSIDE_QPV), value=pl.col("value") + 20
    )
    observations = pl.concat([reader.publication.tables.observations, outside])
    found = Reader(replace(reader.publication, tables=replace(reader.publication.tables, observations=observations)))
    table = "\n".join(breakdowns_markdown(found, axis) for axis in found.publication.declared.contract.axes)
    (head,) = lines(table, "Par sexe")
    assert cells(head) == ["Par sexe", "Zone", "Femmes", "Hommes"]
    values = [cells(line)[1:] for line in table.splitlines() if "Ensemble des QPV" in line or "Hors QPV" in line]
    assert values == [["Ensemble des QPV", "12", "7"], ["Hors QPV", "32", "27"]]


def test_what_does_not_fit_is_counted() -> None:
    _, table = broken({f"theme=mot {rank:02d}": float(rank) for rank in range(MOST_WORDS + 3)})
    assert len(lines(table, "mot")) == MOST_WORDS
    assert "3\N{NO-BREAK SPACE}autres modalités" in table


def test_where_movers_come_from_stays_out_of_the_body() -> None:
    _, table = broken({"mouvement=venus": 5.0, "venus de=pres": 2.0})
    assert "Par mouvement" in table
    assert "venus de" not in table.casefold()


@pytest.mark.parametrize("axis", range(len(synthetic().publication.declared.contract.axes)))
def test_an_axis_without_breakdown_has_no_table(axis: int) -> None:
    reader = synthetic()
    assert breakdowns_markdown(reader, reader.publication.declared.contract.axes[axis]) == ""
