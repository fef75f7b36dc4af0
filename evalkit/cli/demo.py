"""``evalkit demo``: write the synthetic demonstration, then walk the whole road on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import FormatsOption, formats_of


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Où écrire la démonstration.")] = Path(
        "demonstration"
    ),
    seed: Annotated[int, typer.Option("--seed", help="Graine du tirage : la même donne les mêmes fichiers.")] = 2030,
    to: FormatsOption = "html,pdf",
    data_only: Annotated[bool, typer.Option("--data-only", help="Écrit les fichiers sans les recevoir.")] = False,
) -> None:
    """Écrit une démonstration synthétique du contrat du Grand Chalon, puis en fait le rapport de mi-parcours."""
    from evalkit.demo.write import is_demonstration, write_demonstration
    from evalkit.typography import typeset

    root = folder.resolve()
    if is_demonstration(folder):
        typer.echo(typeset(f"La démonstration est déjà dans {root} : elle est reprise telle quelle."))
    else:
        write_demonstration(folder, seed)
        typer.echo(typeset(f"Démonstration écrite dans {root} (données synthétiques)."))
    if data_only:
        return
    from evalkit.cli.journey import run_and_print

    run_and_print(root, None, "mi-parcours", formats_of(to))
