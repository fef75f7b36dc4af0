"""The breakdowns of an axis: women first, the last period, masked cells as « secret », the rest left to the annex."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from evalkit.present.reading import Reader
from evalkit.present.results.breakdowns import MOST_WORDS, breakdowns_markdown
from evalkit.territory.zones import ALL_QPV
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


def test_women_and_men_stand_in_words_and_a_masked_one_says_secret() -> None:
    _, table = broken({"sexe=H": None, "sexe=F": 12.0, "bailleur=Habellis": 3.0})
    (women,), (men,) = lines(table, "Femmes"), lines(table, "Hommes")
    assert "12" in women
    assert "secret" in men
    assert table.index("par sexe") < table.index("par bailleur")
    assert table.index("Femmes") < table.index("Hommes")


def test_what_does_not_fit_is_counted() -> None:
    _, table = broken({f"theme=mot {rank:02d}": float(rank) for rank in range(MOST_WORDS + 3)})
    assert len(lines(table, "mot")) == MOST_WORDS
    assert "3\N{NO-BREAK SPACE}autres modalités" in table


def test_where_movers_come_from_stays_out_of_the_body() -> None:
    _, table = broken({"mouvement=venus": 5.0, "venus de=pres": 2.0})
    assert "venus" in table
    assert "venus de" not in table


@pytest.mark.parametrize("axis", range(len(synthetic().publication.declared.contract.axes)))
def test_an_axis_without_breakdown_has_no_table(axis: int) -> None:
    reader = synthetic()
    assert breakdowns_markdown(reader, reader.publication.declared.contract.axes[axis]) == ""
