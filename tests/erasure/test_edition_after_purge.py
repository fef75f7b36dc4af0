"""Years later every row has gone; the edition still opens, and can be compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from evalkit.editions.difference import Move, compare_editions
from evalkit.editions.opened import list_editions
from evalkit.editions.seal import seal
from evalkit.erasure.purge import purge
from evalkit.erasure.traces import files_holding
from evalkit.publish.edition import read_edition, write_edition
from evalkit.publish.publish import publish
from evalkit.road import compute
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace
from tests.follow.test_run import people, quarter
from tests.follow.world import PATHWAYS, SIGNED, protocol, workspace
from tests.measure.world import CONTRACT, put

YEARS_LATER = dt.date(2040, 1, 1)


def edition_of(space: Workspace) -> Path:
    folder = write_edition(publish(compute(space, CONTRACT)), Store(space.data).editions)
    seal(folder)
    return folder


def test_rows_go_and_editions_stay(tmp_path: Path) -> None:
    threshold = {"units": "5", "of": "persons", "source": "essai"}
    space = workspace(tmp_path, protocol(), clause={**SIGNED, "production": {"threshold": threshold}})
    store = Store(space.data)
    rows = people(60, "cite", jobs=24) + people(60, "commun", jobs=15)
    named = [{**row, "personne": f"pseudonyme-{row['personne']}", "_period": quarter(row)} for row in rows]
    put(store, named, feed=PATHWAYS, producer="france-travail")
    first = edition_of(space)
    before = read_edition(first)
    names = sorted({str(row["personne"]) for row in named})
    assert files_holding(store.root, names)

    done = purge(space, store, YEARS_LATER)
    assert done.rows == len(rows)
    assert files_holding(store.root, names) == ()
    assert not list((store.root / "store" / "rows").rglob("*.parquet"))

    after = read_edition(first)
    assert (after.declared, after.manifest) == (before.declared, before.manifest)
    assert all(table.equals(dict(before.tables.named())[name]) for name, table in after.tables.named())
    assert after.tables.rates.filter(pl.col("rate").is_not_null()).height > 0

    # An edition made after the purge has nothing left to say of these persons, and says why.
    edition_of(space)
    editions = {each.folder: each for each in list_editions(store)}
    assert len(editions) == 2
    assert all(each.integrity.is_whole for each in editions.values())
    (second,) = (each for folder, each in editions.items() if folder != first)
    found = compare_editions(editions[first], second)
    assert {each.move for each in found.values} <= {Move.GONE, Move.UNMASKED}
    assert any(each.table == "rates" and each.move is Move.GONE for each in found.values)
