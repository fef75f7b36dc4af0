"""Persons of a delivery under the pseudonyms that the store gives them, so that they can be met again there."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.receive.order import Case
from evalkit.receive.privacy.identity import followed_purposes
from evalkit.receive.privacy.key import IdentityKey
from evalkit.store.schema import pseudonym_column


@dataclass(frozen=True, slots=True)
class Hiding:
    """How the persons of a feed are named in the store.

    Attributes:
        contract: pseudonyms of two contracts can never be joined.
        field: the identity field.
        purposes: those of the clause.
        key: the key in force on the day of reception; persons hidden with a former key are not met again.
    """

    contract: str
    field: str
    purposes: tuple[Purpose, ...]
    key: IdentityKey

    def hidden(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows with the pseudonyms of the store, beside those received."""
        received = rows[self.field].drop_nulls().unique().to_list()
        columns = [
            pl.col(self.field)
            .replace_strict(
                received,
                self.key.pseudonyms(self.contract, purpose, received),
                default=None,
                return_dtype=pl.String,
            )
            .alias(pseudonym_column(self.field, purpose))
            for purpose in self.purposes
        ]
        return rows.with_columns(columns)


def hiding_of(case: Case, key: IdentityKey | None) -> Hiding | None:
    """Return how the persons of a delivery are hidden; none for a feed that follows nobody, or without a key."""
    identity = case.feed.identity
    if identity is None or key is None:
        return None
    return Hiding(case.contract, identity.field, followed_purposes(case.terms.clause), key)
