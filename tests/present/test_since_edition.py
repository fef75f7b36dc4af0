"""A final report beside an earlier edition: what was published, what is known, what was revised or redefined."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from evalkit.present.document.since_edition import moved_fields, moved_markdown, pairs, since_markdown
from evalkit.present.reading import Reader
from tests.present.reader import synthetic


def with_observations(reader: Reader, observations: pl.DataFrame) -> Reader:
    tables = replace(reader.publication.tables, observations=observations)
    return replace(reader, publication=replace(reader.publication, tables=tables))


def test_the_same_edition_moves_nothing() -> None:
    reader = synthetic()
    text = moved_markdown(reader, reader).replace("\u00a0", " ")
    assert "Aucune définition n’a changé et aucune valeur publiée alors n’a été revue." in text
    tables = [since_markdown(reader, reader, axis) for axis in reader.publication.declared.contract.axes]
    assert any("Publié" in table for table in tables)


def test_a_revised_value_is_told_with_both_numbers() -> None:
    now = synthetic()
    pair = next(each for each in pairs(now, now, now.publication.declared.indicators) if each.then is not None)
    then = pair.then
    assert then is not None and then.value is not None
    old = now.publication.tables.observations.with_columns(
        pl.when((pl.col("indicator") == pair.indicator.id) & (pl.col("period") == then.period))
        .then(pl.col("value") + 100)
        .otherwise(pl.col("value"))
        .alias("value")
    )
    text = moved_markdown(now, with_observations(now, old))
    assert f"**{pair.indicator.label}**" in text
    assert "(données revues)" in text


def test_a_new_measure_gives_no_evolution() -> None:
    now = synthetic()
    declared = now.publication.declared
    first = next(each.indicator for each in pairs(now, now, declared.indicators) if each.then is not None)
    other = first.model_copy(update={"unit": "autre unité"})
    older = replace(declared, indicators=tuple(other if each is first else each for each in declared.indicators))
    before = replace(now, publication=replace(now.publication, declared=older))
    assert moved_fields(other, first) == ("unit",)
    assert f"**{first.label}**" in moved_markdown(now, before)
    axis = next(
        each for each in declared.contract.axes if first.objective in {objective.id for objective in each.objectives}
    )
    assert "définition" in since_markdown(now, before, axis)


def test_indicators_that_come_and_go_are_named() -> None:
    now = synthetic()
    declared = now.publication.declared
    gone = declared.indicators[0]
    fewer = replace(
        now, publication=replace(now.publication, declared=replace(declared, indicators=declared.indicators[1:]))
    )
    assert f"Indicateurs nouveaux\u00a0: {gone.label}." in moved_markdown(now, fewer)
    assert f"Indicateurs abandonnés\u00a0: {gone.label}." in moved_markdown(fewer, now)
