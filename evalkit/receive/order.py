"""What is asked of a reception, and what it decides."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.receive.terms import Terms
from evalkit.store.delivery import Delivery


@dataclass(frozen=True, slots=True)
class ReceiveOrder:
    """Who receives what, and when.

    Attributes:
        contract: the contract; may be left out when the workspace has one.
        received_on: the day of reception, which *as of* questions ask about.
        feed: recognised by its columns when absent.
        producer: the only one of the feed's clauses when absent.
        period: needed for a feed whose rows do not hold it, unless the file name does; else checked.
    """

    contract: str | None
    received_on: dt.date
    feed: str | None = None
    producer: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """The bytes received and their name."""

    name: str
    content: bytes

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Case:
    """One delivery about to be judged: everything that its id depends on.

    Attributes:
        declaration: hash of the feed and of the clauses that it is judged against.
        period: the one that holds for all rows, when there is one.
        key: fingerprint of the identity key, when it is not the first one: the same file is hashed anew, and replaces.
    """

    file: PartnerFile
    contract: str
    feed: Feed
    terms: Terms
    declaration: str
    received_on: dt.date
    period: str | None
    key: str = ""

    @property
    def delivery_id(self) -> str:
        """Return the content hash: the same bytes on the same terms are the same delivery."""
        parts = (
            self.file.hash,
            self.contract,
            self.feed.feed,
            self.terms.producer,
            self.period or "",
            self.declaration,
            *([self.key] if self.key else []),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reception decides, before anything is written.

    Attributes:
        delivery: the verdict.
        rows: the accepted rows, in the columns of the store but the delivery id.
        refused: the refused rows with their reasons; none when nothing may be kept of them.
    """

    delivery: Delivery
    rows: pl.DataFrame
    refused: pl.DataFrame | None = None
