"""Comparisons: which programme, which zones, which controls, which outcome."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from evalkit.declare.indicator import RatioMeasure
from evalkit.declare.model import Declaration, Evidence, Identifier, Label
from evalkit.declare.period import Granularity


class Programme(Declaration):
    """The dated change whose follow-up is compared: a QPV kept since 2015 has no entry of its own."""

    label: Label
    begins: dt.date


class Comparison(Declaration):
    """A difference-in-differences between QPV and control units.

    Attributes:
        outcome: a ratio, computed per zone and period.
        treated: the zones where the programme begins.
        controls: the control units; ``all`` takes every zone declared as a control.
        from_: first period read.
        until: last period read; the last one received when absent.
        estimand: what the number means, in words, printed with it.
        weights: average resident or average zone.
        chosen_on: what the treated zones were chosen on: ``outcome``, the outcome itself before the programme, so that
            a part of their starting level comes back by itself; ``elsewhere``, something else (a perimeter drawn
            earlier, income); left out, the levels decide.
        near: control units next to the treated zones, on which the programme may spill over: shown apart.
        margin: smallest effect that would matter, in the unit of the outcome: an effect may then be shown negligible.
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
    controls: Literal["all"] | tuple[Identifier, ...] = "all"
    granularity: Granularity = Granularity.QUARTER
    from_: Label | None = Field(default=None, alias="from")
    until: Label | None = None
    estimand: Label
    weights: Literal["resident", "zone"] = "resident"
    chosen_on: Literal["outcome", "elsewhere"] | None = None
    near: tuple[Identifier, ...] = ()
    margin: float | None = Field(default=None, gt=0)
    role: Literal["primary", "placebo", "exploratory"]
    accept_breaks: Label | None = None
    evidence: Evidence | None = None
