"""Reports, timed: the mid-term report of an edition, and one portrait for each of a hundred quarters.

    python benchmarks/report.py                          # a hundred portraits of a made-up contract
    python benchmarks/report.py --edition demonstration/data/editions/…   # and the mid-term report of an edition

Processor seconds count the children; they tell more than the clock on a machine that does something else.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
from report_world import CONTRACT, INDICATORS, publication

from evalkit.publish.edition import write_edition
from evalkit.report.engine import embedded
from evalkit.report.engine.kernel import Kernel
from evalkit.report.make import ReportOrder, make_reports
from evalkit.report.render import Rendered, RenderRequest, render
from evalkit.workspace.config import Config
from evalkit.workspace.find import shipped_workspace
from evalkit.workspace.workspace import ContractDeclarations, Workspace

STEPS = ("weave", "write_html", "write_pdf", "write_docx")


@contextmanager
def measured(name: str, count: int = 1) -> Iterator[None]:
    """Print what a block takes: by the clock, by the processors, and the largest process."""
    start, used = time.perf_counter(), _used()
    yield
    clock, cpu = time.perf_counter() - start, _used() - used
    each = f", {clock / count:.2f} s and {cpu / count:.2f} processor s each" if count > 1 else ""
    print(f"{name}: {clock:.1f} s, {cpu:.1f} processor s{each}; largest process {_largest()} MB", flush=True)


def _used() -> float:
    """Return the processor seconds of this process and of its descendants, those that still run included."""
    ended = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    running = [each.cpu_times() for each in psutil.Process().children(recursive=True)]
    return sum(each.ru_utime + each.ru_stime for each in ended) + sum(each.user + each.system for each in running)


def _largest() -> int:
    found = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(found) // 1024


def laid(root: Path, quarters: int) -> tuple[Workspace, Path]:
    """Write a workspace of one made-up contract, and its edition."""
    shown = publication(quarters)
    shutil.copytree(shipped_workspace() / "reports", root / "reports")
    declared = shown.declared
    contract = ContractDeclarations(declared.contract, declared.territory, (), declared.indicators, (), ())
    edition = write_edition(shown, root / "data" / "editions")
    return Workspace(root, Config(), {}, {CONTRACT: contract}), edition


def portraits(quarters: int, made: int, workers: int) -> None:
    """Time the portraits of the first quarters of a contract, then a second call that has nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, edition = laid(Path(folder), quarters)
        zones = workspace.contracts[CONTRACT].territory.qpv[:made]
        orders = [ReportOrder(CONTRACT, "portrait", edition, ("html", "pdf"), zone) for zone in zones]
        what = f"{made} portraits of {quarters} quarters, HTML and PDF, {INDICATORS} indicators, {workers} processes"
        with measured(what, made):
            make_reports(workspace, orders, workers=workers)
        with measured(f"{made} portraits again, nothing changed", made):
            make_reports(workspace, orders, workers=workers)
        one_portrait(workspace, edition, zones[0])


def one_portrait(workspace: Workspace, edition: Path, zone: str) -> None:
    """Say where the time of a portrait goes, in a kernel that has rendered one already."""
    request = RenderRequest(
        document=workspace.root / "reports" / "portrait.qmd",
        formats=("html", "pdf"),
        output_dir=workspace.root / "un",
        name="portrait",
        parameters={"edition": str(edition), "zone": zone},
        engine="embedded",
    )
    with Kernel() as kernel:
        warm = replace(request, kernel=kernel)
        with measured("  a first portrait, kernel started"):
            render(warm)
        by_steps("  a second portrait, kernel warm", lambda: render(warm))


def mid_term(edition: Path) -> None:
    """Time the mid-term report of an edition, one format at a time, kernel started each time."""
    for format_ in ("html", "pdf", "docx"):
        with tempfile.TemporaryDirectory() as folder:
            request = RenderRequest(
                document=shipped_workspace() / "reports" / "mi-parcours.qmd",
                formats=(format_,),
                output_dir=Path(folder),
                name="mi-parcours",
                parameters={"edition": str(edition.resolve())},
                engine="embedded",
            )
            by_steps(f"mid-term report, {format_}", lambda request=request: render(request))
            if format_ == "pdf" and shutil.which("pdftotext"):
                print(f"    {lengths(Path(folder) / 'mi-parcours.pdf')}", flush=True)


def lengths(document: Path) -> str:
    """Say how many pages the body has, and the annexes: the body ends where a page begins with « Annexe A »."""
    command = ["pdftotext", "-layout", str(document), "-"]
    text = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    pages = [page for page in text.split("\f") if page.strip()]
    annex = next(rank for rank, page in enumerate(pages) if re.search(r"^\s*Annexe A\.[^.]*$", page, re.MULTILINE))
    return f"{len(pages)} pages: a title page, {annex - 1} of body (30 at most), {len(pages) - annex} of annexes"


def by_steps(name: str, make: Callable[[], Rendered]) -> None:
    """Time a rendering and its steps, by the clock."""
    spent: dict[str, float] = {}
    kept = {step: getattr(embedded, step) for step in STEPS}

    def timed(step: str) -> Callable[..., object]:
        def run(*arguments: object) -> object:
            start = time.perf_counter()
            try:
                return kept[step](*arguments)
            finally:
                spent[step] = spent.get(step, 0.0) + time.perf_counter() - start

        return run

    ran = embedded.run_tasks

    def run_tasks(*arguments: object) -> object:
        start = time.perf_counter()
        try:
            return ran(*arguments)  # type: ignore[arg-type]
        finally:
            spent["cells"] = time.perf_counter() - start

    for step in STEPS:
        setattr(embedded, step, timed(step))
    embedded.run_tasks = run_tasks  # type: ignore[assignment]
    try:
        with measured(name):
            make()
    finally:
        embedded.run_tasks = ran
        for step, function in kept.items():
            setattr(embedded, step, function)
    print("    " + ", ".join(f"{step} {seconds:.2f} s" for step, seconds in spent.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edition", type=Path, help="an edition, for its mid-term report")
    parser.add_argument("--quarters", type=int, default=100)
    parser.add_argument("--made", type=int, default=None, help="portraits made, all of them unless it is said")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if given.edition is not None:
        mid_term(given.edition)
    if given.quarters:
        portraits(given.quarters, given.made or given.quarters, given.workers)


if __name__ == "__main__":
    main()
