"""Comparisons: which programme, which zones, which controls, which outcome."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from evalkit.declare.measures import RatioMeasure
from evalkit.declare.model import Column, Declaration, Evidence, Identifier, Label
from evalkit.declare.period import Granularity


class Programme(Declaration):
    """The dated change whose follow-up is compared: a QPV kept since 2015 has no entry of its own."""

    label: Label
    begins: dt.date


class Entry(Declaration):
    """Zones that entered together, at another date than that of the programme."""

    begins: dt.date
    zones: tuple[Identifier, ...] = Field(min_length=1)


class Cluster(Declaration):
    """Zones that share shocks: the unit of clustering."""

    id: Identifier
    zones: tuple[Identifier, ...] = Field(min_length=2)


class Group(Declaration):
    """Zones alike enough that any of them could have had the programme."""

    id: Identifier
    zones: tuple[Identifier, ...] = Field(min_length=2)


class Comparison(Declaration):
    """A difference-in-differences between QPV and control units.

    Attributes:
        outcome: a ratio, computed per zone and period.
        treated: the zones where the programme begins.
        entries: those of them that entered at another date; the others enter when the programme begins.
        left: zones that left the geography during the series: neither treated nor controls, and said.
        against: with several entries, the controls: zones never entered, or those not entered yet as well.
        controls: the control units; ``all`` takes every zone declared as a control.
        from_: first period read.
        until: last period read; the last one received when absent.
        estimand: what the number means, in words, printed with it.
        weights: average resident or average zone.
        chosen_on: what the treated zones were chosen on: ``outcome``, the outcome itself before the programme, so that
            a part of their starting level comes back by itself; ``elsewhere``, something else (a perimeter drawn
            earlier, income); left out, the levels decide.
        near: control units next to the treated zones, on which the programme may spill over: shown apart.
        composition: categories of the feed whose shares on both sides are followed, lest other persons be compared.
        covariates: columns of the feed at whose equal value the sides are compared: categories become dummies, numbers
            stay numbers. The programme must not change them: they would hide a part of its effect.
        comparable: groups of zones that could each have had the programme: permutations stay inside a group. A zone in
            no group is compared and never permuted.
        margin: smallest effect that would matter, in the unit of the outcome: an effect may then be shown negligible.
        test: the test that decides; left out, that which the zones allow. A named one is printed beside the default.
        clusters: groups of zones that share shocks (one city, one agency): each counts as one unit.
        role: primary, placebo (no effect is expected) or exploratory.
    """

    id: Identifier
    label: Label
    objective: Identifier
    question: Identifier | None = None
    outcome: RatioMeasure
    unit: Label = "points"
    direction: Literal["up", "down", "none"] = "up"
    programme: Programme
    treated: tuple[Identifier, ...] = Field(min_length=1)
    entries: tuple[Entry, ...] = ()
    left: tuple[Identifier, ...] = ()
    against: Literal["never", "not_yet"] = "never"
    controls: Literal["all"] | tuple[Identifier, ...] = "all"
    granularity: Granularity = Granularity.QUARTER
    from_: Label | None = Field(default=None, alias="from")
    until: Label | None = None
    estimand: Label
    weights: Literal["resident", "zone"] = "resident"
    chosen_on: Literal["outcome", "elsewhere"] | None = None
    near: tuple[Identifier, ...] = ()
    composition: tuple[Column, ...] = ()
    covariates: tuple[Column, ...] = ()
    comparable: tuple[Group, ...] = ()
    margin: float | None = Field(default=None, gt=0)
    test: Literal["zone_noise", "zone_noise_level", "wild_bootstrap", "permutation", "cr2", "cv3"] | None = None
    clusters: tuple[Cluster, ...] = ()
    role: Literal["primary", "placebo", "exploratory"]
    accept_breaks: Label | None = None
    evidence: Evidence | None = None

    def begins(self, zone: str) -> dt.date:
        """Return the day when a treated zone enters."""
        return next((entry.begins for entry in self.entries if zone in entry.zones), self.programme.begins)

    def control_units(self, declared: tuple[str, ...]) -> tuple[str, ...]:
        """Return the control units asked for, among those of the territory when all are: never a treated zone.

        Args:
            declared: the zones that the territory declares as controls.
        """
        wanted = declared if self.controls == "all" else self.controls
        return tuple(zone for zone in wanted if zone not in self.treated and zone not in self.left)
