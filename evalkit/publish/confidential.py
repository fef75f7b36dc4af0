"""What is known before anything is published: every confidential result of a contract, together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.declare.decisions import Decisions
from evalkit.declare.feed import Feed
from evalkit.follow.result.cohort import CohortResult
from evalkit.publish.public import PublicFigure
from evalkit.publish.publication import Publication
from evalkit.store.delivery import Delivery
from evalkit.workspace.holes import Forbidden, Hole
from evalkit.workspace.workspace import ContractDeclarations


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidential:
    """Every result of one contract as of one date, before secrecy.

    Attributes:
        declarations: what the contract declares.
        feeds: the declared feeds by id.
        observations: frame of :data:`evalkit.measure.observation.OBSERVATION_SCHEMA`; its ``text`` column holds only
            the written reviews whose authors agreed to publication.
        estimates: estimates and refusals, in one tuple: a refusal is a result.
        deliveries: what was received by ``as_of``, refused files included.
        holes: what the declarations leave out.
        forbidden: the uses that the clauses do not allow.
        demonstration: the data are synthetic, and every output says so.
        decisions: what people decided on this publication: rules, exceptions, classes merged.
        earlier: the editions that readers already have.
        public: figures that anybody can read elsewhere.
    """

    declarations: ContractDeclarations
    feeds: Mapping[str, Feed]
    observations: pl.DataFrame
    as_of: dt.date
    cohorts: tuple[CohortResult, ...] = ()
    estimates: tuple[Estimate | Refusal, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    holes: tuple[Hole, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    demonstration: bool = False
    decisions: Decisions = field(default_factory=Decisions)
    earlier: tuple[Publication, ...] = ()
    public: tuple[PublicFigure, ...] = ()
