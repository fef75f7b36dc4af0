"""A delivery, and what was found in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from evalkit.declare.feed import Severity


class DeliveryStatus(StrEnum):
    """The verdict of a reception."""

    ACCEPTED = "acceptée"
    WITH_RESERVES = "acceptée avec réserves"
    REFUSED = "refusée"


class Outcome(StrEnum):
    """What became of a check: one that could not run is a finding too."""

    FAILED = "constat"
    REPAIRED = "réparé"
    NOT_RUN = "non exécuté"
    NOTED = "noté"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a delivery.

    Attributes:
        code: stable code, ``EVK-R…``.
        severity: what it does to the verdict.
        message: one French sentence.
        outcome: a failed check, a repair that was made, a check that could not run, a remark.
        field: the declared field, or the partner's heading.
        lines: the lines of the partner's file, from 1; at most some, ``count`` says how many there are.
        count: number of rows concerned.
        received: an example, only for fields that are not personal.
        expected: what was expected, with an example.
        repair: one French sentence that says what to do.
    """

    code: str
    severity: Severity
    message: str
    outcome: Outcome = Outcome.FAILED
    field: str = ""
    lines: tuple[int, ...] = ()
    count: int = 0
    received: str = ""
    expected: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file received from one producer.

    Attributes:
        id: hash of the file, its contract, feed, producer, declarations and, when it is given, period: the same file
            twice on the same terms is the same delivery.
        periods: the periods that its rows cover, at the feed's granularity, sorted.
        received_on: the day it was received, which *as of* questions ask about.
        file_hash: SHA-256 of the bytes.
        declaration: hash of the feed's declaration that it was checked against.
        key: fingerprint of the key that made its pseudonyms; empty for a feed that follows nobody.
        removed_on: the day its rows were removed, their time being over; none while they are kept.
    """

    id: str
    contract: str
    feed: str
    producer: str
    periods: tuple[str, ...]
    received_on: dt.date
    file_name: str
    file_hash: str
    rows_accepted: int
    rows_refused: int
    status: DeliveryStatus
    findings: tuple[Finding, ...]
    declaration: str
    fictitious: bool = False
    key: str = ""
    removed_on: dt.date | None = None

    @property
    def is_accepted(self) -> bool:
        """Tell whether its rows are in the store."""
        return self.was_accepted and self.removed_on is None

    @property
    def was_accepted(self) -> bool:
        """Tell whether its rows were received, even if their time is over since."""
        return self.status is not DeliveryStatus.REFUSED
