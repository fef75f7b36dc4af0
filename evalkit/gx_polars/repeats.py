"""Rows whose key is repeated, found without holding the keys.

``is_unique`` on several columns writes the whole key of every row in memory. Here a hash of 64 bits of each key is
sorted; only the rows whose hash is repeated (repeated keys, and the rare collisions) are read again, and compared by
their keys. Two rows of the same key have the same hash: the answer is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from evalkit.gx_polars.rows import ROW, Rows

_HASH = "hash"


@dataclass(frozen=True, slots=True)
class Key:
    """What no two rows may share.

    Attributes:
        columns: the columns of the key.
        considered: true when a row is looked at at all; None when every row is.
    """

    columns: tuple[str, ...]
    considered: pl.Expr | None

    @property
    def value(self) -> pl.Expr:
        """The key, as one column."""
        return pl.col(self.columns[0]) if len(self.columns) == 1 else pl.struct(self.columns)


def repeated_rows(rows: Rows, key: Key) -> pl.LazyFrame:
    """Return the numbers of the rows whose key another row has, in the column ``row``, in no order.

    Args:
        rows: where to look.
        key: what should be unique.

    Returns:
        A plan that scans the rows twice and holds one hash per row.
    """
    considered = pl.lit(value=True) if key.considered is None else key.considered
    hashed = rows.plain.filter(considered).select(key.value.hash().alias(_HASH))
    repeated = hashed.sort(_HASH).filter(pl.col(_HASH) == pl.col(_HASH).shift(1))
    parts = {f"k{index}": pl.col(name) for index, name in enumerate(key.columns)}
    numbered = rows.numbered.filter(considered).select(
        pl.col(rows.number).alias(ROW), key.value.hash().alias(_HASH), **parts
    )
    candidates = numbered.join(repeated, on=_HASH, how="semi")
    return candidates.filter(pl.struct(*parts).is_duplicated()).select(ROW)
