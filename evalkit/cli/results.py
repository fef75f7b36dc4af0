"""What ``measure``, ``follow`` and ``compare`` print: confidential results, for the evaluator alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.summary import design_lines
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations

_ROLES = {"primary": "comparaison principale", "placebo": "épreuve placebo", "exploratory": "exploratoire"}
_CONFIDENTIAL = "[yellow]Confidentiel : à publier d’abord par « evalkit publish ».[/yellow]"


def print_confidential() -> None:
    """Say that what precedes is for the evaluator alone."""
    Console().print(typeset(_CONFIDENTIAL))


def print_observations(declarations: ContractDeclarations, observations: pl.DataFrame, path: Path) -> None:
    """Print, for each indicator, how many values there are and why others are missing."""
    console = Console()
    labels = {indicator.id: indicator.label for indicator in declarations.indicators}
    table = Table("Indicateur", "Valeurs", "Manquantes", "Pourquoi", title=typeset(declarations.contract.label))
    for (indicator,), rows in observations.group_by("indicator", maintain_order=True):
        known = rows.filter(pl.col("value").is_not_null())
        causes = rows.filter(pl.col("value").is_null())["cause"].unique().sort().to_list()
        missing = str(rows.height - known.height)
        table.add_row(labels[str(indicator)], str(known.height), missing, typeset(" ; ".join(causes)))
    console.print(table)
    console.print(typeset(f"{observations.height} observations dans {path}"), soft_wrap=True, markup=False)
    print_confidential()


def print_comparison(
    declarations: ContractDeclarations, result: Estimate | Refusal, *, before_results: bool = False
) -> None:
    """Print an estimate with its doubt, or what its design can see, or a refusal with its reason."""
    console = Console()
    label = next(each.label for each in declarations.comparisons if each.id == result.comparison)
    console.print(typeset(f"\n[bold]{label}[/bold] ({_ROLES[result.role]})\n{result.estimand}"))
    said = design_lines(result) if before_results and isinstance(result, Estimate) else result.summary().splitlines()
    for line in said:
        console.print(f"  {line}", markup=False)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def _points(value: float) -> str:
    plural = "s" if abs(value) >= 2 else ""
    return f"{value:+.2f} point{plural}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
