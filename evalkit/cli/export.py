"""``evalkit export``: a feed with its clause, for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, ProducerOption, WorkspaceOption
from evalkit.typography import typeset

OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Le fichier à écrire ; sinon le terminal.", metavar="FICHIER")
]


def export(
    feed: Annotated[str, typer.Argument(metavar="FLUX", help="Le flux, par exemple logement-attributions.")],
    to: Annotated[str, typer.Option("--to", help="Le format : odcs (v3.1) ou table-schema.")] = "table-schema",
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    producer: ProducerOption = None,
    output: OutputOption = None,
) -> None:
    """Exporte un flux et sa clause dans un format d’échange : ODCS v3.1 ou Table Schema."""
    from evalkit.exchange.export import exchange_format, export_feed
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    kind = exchange_format(to)
    opened = open_workspace(find_workspace(workspace))
    write_out(export_feed(opened, opened.contract(contract), feed, kind, producer), output)


def write_out(text: str, output: Path | None) -> None:
    """Print a text as it is, or write it to a file and say so.

    Raises:
        WorkspaceError: the file cannot be written (``EVK-W043``).
    """
    from evalkit.errors import Problem, WorkspaceError

    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"Impossible d’écrire ce fichier ({error.strerror})."
        raise WorkspaceError(Problem("EVK-W043", message, received=str(output))) from None
    typer.echo(typeset(f"Écrit : {output}"))
