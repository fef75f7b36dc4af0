"""One of two figures about to be compared: what it reads, where, and when it was observed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evalkit.comparability.observed import Observed, observed
from evalkit.declare.feed import Feed
from evalkit.sources.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Side:
    """A figure as the rules of comparison see it.

    Attributes:
        feed: the source, with its dated breaks and its perimeter.
        columns: the fields that the figure reads; none for a count of rows.
        period: the label of its period.
        zone: a declared or derived zone.
        perimeter: vintage of the contours that the source follows for all its periods, ``None`` when it follows the
            contour in force.
        observed: when its data were observed, one value per origin.
    """

    feed: Feed
    columns: frozenset[str]
    period: str
    zone: str
    perimeter: int | None
    observed: tuple[Observed, ...]

    @property
    def units(self) -> frozenset[str]:
        """Return the units of the fields read."""
        fields = [self.feed.field(name) for name in self.columns]
        return frozenset(field.unit for field in fields if field is not None and field.unit)


def side_of(
    feed: Feed,
    columns: Iterable[str],
    period: str,
    zone: str = "",
    perimeter: int | None = None,
    catalogue: Catalogue | None = None,
) -> Side:
    """Return the side of a figure.

    Args:
        feed: the feed that it comes from.
        columns: the fields that it reads: those of its numerator, denominator and condition.
        period: its period, as the producer labels it.
        zone: its zone; the rules of zones are left out when it is empty.
        perimeter: vintage of its contours; the feed's when absent.
        catalogue: the open sources; those of the package by default.
    """
    read = frozenset(columns)
    followed = perimeter if perimeter is not None else feed.perimeter
    return Side(feed, read, period, zone, followed, observed(feed, read, period, catalogue))
