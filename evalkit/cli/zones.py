"""``evalkit zones``: the territory of a contract, its contours and what changed in them."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day

ContractArgument = Annotated[
    str | None, typer.Argument(metavar="CONTRAT", help="Identifiant du contrat ; inutile s’il n’y en a qu’un.")
]
ConstantOption = Annotated[
    str | None,
    typer.Option("--constant", help="La série de cet indicateur à périmètre 2024 constant, avec ses bornes."),
]


def zones(
    name: ContractArgument = None,
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    as_of: AsOfOption = None,
    constant: ConstantOption = None,
) -> None:
    """Présente les zones d’un contrat : périmètres, changements, témoins, rattachements, passage de 2015 à 2024."""
    from evalkit.cli.zone_tables import print_constant, print_territories, print_zones
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    named = name or contract
    if constant is not None:
        print_constant(opened, opened.contract(named), constant, day(as_of))
        return
    if named is None and len(opened.contracts) > 1:
        print_territories(list(opened.contracts.values()))
        return
    print_zones(opened, opened.contract(named), day(as_of))
