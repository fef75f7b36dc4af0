"""The protocol of a cohort, rendered by Quarto, and what it lacks, printed after its result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_questions import protocol_questions
from evalkit.report.documents import find_document
from evalkit.report.render import RenderRequest, render
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_FOLDER = "documents"
_KIND = "protocole-cohorte"


def write_protocols(
    workspace: Workspace,
    declarations: ContractDeclarations,
    cohorts: Sequence[Cohort],
    formats: tuple[str, ...],
    output: Path | None,
) -> None:
    """Render the protocol of each cohort and print where it is.

    Raises:
        ReportError: the document is missing (``EVK-Q002``), or cannot be rendered.
    """
    contract = declarations.contract
    for cohort in cohorts:
        request = RenderRequest(
            document=find_document(_KIND, workspace.root),
            formats=formats,
            output_dir=output or workspace.data / _FOLDER / contract.contract,
            name=f"protocole-{cohort.cohort}",
            parameters={"workspace": str(workspace.root), "contract": contract.contract, "cohort": cohort.cohort},
            metadata={"subtitle": typeset(cohort.label)},
        )
        rendered = render(request)
        for warning in rendered.warnings:
            typer.echo(warning, err=True)
        for path in rendered.files:
            typer.echo(str(path))


def print_lacks(cohort: Cohort) -> None:
    """Print what the protocol of a cohort still lacks, as questions."""
    questions = list(protocol_questions(cohort))
    if not questions:
        return
    typer.echo(typeset("\nCe qui manque au protocole :"))
    for question in questions:
        typer.echo(f"  - {question}")
    typer.echo(typeset(f"« evalkit follow {cohort.cohort} --protocol » l’écrit en deux pages, à signer."))
    typer.echo(typeset(f"« evalkit follow {cohort.cohort} --synthesis » publie et écrit la synthèse pour le comité."))
