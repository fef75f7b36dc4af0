"""What ``evalkit follow`` prints of aggregated returns: counts by wave, what does not hold, what they cannot say."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from evalkit.cli.follow_persons import print_findings
from evalkit.cli.results import print_confidential
from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import PROOF_WORDS, RETURN_LIMITS, ROLES, listed, wave_words
from evalkit.declare.model import months_of
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.result.returns import EVERYBODY, ZONE, ReturnRate, Returns
from evalkit.typography import typeset

_ORDER = ("durable", "transition", "positive", "en cours", "lost")
_EXITS = {**ROLES, "en cours": "autre situation"}


def print_returns(cohort: Cohort, result: CohortResult, returns: Returns, zones: dict[str, str]) -> None:
    """Print the returns of a cohort.

    Args:
        cohort: its protocol.
        result: its result.
        returns: what the totals gave.
        zones: names of the zones.
    """
    console = Console()
    console.print(typeset(f"\n[bold]{cohort.label}[/bold]\n{result.definition}"))
    console.print(typeset(f"Retours agrégés, comptés par : {', '.join(returns.producers) or 'personne'}."))
    for proof in sorted({rate.proof for rate in returns.rates}):
        mine = [rate for rate in returns.rates if rate.proof == proof]
        console.print(_exits(mine, PROOF_WORDS.get(proof, proof)))
        classes = [rate for rate in mine if rate.breakdown != EVERYBODY and rate.exit == cohort.outcome]
        if classes:
            console.print(_classes(classes, ROLES[cohort.outcome or "durable"], zones))
    if returns.due:
        waves = listed([wave_words(wave) for wave in returns.due])
        console.print(typeset(f"  Pas encore échue pour les dernières entrées : vague de {waves}."))
    if not returns.findings:
        console.print(typeset("  Les effectifs reçus concordent d’une vague à l’autre."))
    print_findings(console, returns.findings)
    for warning in result.warnings:
        console.print(typeset(f"  [yellow]{warning}[/yellow]"))
    console.print(typeset("\nCe que des retours agrégés ne disent pas :"))
    for limit in RETURN_LIMITS:
        console.print(typeset(f"  - {limit}"), markup=False)
    print_confidential()


def _waves(rates: list[ReturnRate]) -> list[str]:
    return sorted({rate.wave for rate in rates}, key=months_of)


def _exits(rates: list[ReturnRate], proof: str) -> Table:
    """Return the situations at each wave, the entrants first."""
    whole = [rate for rate in rates if rate.breakdown == EVERYBODY]
    waves = _waves(whole)
    cells = {(rate.exit, rate.wave): rate for rate in whole}
    table = Table(
        f"{proof[:1].upper()}{proof[1:]}", title=typeset("Personnes entrées, par situation"), title_justify="left"
    )
    for wave in waves:
        table.add_column(wave_words(wave), justify="right", no_wrap=True)
    entrants = {rate.wave: rate.entrants for rate in whole}
    table.add_row("entrées", *(str(entrants[wave]) for wave in waves))
    for name in _ORDER:
        if any((name, wave) in cells for wave in waves):
            table.add_row(_EXITS[name], *(_share(cells.get((name, wave))) for wave in waves))
    return table


def _classes(rates: list[ReturnRate], outcome: str, zones: dict[str, str]) -> Table:
    waves = _waves(rates)
    table = Table("Classe", title=typeset(f"Dont : {outcome}"), title_justify="left")
    for wave in waves:
        table.add_column(wave_words(wave), justify="right", no_wrap=True)
    cells = {(rate.breakdown, rate.word, rate.wave): rate for rate in rates}
    for breakdown, word in sorted({(rate.breakdown, rate.word) for rate in rates}):
        name = zones.get(word, word) if breakdown == ZONE else f"{breakdown} : {word}"
        table.add_row(typeset(name), *(_share(cells.get((breakdown, word, wave))) for wave in waves))
    return table


def _share(rate: ReturnRate | None) -> str:
    if rate is None:
        return "–"
    told = f"{rate.count} ({100 * rate.rate:.1f} %)".replace(".", ",")
    if rate.low is not None and rate.high is not None:
        told += f" [{100 * rate.low:.0f} à {100 * rate.high:.0f}]"
    return typeset(told)
