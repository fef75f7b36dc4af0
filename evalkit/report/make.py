"""Make reports from editions and nothing else: one, or many side by side."""

from __future__ import annotations

import atexit
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from evalkit.editions.opened import list_editions
from evalkit.errors import Problem, ReportError
from evalkit.present.document.opening import front_matter
from evalkit.present.reading import Reader, open_reader
from evalkit.report.documents import find_document
from evalkit.report.engine.kernel import Kernel
from evalkit.report.engine.split import read_source
from evalkit.report.kinds import KINDS
from evalkit.report.parameters import parameter_names
from evalkit.report.record import made, standing, write_manifest
from evalkit.report.render import Rendered, RenderRequest, render
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.workspace import Workspace

REPORTS = "rapports"
_ZONE = "zone"
_SINCE = "since"
_COHORT = "cohort"
_EARLIER = "mi-parcours"
"""The report that a final one is read beside, unless another edition is named."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """A report to make.

    Attributes:
        contract: id of the contract.
        kind: kind of report, the name of a document of ``reports/``.
        edition: folder of the edition.
        formats: among ``html``, ``pdf`` and ``docx``.
        zone: for a report on one zone, its id.
        since: for a report read beside an earlier one, the folder of that edition; found when absent.
        cohort: for the synthesis of one cohort, its id.
    """

    contract: str
    kind: str
    edition: Path
    formats: tuple[str, ...] = ("html", "pdf")
    zone: str | None = None
    since: Path | None = None
    cohort: str | None = None


def make_report(workspace: Workspace, order: ReportOrder) -> Rendered:
    """Render one report as :func:`make_reports` does several."""
    return make_reports(workspace, [order])[0]


def make_reports(
    workspace: Workspace, orders: Sequence[ReportOrder], progress: Progress | None = None, workers: int | None = None
) -> tuple[Rendered, ...]:
    """Render reports, but those that stand already, made of the same things.

    As many are rendered at once as there are processors, each process with one warm kernel.

    Args:
        workspace: where the documents ``reports/<kind>.qmd`` are.
        orders: what to make.
        progress: told how many are done, out of how many, and the last one.
        workers: processes; the number of processors when absent.

    Returns:
        The files of each order, in ``data/rapports/<contract>/<edition>/``; ``manifest.json`` beside them says what
        they are made of.

    Raises:
        ReportError: the contract does not foresee a kind (``EVK-Q001``), no document makes it (``EVK-Q002``), a zone
            or a cohort is not one of the edition (``EVK-Q005``), or a rendering fails.
    """
    return render_requests([_request(workspace, order) for order in orders], progress, workers)


def render_requests(
    requests: Sequence[RenderRequest], progress: Progress | None = None, workers: int | None = None
) -> tuple[Rendered, ...]:
    """Render documents, but those that stand already, made of the same things; see :func:`make_reports`."""
    results = {place: known for place, request in enumerate(requests) if (known := standing(request)) is not None}
    waiting = {place: request for place, request in enumerate(requests) if place not in results}
    for place, rendered in _rendered(waiting, workers or os.cpu_count() or 1):
        results[place] = rendered
        write_manifest(requests[place].output_dir, [made(requests[place], rendered)])
        if progress is not None:
            progress(len(results), len(requests), requests[place].name)
    return tuple(results[place] for place in range(len(requests)))


def _rendered(requests: Mapping[int, RenderRequest], workers: int) -> Iterator[tuple[int, Rendered]]:
    """Give each rendered request with its place, as they end."""
    count = min(workers, len(requests))
    if count <= 1:
        with Kernel() as kernel:
            for place, request in requests.items():
                yield place, render(replace(request, kernel=kernel))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        futures = {pool.submit(_render_in_worker, request): place for place, request in requests.items()}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _render_in_worker(request: RenderRequest) -> Rendered:
    return render(replace(request, kernel=_kernel()))


@cache
def _kernel() -> Kernel:
    """Return the kernel of this process, which ends with it."""
    kernel = Kernel()
    atexit.register(kernel.close)
    return kernel


def orders_of(workspace: Workspace, order: ReportOrder) -> tuple[ReportOrder, ...]:
    """Return the orders that one asks for: itself, or one per QPV, or per cohort, for a report that names none."""
    names = parameter_names(read_source(_document(workspace, order)))
    declared = open_reader(order.edition).publication.declared
    if _ZONE in names and order.zone is None:
        return tuple(replace(order, zone=each) for each in declared.territory.qpv)
    if _COHORT in names and order.cohort is None:
        return tuple(replace(order, cohort=each.cohort) for each in declared.cohorts)
    return (order,)


def latest_edition(workspace: Workspace, contract: str, named: str | None = None) -> Path:
    """Return the folder of an edition of a contract: the one that is named, else the one of the latest data.

    Raises:
        ReportError: no such edition (``EVK-Q003``).
    """
    known = [each.folder for each in list_editions(Store(workspace.data), contract)]
    if named is not None:
        known = [path for path in known if path.name == named]
    if not known:
        repair = "« evalkit publish » en fait une."
        raise ReportError(Problem("EVK-Q003", "Aucune édition à ouvrir.", received=named or contract, repair=repair))
    return _latest(known)


def edition_or_none(workspace: Workspace, contract: str) -> Path | None:
    """Return the folder of the latest edition of a contract; nothing when none is published."""
    known = [each.folder for each in list_editions(Store(workspace.data), contract)]
    return _latest(known) if known else None


def _latest(folders: Sequence[Path]) -> Path:
    """Return the latest edition: the name begins with the date of the data; of two of one day, the last written."""
    return max(folders, key=lambda path: (path.name[:10], path.stat().st_mtime, path.name))


def edition_of_report(workspace: Workspace, contract: str, kind: str, before: Path) -> Path | None:
    """Return the last edition, of earlier data than another one, from which a kind of report was made.

    Args:
        workspace: where the editions are.
        contract: id of the contract.
        kind: the kind of report that the edition keeps.
        before: the later edition.
    """
    found = [
        each.folder
        for each in list_editions(Store(workspace.data), contract)
        if each.name[:10] < before.name[:10] and any(Path(name).stem == kind for name in each.documents)
    ]
    return found[-1] if found else None


def _name(order: ReportOrder) -> str:
    about = order.zone or order.cohort
    return f"{order.kind}-{about}" if about else order.kind


def _request(workspace: Workspace, order: ReportOrder) -> RenderRequest:
    reader = open_reader(order.edition)
    document = _document(workspace, order)
    parameters = {"edition": str(order.edition.resolve())}
    if order.zone is not None:
        parameters[_ZONE] = _checked_zone(reader, order.zone)
    if order.cohort is not None:
        parameters[_COHORT] = _checked_cohort(reader, order.cohort)
    if _SINCE in parameter_names(read_source(document)):
        earlier = order.since or edition_of_report(workspace, order.contract, _EARLIER, order.edition)
        parameters[_SINCE] = str(earlier.resolve()) if earlier is not None else ""
    return RenderRequest(
        document=document,
        formats=order.formats,
        output_dir=workspace.data / REPORTS / order.contract / order.edition.name,
        name=_name(order),
        parameters=parameters,
        metadata=front_matter(reader, order.zone) | _cohort_front(reader, order.cohort),
    )


def _document(workspace: Workspace, order: ReportOrder) -> Path:
    """Return the document of a kind, the workspace's before the shipped one.

    A kind that is shipped must be foreseen, one's own is always welcome.
    """
    foreseen = workspace.contract(order.contract).contract.reports
    kind = KINDS.get(order.kind)
    if kind is not None and kind.is_evaluation and order.kind not in foreseen:
        repair = f"Rapports d’évaluation prévus : {', '.join(foreseen) or 'aucun'} (champ « reports » du contrat)."
        raise ReportError(
            Problem("EVK-Q001", "Ce contrat ne prévoit pas ce rapport.", received=order.kind, repair=repair)
        )
    return find_document(order.kind, workspace.root)


def _checked_zone(reader: Reader, zone: str) -> str:
    known = reader.publication.declared.territory.zones
    if zone not in known:
        repair = f"Zones de cette édition : {', '.join(sorted(known))}."
        raise ReportError(Problem("EVK-Q005", "Zone inconnue.", received=zone, repair=repair))
    return zone


def _checked_cohort(reader: Reader, cohort: str) -> str:
    known = sorted(each.cohort for each in reader.publication.declared.cohorts)
    if cohort not in known:
        repair = f"Cohortes de cette édition : {', '.join(known) or 'aucune'}."
        raise ReportError(Problem("EVK-Q005", "Cohorte inconnue.", received=cohort, repair=repair))
    return cohort


def _cohort_front(reader: Reader, cohort: str | None) -> dict[str, str]:
    labels = {each.cohort: each.label for each in reader.publication.declared.cohorts}
    return {"subtitle": typeset(labels[cohort])} if cohort is not None else {}
