"""A filled template is accepted by the reception, which finds nothing to repair in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from evalkit.receive.receive import check_file
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.template.plan import Template, template_of
from evalkit.template.twin import csv_of
from evalkit.template.workbook import Cell, workbook_of
from tests.template.world import CONTRACT, ROWS, order, signed


def cells(template: Template, feed: str) -> list[list[Cell]]:
    return [[row.get(column.field.name) for column in template.columns] for row in ROWS[feed]]


def period_of(template: Template) -> str | None:
    return None if template.feed.period.field else "2021"


def found(delivery: Delivery) -> list[str]:
    """Return what was found, but that a check without a store leaves history to the reception."""
    return [str(one) for one in delivery.findings if one.code not in {"EVK-R079", "EVK-R090", "EVK-R091"}]


@pytest.mark.parametrize("feed", sorted(ROWS))
def test_a_filled_workbook_is_accepted(tmp_path: Path, feed: str) -> None:
    template = template_of(signed(feed), feed, CONTRACT)
    path = tmp_path / "envoi.xlsx"
    path.write_bytes(workbook_of(template, cells(template, feed)))
    delivery = check_file(signed(feed), path, order(period_of(template))).delivery
    assert delivery.feed == feed
    assert found(delivery) == []
    assert delivery.status is DeliveryStatus.ACCEPTED
    assert (delivery.rows_accepted, delivery.rows_refused) == (len(ROWS[feed]), 0)


@pytest.mark.parametrize("feed", sorted(ROWS))
def test_a_filled_twin_is_accepted_without_any_finding(tmp_path: Path, feed: str) -> None:
    template = template_of(signed(feed), feed, CONTRACT)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in cells(template, feed):
        writer.writerow([value.isoformat() if isinstance(value, dt.date) else value for value in row])
    path = tmp_path / "envoi.csv"
    path.write_bytes(csv_of(template) + text.getvalue().encode())
    delivery = check_file(signed(feed), path, order(period_of(template))).delivery
    assert (delivery.feed, delivery.status, found(delivery)) == (feed, DeliveryStatus.ACCEPTED, [])
    assert delivery.rows_accepted == len(ROWS[feed])


def test_the_period_in_the_file_name_is_the_one_the_instructions_ask(tmp_path: Path) -> None:
    feed = "insee-qpv-insertion"
    template = template_of(signed(feed), feed, CONTRACT)
    path = tmp_path / f"{feed}_2026.xlsx"
    path.write_bytes(workbook_of(template, cells(template, feed)))
    delivery = check_file(signed(feed), path, order()).delivery
    assert delivery.periods == ("2026",)
    assert delivery.status is DeliveryStatus.ACCEPTED


def test_marks_of_missing_and_secret_values_are_understood(tmp_path: Path) -> None:
    feed = "bilans-actions"
    template = template_of(signed(feed), feed, CONTRACT)
    rows = cells(template, feed)
    at = {column.field.name: index for index, column in enumerate(template.columns)}
    rows[0][at["seniors"]], rows[1][at["seniors"]], rows[2][at["montant"]] = "s", "nd", "so"
    path = tmp_path / "envoi.xlsx"
    path.write_bytes(workbook_of(template, rows))
    delivery = check_file(signed(feed), path, order()).delivery
    causes = sorted(one.message.split("cause")[1].strip() for one in delivery.findings if one.code == "EVK-R042")
    assert delivery.status is DeliveryStatus.ACCEPTED
    assert [cause.strip("«»\u00a0. ") for cause in causes] == ["non concerné", "non disponible", "secret"]


def test_an_empty_template_is_refused_as_empty(tmp_path: Path) -> None:
    feed = "bilans-actions"
    template = template_of(signed(feed), feed, CONTRACT)
    for name, content in (("vide.xlsx", workbook_of(template)), ("vide.csv", csv_of(template))):
        (tmp_path / name).write_bytes(content)
        file = order()
        delivery = check_file(signed(feed), tmp_path / name, type(file)(CONTRACT, file.received_on, feed)).delivery
        assert delivery.status is DeliveryStatus.REFUSED
        assert "EVK-R004" in {one.code for one in delivery.findings}
