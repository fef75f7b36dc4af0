"""A territory as people write it: contours, attachments and their mistakes, each told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DeclarationError, Problem
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import write

ATTACHED = "indicators/essai/territory-rattachements.yml"
ZONES = "indicators/essai/territory-quartiers.yml"

TABLE = """\
attachments:
  - id: colleges
    label: Collèges
    kind: etablissement
    field: etablissement
    basis: secteur
    from: 2024-09-01
    source: carte scolaire
    places:
      - {code: 0710001A, label: Collège Un, zone: pres, share: "0.6"}
      - {code: 0710001A, label: Collège Un, zone: temoin-1, share: "0.4"}
      - {code: 0710002B, zone: temoin-2}
"""

QUARTER = """\
zones:
  - id: bouge
    label: Bougé
    kind: qpv
    perimeters:
      - {vintage: 2015, code: QP071009}
      - {vintage: 2024, code: QN07109M, change: moved}
"""


def problems(root: Path, files: dict[str, str]) -> list[Problem]:
    with pytest.raises(DeclarationError) as error:
        open_workspace(write(root, files))
    return list(error.value.problems)


def test_a_file_of_attachments_alone_is_a_part_of_the_territory(tmp_path):
    territory = open_workspace(write(tmp_path, {ATTACHED: TABLE, ZONES: QUARTER})).contract("essai").territory
    assert [table.id for table in territory.attachments] == ["colleges"]
    assert str(territory.attachments[0].places[0].share) == "0.6"
    assert territory.qpv == ("bouge", "pres")


@pytest.mark.parametrize(
    ("code", "old", "new", "line", "received"),
    [
        ("EVK-D032", "zone: temoin-2", "zone: ailleurs", 12, "ailleurs"),
        ("EVK-D029", 'share: "0.4"', 'share: "0.5"', 11, "0710001A"),
        ("EVK-D029", "zone: temoin-1", "zone: pres", 11, "0710001A"),
    ],
)
def test_a_mistake_in_a_table_is_told_at_its_line(tmp_path, code, old, new, line, received):
    (problem,) = problems(tmp_path, {ATTACHED: TABLE.replace(old, new, 1)})
    assert (problem.code, problem.place.file, problem.place.line) == (code, ATTACHED, line)
    assert problem.received == received


def test_two_tables_that_hold_on_one_day_are_told(tmp_path):
    second = TABLE.split("\n", 1)[1].replace("id: colleges", "id: autres")
    (problem,) = problems(tmp_path, {ATTACHED: TABLE + second})
    assert (problem.code, problem.received) == ("EVK-D039", "0710001A, 0710002B")
    closed = TABLE.replace("from: 2024-09-01", "from: 2023-09-01\n    until: 2024-08-31")
    open_workspace(write(tmp_path, {ATTACHED: closed + second}))


def test_an_id_of_a_table_is_given_once(tmp_path):
    second = TABLE.split("\n", 1)[1].replace("from: 2024-09-01", "from: 2030-09-01")
    first = TABLE.replace("from: 2024-09-01", "from: 2024-09-01\n    until: 2025-08-31")
    (problem,) = problems(tmp_path, {ATTACHED: first + second})
    assert (problem.code, problem.received) == ("EVK-D021", "colleges")


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        # the letter of the list says that the contour moved
        ("EVK-D091", ", change: moved", "", 7),
        ("EVK-D091", "QN07109M", "QN07109I", 7),
        # two contours on one day
        ("EVK-D027", "code: QP071009", "code: QP071009, until: 2024-06-30", 7),
    ],
)
def test_a_contour_that_contradicts_another_is_told(tmp_path, code, old, new, line):
    (problem,) = problems(tmp_path, {ZONES: QUARTER.replace(old, new, 1)})
    assert (problem.code, problem.place.file, problem.place.line) == (code, ZONES, line)


def test_one_code_for_two_contours_is_told(tmp_path):
    other = "  - {id: autre, label: A, kind: sortant, perimeters: [{vintage: 2015, code: QP071009}]}\n"
    (problem,) = problems(tmp_path, {ZONES: QUARTER + other})
    assert (problem.code, problem.place.line, problem.received) == ("EVK-D028", 8, "QP071009")


def test_a_file_without_zones_nor_tables_is_told(tmp_path):
    (problem,) = problems(tmp_path, {ZONES: "reference: unite\n"})
    assert "aucune zone et aucun rattachement" in problem.message


def test_a_table_that_ends_before_it_begins_is_told(tmp_path):
    (problem,) = problems(tmp_path, {ATTACHED: TABLE.replace("source:", "until: 2024-01-01\n    source:")})
    assert "finit avant de commencer" in problem.message
