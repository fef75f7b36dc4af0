"""Each shipped feed of the partners receives a file of its own template, and says nothing against it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.declare.clause import Purpose
from evalkit.declare.feed import FieldSpec, FieldType
from evalkit.receive.receive import check_file
from evalkit.store.delivery import DeliveryStatus
from evalkit.template.plan import template_of
from evalkit.template.twin import csv_of
from evalkit.workspace.workspace import Workspace
from tests.template.world import CONTRACT, order, pseudonym, signed

FEEDS = sorted(
    path.stem
    for path in (Path(__file__).resolve().parents[2] / "expectations").glob("*.yml")
    if not path.stem.startswith(("insee-", "anct-"))
)
"""The feeds that partners fill; those of Insee and of the ANCT are tried on their own files."""

CODES = {
    "etablissement": "0750655E",
    "objectif": "emploi",
    "indicateur": "emploi.actions",
    "cohorte": "femmes.2025",
    "quartier_2015": "QP071001",
    "quartier_2024": "QN07101I",
}
HARMLESS = frozenset({"EVK-R040", "EVK-R079", "EVK-R091"})
"""A date in the French manner, history left to the reception, a break of the source that the period crosses."""

WORDS = {
    FieldType.IDENTITY: pseudonym(1),
    FieldType.ZONE: "QN07101I",
    FieldType.BOOLEAN: "oui",
    FieldType.DATE: "15/01/2026",
    FieldType.MONTH: "2026-01",
    FieldType.QUARTER: "2026-T1",
    FieldType.YEAR: "2025",
    FieldType.FREE_TEXT: "Rien à signaler.",
}


def cell(field: FieldSpec) -> str:
    if field.type is FieldType.CATEGORY:
        return field.values[0]
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        return f"{field.minimum or 0:f}".replace(".", ",")
    return WORDS.get(field.type) or CODES.get(field.name, "A1")


def followed(feed: str) -> Workspace:
    """Return the workspace of a signed clause whose purpose lets persons be followed."""
    space = signed(feed)
    declared = space.contract(CONTRACT)
    clauses = tuple(
        clause.model_copy(update={"sharing": clause.sharing.model_copy(update={"purposes": (Purpose.COHORT,)})})
        for clause in declared.clauses
    )
    return replace(space, contracts={CONTRACT: replace(declared, clauses=clauses)})


@pytest.mark.parametrize("feed", FEEDS)
def test_a_row_of_its_template_is_accepted(tmp_path: Path, feed: str) -> None:
    space = followed(feed)
    template = template_of(space, feed, CONTRACT)
    row = io.StringIO()
    csv.writer(row, delimiter=";", lineterminator="\r\n").writerow([cell(each.field) for each in template.columns])
    path = tmp_path / "envoi.csv"
    path.write_bytes(csv_of(template) + row.getvalue().encode())
    delivery = check_file(space, path, order(None if template.feed.period.field else "2021")).delivery
    assert delivery.feed == feed
    assert [str(one) for one in delivery.findings if one.code not in HARMLESS] == []
    assert (delivery.status, delivery.rows_accepted) == (DeliveryStatus.ACCEPTED, 1)
