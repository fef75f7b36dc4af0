"""The tables on data themselves: deliveries, receptions, sources, breaks."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from evalkit.clause.reception import receptions
from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed, Severity
from evalkit.declare.model import months_of
from evalkit.publish.confidential import Confidential
from evalkit.publish.policy import Policy
from evalkit.publish.publication import SCHEMAS
from evalkit.store.delivery import Delivery, Outcome


def delivery_table(deliveries: Iterable[Delivery]) -> pl.DataFrame:
    """Return the deliveries with their quality; no number of rows, from which a masked count could be taken."""
    rows = [
        {
            "id": each.id,
            "feed": each.feed,
            "producer": each.producer,
            "periods": list(each.periods),
            "received_on": each.received_on,
            "status": each.status.value,
            "blocking": _findings(each, Severity.BLOCKING),
            "major": _findings(each, Severity.MAJOR),
            "minor": _findings(each, Severity.MINOR),
            "repaired": sum(finding.outcome is Outcome.REPAIRED for finding in each.findings),
            "refused_percent": _refused_percent(each),
            "file_hash": each.file_hash,
            "fictitious": each.fictitious,
        }
        for each in deliveries
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["deliveries"]).sort("feed", "producer", "received_on", "id")


def reception_table(confidential: Confidential) -> pl.DataFrame:
    """Return what is due and what came, period by period, for the feeds that the contract reads."""
    declared = confidential.declarations
    wanted = set(declared.feeds_read) | {each.feed for each in confidential.deliveries}
    feeds = [feed for name, feed in sorted(confidential.feeds.items()) if name in wanted]
    found = receptions(declared.clauses, feeds, confidential.deliveries, confidential.as_of)
    names = list(SCHEMAS["reception"])
    rows = [{name: getattr(each, name) for name in names} for each in found]
    return pl.DataFrame([{**row, "status": row["status"].value} for row in rows], schema=SCHEMAS["reception"])


def source_table(confidential: Confidential, policy: Policy) -> pl.DataFrame:
    """Return one line per feed that the contract reads: who, what, when, under which clause and threshold."""
    rows = [_source(name, confidential, policy) for name in confidential.declarations.feeds_read]
    return pl.DataFrame(rows, schema=SCHEMAS["sources"]).sort("feed")


def break_table(confidential: Confidential) -> pl.DataFrame:
    """Return the dated breaks of the feeds that the contract reads."""
    rows = [
        {"feed": name, "date": found.date, "text": found.text}
        for name in confidential.declarations.feeds_read
        if name in confidential.feeds
        for found in confidential.feeds[name].breaks
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["breaks"]).sort("feed", "date")


def _findings(delivery: Delivery, severity: Severity) -> int:
    failed = {Outcome.FAILED, Outcome.NOT_RUN}
    return sum(finding.severity is severity and finding.outcome in failed for finding in delivery.findings)


def _refused_percent(delivery: Delivery) -> int | None:
    rows = delivery.rows_accepted + delivery.rows_refused
    return round(100 * delivery.rows_refused / rows) if rows and delivery.is_accepted else None


def _source(name: str, confidential: Confidential, policy: Policy) -> dict[str, object]:
    feed = confidential.feeds.get(name)
    clauses = confidential.declarations.clauses_of(name)
    came = [each for each in confidential.deliveries if each.feed == name and each.is_accepted]
    rule = policy.rule(name)
    producers = {producer for clause in clauses for producer in clause.producers} | {each.producer for each in came}
    return {
        "feed": name,
        "label": feed.label if feed else name,
        "producers": sorted(producers),
        "nature": feed.nature.value if feed else "",
        "window": (feed.window or "") if feed else "",
        "perimeter": _perimeter(feed, clauses),
        "spacing_months": months_of(feed.spacing) if feed and feed.spacing else None,
        "periods": sorted({period for each in came for period in each.periods}),
        "deliveries": len(came),
        "clause": ", ".join(sorted({clause.status.value for clause in clauses})),
        "amendment": "; ".join(f"{c.amendment.reference}" for c in clauses if c.amendment),
        "threshold": rule.units,
        "threshold_of": rule.of,
        "threshold_source": rule.source,
        "source": (feed.source or "") if feed else "",
        "fictitious": any(clause.fictitious for clause in clauses) or any(each.fictitious for each in came),
    }


def _perimeter(feed: Feed | None, clauses: Iterable[Clause]) -> int | None:
    known = {clause.production.perimeter for clause in clauses if clause.production.perimeter}
    if feed is not None and feed.perimeter:
        return feed.perimeter
    return next(iter(known)) if len(known) == 1 else None
