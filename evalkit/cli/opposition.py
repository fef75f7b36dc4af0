"""``evalkit opposition``: one person objects, and leaves everything that is not published yet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, WorkspaceOption, day

FileOption = Annotated[
    Path | None,
    typer.Option("--file", help="Un fichier qui contient le pseudonyme ; sinon il est demandé, sans s’afficher."),
]
ListOption = Annotated[bool, typer.Option("--list", help="Montre les oppositions enregistrées, sans en ajouter une.")]
ObjectionDayOption = Annotated[
    str | None, typer.Option("--on", help="Jour de l’opposition (AAAA-MM-JJ) ; aujourd’hui sinon.")
]


def opposition(
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    file: FileOption = None,
    on: ObjectionDayOption = None,
    listed: ListOption = False,
) -> None:
    """Applique le droit d’opposition : une personne quitte tout ce qui n’est pas publié, et les livraisons à venir."""
    import datetime as dt

    from evalkit.cli.erased import asked_pseudonym, print_objected, print_objections
    from evalkit.erasure.objection import object_to
    from evalkit.store.ledger import read_ledger
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    contract_id = opened.contract(contract).contract.contract
    if listed:
        print_objections(read_ledger(Store(opened.data)), contract_id)
        return
    today = dt.datetime.now(dt.UTC).astimezone().date()
    print_objected(opened, contract_id, object_to(opened, contract_id, asked_pseudonym(file), day(on) or today))
