"""``evalkit purge``: remove what may be kept no longer, after showing it."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import WorkspaceOption, day

PurgeDayOption = Annotated[
    str | None, typer.Option("--on", help="Le jour où la question se pose (AAAA-MM-JJ) ; aujourd’hui sinon.")
]


def purge(
    workspace: WorkspaceOption = None,
    on: PurgeDayOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Supprime pour de bon ; sans elle, rien n’est touché.")
    ] = False,
) -> None:
    """Montre les lignes dont la durée de conservation est passée ; avec --apply, les supprime du disque."""
    import datetime as dt

    from evalkit.cli.erased import print_plan, print_purged
    from evalkit.erasure.purge import plan_purge
    from evalkit.erasure.purge import purge as purge_rows
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    store, when = Store(opened.data), day(on) or dt.datetime.now(dt.UTC).astimezone().date()
    plan = plan_purge(opened, store, when)
    print_plan(opened, plan, is_applied=apply)
    if apply:
        print_purged(purge_rows(opened, store, when))
