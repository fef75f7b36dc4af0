"""What ``evalkit compare`` prints of the figures that documents give: public, described, never tested."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from evalkit.compare.printed import describe_printed
from evalkit.compare.result import DidRefusal
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations


def print_printed_gaps(declarations: ContractDeclarations) -> None:
    """Print each comparison that the documents of a contract make themselves: described, or refused and why."""
    console = Console()
    territory = declarations.territory
    for printed in sorted(declarations.printed, key=lambda each: each.id):
        sides = f"{territory.label(printed.zone)}, à côté de : {territory.label(printed.reference)}"
        label = escape(printed.label)
        console.print(typeset(f"\n[bold]{label}[/bold] (chiffres imprimés dans le document)\n{escape(sides)}"))
        found = describe_printed(printed, territory)
        if isinstance(found, DidRefusal):
            console.print(f"  Refusée ({found.code}). {found.reason_fr} {found.repair_fr}", markup=False)
        else:
            console.print(f"  {found.sentence_fr}", markup=False)
        if printed.evidence is not None and printed.evidence.note:
            console.print(typeset(f"  À savoir : {printed.evidence.note}."), markup=False)
