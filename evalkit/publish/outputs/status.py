"""Why a number is or is not there: masked, missing, not applicable and zero are four different things."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import polars as pl

from evalkit.measure.observation import Availability
from evalkit.publish.publication import Confidentiality, Publication

STATUS = "statut"


class Status(StrEnum):
    """What a reader must know of a number before reading it."""

    VALUE = "valeur"
    ZERO = "zéro"
    MASKED = "secret"
    MISSING = "manquant"
    NOT_APPLICABLE = "sans objet"


MEANING: Mapping[Status, str] = {
    Status.VALUE: "un nombre, publié",
    Status.ZERO: "zéro, publié : on a compté, il n’y en a pas",
    Status.MASKED: "masqué par le secret statistique, ici ou chez le producteur : ce n’est pas zéro",
    Status.MISSING: "non reçu, non produit ou non calculable ; la colonne « cause » dit pourquoi",
    Status.NOT_APPLICABLE: "la question ne se pose pas pour cette zone ou cette période",
}

_MAIN = {
    "observations": "value",
    "rates": "rate",
    "returns": "rate",
    "paths": "rate",
    "series": "rate",
    "balance": "accompanied",
    "contrasts": "effect",
    "curves": "share",
    "means": "months",
    "group_tests": "p",
    "ratios": "ratio",
    "attrition": "weighted",
    "differential": "gap",
    "overlap": "persons",
    "subgroups": "effect",
    "past": "rate",
    "before_after": "change",
}
"""The number that the status of a row speaks of."""

_WITHOUT = {Availability.SECRET_AT_SOURCE: Status.MASKED, Availability.NOT_APPLICABLE: Status.NOT_APPLICABLE}


def status_of(row: Mapping[str, Any], number: str) -> Status:
    """Return the status of a published row.

    Args:
        row: a row of a table of a publication.
        number: the column of its main number.
    """
    availability = row.get("availability", Availability.AVAILABLE)
    if row["confidentiality"] == Confidentiality.SECRET:
        return Status.MASKED
    if availability != Availability.AVAILABLE:
        return _WITHOUT.get(Availability(availability), Status.MISSING)
    if row[number] is None:
        return Status.VALUE if row.get("text") else Status.MISSING
    return Status.ZERO if row[number] == 0 else Status.VALUE


def flagged_tables(publication: Publication) -> dict[str, pl.DataFrame]:
    """Return the tables of a publication, with a column ``statut`` on those whose rows may be masked."""
    return {name: _flagged(name, frame) for name, frame in publication.tables.named()}


def _flagged(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    if name == "flow":
        return frame.with_columns(_part("persons"), _part("removed"))
    if name not in _MAIN:
        return frame
    found = [status_of(row, _MAIN[name]).value for row in frame.iter_rows(named=True)]
    return frame.with_columns(pl.Series(STATUS, found, dtype=pl.String))


def _part(name: str) -> pl.Expr:
    return (
        pl.when(pl.col(f"{name}_secret"))
        .then(pl.lit(Status.MASKED.value))
        .when(pl.col(name) == 0)
        .then(pl.lit(Status.ZERO.value))
        .otherwise(pl.lit(Status.VALUE.value))
        .alias(f"{STATUS}_{name}")
    )
