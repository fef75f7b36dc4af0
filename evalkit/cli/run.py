"""``evalkit run``: the whole road, from the arrivals to the report."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FormatsOption, WorkspaceOption, formats_of

KindOption = Annotated[str, typer.Option("--report", help="Genre de rapport produit à la fin.")]


def run(
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    report: KindOption = "mi-parcours",
    to: FormatsOption = "html,pdf",
) -> None:
    """Fait tout : reçoit les fichiers arrivés, calcule, publie et rend le rapport."""
    from evalkit.cli.journey import run_and_print
    from evalkit.workspace.find import find_workspace

    run_and_print(find_workspace(workspace), contract, (report,), formats_of(to))
