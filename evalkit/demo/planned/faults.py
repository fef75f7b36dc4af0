"""What is wrong on purpose in a planned file, and the file that comes after it when the first one is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.demo.delivery_draft import Draft, Fault
from evalkit.demo.nir import fictitious_nir
from evalkit.demo.planned.bounds import bounds_of
from evalkit.demo.planned.plan import FaultPlan

NIR_HEADING = "N° de sécurité sociale du référent"
"""A column that nobody declared and that must never come in."""

_ROW = 2
_MISSPELT, _UNDECLARED = "Quartier non répertorié", "Mot non prévu"
_BELOW_ZERO, _EXCESS = -3, 5
_DAYS_TO_CORRECT = 12


def with_fault(draft: Draft, feed: Feed, plan: FaultPlan | None) -> list[Draft]:
    """Return the draft with its planned fault; a file to be refused is followed by the same without the fault.

    Args:
        draft: a whole file.
        feed: its declaration.
        plan: what is wrong in it; nothing when absent.
    """
    if plan is None:
        return [draft]
    if plan.kind == "colonne_de_nir":
        rows = tuple(range(draft.table.height))
        column = pl.Series(NIR_HEADING, [fictitious_nir()] * len(rows))
        wrong = replace(draft, table=draft.table.with_columns(column))
        stem, _, suffix = draft.name.rpartition(".")
        later = draft.received_on + dt.timedelta(days=_DAYS_TO_CORRECT)
        corrected = replace(draft, name=f"{stem}_corrige.{suffix}", received_on=later)
        return [wrong.with_fault(Fault(plan.kind, NIR_HEADING, rows, plan.expected)), corrected]
    return [_changed(draft, feed, plan)]


def _changed(draft: Draft, feed: Feed, plan: FaultPlan) -> Draft:
    row = min(_ROW, draft.table.height - 1)
    name = plan.field or ""
    if plan.kind == "ligne_en_double":
        last = draft.table.height
        copied = replace(draft, table=draft.table.vstack(draft.table[row]))
        return copied.with_fault(Fault(plan.kind, feed.key[0], (row, last), plan.expected))
    if plan.kind == "zone_inconnue":
        name = next(each.name for each in feed.fields if each.type is FieldType.ZONE)
        value: object = _MISSPELT
    elif plan.kind == "categorie_inconnue":
        value = _UNDECLARED
    elif plan.kind == "partie_superieure_au_tout":
        value = draft.table[bounds_of(feed).whole[name]][row] + _EXCESS
    else:
        value = _BELOW_ZERO
    return draft.with_cell(row, name, value).with_fault(Fault(plan.kind, name, (row,), plan.expected))
