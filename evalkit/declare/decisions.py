"""What people decide on publication, in ``publication/<contract>.yml``: rules, exceptions, recodings, public tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from evalkit.declare.model import Column, Declaration, Identifier, Label

FOLDER = "publication"
"""Folder of a workspace, beside ``indicators``: one file per contract."""


class Dominance(Declaration):
    """When a few units weigh too much in a sum.

    Attributes:
        largest: how many of the largest contributions are added, with ``percent``, the share of the total that they
            may not exceed (the (n, k) rule; Insee: no unit above 85 %).
        by: the field of the feed that names who contributes (an enterprise, an association): the largest contributions
            are then computed. Without it nothing tells them, and every sum of the feed is masked.
        rest_percent: what the others than the two largest bring must be at least this share of the largest (the p %
            rule), so that the second cannot estimate the first.
    """

    largest: int | None = Field(default=None, ge=1)
    percent: float | None = Field(default=None, gt=0, lt=100)
    rest_percent: float | None = Field(default=None, gt=0, lt=100)
    by: Column | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.largest is None) != (self.percent is None) or (self.largest is None and self.rest_percent is None):
            raise ValueError("une dominance s’écrit {largest: n, percent: k}, ou {rest_percent: p}, ou les deux")
        return self

    def is_broken(self, total: float, contributions: tuple[float, ...]) -> bool:
        """Tell whether the largest contributions (in decreasing order) weigh too much in a total."""
        if total <= 0:
            return False
        if not contributions:
            return True
        if self.largest is not None and self.percent is not None:
            share = 100 * sum(contributions[: self.largest]) / total
            if share > self.percent or len(contributions) < self.largest:
                return True
        if self.rest_percent is None:
            return False
        return total - sum(contributions[:2]) < self.rest_percent / 100 * contributions[0]

    def width(self, total: float) -> float:
        """Return the narrowest interval that a dominated total may be left: what others than the largest must bring."""
        rest = self.rest_percent or 0.0
        others = 100.0 - self.percent if self.percent is not None else 0.0
        return abs(total) * max(rest, others) / 100.0

    def strictest(self, other: Dominance) -> Dominance:
        """Return a rule that is broken as soon as one of the two is; two kinds of contributors cannot be checked."""
        pairs = [(each.largest, each.percent) for each in (self, other) if each.largest and each.percent]
        largest = max((pair[0] for pair in pairs), default=None)
        percent = min((pair[1] for pair in pairs), default=None)
        rest = max((each.rest_percent for each in (self, other) if each.rest_percent), default=None)
        units = {each.by for each in (self, other)}
        by = self.by if len(units) == 1 else None
        return Dominance(largest=largest, percent=percent, rest_percent=rest, by=by)


class AgreementRule(Declaration):
    """A secrecy rule of one agreement on one feed; beside the threshold of its clause, the strictest wins.

    Attributes:
        protection: the narrowest interval that a masked count may be left, when it is more than ``units``.
        rounding: shown counts are multiples of this.
        citation: article, page or line that says it.
    """

    feed: Identifier
    agreement: Label
    units: int = Field(ge=0)
    of: Literal["persons", "households", "enterprises", "answers", "dwellings", "none"]
    citation: Label
    dominance: Dominance | None = None
    rounding: int | None = Field(default=None, ge=2)
    protection: int | None = Field(default=None, ge=1)


class Dispensation(Declaration):
    """A named and dated decision to show an observation whatever its size.

    Attributes:
        zone, period, breakdown: where and when; all of them when absent.
        decided_by: the person responsible, with the function.
    """

    indicator: Identifier
    zone: Identifier | None = None
    period: Label | None = None
    breakdown: Label | None = None
    decided_by: Label
    decided_on: dt.date
    reason: Label

    def covers(self, row: Mapping[str, Any]) -> bool:
        """Tell whether an observation is one that it lets be shown."""
        asked = {"zone": self.zone, "period": self.period, "breakdown": self.breakdown}
        same = all(value is None or row[name] == value for name, value in asked.items())
        return bool(same and row["indicator"] == self.indicator)


class Recoding(Declaration):
    """Classes merged before anything is masked: of a field, of zones, or of periods.

    Attributes:
        indicators: the indicators that it applies to; every additive one when empty.
        field: the field whose classes are merged; ``zone`` merges zones.
        into: the new classes, each with those that it replaces.
        period: ``annee`` merges the half-years, the quarters or the months of a year.
    """

    indicators: tuple[Identifier, ...] = ()
    field: Column | None = None
    into: dict[str, tuple[Label, ...]] = Field(default_factory=dict)
    period: Literal["annee"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.field is None) == (self.period is None) or bool(self.into) != (self.field is not None):
            raise ValueError("un regroupement s’écrit {field: …, into: {…}} ou {period: annee}")
        merged = [each for parts in self.into.values() for each in parts]
        if len(merged) != len(set(merged)):
            raise ValueError("une classe ne va que dans un seul regroupement")
        return self


class PublicTable(Declaration):
    """Figures that anybody can read elsewhere: part of what an attacker knows.

    Attributes:
        file: a CSV file with the columns ``zone``, ``period``, ``breakdown`` (may be absent) and ``value``, its path
            relative to the workspace.
        indicator: the indicator whose counts they are, and ``part``, which of them.
        rounded_to: the producer rounds to multiples of this.
        source: where they are published, and when.
    """

    id: Identifier
    label: Label
    source: Label
    file: Label
    indicator: Identifier
    part: Literal["numerator", "denominator", "n"]
    rounded_to: float = Field(default=0.0, ge=0)


class Decisions(Declaration):
    """Everything that is decided on the publication of one contract."""

    rules: tuple[AgreementRule, ...] = ()
    exceptions: tuple[Dispensation, ...] = ()
    recodings: tuple[Recoding, ...] = ()
    public_tables: tuple[PublicTable, ...] = ()

    @property
    def contributors(self) -> dict[str, str]:
        """Return, by feed under a rule of dominance, the field that names who contributes, where one is named."""
        named = [(rule.feed, rule.dominance.by) for rule in self.rules if rule.dominance is not None]
        return {feed: field for feed, field in named if field is not None}
