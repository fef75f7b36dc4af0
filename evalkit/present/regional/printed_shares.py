"""Shares over contracts that a study prints: each read back as so many contracts out of so many, or flagged.

A share of 40 contracts moves by steps of 2.5 points: 19 % can be none of them. Either the base is another one, or the
percentage is wrong; a reader must know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalkit.declare.indicator import Indicator
from evalkit.declare.target import Baseline
from evalkit.present.messages.catalogue import say
from evalkit.present.regional.members import COUNTED_IN_CONTRACTS, Member
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.present.words.numbers import number, quantity, tally
from evalkit.typography import typeset

_PERCENT = "%"


@dataclass(frozen=True, slots=True)
class PrintedShare:
    """One printed percentage of contracts.

    Attributes:
        objective: where it stands in the study.
        value: the percentage, as printed.
        base: how many contracts it is a share of; ``None`` when nothing says it.
        line: its line in the document.
    """

    label: str
    objective: str
    value: Decimal
    base: int | None
    line: int | None

    @property
    def counts(self) -> tuple[int, ...]:
        """Return the numbers of contracts that give the printed percentage, rounded or cut."""
        if self.base is None:
            return ()
        step = Decimal(1).scaleb(_exponent(self.value))
        near = int(self.value * self.base / 100)
        candidates = range(max(0, near - 1), min(self.base, near + 2) + 1)
        return tuple(each for each in candidates if self._gives(each, step))

    def _gives(self, count: int, step: Decimal) -> bool:
        exact = Decimal(100 * count) / Decimal(self.base or 1)
        return abs(exact - self.value) <= step / 2 or self.value <= exact < self.value + step

    @property
    def is_impossible(self) -> bool:
        """Tell whether no number of contracts gives the percentage."""
        return self.base is not None and not self.counts


def printed_shares(study: Member) -> tuple[PrintedShare, ...]:
    """Return the exact shares that a study prints; « environ », « moins de » and ranges bind no count."""
    counting = [each for each in study.declarations.indicators if each.unit == COUNTED_IN_CONTRACTS]
    bases = dict(_bases(counting))
    return tuple(
        PrintedShare(
            indicator.label,
            indicator.objective,
            baseline.value,
            _base(baseline, bases.get(indicator.population)),
            baseline.evidence.line if baseline.evidence else None,
        )
        for indicator in counting
        for baseline in indicator.baselines
        if baseline.firmness == "exact" and baseline.until is None
    )


def shares_sentence(shares: Sequence[PrintedShare]) -> str:
    """Return how many shares are read back as counts, how many cannot be, and how many have no known base."""
    impossible = sum(each.is_impossible for each in shares)
    unknown = sum(each.base is None for each in shares)
    fields = {
        "shares": tally("regional.printed_shares.shares", len(shares)),
        "whole": number(len(shares) - impossible - unknown),
        "impossible": tally("regional.printed_shares.impossible", impossible),
        "unknown": tally("regional.printed_shares.unknown", unknown),
    }
    return typeset(say("regional.printed_shares.sentence", **fields))


def impossible_markdown(shares: Sequence[PrintedShare]) -> str:
    """Return the table of the shares that no count gives, each with the nearest ones."""
    rows = [
        [each.label, _printed(each), _nearest(each), number(each.line) if each.line else say("regional.members.none")]
        for each in shares
        if each.is_impossible
    ]
    if not rows:
        return typeset(say("regional.printed_shares.none_impossible"))
    columns = (
        Column(say("regional.printed_shares.column_share"), width=40),
        Column(say("regional.printed_shares.column_printed"), "right", 10),
        Column(say("regional.printed_shares.column_nearest"), width=36),
        Column(say("regional.printed_shares.column_line"), "right", 8),
    )
    return typeset(markdown_table(columns, rows, say("regional.printed_shares.caption_impossible")))


def shares_markdown(study: Member, shares: Sequence[PrintedShare]) -> str:
    """Return every share as a count, by objective; those that cannot be are said to be so."""
    labels = {each.id: each.label for each in study.declarations.contract.objectives.values()}
    axes = {objective.id: axis.label for axis in study.declarations.contract.axes for objective in axis.objectives}
    groups = []
    for objective in dict.fromkeys(each.objective for each in shares):
        rows = tuple((each.label, _count(each), _printed(each)) for each in shares if each.objective == objective)
        groups.append(Group(f"*{axes[objective]} : {labels[objective]}*", rows))
    columns = (
        Column(say("regional.printed_shares.column_share"), width=60),
        Column(say("regional.printed_shares.column_count"), "right", 16),
        Column(say("regional.printed_shares.column_printed"), "right", 12),
    )
    return typeset(grouped_markdown(GroupedTable(columns, tuple(groups)), say("regional.printed_shares.caption")))


def _bases(indicators: Sequence[Indicator]) -> Iterator[tuple[str | None, int]]:
    """Give, for each population, the base that all its shares with a written one have."""
    written: dict[str | None, set[int]] = {}
    for indicator in indicators:
        found = {int(each.denominator) for each in indicator.baselines if each.denominator is not None}
        written.setdefault(indicator.population, set()).update(found)
    for population, bases in written.items():
        if len(bases) == 1:
            yield population, next(iter(bases))


def _base(baseline: Baseline, of_population: int | None) -> int | None:
    return int(baseline.denominator) if baseline.denominator is not None else of_population


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return min(0, exponent) if isinstance(exponent, int) else 0


def _printed(share: PrintedShare) -> str:
    return quantity(share.value, -_exponent(share.value), _PERCENT)


def _count(share: PrintedShare) -> str:
    if share.base is None:
        return say("regional.printed_shares.no_base")
    if not share.counts:
        return say("regional.printed_shares.no_count")
    return say("regional.traits.of", count=number(share.counts[0]), total=number(share.base))


def _nearest(share: PrintedShare) -> str:
    base = share.base or 1
    below = int(share.value * base / 100)
    given = [(each, quantity(Decimal(100 * each) / base, 1, _PERCENT)) for each in (below, below + 1)]
    fields = {"below": number(given[0][0]), "gives": given[0][1], "above": number(given[1][0]), "too": given[1][1]}
    return say("regional.printed_shares.nearest", total=number(base), **fields)
