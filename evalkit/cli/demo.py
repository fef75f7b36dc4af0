"""``evalkit demo``: write the synthetic demonstration of a contract, then walk the whole road on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import FormatsOption, formats_of

_CONTRACT = "grand-chalon"


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DOSSIER", help="Où écrire la démonstration ; « demonstration » sinon."),
    ] = None,
    contract: Annotated[
        str,
        typer.Option(
            "--contract",
            help="Le contrat : grand-chalon (avec un programme dont l’effet est connu), grand-calais, "
            "creusot-montceau, blois, narbonne ou toulouse-metropole.",
        ),
    ] = _CONTRACT,
    seed: Annotated[int, typer.Option("--seed", help="Graine du tirage : la même donne les mêmes fichiers.")] = 2030,
    to: FormatsOption = "html,pdf",
    data_only: Annotated[bool, typer.Option("--data-only", help="Écrit les fichiers sans les recevoir.")] = False,
) -> None:
    """Écrit la démonstration synthétique d’un contrat, puis en fait les rapports que ce contrat prévoit."""
    from evalkit.demo.planned.plan import read_plan
    from evalkit.demo.write import is_demonstration, write_demonstration
    from evalkit.typography import typeset

    plan = read_plan(contract)
    home = folder or Path("demonstration" if contract == _CONTRACT else f"demonstration-{contract}")
    root = home.resolve()
    if is_demonstration(home):
        typer.echo(typeset(f"La démonstration est déjà dans {root} : elle est reprise telle quelle."))
    else:
        write_demonstration(home, seed, contract=contract)
        typer.echo(typeset(f"Démonstration écrite dans {root} (données synthétiques)."))
    if data_only:
        return
    from evalkit.cli.journey import run_and_print

    run_and_print(root, contract, plan.reports, formats_of(to))
