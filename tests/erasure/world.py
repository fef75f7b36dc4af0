"""A workspace with persons, their refused rows, results, and files that nobody should forget."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.receive.privacy.key import read_keys
from evalkit.receive.receive import receive
from evalkit.store.results import write_result
from evalkit.store.rows import current_rows
from evalkit.store.schema import USES
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace
from tests.receive.world import CLAUSES, CONTRACT, PATHWAYS, order, pathway_lines, pseudonym, workspace, written

SOMEBODY = 3
"""The person who objects: among those of :func:`tests.receive.world.pathway_lines`."""


def kept_for(retention: str | None, purposes: tuple[str, ...] = ("cohorte", "indicateur")) -> list[dict[str, Any]]:
    """Return clauses whose persons are kept for some time, and for some purposes."""
    first = {**CLAUSES[0], "sharing": {"purposes": list(purposes)}}
    return [first | ({"retention": retention} if retention else {}), *CLAUSES[1:]]


def received(root: Path, retention: str | None = "P5Y") -> Workspace:
    """Return a workspace that received two quarters of pathways, with refused rows of somebody in each."""
    space = workspace(root, kept_for(retention))
    for month, day in (("2026-03", dt.date(2026, 4, 20)), ("2026-06", dt.date(2026, 7, 20))):
        lines = pathway_lines(60, month)
        # A second row of the same person, whose month cannot be read, goes to quarantine.
        lines.append(lines[SOMEBODY + 1].replace(month, "un mois"))
        lines.append(lines[SOMEBODY + 2].replace(month, "un mois"))
        receive(space, written(root, lines, f"{month}.csv"), order(received_on=day))
    write_result(Store(space.data), "observations", CONTRACT, pl.DataFrame({"valeur": [12]}))
    return space


def pseudonyms_of(space: Workspace, number: int) -> set[str]:
    """Return every name that a person may bear: the partner's and ours."""
    keys = read_keys(space).keys
    theirs = pseudonym(number)
    return {theirs} | {key.pseudonym(CONTRACT, use, theirs) for key in keys for use in USES}


def persons(space: Workspace, purpose: Purpose = Purpose.COHORT) -> list[str]:
    """Return the persons that a reader sees, sorted, once each."""
    rows = current_rows(Store(space.data), CONTRACT, PATHWAYS, purpose=purpose).collect()
    return sorted(rows["personne"].drop_nulls().unique().to_list())
