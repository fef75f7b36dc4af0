"""What ``evalkit check`` prints of a workspace whose declarations agree."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table

from evalkit.declare.clause import ClauseStatus
from evalkit.typography import counted, typeset
from evalkit.workspace.holes import forbidden_uses, holes_of, terms_of
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_STATUS = {ClauseStatus.ABSENT: "absente", ClauseStatus.PLANNED: "prévue", ClauseStatus.SIGNED: "signée"}


def print_declarations(workspace: Workspace, contract: str | None, *, every_hole: bool) -> None:
    """Print what is declared, what the document leaves out and what a missing clause forbids."""
    console = Console()
    contracts = [workspace.contract(contract)] if contract else list(workspace.contracts.values())
    console.print(typeset(f"[bold]{len(workspace.feeds)} flux[/bold] déclarés, sans erreur."))
    for declarations in contracts:
        _print_contract(console, workspace, declarations, every_hole=every_hole, alone=len(contracts) == 1)


def _print_contract(
    console: Console, workspace: Workspace, declarations: ContractDeclarations, *, every_hole: bool, alone: bool
) -> None:
    contract = declarations.contract
    counts = [
        (len(contract.axes), "axe"),
        (len(contract.objectives), "objectif"),
        (len(declarations.indicators), "indicateur"),
        (len(declarations.cohorts), "cohorte"),
        (len(declarations.comparisons), "comparaison"),
        (len(declarations.evaluations), "évaluation"),
        (len(declarations.territory.zones), "zone"),
    ]
    console.print(f"\n[bold]{contract.label}[/bold]")
    console.print(", ".join(counted(number, name) for number, name in counts if number) + ".")
    if alone:
        _print_clauses(console, workspace, declarations)
    else:
        console.print(typeset(_clauses_sentence(workspace, declarations)))
    holes = holes_of(declarations)
    if every_hole:
        table = Table("Objet", "Ce qui manque", "Question à poser", title="Ce que le document ne dit pas")
        for hole in holes:
            table.add_row(hole.label, hole.missing, typeset(hole.question))
        console.print(table)
        return
    if holes:
        numbers = Counter(hole.missing for hole in holes)
        listed = ", ".join(f"{missing} ({number})" for missing, number in sorted(numbers.items()))
        console.print(typeset(f"Trous du document : {listed}. « evalkit check --holes » les liste un à un."))


def _clauses_sentence(workspace: Workspace, declarations: ContractDeclarations) -> str:
    """Return in one sentence how the feeds that a contract reads stand, when several contracts are listed."""
    feeds = declarations.feeds_read
    if not feeds:
        return "Aucun flux n’est encore lu."
    numbers = Counter(_status(workspace, declarations, feed) for feed in feeds)
    listed = ", ".join(f"{status} pour {number}" for status, number in sorted(numbers.items()))
    name = declarations.contract.contract
    more = f"« evalkit check --contract {name} » dit ce que cela empêche."
    return f"Clause DATA des {len(feeds)} flux lus : {listed}. {more}"


def _status(workspace: Workspace, declarations: ContractDeclarations, feed: str) -> str:
    clauses = terms_of(workspace, declarations, feed)
    if clauses and all(clause.sharing.access == "open" for clause in clauses):
        return "données ouvertes"
    return ", ".join(sorted({_STATUS[clause.status] for clause in clauses})) or "absente"


def _print_clauses(console: Console, workspace: Workspace, declarations: ContractDeclarations) -> None:
    forbidden = forbidden_uses(workspace, declarations)
    if not declarations.feeds_read:
        return
    table = Table("Flux", "Clause DATA", "Ce que cela empêche", title=typeset("Clause DATA"))
    for feed in declarations.feeds_read:
        fictitious = " (fictive)" if any(clause.fictitious for clause in declarations.clauses_of(feed)) else ""
        blocked = sorted({use.subject for use in forbidden if use.feed == feed})
        reasons = sorted({use.reason for use in forbidden if use.feed == feed})
        effect = f"{' ; '.join(reasons)} ({counted(len(blocked), 'usage')})" if blocked else "rien"
        table.add_row(workspace.feeds[feed].label, _status(workspace, declarations, feed) + fictitious, typeset(effect))
    console.print(table)
