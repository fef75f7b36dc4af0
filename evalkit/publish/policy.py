"""The secrecy policy: per feed, the strictest rule that its agreements declare, and the exceptions decided by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.decisions import Decisions, Dispensation, Dominance
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
_JOINED = re.compile(r"\s*[+,;|]\s*")
"""A result that joins several feeds names them all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The secrecy rule of one feed.

    Attributes:
        units: no published cell counts fewer units than this; ``None`` when no agreement says it.
        of: what the units are; ``none`` when the producer has already protected its figures.
        source: the text that sets the threshold (agreement, article).
        rows_are_units: a row of the feed is a unit (a person, an event, an answer), so that ``n`` counts units; rows
            that are totals of an action or of a zone are not.
        dominance: when the largest contributions to a sum weigh too much in it.
        rounding: shown counts are multiples of this.
        width: the narrowest interval that a masked count may be left, when an agreement asks more than the threshold.
    """

    units: int | None = None
    of: str = "none"
    source: str = ""
    rows_are_units: bool = False
    dominance: Dominance | None = None
    rounding: int | None = None
    width: int = 0

    @property
    def is_declared(self) -> bool:
        """Tell whether an agreement states a threshold, be it none."""
        return self.units is not None

    @property
    def protects(self) -> bool:
        """Tell whether counts must be compared with the threshold."""
        return self.units is not None and self.units > 0 and self.of != "none"

    @property
    def protection(self) -> float:
        """Return the narrowest interval that a masked count may be left: the threshold, or more when asked.

        Masked counts whose sum is known are one published cell: a narrower interval would let that cell count fewer
        units than the threshold.
        """
        return float(max(self.units or 0, self.width, 1))

    @property
    def guards_unanimity(self) -> bool:
        """Tell whether 0 % and 100 % are secret: they say something of every unit, whatever the number of units.

        Only where rows are units: totals that a producer sends per action are already aggregates.
        """
        return self.protects and self.rows_are_units and self.of in {"persons", "households", "answers"}

    def is_small(self, count: float | None) -> bool:
        """Tell whether a count is under the threshold; zero is not, it counts nobody."""
        return self.protects and count is not None and 0 < count < (self.units or 0)

    def allows_quantile(self, order: float, n: float | None) -> bool:
        """Tell whether a quantile may be shown: the threshold must hold on either side of it; an extreme never may."""
        return not self.protects or (n is not None and n * min(order, 1 - order) >= (self.units or 0))

    def joined(self, other: Rule) -> Rule:
        """Return the strictest of two rules on every point; a rule that is not declared closes both."""
        if not (self.is_declared and other.is_declared):
            return Rule(rows_are_units=self.rows_are_units or other.rows_are_units)
        first = max(self, other, key=lambda rule: (rule.protects, rule.units or 0, rule.source))
        dominances = [rule.dominance for rule in (self, other) if rule.dominance is not None]
        return Rule(
            first.units,
            first.of,
            first.source,
            self.rows_are_units or other.rows_are_units,
            reduce(Dominance.strictest, dominances) if dominances else None,
            max((rule.rounding for rule in (self, other) if rule.rounding), default=None),
            max(self.width, other.width),
        )

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

    @property
    def unchecked(self) -> str:
        """Return the French reason printed in place of a sum whose largest contributions are not known."""
        return typeset(
            "secret statistique : rien ne dit quelle part de cette somme vient de ses plus grands contributeurs, "
            "la règle de dominance ne peut pas être contrôlée"
        )


UNDECLARED = Rule()
"""The rule of a feed without a declared threshold: everything is masked (fails closed)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule of each feed, and the exceptions in force."""

    rules: Mapping[str, Rule]
    exceptions: tuple[Dispensation, ...] = ()

    def rule(self, feed: str) -> Rule:
        """Return the rule of a feed; a feed that nobody declared has no threshold, hence publishes nothing.

        The rule of joined feeds (``a + b``) is the strictest of theirs.
        """
        if feed in self.rules:
            return self.rules[feed]
        names = _JOINED.split(feed)
        return reduce(Rule.joined, (self.rules.get(name, UNDECLARED) for name in names))

    def exception_for(self, row: Mapping[str, Any]) -> Dispensation | None:
        """Return the decision that lets an observation be shown whatever its size, if there is one."""
        return next((each for each in self.exceptions if each.covers(row)), None)


def policy_of(clauses: Iterable[Clause], feeds: Mapping[str, Feed], decisions: Decisions | None = None) -> Policy:
    """Return the secrecy policy that the clauses DATA and the decisions on publication declare.

    Args:
        clauses: every clause of the contract.
        feeds: the declared feeds, for what one of their rows is.
        decisions: rules of other agreements, and exceptions.

    Returns:
        One rule per feed. When several agreements govern a feed the strictest wins on every point; when one of them
        states no threshold, the feed has none and nothing of it is published. There is no default.
    """
    decided = decisions or Decisions()
    by_feed: dict[str, list[Rule]] = {}
    for clause in clauses:
        stated = clause.production.threshold
        known = Rule(stated.units, stated.of, stated.source) if stated else UNDECLARED
        by_feed.setdefault(clause.feed, []).append(known)
    for each in decided.rules:
        rule = Rule(
            each.units,
            each.of,
            f"{each.agreement}, {each.citation}",
            dominance=each.dominance,
            rounding=each.rounding,
            width=each.protection or 0,
        )
        by_feed.setdefault(each.feed, []).append(rule)
    rules = {}
    for feed, governing in sorted(by_feed.items()):
        units = feed in feeds and feeds[feed].grain in _ROWS_ARE_UNITS
        rules[feed] = reduce(Rule.joined, governing, Rule(0, rows_are_units=units))
    return Policy(rules, decided.exceptions)
