"""``evalkit measure``: the indicators of a contract, confidential."""

from __future__ import annotations

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day


def measure(workspace: WorkspaceOption = None, contract: ContractOption = None, as_of: AsOfOption = None) -> None:
    """Calcule les indicateurs d’un contrat (résultats confidentiels, dans data/results/)."""
    from evalkit.cli.results import print_observations
    from evalkit.measure.run import measure as measure_contract
    from evalkit.store.results import write_result
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    store = Store(opened.data)
    observations = measure_contract(opened, store, declarations.contract.contract, day(as_of))
    path = write_result(store, "observations", declarations.contract.contract, observations)
    print_observations(declarations, observations, path)
