"""``evalkit coverage``: how far the indicators of each contract go, and what is missing to go further."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, WorkspaceOption, day

ContractArgument = Annotated[
    str | None,
    typer.Argument(metavar="CONTRAT", help="Identifiant du contrat ; sans lui, tous les contrats, une ligne chacun."),
]
QuestionsOption = Annotated[
    Path | None,
    typer.Option(
        "--questions",
        metavar="FICHIER.csv",
        help="Écrit les questions de définition, par partenaire, avec une colonne pour la réponse.",
    ),
]
DetailOption = Annotated[bool, typer.Option("--detail", help="Dire, indicateur par indicateur, ce qui manque.")]


def coverage(
    contract: ContractArgument = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    detail: DetailOption = False,
    questions: QuestionsOption = None,
) -> None:
    """Dit ce que chaque indicateur permet : défini, alimenté, calculé, comparable ; et les défauts de définition."""
    from evalkit.cli.measure_tables import print_coverage, print_coverages
    from evalkit.measure.contract_coverage import contract_coverage
    from evalkit.measure.questions import questions as asked
    from evalkit.measure.questions import questions_csv
    from evalkit.measure.run import measured
    from evalkit.store.results import write_result
    from evalkit.store.store import Store
    from evalkit.typography import typeset
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    store, until = Store(opened.data), day(as_of)
    if contract is None and len(opened.contracts) > 1:
        known = [(each, measured(opened, store, name, until)) for name, each in sorted(opened.contracts.items())]
        print_coverages([(each, contract_coverage(opened, each, found)) for each, found in known])
        return
    declarations = opened.contract(contract)
    name = declarations.contract.contract
    found = contract_coverage(opened, declarations, measured(opened, store, name, until))
    print_coverage(declarations, found, write_result(store, "coverage", name, found.frame), detail=detail)
    if questions is not None:
        table = asked(declarations, found)
        questions.write_bytes(questions_csv(table))
        typer.echo(typeset(f"{table.height} questions écrites dans {questions}"))
