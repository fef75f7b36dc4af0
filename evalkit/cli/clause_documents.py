"""The documents of the clauses: the annex to sign, and the drafts of impact assessments, rendered by Quarto."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from evalkit.clause.impact import impact_draft, personal_feeds
from evalkit.cli.clause_board import board_day
from evalkit.report.documents import find_document
from evalkit.report.render import RenderRequest, render
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations, Workspace

FOLDER = "documents"
ANNEX, AIPD = "annexe-clause", "aipd"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        annex: the annex of the contract.
        aipd: the impact assessment of every feed that points at persons.
        feed: of this feed only.
        formats: among ``html``, ``pdf`` and ``docx``.
        folder: where to write; ``data/documents/<contract>`` when absent.
        as_of: the day of the documents.
    """

    annex: bool
    aipd: bool
    feed: str | None
    formats: tuple[str, ...]
    folder: Path | None
    as_of: dt.date | None


def write_documents(workspace: Workspace, declarations: ContractDeclarations, wanted: Wanted) -> None:
    """Render the documents that are asked for and print where they are.

    Raises:
        WorkspaceError: the feed is unknown (``EVK-D030``), or points at nobody (``EVK-W044``).
        ReportError: a document is missing (``EVK-Q002``), or cannot be rendered.
    """
    for request in _requests(workspace, declarations, wanted):
        rendered = render(request)
        for warning in rendered.warnings:
            typer.echo(warning, err=True)
        for path in rendered.files:
            typer.echo(str(path))


def _requests(workspace: Workspace, declarations: ContractDeclarations, wanted: Wanted) -> Iterator[RenderRequest]:
    contract = declarations.contract
    day = board_day(workspace, declarations, wanted.as_of)
    folder = wanted.folder or workspace.data / FOLDER / contract.contract
    common = {"workspace": str(workspace.root), "contract": contract.contract, "as_of": day.isoformat()}

    def request(kind: str, name: str, subtitle: str, **more: str) -> RenderRequest:
        return RenderRequest(
            document=find_document(kind, workspace.root),
            formats=wanted.formats,
            output_dir=folder,
            name=name,
            parameters={**common, **more},
            metadata={"subtitle": typeset(subtitle), "date": day.isoformat()},
        )

    if wanted.annex:
        yield request(ANNEX, ANNEX, contract.label)
    if not wanted.aipd:
        return
    feeds = (wanted.feed,) if wanted.feed else personal_feeds(workspace, declarations)
    if not feeds:
        typer.echo(typeset("Aucun flux de ce contrat ne désigne des personnes : aucune analyse d’impact à préparer."))
    for feed in feeds:
        draft = impact_draft(workspace, declarations, feed, day)
        yield request(AIPD, f"{AIPD}-{feed}", draft.feed, feed=feed)
