"""What a cohort reads beside its own feed: totals sent by wave, and the files of other partners on the same persons."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from evalkit.declare.model import Column, Declaration, Identifier, Label

Role = Literal["durable", "transition", "positive", "lost"]
Rule = Literal["priority", "latest", "strictest"]


class Returned(Declaration):
    """How a file of aggregated returns says what it counts; the defaults are those of ``france-travail-retours``.

    Attributes:
        feed: the file, when rows of persons are what the cohort reads: its totals stand in for rows that are not there.
        exits: exits by role, each the field that counts it; by default those of the cohort.
        cohort: the field that names the cohort.
        code: the name of the cohort in that field; by default its id, or what follows the first dot of its id.
        wave: the field that holds the months since entry.
        entrants: the field that counts those who entered and are followed.
        remaining: the fields that count those who are still there, or left to no counted exit; by default what is left
            of the parts that the feed says make up the entrants (its ``total`` check).
        breakdown: the field that names the criterion of a row.
        word: the field that holds the class of that criterion.
        whole: the word of ``breakdown`` for everybody together.
        proof: the field that says how exits are known; two kinds are never added.
        counts: first exits since the entry, which can only grow, or the situation on the day of the wave; as long as
            nobody says it, exits that fall are told, and the protocol asks.
    """

    feed: Identifier | None = None
    exits: dict[Role, Column] = Field(default_factory=dict)
    cohort: Column = "cohorte"
    code: Label | None = None
    wave: Column = "vague"
    entrants: Column = "suivis"
    remaining: tuple[Column, ...] | None = None
    breakdown: Column = "ventilation"
    word: Column = "modalite"
    whole: Label = "ensemble"
    proof: Column | None = "preuve"
    counts: Literal["since_entry", "on_the_day"] | None = None


class Source(Declaration):
    """Another file that tells the situation of the same persons, under the same pseudonym.

    A row says a situation for a month, for a quarter (its last month), or from a day to another.

    Attributes:
        situation: the field that holds the situation.
        exits: exits by role, each a word of ``situation``; by default those of the cohort. Other words say that the
            person is there without an exit.
        month: the field of the month or of the quarter.
        start: the field of the first day, for a file of events.
        end: the field of the last day; empty while it lasts.
    """

    feed: Identifier
    situation: Column
    exits: dict[Role, str] = Field(default_factory=dict)
    month: Column | None = None
    start: Column | None = None
    end: Column | None = None

    @model_validator(mode="after")
    def _is_dated_one_way(self) -> Source:
        if (self.month is None) == (self.start is None):
            raise ValueError("un fichier est daté par « month » (mois ou trimestre), ou par « start » (événements)")
        if self.end is not None and self.start is None:
            raise ValueError("« end » demande « start »")
        return self
