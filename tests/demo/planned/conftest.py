"""Small demonstrations written once, and their rows put straight into a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from evalkit.demo.planned.drafts import ELSEWHERE, Scene, SentTable, planned_tables
from evalkit.demo.planned.plan import read_plan
from evalkit.demo.planned.rows import PERIOD
from evalkit.demo.planned.write import open_scene
from evalkit.demo.write import Demonstration, write_demonstration
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.store.rows import record
from evalkit.store.schema import DELIVERY_ID, stored_schema
from evalkit.store.store import Store

SEED = 2030
SMALL = ("blois", "creusot-montceau", "grand-calais", "narbonne", "toulouse-metropole")
"""Contracts whose demonstration is a plan and nothing else."""


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Callable[[str], Demonstration]:
    @cache
    def write(contract: str) -> Demonstration:
        return write_demonstration(tmp_path_factory.mktemp(contract) / "demonstration", SEED, contract=contract)

    return write


@pytest.fixture(scope="session")
def sent(written) -> Callable[[str], tuple[Scene, tuple[SentTable, ...]]]:
    @cache
    def of(contract: str) -> tuple[Scene, tuple[SentTable, ...]]:
        scene = open_scene(written(contract).root, read_plan(contract), SEED)[0]
        return scene, tuple(planned_tables(scene))

    return of


def store_rows(scene: Scene, tables: Sequence[SentTable], folder: Path) -> Store:
    """Record the rows of every sender as accepted deliveries: what a reception without any fault would leave."""
    store = Store(folder)
    for number, table in enumerate(tables):
        record(store, _delivery(scene, table, number), _stored(table))
    return store


def _stored(sent: SentTable) -> pl.DataFrame:
    feed = sent.frame.feed
    schema = {name: kind for name, kind in stored_schema(feed).items() if name != DELIVERY_ID}
    zones = [each.name for each in feed.fields if each.type == "zone" and each.name in sent.rows.columns]
    rows = sent.rows.with_columns(pl.col(zones).replace({ELSEWHERE: "outside"})) if zones else sent.rows
    columns = {"_line": pl.int_range(2, 2 + pl.len()), "_period": pl.col(PERIOD)}
    made = [
        columns.get(name, pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind, strict=False).alias(name)
        for name, kind in schema.items()
    ]
    return rows.select(made)


def _delivery(scene: Scene, sent: SentTable, number: int) -> Delivery:
    return Delivery(
        id=f"d{number}",
        contract=scene.plan.contract,
        feed=sent.frame.feed.feed,
        producer=sent.frame.sender.producer,
        periods=tuple(sent.rows[PERIOD].unique().sort().to_list()),
        received_on=dt.date(2027, 4, 1),
        file_name="essai.csv",
        file_hash=f"{number:064d}",
        rows_accepted=sent.rows.height,
        rows_refused=0,
        status=DeliveryStatus.ACCEPTED,
        findings=(),
        declaration="",
    )
