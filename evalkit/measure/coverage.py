"""Which deliveries cover which period: what a value rests on, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.declare.feed import Feed
from evalkit.declare.period import Granularity, first_day, granularity_of, is_within, months_in, period_of_date
from evalkit.store.delivery import Delivery


@dataclass(frozen=True, slots=True)
class PeriodCoverage:
    """What was received of one feed for one period.

    Attributes:
        deliveries: ids of the deliveries in force, sorted.
        received: periods of the feed's granularity that were received, sorted.
        expected: how many there are in the whole period.
    """

    deliveries: tuple[str, ...]
    received: tuple[str, ...]
    expected: int

    @property
    def is_partial(self) -> bool:
        """Tell whether a part of the period is missing: the value is then provisional."""
        return 0 < len(self.received) < self.expected

    @property
    def remark(self) -> str:
        """Say which part was received, in French; empty when all of it was."""
        return f"{len(self.received)} livraisons sur {self.expected}" if self.is_partial else ""


def coverage_by_period(
    feed: Feed, deliveries: tuple[Delivery, ...], granularity: Granularity
) -> dict[str, PeriodCoverage]:
    """Return, for each period at ``granularity``, what the accepted deliveries cover of it.

    The latest accepted delivery of a producer stands for each period that it covers.

    Args:
        feed: the declaration of the feed.
        deliveries: its deliveries, in any order.
        granularity: the periods of the result, not finer than the feed's.
    """
    standing: dict[tuple[str, str], Delivery] = {}
    for delivery in sorted(deliveries, key=lambda each: (each.received_on, each.id)):
        if delivery.is_accepted:
            standing.update({(delivery.producer, period): delivery for period in delivery.periods})
    wholes: dict[str, list[tuple[str, Delivery]]] = {}
    for (_, period), delivery in standing.items():
        wholes.setdefault(coarser(period, granularity), []).append((period, delivery))
    own = feed.period.granularity
    expected = months_in(granularity) // months_in(own) if is_within(own, granularity) else 1
    return {
        whole: PeriodCoverage(
            tuple(sorted({delivery.id for _, delivery in parts})),
            tuple(sorted({period for period, _ in parts})),
            expected,
        )
        for whole, parts in sorted(wholes.items())
    }


def coarser(period: str, granularity: Granularity) -> str:
    """Return the period at ``granularity`` that holds ``period``."""
    return period if granularity_of(period) is granularity else period_of_date(first_day(period), granularity)


def absence_cause(feed: str, deliveries: tuple[Delivery, ...], period: str, granularity: Granularity) -> str:
    """Say in French why nothing stands for a period: rows whose time is over, refused, or never received."""
    mine = [each for each in deliveries if any(coarser(part, granularity) == period for part in each.periods)]
    removed = [each.removed_on for each in mine if each.removed_on is not None]
    if removed:
        return f"lignes supprimées le {max(removed):%d/%m/%Y}, au terme de leur conservation"
    refused = [each for each in mine if not each.was_accepted]
    if refused:
        last = max(refused, key=lambda each: (each.received_on, each.id))
        return f"livraison refusée le {last.received_on:%d/%m/%Y}, non remplacée"
    if any(each.is_accepted for each in deliveries):
        return "période non reçue"
    return f"le flux « {feed} » n’a pas été reçu"
