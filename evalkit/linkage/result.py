"""What the matching of two feeds gives, confidential until published."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.linkage.errors import Agreement, Share


@dataclass(frozen=True, slots=True)
class LinkedGroup:
    """How many persons of the first feed, with one characteristic, are found in the other.

    Attributes:
        field: the characteristic.
        word: its value.
    """

    field: str
    word: str
    persons: int
    linked: int

    @property
    def rate(self) -> float:
        """Return the share found."""
        return self.linked / self.persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """The matching of two feeds of a contract, or why there is none.

    Attributes:
        left, right: the feeds; when one is contained in the other, it is the first.
        persons_left, persons_right: distinct persons of each.
        linked: persons found in both.
        groups: rates by characteristic of the first feed: a matching that misses some people more than others bends
            results.
        witness: the characteristic that judges matches; empty when the feeds share none.
        agreement: what it shows.
        contradictory: persons to whom one feed gives two values of the witness: perhaps two people under one name.
        false: estimated share of false matches.
        missed: estimated share of missed matches, or its bounds when ``is_contained`` is not known to hold.
        deliveries: lineage.
        refusal: a French sentence; the rest is then empty.
        warnings: French sentences.
    """

    contract: str
    left: str
    right: str
    persons_left: int = 0
    persons_right: int = 0
    linked: int = 0
    groups: tuple[LinkedGroup, ...] = ()
    witness: str = ""
    agreement: Agreement | None = None
    contradictory: int = 0
    false: Share | None = None
    missed: Share | None = None
    is_contained: bool = False
    deliveries: tuple[str, ...] = ()
    refusal: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def rate_left(self) -> float | None:
        """Return the share of the persons of the first feed found in the other."""
        return self.linked / self.persons_left if self.persons_left else None

    @property
    def rate_right(self) -> float | None:
        """Return the share of the persons of the second feed found in the first."""
        return self.linked / self.persons_right if self.persons_right else None
