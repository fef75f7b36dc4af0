"""The main job, end to end: partners' files → accepted rows → results → publication → report.

Each step is a verb that a notebook or the command line can also call alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.arrivals import left_aside, receive_arrivals
from evalkit.compare.run import compare
from evalkit.editions.seal import keep_documents, seal
from evalkit.follow.run import follow
from evalkit.measure.contributions import with_largest
from evalkit.measure.run import measure
from evalkit.publish.confidential import Confidential
from evalkit.publish.keep import keep
from evalkit.publish.prepare import prepare
from evalkit.publish.publication import Publication
from evalkit.publish.publish import publish_audited
from evalkit.receive.receipts.receipt import Receipt
from evalkit.report.make import ReportOrder, make_report
from evalkit.report.render import Rendered
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.workspace.holes import forbidden_uses, holes_of
from evalkit.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Step:
    """Where the work is: a named step, how much of it is done, and what it is about."""

    name: str
    done: int
    total: int
    detail: str = ""


Watcher = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Journey:
    """What the main job produced.

    Attributes:
        receipts: one per file received, in order.
        left_aside: the files that lie beside them, and that the slip does not name.
        publication: what may be shown.
        edition: the folder of the edition.
        report: the files of the report.
    """

    receipts: tuple[Receipt, ...]
    left_aside: tuple[Path, ...]
    publication: Publication
    edition: Path
    report: Rendered


def ignore(step: Step) -> None:
    """Watch nothing."""


def run(workspace: Workspace, contract: str, kind: str, formats: tuple[str, ...], watch: Watcher = ignore) -> Journey:
    """Receive what has arrived, compute, publish and report.

    Interrupted at any moment, it can be run again: a file received once is not received twice.

    Args:
        workspace: declarations that agree.
        contract: id of the contract.
        kind: kind of report (``mi-parcours``).
        formats: ``html``, ``pdf``, ``docx``.
        watch: told of each step.
    """
    receipts = receive_arrivals(
        workspace, contract, lambda done, total, file: watch(Step("Réception", done, total, file))
    )
    confidential = compute(workspace, contract, None, watch)
    watch(Step("Publication", 0, 1, "secret statistique"))
    audited = publish_audited(confidential)
    edition = keep(audited, Store(workspace.data).editions).edition
    seal(edition)
    watch(Step("Publication", 1, 1, audited.publication.manifest.edition))
    watch(Step("Rapport", 0, 1, kind))
    report = make_report(workspace, ReportOrder(contract, kind, edition, formats))
    keep_documents(edition, report.files)
    watch(Step("Rapport", 1, 1, ", ".join(path.name for path in report.files)))
    return Journey(receipts, left_aside(workspace, contract), audited.publication, edition, report)


def _today() -> dt.date:
    """Return the day of an edition for which nothing was received: nothing else dates it."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def compute(workspace: Workspace, contract: str, as_of: dt.date | None = None, watch: Watcher = ignore) -> Confidential:
    """Measure, follow and compare: every confidential result of a contract.

    Args:
        workspace: declarations that agree.
        contract: id of the contract.
        as_of: only what was received by that day; the day of the last reception when absent, today when nothing came.
        watch: told of each step.
    """
    store = Store(workspace.data)
    declarations = workspace.contract(contract)
    received = deliveries(store, contract, None, as_of)
    watch(Step("Indicateurs", 0, 1, f"{len(declarations.indicators)} indicateurs"))
    observations = measure(workspace, store, contract, as_of)
    watch(Step("Indicateurs", 1, 1, f"{observations.height} observations"))
    watch(Step("Cohortes", 0, 1))
    cohorts = follow(workspace, store, contract, as_of)
    watch(Step("Cohortes", 1, 1, f"{len(cohorts)} suivies"))
    watch(Step("Comparaisons", 0, 1))
    estimates = compare(workspace, store, contract, as_of)
    watch(Step("Comparaisons", 1, 1, f"{len(estimates)} résultats"))
    confidential = Confidential(
        declarations=declarations,
        feeds=workspace.feeds,
        observations=observations,
        as_of=as_of or max((each.received_on for each in received), default=_today()),
        cohorts=cohorts,
        estimates=estimates,
        deliveries=received,
        holes=holes_of(declarations),
        forbidden=forbidden_uses(workspace, declarations),
        demonstration=workspace.config.demonstration,
    )
    ready = prepare(confidential, workspace.root, store.editions)
    contributors = ready.decisions.contributors
    if not contributors:
        return ready
    return replace(ready, observations=with_largest(observations, contributors, (workspace, store, contract), as_of))
