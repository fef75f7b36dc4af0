"""Columns that vanish, appear or change their heading; headings are kept and die with their delivery."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from evalkit.declare.feed import Feed
from evalkit.receive.file.table import TextTable
from evalkit.receive.headings import match_headings
from evalkit.receive.history.columns import column_changes
from evalkit.receive.history.headings_kept import (
    Headings,
    forget_headings,
    headings_folder,
    headings_of,
    keep_headings,
    read_headings,
)
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.store.store import Store

from ..world import BASE

DELIVERY = Delivery(
    id="a" * 24,
    contract="essai",
    feed="base",
    producer="insee",
    periods=("2020",),
    received_on=dt.date(2026, 4, 20),
    file_name="base.csv",
    file_hash="0" * 64,
    rows_accepted=4,
    rows_refused=0,
    status=DeliveryStatus.ACCEPTED,
    findings=(),
    declaration="",
)


def told(before: Headings, now: Headings, feed: Feed = BASE) -> list[tuple[str, str, str]]:
    return [(one.code, one.field, one.received) for one in column_changes(feed, before, now)]


def headings(fields: dict[str, str], *others: str) -> Headings:
    return Headings(fields, others)


def test_nothing_to_say_of_the_same_headings() -> None:
    same = headings({"zone": "CODGEO", "taux": "TX_TOT_EMPL"}, "NOTE_RP")
    assert told(same, headings({"zone": "codgeo", "taux": "Tx tot empl"}, "note rp")) == []


def test_fields_that_vanish_appear_and_change_their_heading() -> None:
    before = headings({"zone": "CODGEO", "taux": "TX_TOT_EMPL"})
    now = headings({"zone": "code", "effectif": "ABC"})
    assert told(before, now) == [
        ("EVK-R077", "zone", "code"),
        ("EVK-R076", "taux", "TX_TOT_EMPL"),
        ("EVK-R078", "effectif", "ABC"),
    ]


def test_the_rename_of_insee_in_2021() -> None:
    # French facts: TX_TOT_EPREC until 2020, TX_TOT_EDLIM from 2021, another concept under a name that looks like it.
    before = headings({"zone": "CODGEO"}, "TX_TOT_EPREC", "CA", "NOTE_RP")
    now = headings({"zone": "CODGEO"}, "TX_TOT_EDLIM", "NOTE_RP", "ABC_RSA")
    assert told(before, now) == [
        ("EVK-R077", "TX_TOT_EDLIM", "TX_TOT_EPREC"),
        ("EVK-R076", "", "CA"),
        ("EVK-R078", "", "ABC_RSA"),
    ]
    (renamed, *_) = column_changes(BASE, before, now)
    assert "« TX_TOT_EPREC » a disparu" in renamed.message.replace("\N{NO-BREAK SPACE}", " ")


def test_switched_off() -> None:
    feed = Feed.model_validate(
        {**BASE.model_dump(mode="json", by_alias=True, exclude_defaults=True), "watch": {"columns": None}}
    )
    assert told(headings({"zone": "a"}), headings({"zone": "b"}), feed) == []


def test_headings_of_a_table() -> None:
    table = TextTable(
        ("CODGEO", "NOTE_RP", "ABC"), pl.DataFrame({"c0": ["1"], "c1": ["2"], "c2": ["3"]}), pl.Series([2])
    )
    found = headings_of(table, match_headings(BASE, table.headings))
    assert found == Headings({"effectif": "ABC", "zone": "CODGEO"}, ("NOTE_RP",))


def test_headings_are_kept_apart_and_die_with_their_delivery(tmp_path: Path) -> None:
    store, kept = Store(tmp_path), headings({"zone": "CODGEO"}, "NOTE_RP")
    other = replace(DELIVERY, id="b" * 24)
    keep_headings(store, DELIVERY, kept)
    keep_headings(store, other, kept)
    assert headings_folder(store).is_relative_to(store.quarantine.parent)
    assert read_headings(store, DELIVERY) == kept
    assert read_headings(store, replace(DELIVERY, status=DeliveryStatus.REFUSED)) is None
    assert read_headings(store, replace(DELIVERY, removed_on=dt.date(2030, 1, 1))) is None
    assert forget_headings(store, [DELIVERY.id]) == (other.id,)
    assert read_headings(store, other) is None
    assert read_headings(store, DELIVERY) == kept


@pytest.mark.skipif(not hasattr(Path, "group"), reason="posix: no rights on files")
def test_headings_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_headings(store, DELIVERY, headings({"zone": "CODGEO"}))
    assert store.quarantine.parent.stat().st_mode & 0o077 == 0
