"""The synthesis of a cohort for a committee: everything is published together, then its pages are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import typer

from evalkit.declare.cohort import Cohort
from evalkit.editions.seal import keep_documents, seal
from evalkit.publish.keep import keep
from evalkit.publish.publish import publish_audited
from evalkit.report.make import ReportOrder, make_report
from evalkit.road import compute
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_KIND = "synthese-cohorte"


def write_syntheses(
    workspace: Workspace,
    declarations: ContractDeclarations,
    cohorts: Sequence[Cohort],
    formats: tuple[str, ...],
    as_of: dt.date | None,
) -> None:
    """Publish the contract, as a whole, then render the synthesis of each cohort from the edition.

    Secrecy is decided for everything that is shown together: a cohort is never published alone.

    Raises:
        PublicationError: secrecy does not hold.
        ReportError: the synthesis cannot be rendered.
    """
    contract = declarations.contract.contract
    audited = publish_audited(compute(workspace, contract, as_of))
    edition = keep(audited, Store(workspace.data).editions).edition
    seal(edition)
    typer.echo(typeset(f"\nÉdition : {edition}"))
    for cohort in cohorts:
        rendered = make_report(workspace, ReportOrder(contract, _KIND, edition, formats, cohort=cohort.cohort))
        keep_documents(edition, rendered.files)
        for warning in rendered.warnings:
            typer.echo(warning, err=True)
        for path in rendered.files:
            typer.echo(typeset(f"Synthèse : {path}"))
