"""What ``evalkit compare --ecart`` prints and draws: gaps of the QPV to a reference, described and never tested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from evalkit.cli.results import print_confidential
from evalkit.compare.described_gap import DescribedGap, GapAsked, described_gaps, gap_field
from evalkit.errors import Problem, WorkspaceError
from evalkit.sources.catalogue import shipped_catalogue
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class GapWritten:
    """The gap as the command line writes it."""

    zones: str
    reference: str
    years: tuple[str, ...]
    as_of: dt.date | None
    figure: Path | None


def print_described_gaps(workspace: Workspace, contract: str, written: GapWritten) -> None:
    """Print the gap of each QPV to its reference, and draw it when a folder is given."""
    asked = GapAsked(
        contract=contract,
        zones=gap_field(workspace, written.zones),
        reference=gap_field(workspace, written.reference),
        years=_years(written.years),
        as_of=written.as_of,
    )
    console = Console()
    found = described_gaps(workspace, Store(workspace.data), asked)
    if not found:
        label = asked.zones.feed.label
        console.print(typeset(f"Aucun chiffre reçu de « {label} » pour un quartier de ce contrat."), markup=False)
        return
    for each in found:
        console.print(typeset(f"\n[bold]{each.name}[/bold] à côté de : {each.reference}"))
        for line in each.lines():
            console.print(f"  {line}", markup=False)
    if written.figure is not None:
        _draw(found, written.figure, console)
    if any(not tuple(shipped_catalogue().read_by(side.feed.feed)) for side in (asked.zones, asked.reference)):
        print_confidential()


def _years(written: Iterable[str]) -> dict[str, int]:
    """Read the years of the data: « 2017=2013 »."""
    found = {}
    for each in written:
        label, _, year = each.partition("=")
        if not label or not (year.isascii() and year.isdigit() and len(year) == 4):
            repair = "Écrivez la base, un signe égal, l’année de ses données : 2017=2013."
            raise WorkspaceError(Problem("EVK-W010", "Année illisible.", received=each, repair=repair))
        found[label] = int(year)
    return found


def _draw(found: Iterable[DescribedGap], folder: Path, console: Console) -> None:
    from evalkit.compare.gap_figure import gap_figure

    folder.mkdir(parents=True, exist_ok=True)
    for each in found:
        if each.series is None:
            continue
        path = folder / f"ecart-{each.zone}.svg"
        gap_figure(each.series).savefig(path, metadata={"Date": None})
        console.print(typeset(f"Figure : {path}"), soft_wrap=True, markup=False)
