"""``evalkit sources``: the open data that an evaluator starts from."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import WorkspaceOption

ReadByOption = Annotated[str | None, typer.Option("--feed", help="Seulement les sources que lit ce flux.")]


def sources(workspace: WorkspaceOption = None, feed: ReadByOption = None) -> None:
    """Présente les données ouvertes : millésimes, année réelle des données, ruptures, prochaine parution."""
    from evalkit.cli.open_data import print_catalogue, print_sources
    from evalkit.errors import DeclarationError, Place
    from evalkit.sources.catalogue import shipped_catalogue
    from evalkit.typography import typeset
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace
    from evalkit.workspace.unknown import unknown

    catalogue = shipped_catalogue()
    if feed is None:
        print_catalogue(catalogue)
        return
    found = catalogue.read_by(feed)
    if found:
        print_sources(catalogue, found)
        return
    feeds = open_workspace(find_workspace(workspace)).feeds
    if feed not in feeds:
        raise DeclarationError(unknown("Flux", feed, {*feeds, *(each.id for each in catalogue.sources)}, Place()))
    typer.echo(typeset(f"Aucune donnée ouverte du catalogue ne nourrit « {feed} » : ce flux vient d’un partenaire."))
