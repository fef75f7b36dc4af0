"""Cohorts: who is followed, from when, against whom, towards which exits."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from evalkit.declare.model import Column, Declaration, Duration, Evidence, Identifier, Label


class Entry(Declaration):
    """The entry into the cohort: a date field, and the window in which it must fall."""

    date: Column
    window: tuple[dt.date, dt.date]


class Against(Declaration):
    """The comparison group: eligible people who were not accompanied.

    ``where`` states who they are; balancing is on the fields named in ``balance``, measured at entry.
    """

    where: Label
    zone: Literal["same", "any"] = "same"
    balance: tuple[Column, ...] = Field(min_length=1)
    method: Literal["entropy"] = "entropy"


class Presentation(Declaration):
    """Who sees the result, and when."""

    to: Label
    at: Label


class Cohort(Declaration):
    """The protocol of a cohort.

    Attributes:
        public: the formula that says who belongs, stated and printed.
        definition: the same in French, for the reader.
        situation: the field that holds the situation of a person at each period.
        exit_date: the field that holds the day of the exit, empty while there is none.
        exits: exits by role (``durable``, ``transition``, ``positive``, ``lost``), each a word of ``situation``.
        outcome: the role whose rate is compared.
        waves: times since entry at which rates are given.
        minimum: fewest persons, on either side and at each wave, under which groups are described and not compared.
    """

    cohort: Identifier
    contract: Identifier
    label: Label
    feed: Identifier
    public: Label
    definition: Label
    zones: tuple[Identifier, ...] = Field(min_length=1)
    entry: Entry
    waves: tuple[Duration, ...] = Field(min_length=1)
    situation: Column
    exit_date: Column
    exits: dict[Literal["durable", "transition", "positive", "lost"], str]
    outcome: Literal["durable", "transition", "positive"]
    against: Against | None = None
    minimum: int = Field(default=30, ge=1)
    present: Presentation | None = None
    objective: Identifier | None = None
    evidence: Evidence | None = None
