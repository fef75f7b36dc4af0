"""Measure the indicators of a contract: one collection of cells for all, then one observation per zone and period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from evalkit.cells.collect import collect_cells
from evalkit.cells.request import CellRequest
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DistributionMeasure, FlowsMeasure, NarrativeMeasure, PublishedMeasure
from evalkit.measure.coverage import coverage_by_period
from evalkit.measure.derived import derived_observations
from evalkit.measure.distributions import distribution_observations
from evalkit.measure.frame import Subject, definition_of, zones_given
from evalkit.measure.known import Known
from evalkit.measure.moves import move_observations
from evalkit.measure.narratives import narrative_observations
from evalkit.measure.observation import Availability, Observation, observation_frame
from evalkit.measure.plan import cell_request
from evalkit.measure.published import published_observations
from evalkit.measure.reading_order import reading_order, zones_asked
from evalkit.measure.row_values import row_value_observations
from evalkit.measure.sums import is_summed
from evalkit.measure.totals import total_observations
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_SOURCE = {"feed", "grain", "nature", "period", "fields", "total_codes"}


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
    return given_frame(measured(workspace, store, contract, as_of))


def given_frame(known: Known) -> pl.DataFrame:
    """Return the observations that indicators are given for, without those that only others read."""
    given = {each.id: frozenset(zones_given(each, known.territory)) for each in known.indicators.values()}
    kept = [each for each in known.found.values() if not each.zone or each.zone in given[each.indicator]]
    return observation_frame(kept)


def measured(workspace: Workspace, store: Store, contract: str, as_of: dt.date | None = None) -> Known:
    """Return the observations of a contract with the declarations that they come from.

    Args:
        workspace: the declarations.
        store: the accepted rows and the ledger.
        contract: id of the contract.
        as_of: only what was received by that day; everything when absent.
    """
    declarations = workspace.contract(contract)
    by_id = {each.id: each for each in declarations.indicators}
    known = Known(contract, declarations.territory, by_id, workspace.feeds)
    subjects = subjects_of(workspace, declarations, deliveries(store, contract, None, as_of))
    requests: dict[str, CellRequest] = {
        subject.indicator.id: cell_request(subject) for subject in subjects if subject.received
    }
    cells = collect_cells(store, requests, as_of)
    for subject in subjects:
        known.add(_observations(subject, cells.get(subject.indicator.id)))
    known.add(_undefined(contract, each) for each in declarations.indicators if each.measure is None)
    asked = zones_asked(by_id, declarations.territory)
    for indicator in reading_order(by_id):
        known.add(list(derived_observations(known, indicator, asked.get(indicator.id, ()))))
    return known


def subjects_of(
    workspace: Workspace, declarations: ContractDeclarations, received: tuple[Delivery, ...]
) -> tuple[Subject, ...]:
    """Return the indicators that read the rows of a feed, each with what was received of it."""
    asked = zones_asked({each.id: each for each in declarations.indicators}, declarations.territory)
    found = []
    for indicator in declarations.indicators:
        measured_by = indicator.measure
        feed = workspace.feeds.get(measured_by.feed) if measured_by is not None else None
        if feed is None:
            continue
        mine = tuple(delivery for delivery in received if delivery.feed == feed.feed)
        found.append(
            Subject(
                declarations.contract.contract,
                indicator,
                feed,
                declarations.territory,
                mine,
                coverage_by_period(feed, mine, indicator.period),
                asked.get(indicator.id, ()),
                declarations.parameters,
                definition_of(indicator, feed.model_dump_json(include=_SOURCE), declarations.parameters),
            )
        )
    return tuple(found)


def _observations(subject: Subject, cells: pl.DataFrame | None) -> Iterator[Observation]:
    if cells is None:
        return subject.nothing_received()
    match subject.measure:
        case PublishedMeasure():
            found = published_observations(subject, cells)
        case NarrativeMeasure():
            found = narrative_observations(subject, cells)
        case DistributionMeasure():
            found = distribution_observations(subject, cells)
        case FlowsMeasure():
            found = move_observations(subject, cells)
        case other if is_summed(other):
            found = total_observations(subject, cells)
        case _:
            found = row_value_observations(subject, cells)
    return found


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
