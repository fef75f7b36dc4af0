"""``evalkit appariement``: how many persons two feeds share, and how far the matching may be wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day

WitnessOption = Annotated[
    str, typer.Option("--witness", help="Le champ témoin : stable, commun aux deux flux, étranger à l’identité.")
]
ContainedOption = Annotated[
    bool, typer.Option("--contained", help="La convention dit que toute personne du premier flux est dans le second.")
]


def appariement(
    first: Annotated[str, typer.Argument(metavar="FLUX", help="Le premier flux.")],
    second: Annotated[str, typer.Argument(metavar="AUTRE", help="Le flux où ses personnes sont cherchées.")],
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    witness: WitnessOption = "sexe",
    contained: ContainedOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Mesure l’appariement de deux flux de personnes : taux, faux et manqués estimés (confidentiel)."""
    from evalkit.cli.linked import print_linkage
    from evalkit.linkage.run import LinkOrder, link
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    contract_id = opened.contract(contract).contract.contract
    order = LinkOrder(contract_id, first, second, witness, contained, as_of=day(as_of))
    print_linkage(opened, link(opened, Store(opened.data), order))
