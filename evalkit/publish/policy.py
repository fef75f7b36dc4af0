"""The secrecy policy: per feed, the strictest threshold that its agreements declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evalkit.declare.clause import Clause, Threshold
from evalkit.declare.feed import Feed, Grain
from evalkit.typography import typeset

_UNITS = {
    "persons": ("personne", "personnes"),
    "households": ("ménage", "ménages"),
    "enterprises": ("entreprise", "entreprises"),
    "answers": ("réponse", "réponses"),
    "dwellings": ("logement", "logements"),
    "none": ("", ""),
}
_ROWS_ARE_UNITS = frozenset({Grain.PERSON, Grain.EVENT, Grain.ANSWER})


@dataclass(frozen=True, slots=True)
class Rule:
    """The secrecy rule of one feed.

    Attributes:
        units: no published cell counts fewer units than this; ``None`` when no agreement says it.
        of: what the units are; ``none`` when the producer has already protected its figures.
        source: the text that sets the threshold.
        rows_are_units: a row of the feed is a unit (a person, an event, an answer), so that ``n`` counts units; rows
            that are totals of an action or of a zone are not.
    """

    units: int | None = None
    of: str = "none"
    source: str = ""
    rows_are_units: bool = False

    @property
    def is_declared(self) -> bool:
        """Tell whether an agreement states a threshold, be it none."""
        return self.units is not None

    @property
    def protects(self) -> bool:
        """Tell whether counts must be compared with the threshold."""
        return self.units is not None and self.units > 0 and self.of != "none"

    @property
    def guards_unanimity(self) -> bool:
        """Tell whether 0 % and 100 % are secret: they say something of every unit, whatever the number of units.

        Only where rows are units: totals that a producer sends per action are already aggregates.
        """
        return self.protects and self.rows_are_units and self.of in {"persons", "households", "answers"}

    def is_small(self, count: float | None) -> bool:
        """Tell whether a count is under the threshold; zero is not, it counts nobody."""
        return self.protects and count is not None and 0 < count < (self.units or 0)

    @property
    def reason(self) -> str:
        """Return the French reason printed in place of a masked number.

        It is the same for a small cell and for the cell that protects it: a reason that told them apart would say
        which masked numbers are small.
        """
        if not self.is_declared:
            return "aucun seuil de secret n’est déclaré pour ce flux"
        if not self.protects:
            return "secret statistique"
        unit = _UNITS[self.of][1 if (self.units or 0) > 1 else 0]
        return typeset(f"secret statistique : seuil de {self.units} {unit} ({self.source})")


UNDECLARED = Rule()
"""The rule of a feed without a declared threshold: everything is masked (fails closed)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule of each feed."""

    rules: Mapping[str, Rule]

    def rule(self, feed: str) -> Rule:
        """Return the rule of a feed; a feed that nobody declared has no threshold, hence publishes nothing."""
        return self.rules.get(feed, UNDECLARED)


def policy_of(clauses: Iterable[Clause], feeds: Mapping[str, Feed]) -> Policy:
    """Return the secrecy policy that the clauses DATA declare.

    Args:
        clauses: every clause of the contract.
        feeds: the declared feeds, for what one of their rows is.

    Returns:
        One rule per feed. When several agreements govern a feed the strictest wins; when one of them states no
        threshold, the feed has none and nothing of it is published. There is no default.
    """
    by_feed: dict[str, list[Clause]] = {}
    for clause in clauses:
        by_feed.setdefault(clause.feed, []).append(clause)
    rules = {}
    for feed, governing in sorted(by_feed.items()):
        units = feed in feeds and feeds[feed].grain in _ROWS_ARE_UNITS
        rules[feed] = _strictest([clause.production.threshold for clause in governing], units)
    return Policy(rules)


def _strictest(thresholds: list[Threshold | None], rows_are_units: bool) -> Rule:
    declared = [threshold for threshold in thresholds if threshold is not None]
    if len(declared) < len(thresholds):
        return Rule(rows_are_units=rows_are_units)
    chosen = max(declared, key=lambda known: (known.of != "none", known.units, known.source))
    return Rule(chosen.units, chosen.of, chosen.source, rows_are_units)
