"""``evalkit editions``: what was published, and what moved from one edition to another."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, WorkspaceOption


def editions(
    before: Annotated[
        str | None, typer.Argument(metavar="ANCIENNE", help="L’édition de départ, ou le début de son nom.")
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="NOUVELLE", help="L’édition d’arrivée, ou le début de son nom.")
    ] = None,
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    every: Annotated[bool, typer.Option("--all", help="Montre chaque valeur qui a bougé, pas les premières.")] = False,
) -> int:
    """Montre les éditions publiées, en rouvre une, ou compare deux d’entre elles : valeurs et définitions."""
    from evalkit.cli.edition_tables import print_difference, print_edition, print_editions
    from evalkit.editions.difference import compare_editions
    from evalkit.editions.opened import find_edition, list_editions
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    store = Store(opened.data)
    if before is None:
        return print_editions(list_editions(store, contract))
    first = find_edition(store, before)
    if after is None:
        return print_edition(first)
    second = find_edition(store, after)
    print_difference(first, second, compare_editions(first, second), every=every)
    return 0
