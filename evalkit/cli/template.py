"""``evalkit template``: the workbook that a partner fills for a feed, and its CSV twin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, WorkspaceOption
from evalkit.typography import typeset


def template(
    feed: Annotated[str, typer.Argument(metavar="FLUX", help="Le flux, par exemple bilans-actions.")],
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    to: Annotated[Path, typer.Option("--to", help="Dossier où l’écrire ; le dossier courant sinon.")] = Path(),
) -> None:
    """Écrit le classeur à remplir d’un flux (listes, dictionnaire, consignes) et son jumeau CSV."""
    from evalkit.template.plan import template_of
    from evalkit.template.write import write_template
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    plan = template_of(opened, feed, contract)
    for path in write_template(plan, to):
        typer.echo(typeset(f"Écrit : {path}"))
    needed = sum(column.is_needed for column in plan.columns)
    typer.echo(typeset(f"{len(plan.columns)} colonnes, dont {needed} obligatoires ; {plan.feed.label}."))
    typer.echo(typeset(f"Une fois rempli, « evalkit check FICHIER --feed {feed} » le contrôle avant l’envoi."))
