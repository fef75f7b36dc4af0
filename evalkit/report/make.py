"""Make a report of one kind from an edition."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Problem, ReportError
from evalkit.present.opening import front_matter
from evalkit.present.reading import open_reader
from evalkit.report.render import Rendered, RenderRequest, render
from evalkit.workspace.workspace import Workspace

REPORTS = "rapports"


def make_report(
    workspace: Workspace, contract: str, kind: str, edition: Path, formats: tuple[str, ...] = ("html", "pdf")
) -> Rendered:
    """Render the report of a kind that the contract foresees, from an edition and nothing else.

    Args:
        workspace: where ``reports/<kind>.qmd`` is.
        contract: id of the contract.
        kind: kind of report.
        edition: folder of the edition.
        formats: among ``html``, ``pdf`` and ``docx``.

    Returns:
        The files, in ``data/rapports/<contract>/<edition>/``.

    Raises:
        ReportError: the contract does not foresee this kind (``EVK-Q001``), or no document makes it (``EVK-Q002``).
    """
    foreseen = workspace.contract(contract).contract.reports
    if kind not in foreseen:
        repair = f"Rapports prévus : {', '.join(foreseen) or 'aucun'}."
        raise ReportError(Problem("EVK-Q001", "Ce contrat ne prévoit pas ce rapport.", received=kind, repair=repair))
    document = workspace.root / "reports" / f"{kind}.qmd"
    if not document.is_file():
        made = ", ".join(path.stem for path in sorted(document.parent.glob("*.qmd")))
        repair = f"Documents présents : {made or 'aucun'}."
        raise ReportError(Problem("EVK-Q002", "Aucun document ne fait ce rapport.", received=kind, repair=repair))
    request = RenderRequest(
        document=document,
        formats=formats,
        output_dir=workspace.data / REPORTS / contract / edition.name,
        name=kind,
        parameters={"edition": str(edition.resolve())},
        metadata=front_matter(open_reader(edition)),
    )
    return render(request)


def latest_edition(workspace: Workspace, named: str | None = None) -> Path:
    """Return the folder of an edition: the one that is named, else the last one made.

    Raises:
        ReportError: no such edition (``EVK-Q003``).
    """
    home = workspace.data / "editions"
    known = sorted(path for path in home.glob("*") if path.is_dir()) if home.is_dir() else []
    if named is not None:
        known = [path for path in known if path.name == named]
    if not known:
        repair = "« evalkit publish » en fait une."
        raise ReportError(Problem("EVK-Q003", "Aucune édition à ouvrir.", received=named or "", repair=repair))
    return known[-1]
