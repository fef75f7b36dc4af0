"""What may be shown: a frozen publication, whose tables hold no number of a masked cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Contract, Zone
from evalkit.declare.decisions import Recoding
from evalkit.declare.evaluation import Evaluation
from evalkit.declare.indicator import Indicator
from evalkit.publish.followed_schemas import FOLLOWED_SCHEMAS
from evalkit.territory.contours import Contours
from evalkit.territory.zones import Territory


class Confidentiality(StrEnum):
    """Whether a cell may be read."""

    FREE = "libre"
    SECRET = "secret"


_Columns = dict[str, pl.DataType]

_TEXT: pl.DataType = pl.String()
_NUMBER: pl.DataType = pl.Float64()
_COUNT: pl.DataType = pl.Int64()
_DAY: pl.DataType = pl.Date()
_FEED: _Columns = {"feed": _TEXT, "deliveries": pl.List(pl.String())}
_SECRECY: _Columns = {"confidentiality": _TEXT, "reason": _TEXT}

SCHEMAS = MappingProxyType(
    {
        "observations": pl.Schema(
            {"contract": _TEXT, "indicator": _TEXT, "version": _COUNT, "zone": _TEXT, "perimeter": _COUNT}
            | {"period": _TEXT, "window": _TEXT, "breakdown": _TEXT, "availability": _TEXT}
            | _SECRECY
            | {"numerator": _NUMBER, "denominator": _NUMBER, "value": _NUMBER, "n": _COUNT}
            | {"low": _NUMBER, "high": _NUMBER, "relative": _NUMBER, "shortfall": _NUMBER}
            | {"text": _TEXT, "cause": _TEXT, "qualifier": _TEXT, "nature": _TEXT}
            | _FEED
        ),
        "cohorts": pl.Schema(
            {"cohort": _TEXT, "definition": _TEXT, "lost": _NUMBER, "refusal": _TEXT}
            | {"warnings": pl.List(pl.String())}
            | _FEED
        ),
        "flow": pl.Schema(
            {"cohort": _TEXT, "step": _COUNT, "label": _TEXT, "persons": _COUNT, "removed": _COUNT, "why": _TEXT}
            | {"persons_secret": pl.Boolean(), "removed_secret": pl.Boolean(), "reason": _TEXT}
        ),
        "rates": pl.Schema(
            {"cohort": _TEXT, "group": _TEXT, "wave": _TEXT, "exit": _TEXT, "at_risk": _COUNT, "count": _COUNT}
            | {"rate": _NUMBER, "low": _NUMBER, "high": _NUMBER, "worst": _NUMBER, "best": _NUMBER}
            | _SECRECY
        ),
        "returns": pl.Schema(
            {"cohort": _TEXT, "wave": _TEXT, "proof": _TEXT, "breakdown": _TEXT, "word": _TEXT, "exit": _TEXT}
            | {"entrants": _COUNT, "count": _COUNT, "rate": _NUMBER, "low": _NUMBER, "high": _NUMBER}
            | {"worst": _NUMBER, "best": _NUMBER}
            | _SECRECY
        ),
        "paths": pl.Schema(
            {"cohort": _TEXT, "kind": _TEXT, "wave": _TEXT, "before": _TEXT, "after": _TEXT, "of": _COUNT}
            | {"count": _COUNT, "rate": _NUMBER}
            | _SECRECY
        ),
        "cohort_findings": pl.Schema({"cohort": _TEXT, "code": _TEXT, "place": _TEXT, "message": _TEXT}),
        "balance": pl.Schema(
            {"cohort": _TEXT, "variable": _TEXT, "accompanied": _NUMBER, "comparison": _NUMBER}
            | {"smd_before": _NUMBER, "smd_after": _NUMBER, "ratio_before": _NUMBER, "ratio_after": _NUMBER}
            | _SECRECY
        ),
        "contrasts": pl.Schema(
            {"cohort": _TEXT, "wave": _TEXT, "effect": _NUMBER, "low": _NUMBER, "high": _NUMBER, "p": _NUMBER}
            | {"method": _TEXT, "effective_size": _NUMBER}
            | {"worst": _NUMBER, "best": _NUMBER, "worst_low": _NUMBER, "best_high": _NUMBER}
            | {"restored": _NUMBER, "restored_low": _NUMBER, "restored_high": _NUMBER}
            | _SECRECY
        ),
        "estimates": pl.Schema(
            {"comparison": _TEXT, "role": _TEXT, "estimand": _TEXT, "unit": _TEXT, "direction": _TEXT}
            | {"effect": _NUMBER, "low": _NUMBER, "high": _NUMBER, "p": _NUMBER, "test": _TEXT, "test_reason": _TEXT}
            | {"n_treated": _COUNT, "n_controls": _COUNT, "effective_clusters": _NUMBER, "smallest_p": _NUMBER}
            | {"mde": _NUMBER, "leave_low": _NUMBER, "leave_high": _NUMBER, "pretrend": _TEXT, "pretrend_p": _NUMBER}
            | {"naive_p": _NUMBER, "first_period": _TEXT, "last_period": _TEXT, "warnings": pl.List(pl.String())}
            | _FEED
        ),
        "refusals": pl.Schema(
            {"comparison": _TEXT, "role": _TEXT, "estimand": _TEXT, "code": _TEXT, "reason": _TEXT} | _FEED
        ),
        "series": pl.Schema(
            {"comparison": _TEXT, "side": _TEXT, "period": _TEXT, "n": _COUNT, "events": _NUMBER, "rate": _NUMBER}
            | _SECRECY
        ),
        "deliveries": pl.Schema(
            {"id": _TEXT, "feed": _TEXT, "producer": _TEXT, "periods": pl.List(pl.String()), "received_on": _DAY}
            | {"status": _TEXT, "blocking": _COUNT, "major": _COUNT, "minor": _COUNT, "repaired": _COUNT}
            | {"refused_percent": _COUNT, "file_hash": _TEXT, "fictitious": pl.Boolean()}
        ),
        "reception": pl.Schema(
            {"feed": _TEXT, "producer": _TEXT, "period": _TEXT, "status": _TEXT, "due_on": _DAY, "received_on": _DAY}
            | {"days_late": _COUNT}
        ),
        "sources": pl.Schema(
            {"feed": _TEXT, "label": _TEXT, "producers": pl.List(pl.String()), "nature": _TEXT, "window": _TEXT}
            | {"perimeter": _COUNT, "spacing_months": _NUMBER, "periods": pl.List(pl.String())}
            | {"deliveries": _COUNT, "clause": _TEXT}
            | {"amendment": _TEXT, "threshold": _COUNT, "threshold_of": _TEXT, "threshold_source": _TEXT}
            | {"source": _TEXT, "fictitious": pl.Boolean()}
        ),
        "breaks": pl.Schema({"feed": _TEXT, "date": _DAY, "text": _TEXT}),
        "not_computed": pl.Schema({"subject": _TEXT, "label": _TEXT, "cause": _TEXT, "reason": _TEXT}),
        "questions": pl.Schema({"subject": _TEXT, "label": _TEXT, "missing": _TEXT, "question": _TEXT}),
        **FOLLOWED_SCHEMAS,
        "audit": pl.Schema({"check": _TEXT, "verdict": _TEXT, "count": _COUNT}),
    }
)
"""Name and schema of every table of a publication."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a publication was made of.

    Attributes:
        edition: its name: the date of its data and the hash of its contents.
        evalkit: version of the package.
        declarations: name and hash of each group of declarations.
        deliveries: ids of every delivery known at that date, sorted.
    """

    edition: str
    evalkit: str
    declarations: tuple[tuple[str, str], ...]
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations that a reader needs to understand the tables."""

    contract: Contract
    zones: tuple[Zone, ...]
    reference: str | None
    indicators: tuple[Indicator, ...]
    comparisons: tuple[Comparison, ...]
    cohorts: tuple[Cohort, ...]
    recodings: tuple[Recoding, ...] = ()
    contours: Contours = field(default_factory=Contours)
    evaluations: tuple[Evaluation, ...] = ()
    _territory: Territory = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Put the zones together once: every line of a report asks for the name of one."""
        zones = {zone.id: zone for zone in self.zones}
        object.__setattr__(self, "_territory", Territory(zones, self.reference))

    @property
    def territory(self) -> Territory:
        """Return the zones by id."""
        return self._territory


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of a publication, each with the schema of the same name in :data:`SCHEMAS`.

    A masked number is null and its row says ``secret``; nothing else in the tables gives it back.
    """

    observations: pl.DataFrame
    cohorts: pl.DataFrame
    flow: pl.DataFrame
    rates: pl.DataFrame
    returns: pl.DataFrame
    paths: pl.DataFrame
    cohort_findings: pl.DataFrame
    balance: pl.DataFrame
    contrasts: pl.DataFrame
    curves: pl.DataFrame
    means: pl.DataFrame
    group_tests: pl.DataFrame
    ratios: pl.DataFrame
    attrition: pl.DataFrame
    differential: pl.DataFrame
    overlap: pl.DataFrame
    subgroups: pl.DataFrame
    past: pl.DataFrame
    before_after: pl.DataFrame
    estimates: pl.DataFrame
    refusals: pl.DataFrame
    series: pl.DataFrame
    deliveries: pl.DataFrame
    reception: pl.DataFrame
    sources: pl.DataFrame
    breaks: pl.DataFrame
    not_computed: pl.DataFrame
    questions: pl.DataFrame
    audit: pl.DataFrame

    def named(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Give each table with its name, in a fixed order."""
        for each in fields(self):
            yield each.name, getattr(self, each.name)


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that is shown together, as of one date.

    Attributes:
        demonstration: the data are synthetic, and every output says so.
    """

    declared: Declared
    tables: Tables
    as_of: dt.date
    demonstration: bool
    manifest: Manifest
