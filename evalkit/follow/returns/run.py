"""Follow a cohort by the returns that its partners send: from stored totals to rates, with what does not hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from evalkit.declare.clause import Purpose
from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_sources import Returned
from evalkit.declare.feed import Feed
from evalkit.declare.model import months_of
from evalkit.declare.period import last_day
from evalkit.follow.result.returns import Returns
from evalkit.follow.returns.consistency import check_returns
from evalkit.follow.returns.places import Places
from evalkit.follow.returns.rates import Counting, return_rates
from evalkit.follow.returns.row_checks import due_waves
from evalkit.follow.returns.rows import Reading, missing_columns, names_of, read_rows, terms_of
from evalkit.store.delivery import Delivery
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.territory.zones import members
from evalkit.workspace.workspace import Workspace


def follow_returns(
    workspace: Workspace, store: Store, cohort: Cohort, received: Sequence[Delivery], as_of: dt.date | None
) -> Returns | str:
    """Return the result of a cohort from the totals that were received, or the French reason why there is none.

    Args:
        workspace: the declarations.
        store: the accepted rows.
        cohort: the protocol, which has returns.
        received: the accepted deliveries of the feed of the returns.
        as_of: only what was received by that day.
    """
    read = cohort.returned
    feed = workspace.feeds[str(read.feed)] if read is not None else None
    if read is None or feed is None:
        raise TypeError(f"{cohort.cohort} has no returns")
    absent = missing_columns((field.name for field in feed.fields), read)
    if absent:
        return (
            f"Le fichier « {feed.label} » ne dit pas, pour chaque vague, combien sont entrés et combien sont sortis : "
            f"il n’a pas {_listed(absent)}."
        )
    if not received:
        return f"Le flux « {feed.label} » n’a pas été reçu : la cohorte ne peut pas être suivie."
    territory = workspace.contract(cohort.contract).territory
    zones = sorted({inner for zone in cohort.zones for inner in members(territory, zone).zones})
    rows = current_rows(store, cohort.contract, feed, as_of, Purpose.COHORT)
    producers = {each.id: each.producer for each in received}
    terms = terms_of(read, feed)
    reading = read_rows(rows, cohort, terms, producers, zones)
    if not reading.rows:
        return _nobody(cohort, read, feed, reading)
    places = Places(
        waves={round(months_of(wave)): wave for wave in cohort.waves},
        zones={zone.id: zone.label for zone in territory.zones.values()},
        several=len({row.producer for row in reading.rows}) > 1,
    )
    covered = max(last_day(period) for each in received for period in each.periods)
    checked = check_returns(reading, cohort, terms, places, covered)
    return Returns(
        rates=tuple(return_rates(checked, Counting(cohort, places.waves, feed.nature))),
        findings=checked.findings,
        producers=tuple(sorted({row.producer for row in checked.rows})),
        due=due_waves(cohort, covered),
    )


def _nobody(cohort: Cohort, read: Returned, feed: Feed, reading: Reading) -> str:
    wanted = " ou ".join(f"« {name} »" for name in dict.fromkeys(names_of(cohort, read)))
    if reading.elsewhere:
        return f"Le fichier « {feed.label} » ne compte {wanted} que hors des quartiers du protocole."
    known = f" : il compte {_listed(reading.others)}" if reading.others else ""
    return f"Le fichier « {feed.label} » ne compte aucune cohorte nommée {wanted}{known}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
