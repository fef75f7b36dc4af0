"""``evalkit follow``: the cohorts of a contract, confidential."""

from __future__ import annotations

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day


def follow(workspace: WorkspaceOption = None, contract: ContractOption = None, as_of: AsOfOption = None) -> None:
    """Suit les cohortes d’un contrat (résultats confidentiels)."""
    from evalkit.cli.results import print_cohort
    from evalkit.follow.run import follow as follow_contract
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    known_on = day(as_of)
    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    for result in follow_contract(opened, Store(opened.data), declarations.contract.contract, known_on):
        print_cohort(declarations, result)
