"""What is read back, as of when, and who replaces whom."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from evalkit.errors import StoreError
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.ledger import Source, current_sources, deliveries
from evalkit.store.results import read_result, write_result
from evalkit.store.rows import Recorded, current_rows, record, rows_of_delivery
from evalkit.store.schema import stored_schema
from evalkit.store.store import Store
from tests.store.deliveries import FEED, delivery, rows


def codes(store: Store, as_of: dt.date | None = None) -> list[str]:
    return sorted(current_rows(store, "essai", FEED, as_of).collect()["numero"].to_list())


def test_an_empty_store_has_columns_and_no_row(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert deliveries(store) == ()
    assert current_rows(store, "essai", FEED).collect().schema == stored_schema(FEED)


def test_a_delivery_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = delivery("d1", periods=("2024", "2025"), fictitious=True)
    assert record(store, one, rows("a", "b")) == Recorded(one, is_repeated=False)
    assert deliveries(store) == (one,)
    assert current_rows(store, "essai", FEED).collect().schema == stored_schema(FEED)
    assert current_rows(store, "essai", FEED).select(pl.col("montant").sum()).collect().item() == Decimal("2.20")


def test_the_same_delivery_counts_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = record(store, delivery("d1"), rows("a", "b"))
    again = record(store, delivery("d1", received_on=dt.date(2027, 1, 1)), rows("a", "b"))
    assert again == Recorded(first.delivery, is_repeated=True)
    assert codes(store) == ["a", "b"]


def test_a_period_is_replaced_whole_and_only_for_its_producer(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d1"), rows("a", "b"))
    record(store, delivery("d2", producer="habellis"), rows("c"))
    record(store, delivery("d3"), rows("x"))
    assert codes(store) == ["c", "x"]
    assert current_sources(store, "essai", "flux") == (Source("2025", "habellis", "d2"), Source("2025", "opac", "d3"))


def test_a_delivery_of_two_periods_keeps_the_one_that_is_not_replaced(tmp_path: Path) -> None:
    store = Store(tmp_path)
    both = pl.concat([rows("a", period="2024"), rows("b", period="2025")])
    record(store, delivery("d1", periods=("2024", "2025")), both)
    record(store, delivery("d2", periods=("2025",)), rows("c", period="2025"))
    assert codes(store) == ["a", "c"]


def test_as_of_gives_what_was_known_on_that_day(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d1"), rows("a"))
    record(store, delivery("d2", received_on=dt.date(2026, 3, 1)), rows("b"))
    assert codes(store, dt.date(2026, 1, 9)) == []
    assert codes(store, dt.date(2026, 2, 28)) == ["a"]
    assert codes(store, dt.date(2026, 3, 1)) == ["b"]


def test_a_late_correction_of_an_older_day_does_not_win(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d2", received_on=dt.date(2026, 3, 1)), rows("new"))
    record(store, delivery("d1", received_on=dt.date(2026, 1, 1)), rows("old"))
    assert codes(store) == ["new"]


def test_a_refused_delivery_replaces_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d1"), rows("a"))
    record(store, delivery("d2", status=DeliveryStatus.REFUSED), rows("b"))
    assert codes(store) == ["a"]
    assert [one.id for one in deliveries(store)] == ["d1", "d2"]


def test_contracts_and_feeds_do_not_mix(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d1"), rows("a"))
    record(store, delivery("d2", contract="autre"), rows("b"))
    assert codes(store) == ["a"]
    assert [one.id for one in deliveries(store, "autre")] == ["d2"]
    assert deliveries(store, "essai", "rien") == ()


def test_a_field_declared_later_is_null_in_older_rows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d1"), rows("a"))
    wider = FEED.model_copy(
        update={"fields": (*FEED.fields, FEED.fields[0].model_copy(update={"name": "neuf", "required": False}))}
    )
    more = rows("b", period="2026").with_columns(
        pl.lit("x").alias("neuf"), pl.lit(None, pl.String).alias("neuf__cause")
    )
    record(store, delivery("d2", periods=("2026",)), more)
    assert current_rows(store, "essai", wider).sort("numero").collect()["neuf"].to_list() == [None, "x"]


def test_a_field_that_changes_type_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record(store, delivery("d1"), rows("a"))
    with pytest.raises(StoreError) as caught:
        record(store, delivery("d2"), rows("b").with_columns(pl.lit("cher").alias("montant")))
    assert caught.value.problems[0].code == "EVK-S003"
    assert codes(store) == ["a"]


def test_a_long_ledger_keeps_its_order(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for i in range(40):
        record(store, delivery(f"d{i}", status=DeliveryStatus.REFUSED), rows())
    assert [one.id for one in deliveries(store)] == [f"d{i}" for i in range(40)]


def test_rows_of_a_replaced_delivery_can_still_be_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = record(store, delivery("d1"), rows("a"))
    record(store, delivery("d2"), rows("b"))
    assert rows_of_delivery(store, one.delivery).collect()["numero"].to_list() == ["a"]


def test_results_come_back_and_absent_ones_are_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    frame = pl.DataFrame({"x": [1, 2]})
    write_result(store, "observations", "essai", frame)
    assert read_result(store, "observations", "essai").equals(frame)
    with pytest.raises(StoreError) as caught:
        read_result(store, "observations", "autre")
    assert caught.value.problems[0].code == "EVK-S004"


@pytest.mark.parametrize("name", ["../ailleurs", "", ".cache", "a/b"])
def test_names_cannot_leave_their_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError):
        Store(tmp_path).edition(name)
