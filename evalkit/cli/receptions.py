"""Everything that has arrived with a slip, on the terminal: what became of each delivery, and what is left aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from evalkit.arrivals import left_aside, receive_arrivals
from evalkit.cli.console import step_display
from evalkit.cli.receipts import EXIT_CODES
from evalkit.receive.receipts.receipt import Receipt
from evalkit.road import Step
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.crosscheck import open_for_reception
from evalkit.workspace.find import find_workspace


def receive_everything(folder: Path | None, asked: str | None) -> int:
    """Receive each file that the slip of a contract names, print what became of them and return the exit code.

    Args:
        folder: the workspace, or none for the current folder or one above.
        asked: id of the contract; the only one when absent.

    Returns:
        That of the worst delivery.
    """
    console = Console()
    workspace = open_for_reception(find_workspace(folder))
    contract = workspace.contract(asked).contract.contract
    with step_display(console) as display:
        receipts = receive_arrivals(
            workspace, contract, lambda done, total, file: display(Step("Réception", done, total, file))
        )
    print_receptions(console, receipts, left_aside(workspace, contract))
    console.print(typeset("\nAccusés de réception :"))
    # A path is copied and pasted: neither cut at the width of the terminal nor read as markup.
    console.print(f"  {Store(workspace.data).receipts}", soft_wrap=True, markup=False, highlight=False)
    return max((EXIT_CODES[receipt.delivery.status] for receipt in receipts), default=0)


def print_receptions(console: Console, receipts: Sequence[Receipt], aside: Sequence[Path]) -> None:
    """Print how many deliveries were accepted, each refusal, and the files that no slip names."""
    counts = Counter(receipt.delivery.status.value for receipt in receipts)
    listed = ", ".join(f"{number} {_plural(status, number)}" for status, number in sorted(counts.items()))
    console.print(typeset(f"\n[bold]Livraisons :[/bold] {listed or 'aucune'}."))
    for receipt in receipts:
        if not receipt.delivery.is_accepted:
            delivery = receipt.delivery
            # A delivery refused for personal data keeps not even the name of its file.
            name = delivery.file_name or f"flux {delivery.feed}, livraison {delivery.id}"
            reason = next((finding.message for finding in delivery.findings), "")
            console.print(typeset(f"  [red]refusée[/red]  {escape(name)} : {escape(reason)}"))
    for path in aside:
        why = "le bordereau ne nomme pas ce fichier. Ajoutez-y sa ligne, puis relancez."
        console.print(typeset(f"  [yellow]laissé de côté[/yellow]  {escape(path.name)} : {why}"))


def _plural(status: str, number: int) -> str:
    """Return a verdict for several deliveries: its participle takes an s (« acceptées avec réserves »)."""
    participle, *rest = status.split(" ")
    return " ".join([participle + ("s" if number > 1 else ""), *rest])
