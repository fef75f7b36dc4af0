"""``evalkit measure``: the indicators of a contract, confidential."""

from __future__ import annotations

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day


def measure(workspace: WorkspaceOption = None, contract: ContractOption = None, as_of: AsOfOption = None) -> None:
    """Calcule les indicateurs d’un contrat (résultats confidentiels, dans data/results/)."""
    from evalkit.cli.measure_tables import print_revisions, print_standings
    from evalkit.cli.results import print_observations
    from evalkit.measure.results import write_measured
    from evalkit.measure.run import measured
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    known_on = day(as_of)
    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    store = Store(opened.data)
    known = measured(opened, store, declarations.contract.contract, known_on)
    written = write_measured(store, known, known_on)
    print_standings(declarations, written.standings)
    print_revisions(declarations, written.revisions)
    print_observations(declarations, written.observations, written.path)
