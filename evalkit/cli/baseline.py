"""``evalkit baseline``: the starting value of each indicator, with its evidence, confidential."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day

CONTRACT_BEGINS = "2024-01-01"

BeforeOption = Annotated[
    str, typer.Option("--before", help="Premier jour du contrat : le départ est la dernière période finie avant.")
]


def baseline(
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    before: BeforeOption = CONTRACT_BEGINS,
    as_of: AsOfOption = None,
) -> None:
    """Reconstitue la valeur de départ de chaque indicateur, avec sa preuve (résultats confidentiels)."""
    from evalkit.cli.measure_tables import print_baselines
    from evalkit.measure.baseline import baseline_frame
    from evalkit.measure.run import measured
    from evalkit.store.results import write_result
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    name, store = declarations.contract.contract, Store(opened.data)
    starts = day(before) or dt.date.fromisoformat(CONTRACT_BEGINS)
    frame = baseline_frame(measured(opened, store, name, day(as_of)), starts)
    print_baselines(declarations, frame, starts, write_result(store, "baselines", name, frame))
