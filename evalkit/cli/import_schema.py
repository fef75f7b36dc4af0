"""``evalkit import-schema``: a Table Schema as the start of a feed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.export import OutputOption, write_out


def import_schema(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Un Table Schema (JSON).")],
    feed: Annotated[str | None, typer.Option("--feed", help="Identifiant du flux ; sinon celui du schéma.")] = None,
    output: OutputOption = None,
) -> None:
    """Écrit le début d’un flux à partir d’un Table Schema ; ce qui manque reste à compléter."""
    from evalkit.exchange.descriptor import read_descriptor
    from evalkit.exchange.feed_draft import feed_text

    write_out(feed_text(read_descriptor(file), feed), output)
