"""A disk that is full, or that does not take what is written, told in French."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from evalkit.errors import Problem, StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def told_as_disk() -> Iterator[None]:
    """Turn the errors of the disk into one that a person can act upon.

    Raises:
        StoreError: the disk is full, read-only or failing (``EVK-S005``).
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        # Polars and Delta say what the disk said, in their own errors.
        is_full = getattr(error, "errno", None) in _FULL or "no space left" in str(error).lower()
        if isinstance(error, pl.exceptions.PolarsError) and not is_full:
            raise
        message = "Le disque est plein." if is_full else "Le disque n’a pas accepté une écriture."
        repair = "Libérez de la place, puis relancez la même commande : rien n’est perdu ni compté deux fois."
        if not is_full:
            repair = "Vérifiez le dossier des données et ses droits, puis relancez la même commande."
        raise StoreError(Problem("EVK-S005", message, repair=repair)) from error
