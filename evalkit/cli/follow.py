"""``evalkit follow``: the cohorts of a contract, confidential, and the protocol of one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, ContractOption, FormatsOption, WorkspaceOption, day, formats_of

CohortArgument = Annotated[
    str | None,
    typer.Argument(metavar="COHORTE", help="La cohorte ; toutes celles du contrat, si elle n’est pas nommée."),
]
ProtocolOption = Annotated[
    bool, typer.Option("--protocol", help="Écrit le protocole à signer de la cohorte, avec ce qui lui manque.")
]
SynthesisOption = Annotated[
    bool, typer.Option("--synthesis", help="Publie, puis écrit la synthèse de la cohorte pour le comité de pilotage.")
]
FolderOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DOSSIER", help="Où écrire ; sinon data/documents/.")
]


def follow(
    cohort: CohortArgument = None,
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    as_of: AsOfOption = None,
    protocol: ProtocolOption = False,
    synthesis: SynthesisOption = False,
    to: FormatsOption = "html,pdf",
    output: FolderOption = None,
) -> None:
    """Suit les cohortes d’un contrat (résultats confidentiels), en écrit le protocole ou la synthèse."""
    from evalkit.cli.follow_persons import print_persons
    from evalkit.cli.follow_protocol import print_lacks, write_protocols
    from evalkit.cli.follow_returns import print_returns
    from evalkit.cli.follow_synthesis import write_syntheses
    from evalkit.follow.protocol import find_cohort
    from evalkit.follow.run import follow as follow_contract
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    known_on, formats = day(as_of), formats_of(to)
    opened = open_workspace(find_workspace(workspace))
    if cohort is None:
        declarations = opened.contract(contract)
        chosen = declarations.cohorts
    else:
        declarations, one = find_cohort(opened, cohort, contract)
        chosen = (one,)
    if protocol:
        write_protocols(opened, declarations, chosen, formats, output)
        return
    names = {each.cohort: each for each in chosen}
    zones = {zone.id: zone.label for zone in declarations.territory.zones.values()}
    for result in follow_contract(opened, Store(opened.data), declarations.contract.contract, known_on):
        if result.cohort not in names:
            continue
        if result.returns is not None:
            print_returns(names[result.cohort], result, result.returns, zones)
        else:
            print_persons(names[result.cohort], result)
        if cohort is not None:
            print_lacks(names[result.cohort])
    if synthesis:
        write_syntheses(opened, declarations, chosen, formats, known_on)
