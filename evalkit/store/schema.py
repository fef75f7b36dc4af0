"""What a stored row looks like: the declared fields, why a value is missing, and where the row comes from."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.declare.feed import Feed, FieldSpec, FieldType

DELIVERY_ID = "_delivery_id"
"""The delivery that brought the row."""

PERIOD = "_period"
"""The period of the row, at the granularity of the feed."""

LINE = "_line"
"""The line of the partner's file, from 1."""

DECIMAL_DIGITS = 18
"""Digits kept for a decimal: sums of a billion rows stay exact in the 38 digits of a sum."""

_WITHOUT_CAUSE = frozenset({FieldType.IDENTITY, FieldType.ZONE, FieldType.FREE_TEXT})


USES = (Purpose.COHORT, Purpose.COMPARISON, Purpose.INDICATOR)
"""The purposes for which this tool reads rows; a person has one pseudonym for each that the clause allows."""

PRESENT = "pseudonyme"
"""What a reader without a purpose sees in the place of a pseudonym: that there is one."""


class Cause(StrEnum):
    """Why a cell holds no value. A missing value is never 0, and a secret one is never merely missing."""

    SECRET = "secret"
    NOT_AVAILABLE = "non disponible"
    NOT_APPLICABLE = "non concerné"
    MISSING = "manquant"


def cause_column(name: str) -> str:
    """Return the column that says why ``name`` holds no value (a :class:`Cause`, null when there is a value)."""
    return f"{name}__cause"


def pseudonym_column(name: str, purpose: Purpose) -> str:
    """Return the column that holds the pseudonyms of the identity field ``name`` for one purpose."""
    return f"{name}__{purpose.value.replace(' ', '_')}"


def pseudonym_columns(feed: Feed) -> tuple[str, ...]:
    """Return the columns of pseudonyms that the stored rows of a feed may have; none when it follows nobody."""
    return tuple(pseudonym_column(feed.identity.field, purpose) for purpose in USES) if feed.identity else ()


def has_cause(field: FieldSpec) -> bool:
    """Tell whether the missing values of a field have a cause column: not identities, zones and free texts."""
    return field.type not in _WITHOUT_CAUSE


def stored_type(field: FieldSpec) -> pl.DataType:
    """Return the type in which a field is stored.

    Decimals are exact (``Decimal(18, scale)``), so their sums do not depend on the order of rows. Months, quarters and
    years are texts in the form of :mod:`evalkit.declare.period` (``2026-03``, ``2026-T1``, ``2026``).
    """
    if field.type is FieldType.INTEGER:
        return pl.Int64()
    if field.type is FieldType.DECIMAL:
        return pl.Decimal(DECIMAL_DIGITS, field.scale)
    if field.type is FieldType.BOOLEAN:
        return pl.Boolean()
    if field.type is FieldType.DATE:
        return pl.Date()
    return pl.String()


def declared_schema(feed: Feed) -> pl.Schema:
    """Return the columns that the fields of a feed give: each value, followed by its cause where it has one."""
    columns: dict[str, pl.DataType] = {}
    for field in feed.fields:
        columns[field.name] = stored_type(field)
        if has_cause(field):
            columns[cause_column(field.name)] = pl.String()
    return pl.Schema(columns)


def stored_schema(feed: Feed) -> pl.Schema:
    """Return the columns of rows as readers see them, in order: origin first, then :func:`declared_schema`.

    On the disk the identity field has one column per purpose instead: see :func:`pseudonym_column`.
    """
    origin = {DELIVERY_ID: pl.String(), PERIOD: pl.String(), LINE: pl.Int64()}
    return pl.Schema({**origin, **declared_schema(feed)})
