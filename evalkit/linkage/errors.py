"""False and missed matches, estimated from what the identity was not made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.stats.intervals import wilson_interval


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share, between 0 and 1, with its 95 % interval or its bounds."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a stable characteristic, which the identity was not made of, agrees among matched pairs.

    Attributes:
        pairs: matched persons for whom both feeds know it.
        discordant: those for whom they say two different things.
        by_chance: probability that two persons taken at random, one in each feed, differ.
    """

    pairs: int
    discordant: int
    by_chance: float


def chance_of_discordance(left: Mapping[str, int], right: Mapping[str, int]) -> float:
    """Return the probability that two persons drawn independently differ on a characteristic.

    Args:
        left: persons by value among the matched persons of one feed.
        right: persons by value in the other feed.
    """
    total = sum(left.values()) * sum(right.values())
    same = sum(count * right.get(value, 0) for value, count in left.items())
    return 1.0 - same / total if total else 0.0


def false_match_share(agreement: Agreement, recording_error: float = 0.0) -> Share | None:
    """Estimate the share of matched pairs that are two different persons.

    A true pair is discordant with the probability ``e`` that the characteristic is wrongly recorded, a false one with
    the probability ``D`` of two strangers: ``d = (1 - f) e + f D`` gives ``f = (d - e) / (D - e)``. With ``e = 0``
    every discordance counts against the matching: the estimate is then prudent, it cannot be too low on average.

    Args:
        agreement: what was seen; a characteristic that nearly everybody shares says nothing.
        recording_error: probability ``e`` that a true pair is discordant.

    Returns:
        The share with the interval that follows from Wilson's for ``d``; none when strangers are not discordant more
        often than true pairs, or when there is no pair.

    Source: method of moments on the two-class mixture of Fellegi and Sunter (1969), JASA 64:1183; use of implausible
    pairs in the absence of a truth file: Blakely and Salmond (2002), Int. J. Epidemiol. 31:1246; Doidge and Harron
    (2019), Int. J. Epidemiol. 48:2050.
    """
    spread = agreement.by_chance - recording_error
    if not agreement.pairs or spread <= 0.0:
        return None
    seen = agreement.discordant / agreement.pairs
    interval = wilson_interval(agreement.discordant, agreement.pairs)
    return Share(*(_within((share - recording_error) / spread) for share in (seen, interval.low, interval.high)))


def missed_match_share(smaller: int, linked: int, false: Share | None, *, is_contained: bool) -> Share:
    """Estimate the share of the persons common to both feeds that the matching missed.

    Nothing in two lists tells a person who was missed from one who is in one list only. When an agreement says that
    every person of the smaller feed is in the other, each of them who is not truly matched was missed. Otherwise only
    bounds are known: the common persons are at least those truly matched, at most everybody of the smaller feed.

    Args:
        smaller: persons of the feed that is contained, else of the smaller one.
        linked: matched persons.
        false: share of false matches among them; unknown counts as none for the value.
        is_contained: whether everybody of that feed is known to be in the other one.

    Source: law of total probability; Bohensky et al. (2010), BMC Health Serv. Res. 10:346, for what incomplete matching
    does to results.
    """
    if not smaller:
        return Share(0.0, 0.0, 0.0)
    wrong = false or Share(0.0, 0.0, 0.0)
    shares = [_within(1.0 - linked * (1.0 - each) / smaller) for each in (wrong.value, wrong.low, wrong.high)]
    return Share(*shares) if is_contained else Share(0.0, 0.0, shares[2])


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
