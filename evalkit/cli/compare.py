"""``evalkit compare``: the declared comparisons of a contract, confidential."""

from __future__ import annotations

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day


def compare(workspace: WorkspaceOption = None, contract: ContractOption = None, as_of: AsOfOption = None) -> None:
    """Compare les quartiers prioritaires aux zones témoins (résultats confidentiels)."""
    from evalkit.cli.printed_gaps import print_printed_gaps
    from evalkit.cli.results import print_comparison, print_confidential
    from evalkit.compare.run import compare as compare_contract
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    known_on = day(as_of)
    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    for result in compare_contract(opened, Store(opened.data), declarations.contract.contract, known_on):
        print_comparison(declarations, result)
    print_printed_gaps(declarations)
    if declarations.comparisons:
        print_confidential()
