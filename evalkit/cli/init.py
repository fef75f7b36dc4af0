"""``evalkit init``: a new workspace for another territory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.typography import typeset


def init(
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Le dossier à créer.")],
    contract: Annotated[str, typer.Option("--contract", "-c", help="Identifiant du contrat.")] = "mon-contrat",
) -> None:
    """Crée un espace de travail : les quatre dossiers de déclarations et un contrat à compléter."""
    from evalkit.workspace.create import create_workspace

    created = create_workspace(folder, contract)
    typer.echo(typeset(f"Espace de travail créé : {created}"))
    typer.echo(typeset(f"Complétez indicators/{contract}/contract.yml, puis lancez « evalkit check »."))
