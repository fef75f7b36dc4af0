"""Why a check could not run, said without any value of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

FailureKind = Literal["missing_column", "type", "configuration", "unsupported", "computation"]


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One reason, safe to store: names of columns and kinds, never a value.

    Attributes:
        kind: ``missing_column``, ``type``, ``configuration``, ``unsupported`` or ``computation``.
        detail: names (of a column, a rule, an error) that make the reason exact.
    """

    kind: FailureKind
    detail: str

    def __str__(self) -> str:
        """Return ``kind: detail``, the form that :func:`parse_failure` reads back."""
        return f"{self.kind}: {self.detail}"


class CheckError(Exception):
    """A check cannot be turned into an expression; it carries its :class:`Failure`."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        """Keep the reason."""
        self.failure = Failure(kind, detail)
        super().__init__(str(self.failure))


def failure_of(error: Exception) -> Failure:
    """Return the safe reason of an error.

    Messages of Polars may quote values of the data ("conversion failed for ['...']"), so only
    the class of the error is kept, unless the error is one of ours.

    Args:
        error: what was raised while a check was prepared or computed.

    Returns:
        The reason, without any value.
    """
    if isinstance(error, CheckError):
        return error.failure
    name = type(error).__name__
    if isinstance(error, pl.exceptions.ColumnNotFoundError):
        return Failure("missing_column", name)
    if isinstance(error, (pl.exceptions.SchemaError, pl.exceptions.InvalidOperationError, TypeError)):
        return Failure("type", name)
    return Failure("computation", name)


def parse_failure(text: str) -> Failure | None:
    """Return the reason written in ``text`` by ``str(failure)``, or None when it is not one of ours."""
    kind, _, detail = text.partition(": ")
    known: dict[str, FailureKind] = {name: name for name in get_args(FailureKind)}
    return Failure(known[kind], detail) if kind in known and detail else None
