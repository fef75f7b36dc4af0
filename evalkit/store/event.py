"""What happens to what was received: a time of keeping that ends, a person who objects."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """The events that the ledger records beside deliveries."""

    REMOVAL = "suppression"
    OBJECTION = "opposition"
    OBJECTION_APPLIED = "opposition appliquée"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the ledger.

    Attributes:
        kind: what happened.
        subject: the delivery removed, or the token of the objection; never a pseudonym.
        contract: the contract.
        day: the day it happened.
        feed: the feed, when it concerns one.
        detail: what else must be remembered, by name: counts, a reason, a fingerprint.
    """

    kind: EventKind
    subject: str
    contract: str
    day: dt.date
    feed: str = ""
    detail: tuple[tuple[str, str | int], ...] = ()

    def get(self, name: str) -> str | int | None:
        """Return one of its details."""
        return dict(self.detail).get(name)
