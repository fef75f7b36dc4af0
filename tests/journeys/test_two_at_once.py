"""Two receptions at once, each in its own process: the ledger and the store agree afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.store.tidy import sweep_orphans
from evalkit.workspace.crosscheck import open_workspace
from tests.journeys.conftest import CONTRACT, copied
from tests.journeys.terminal import ended, started
from tests.properties.clean_files import bytes_of, clean_table

FEED = "gsup-signalements"


def test_the_same_file_twice_and_another_at_once(small: Path, tmp_path: Path) -> None:
    root = copied(small, tmp_path)
    feed = open_workspace(root).feeds[FEED]
    files = []
    for number, rows in enumerate((150, 90)):
        path = tmp_path / f"signalements_{number}.csv"
        path.write_bytes(bytes_of(clean_table(feed, number, rows)))
        files.append((path, f"2026-07-1{number}", rows))
    running = [
        started("receive", path, "--workspace", root, "--on", day) for path, day, _ in (files[0], files[0], files[1])
    ]
    for process in running:
        answer = ended(process)
        assert answer.code == 0, answer.said
        assert "Livraison acceptée" in answer.out.replace("\N{NO-BREAK SPACE}", " ")

    store = Store(root / "data")
    known = deliveries(store, CONTRACT)
    assert [delivery.rows_accepted for delivery in known] == [150, 90]
    assert rows_by_delivery(store) == {delivery.id: delivery.rows_accepted for delivery in known}
    assert sweep_orphans(store) == ()
    assert not list(root.rglob(".*.part"))
    assert all(has_its_receipt(store, delivery) for delivery in known)


def rows_by_delivery(store: Store) -> dict[str, int]:
    counted = pl.read_delta(str(store.rows(CONTRACT, FEED))).group_by("_delivery_id").len()
    return {str(delivery): int(rows) for delivery, rows in counted.iter_rows()}


def has_its_receipt(store: Store, delivery: Delivery) -> bool:
    receipt = json.loads((store.receipts / f"{delivery.id}.json").read_text(encoding="utf-8"))
    return bool(receipt["delivery"]["rows_accepted"] == delivery.rows_accepted)
