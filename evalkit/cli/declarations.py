"""What ``evalkit check`` prints of a workspace whose declarations agree."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table

from evalkit.declare.clause import ClauseStatus
from evalkit.typography import typeset
from evalkit.workspace.holes import forbidden_uses, holes_of
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_STATUS = {ClauseStatus.ABSENT: "absente", ClauseStatus.PLANNED: "prévue", ClauseStatus.SIGNED: "signée"}


def print_declarations(workspace: Workspace, contract: str | None, *, every_hole: bool) -> None:
    """Print what is declared, what the document leaves out and what a missing clause forbids."""
    console = Console()
    contracts = [workspace.contract(contract)] if contract else list(workspace.contracts.values())
    console.print(typeset(f"[bold]{len(workspace.feeds)} flux[/bold] déclarés, sans erreur."))
    for declarations in contracts:
        _print_contract(console, workspace, declarations, every_hole=every_hole)


def _print_contract(
    console: Console, workspace: Workspace, declarations: ContractDeclarations, *, every_hole: bool
) -> None:
    contract = declarations.contract
    counts = [
        (len(contract.axes), "axes"),
        (len(contract.objectives), "objectifs"),
        (len(declarations.indicators), "indicateurs"),
        (len(declarations.cohorts), "cohortes"),
        (len(declarations.comparisons), "comparaisons"),
        (len(declarations.territory.zones), "zones"),
    ]
    console.print(f"\n[bold]{contract.label}[/bold]")
    console.print(", ".join(f"{number} {name}" for number, name in counts) + ".")
    _print_clauses(console, workspace, declarations)
    holes = holes_of(declarations)
    if every_hole:
        table = Table("Objet", "Ce qui manque", "Question à poser", title="Ce que le document ne dit pas")
        for hole in holes:
            table.add_row(hole.label, hole.missing, typeset(hole.question))
        console.print(table)
        return
    if holes:
        counted = Counter(hole.missing for hole in holes)
        listed = ", ".join(f"{missing} ({number})" for missing, number in sorted(counted.items()))
        console.print(typeset(f"Trous du document : {listed}. « evalkit check --holes » les liste un à un."))


def _print_clauses(console: Console, workspace: Workspace, declarations: ContractDeclarations) -> None:
    forbidden = forbidden_uses(workspace, declarations)
    table = Table("Flux", "Clause DATA", "Ce que cela empêche", title=typeset("Clause DATA"))
    for feed in declarations.feeds_read:
        clauses = declarations.clauses_of(feed)
        status = ", ".join(sorted({_STATUS[clause.status] for clause in clauses})) or "absente"
        fictitious = " (fictive)" if any(clause.fictitious for clause in clauses) else ""
        blocked = sorted({use.subject for use in forbidden if use.feed == feed})
        reasons = sorted({use.reason for use in forbidden if use.feed == feed})
        effect = f"{' ; '.join(reasons)} ({len(blocked)} usages)" if blocked else "rien"
        table.add_row(workspace.feeds[feed].label, status + fictitious, typeset(effect))
    console.print(table)
