"""``evalkit compare``: the declared comparisons of a contract, confidential; or a gap to a reference, described."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day

GapOption = Annotated[
    str | None, typer.Option("--ecart", help="Décrit l’écart des QPV à leur référence pour « flux.champ », sans test.")
]
AgainstOption = Annotated[
    str | None, typer.Option("--reference", help="Avec --ecart : « flux.champ » lu pour la référence ; le même sinon.")
]
YearOption = Annotated[
    list[str] | None, typer.Option("--annee", help="Avec --ecart : année des données d’une base (2017=2013).")
]
FigureOption = Annotated[Path | None, typer.Option("--figure", help="Avec --ecart : dossier où dessiner les écarts.")]

BeforeOption = Annotated[
    bool, typer.Option("--avant-resultats", help="Ne dit que ce que chaque comparaison peut voir, sans son résultat.")
]


def compare(
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    as_of: AsOfOption = None,
    gap: GapOption = None,
    against: AgainstOption = None,
    years: YearOption = None,
    figure: FigureOption = None,
    before: BeforeOption = False,
) -> None:
    """Compare les quartiers prioritaires aux zones témoins (résultats confidentiels)."""
    from evalkit.cli.printed_gaps import print_printed_gaps
    from evalkit.cli.results import print_comparison, print_confidential
    from evalkit.compare.run import compare as compare_contract
    from evalkit.store.store import Store
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    known_on = day(as_of)
    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    if gap is not None:
        from evalkit.cli.described_gaps import GapWritten, print_described_gaps

        written = GapWritten(gap, against or gap, tuple(years or ()), known_on, figure)
        print_described_gaps(opened, declarations.contract.contract, written)
        return
    for result in compare_contract(opened, Store(opened.data), declarations.contract.contract, known_on):
        print_comparison(declarations, result, before_results=before)
    if not before:
        print_printed_gaps(declarations)
    if declarations.comparisons:
        print_confidential()
