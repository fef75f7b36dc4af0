"""Measure the indicators of a contract: one collection of cells for all, then one observation per zone and period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from evalkit.cells.collect import collect_cells
from evalkit.cells.request import CellRequest
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator, NarrativeMeasure, PublishedMeasure
from evalkit.measure.coverage import coverage_by_period
from evalkit.measure.frame import Subject
from evalkit.measure.medians import median_observations
from evalkit.measure.narratives import narrative_observations
from evalkit.measure.observation import Availability, Observation, observation_frame
from evalkit.measure.published import published_observations
from evalkit.measure.sums import cell_request, is_summed
from evalkit.measure.totals import total_observations
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.workspace.workspace import ContractDeclarations, Workspace


def measure(workspace: Workspace, store: Store, contract: str, as_of: dt.date | None = None) -> pl.DataFrame:
    """Return the observations of every indicator of a contract, or the reason why there is none.

    Args:
        workspace: the declarations.
        store: the accepted rows and the ledger.
        contract: id of the contract.
        as_of: only what was received by that day; everything when absent.

    Returns:
        A frame of :data:`evalkit.measure.observation.OBSERVATION_SCHEMA`, confidential, sorted.
    """
    declarations = workspace.contract(contract)
    received = deliveries(store, contract, None, as_of)
    subjects = [
        _subject(workspace.feeds[indicator.measure.feed], declarations, indicator, received)
        for indicator in declarations.indicators
        if indicator.measure is not None and indicator.measure.feed in workspace.feeds
    ]
    requests: dict[str, CellRequest] = {
        subject.indicator.id: cell_request(contract, subject.indicator, subject.feed)
        for subject in subjects
        if subject.received and is_summed(subject.measure)
    }
    cells = collect_cells(store, requests, as_of)
    observations = [
        observation
        for subject in subjects
        for observation in _observations(subject, store, as_of, cells.get(subject.indicator.id))
    ]
    observations += [
        _undefined(contract, indicator) for indicator in declarations.indicators if indicator.measure is None
    ]
    return observation_frame(observations)


def _subject(
    feed: Feed, declarations: ContractDeclarations, indicator: Indicator, received: tuple[Delivery, ...]
) -> Subject:
    found = tuple(delivery for delivery in received if delivery.feed == feed.feed)
    covered = coverage_by_period(feed, found, indicator.period)
    return Subject(declarations.contract.contract, indicator, feed, declarations.territory, found, covered)


def _observations(
    subject: Subject, store: Store, as_of: dt.date | None, cells: pl.DataFrame | None
) -> Iterator[Observation]:
    if not subject.received:
        yield from subject.nothing_received()
    elif cells is not None:
        yield from total_observations(subject, cells)
    elif isinstance(subject.measure, PublishedMeasure):
        yield from published_observations(subject, store, as_of)
    elif isinstance(subject.measure, NarrativeMeasure):
        yield from narrative_observations(subject, store, as_of)
    else:
        yield from median_observations(subject, store, as_of)


def _undefined(contract: str, indicator: Indicator) -> Observation:
    return Observation(
        contract=contract,
        indicator=indicator.id,
        version=indicator.version,
        zone="",
        period="",
        availability=Availability.NOT_COMPUTABLE,
        cause="le document ne dit pas ce qui est compté",
    )
