"""The largest contributions to a sum come out of its rows, unit by unit, or are not told at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl

from evalkit.measure.contributions import with_largest
from evalkit.measure.run import measure
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, feed_of, indicator, put, workspace

GRANTS = feed_of(
    "subventions",
    "dossier:code",
    "zone:zone",
    {"name": "siret", "type": "code"},
    {"name": "theme", "type": "category", "values": ["emploi", "sport"]},
    {"name": "montant", "type": "decimal", "scale": "2"},
)
ZONES = ["pres", "aubepins", "qpv"]
PAID = indicator({"type": "sum", "feed": "subventions", "of": "montant"}, zones=ZONES, by=["theme"])
COUNTED = indicator({"type": "count", "feed": "subventions"}, id="essai.dossiers", zones=["pres"])


def largest(root: Path, *rows: tuple[str, str | None, str, str]) -> dict[tuple[str, str, str], list[float] | None]:
    """The largest contributions by indicator, zone and breakdown; each row is a zone, a SIRET, a theme, an amount."""
    space = workspace(root, PAID, COUNTED, feed=GRANTS)
    store = Store(space.data)
    names = ("zone", "siret", "theme", "montant")
    given = [dict(zip(names, (*row[:3], Decimal(row[3])), strict=True)) for row in rows]
    complete = [{"annee": "2024", "dossier": str(number), **row} for number, row in enumerate(given)]
    put(store, complete, feed=GRANTS)
    frame = with_largest(measure(space, store, CONTRACT), {"subventions": "siret"}, (space, store, CONTRACT))
    assert frame.schema["largest"] == pl.List(pl.Float64)
    return {
        (row["indicator"], row["zone"], row["breakdown"]): row["largest"]
        for row in frame.filter(availability="disponible").iter_rows(named=True)
    }


def test_rows_of_one_unit_are_added_before_units_are_ranked(tmp_path: Path) -> None:
    """A receives 60 and 30, B 40, C 5: the largest are 90, 40 and 5, and of both quarters A has 100."""
    found = largest(
        tmp_path,
        ("pres", "A", "emploi", "60.00"),
        ("pres", "A", "sport", "30.00"),
        ("pres", "B", "emploi", "40.00"),
        ("pres", "C", "emploi", "5.00"),
        ("aubepins", "A", "emploi", "10.00"),
    )
    assert found["essai.indicateur", "pres", ""] == [90.0, 40.0, 5.0]
    assert found["essai.indicateur", "qpv", ""] == [100.0, 40.0, 5.0]
    assert found["essai.indicateur", "pres", "theme=emploi"] == [60.0, 40.0, 5.0]
    assert found["essai.indicateur", "pres", "theme=sport"] == [30.0]
    assert found["essai.dossiers", "pres", ""] is None


def test_nothing_is_told_where_a_row_names_nobody_or_takes_back(tmp_path: Path) -> None:
    found = largest(
        tmp_path,
        ("pres", None, "emploi", "60.00"),
        ("pres", "B", "sport", "40.00"),
        ("aubepins", "A", "emploi", "-5.00"),
    )
    assert found["essai.indicateur", "pres", ""] is None
    assert found["essai.indicateur", "pres", "theme=sport"] == [40.0]
    assert found["essai.indicateur", "aubepins", ""] is None


def test_a_sum_to_which_nobody_brought_anything_has_no_contribution(tmp_path: Path) -> None:
    found = largest(tmp_path, ("pres", "A", "emploi", "60.00"))
    assert found["essai.indicateur", "aubepins", ""] == []


def test_without_a_feed_to_look_at_nothing_is_told(tmp_path: Path) -> None:
    space = workspace(tmp_path, PAID, feed=GRANTS)
    store = Store(space.data)
    put(store, [{"annee": "2024", "dossier": "1", "zone": "pres", "siret": "A", "montant": Decimal(3)}], feed=GRANTS)
    frame = with_largest(measure(space, store, CONTRACT), {}, (space, store, CONTRACT))
    assert frame["largest"].null_count() == frame.height
