"""Editions are listed, checked and compared from their files alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evalkit.editions.difference import Move, Redefinition, compare_editions
from evalkit.editions.opened import find_edition, list_editions, open_edition
from evalkit.editions.seal import integrity, keep_documents, seal
from evalkit.errors import PublicationError
from evalkit.publish.edition import write_edition
from evalkit.publish.publication import Publication
from evalkit.publish.publish import publish
from evalkit.store.store import Store
from tests.publish.fixture.results import confidential


@pytest.fixture(scope="module")
def publication() -> Publication:
    return publish(confidential())


def written(publication: Publication, root: Path, name: str, **changes: Any) -> Path:
    """Write a publication as an edition of that name, with other observations or indicators."""
    tables = replace(publication.tables, observations=changes.get("observations", publication.tables.observations))
    declared = replace(publication.declared, indicators=changes.get("indicators", publication.declared.indicators))
    manifest = replace(publication.manifest, edition=name, deliveries=changes.get("deliveries", ("a", "b")))
    folder = write_edition(
        replace(publication, tables=tables, declared=declared, manifest=manifest), Store(root).editions
    )
    seal(folder)
    return folder


def free(publication: Publication) -> pl.DataFrame:
    """Return the observations that show a value, with the number of their row."""
    rows = publication.tables.observations.with_row_index("row")
    return rows.filter(pl.col("value").is_not_null(), pl.col("confidentiality") == "libre")


def test_an_edition_compared_with_itself_has_not_moved(publication: Publication, tmp_path: Path) -> None:
    first, second = (open_edition(written(publication, tmp_path, name)) for name in ("2027-a", "2028-b"))
    found = compare_editions(first, second)
    assert (found.values, found.definitions, found.deliveries_added) == ((), (), ())
    assert found.unchanged > 20


def test_every_kind_of_move_is_found(publication: Publication, tmp_path: Path) -> None:
    rows = free(publication)["row"].to_list()[:4]
    observations = publication.tables.observations.with_row_index("row")
    at = pl.col("row")
    moved = (
        observations.with_columns(
            pl.when(at == rows[0]).then(pl.col("value") + 1).otherwise(pl.col("value")).alias("value"),
            pl.when(at == rows[1]).then(pl.lit("secret")).otherwise("confidentiality").alias("confidentiality"),
        )
        .with_columns(pl.when(at == rows[1]).then(None).otherwise(pl.col("value")).alias("value"))
        .filter(at != rows[2])
    )
    first = open_edition(written(publication, tmp_path, "2027-a"))
    after = written(publication, tmp_path, "2028-b", observations=moved.drop("row"), deliveries=("b", "c"))
    found = compare_editions(first, open_edition(after))
    was = observations.row(rows[0], named=True)["value"]
    told = {each.move: each for each in found.values}
    assert len(found.values) == 3
    assert set(told) == {Move.CHANGED, Move.MASKED, Move.GONE}
    assert (told[Move.CHANGED].before, told[Move.CHANGED].after) == (was, was + 1)
    assert told[Move.MASKED].after is None
    assert (found.deliveries_added, found.deliveries_gone) == (("c",), ("a",))
    back = compare_editions(open_edition(after), first)
    assert {each.move for each in back.values} == {Move.CHANGED, Move.UNMASKED, Move.APPEARED}


def test_a_definition_that_moved_is_told_with_the_values_that_follow_it(
    publication: Publication, tmp_path: Path
) -> None:
    row = free(publication).row(0, named=True)
    indicators = tuple(
        each.model_copy(update={"label": "Autre chose"}) if each.id == row["indicator"] else each
        for each in publication.declared.indicators[:-1]
    )
    observations = publication.tables.observations.with_columns(
        pl.when(pl.int_range(pl.len()) == row["row"]).then(pl.lit(-5.0)).otherwise("value").alias("value")
    )
    first = open_edition(written(publication, tmp_path, "2027-a"))
    second = written(publication, tmp_path, "2028-b", indicators=indicators, observations=observations)
    found = compare_editions(first, open_edition(second))
    gone = publication.declared.indicators[-1].id
    assert set(found.definitions) == {
        Redefinition("indicators", row["indicator"], Move.CHANGED, ("label",)),
        Redefinition("indicators", gone, Move.GONE),
    }
    assert [(each.subject, each.is_redefined) for each in found.values] == [(row["indicator"], True)]


def test_a_table_or_a_column_that_an_older_version_did_not_write_stops_nothing(
    publication: Publication, tmp_path: Path
) -> None:
    folder = written(publication, tmp_path, "2027-a")
    (folder / "rates.parquet").unlink()
    observations = pl.read_parquet(folder / "observations.parquet")
    observations.drop("breakdown").write_parquet(folder / "observations.parquet")
    found = compare_editions(open_edition(folder), open_edition(written(publication, tmp_path, "2028-b")))
    assert {each.move for each in found.values if each.table == "rates"} == {Move.APPEARED}
    assert found.unchanged > 0


def test_what_changes_after_the_seal_is_told(publication: Publication, tmp_path: Path) -> None:
    folder = written(publication, tmp_path, "2027-a")
    assert integrity(folder).is_whole
    page = tmp_path / "rapport.html"
    page.write_text("<p>un</p>", encoding="utf-8")
    keep_documents(folder, [page])
    assert integrity(folder).is_whole
    assert open_edition(folder).documents == ("rapport.html",)
    page.write_text("<p>deux</p>", encoding="utf-8")
    keep_documents(folder, [page])
    assert integrity(folder).is_whole, "a document made again is sealed again"
    (folder / "documents" / "rapport.html").write_text("<p>trois</p>", encoding="utf-8")
    (folder / "audit.parquet").unlink()
    assert integrity(folder).changed == ("documents/rapport.html",)
    assert integrity(folder).missing == ("audit.parquet",)
    seal(folder)
    assert not integrity(folder).is_whole, "writing the tables again does not excuse a document"


def test_editions_are_found_by_the_beginning_of_their_name(publication: Publication, tmp_path: Path) -> None:
    for name in ("2027-06-30-aaaa", "2027-06-30-bbbb", "2030-12-31-cccc"):
        written(publication, tmp_path, name)
    store = Store(tmp_path)
    assert [each.name[:4] for each in list_editions(store)] == ["2027", "2027", "2030"]
    assert list_editions(store, "ailleurs") == ()
    assert find_edition(store, "2030").name == "2030-12-31-cccc"
    for name in ("2027", "1999"):
        with pytest.raises(PublicationError) as caught:
            find_edition(store, name)
        assert caught.value.problems[0].code == "EVK-P003"
