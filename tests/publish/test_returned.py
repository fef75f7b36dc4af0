"""Returns of a cohort pass through secrecy: small counts, what subtraction gives back, and earlier editions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from evalkit.follow.run import follow
from evalkit.measure.observation import OBSERVATION_SCHEMA
from evalkit.publish.confidential import Confidential
from evalkit.publish.edition import read_edition, write_edition
from evalkit.publish.publication import Publication
from evalkit.publish.publish import publish
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from tests.follow.returns.world import protocol, row, sound, space_of
from tests.measure.world import CONTRACT, put


def published(root: Path, rows, earlier: tuple[Publication, ...] = (), cohort=None) -> Publication:
    space = space_of(root, cohort or protocol())
    store = Store(space.data)
    put(store, rows, feed=space.feeds["retours"], producer="france-travail")
    return publish(
        Confidential(
            declarations=space.contract(CONTRACT),
            feeds=space.feeds,
            observations=pl.DataFrame(schema=OBSERVATION_SCHEMA),
            as_of=dt.date(2026, 6, 30),
            cohorts=follow(space, store, CONTRACT),
            deliveries=deliveries(store, CONTRACT),
            earlier=earlier,
        )
    )


def cell(publication: Publication, **wanted: str):
    (found,) = publication.tables.returns.filter(**wanted).to_dicts()
    return found


def test_large_counts_are_shown_and_small_ones_are_masked(tmp_path):
    """Threshold of 5. At 3 months one woman has no news: the count is masked, and so are the bounds."""
    found = published(tmp_path, sound())
    whole = cell(found, wave="P12M", breakdown="ensemble", exit="durable")
    assert (whole["entrants"], whole["count"], whole["rate"]) == (100, 34, 0.34)
    assert (whole["worst"], whole["best"], whole["confidentiality"]) == (0.34, 0.5, "libre")
    women = cell(found, wave="P3M", word="F", exit="lost")
    assert (women["confidentiality"], women["count"], women["entrants"]) == ("secret", None, None)
    assert "convention, art. 4" in women["reason"]
    jobs = cell(found, wave="P3M", word="F", exit="durable")
    assert (jobs["count"], jobs["worst"], jobs["best"]) == (None, None, None), "two women with a job"


def test_nothing_that_is_masked_comes_back_by_subtraction(tmp_path):
    """4 of the 10 jobs at 3 months are in one zone: neither zone can be shown beside the total."""
    found = published(tmp_path, sound())
    zones = found.tables.returns.filter(wave="P3M", breakdown="zone", exit="durable")
    total = cell(found, wave="P3M", breakdown="ensemble", exit="durable")
    shown = zones["count"].is_not_null().sum() + (total["count"] is not None)
    assert shown <= 1


def test_two_waves_do_not_tell_who_left_in_between(tmp_path):
    """42 then 44 of 200: two persons left in between, so the two counts are never shown together."""
    rows = [row(3, "pres", (42, 20, 20, 78, 20, 20)), row(6, "pres", (44, 26, 26, 58, 20, 26))]
    found = published(tmp_path, rows)
    shown = [cell(found, wave=wave, breakdown="ensemble", exit="durable")["count"] for wave in ("P3M", "P6M")]
    assert shown.count(None) >= 1


def test_what_an_earlier_edition_told_is_known_already(tmp_path):
    first = published(tmp_path / "a", [row(3, "pres", (30, 20, 20, 90, 20, 20))])
    assert cell(first, breakdown="ensemble", exit="durable")["count"] == 30
    again = published(tmp_path / "b", [row(3, "pres", (30, 20, 20, 90, 20, 20))], (first,))
    assert cell(again, breakdown="ensemble", exit="durable")["count"] == 30


def test_what_does_not_hold_is_published_without_its_numbers(tmp_path):
    rows = sound()
    rows[4] = {**rows[4], "suivis": 61}
    found = published(tmp_path, rows).tables.cohort_findings
    assert found.filter(code="EVK-M421").height == 1
    assert "61" not in " ".join(found["message"])


def test_an_edition_keeps_returns_and_an_older_one_has_none(tmp_path):
    found = published(tmp_path / "a", sound())
    folder = write_edition(found, tmp_path / "editions")
    assert read_edition(folder).tables.returns.equals(found.tables.returns)
    (folder / "returns.parquet").unlink()
    (folder / "cohort_findings.parquet").unlink()
    assert read_edition(folder).tables.returns.height == 0
