"""What ``measure``, ``baseline`` and ``coverage`` print: confidential results, for the evaluator alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from evalkit.cli.results import print_confidential
from evalkit.french_dates import day_words
from evalkit.measure.contract_coverage import ContractCoverage
from evalkit.measure.target_rule import RULE
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations

MOST_REVISIONS = 20
_REACHED = (
    ("declared", "déclarés"),
    ("typed", "définis"),
    ("fed", "alimentés"),
    ("computed", "calculés"),
    ("comparable", "comparables"),
    ("attributable", "attribuables"),
)


def print_standings(declarations: ContractDeclarations, standings: pl.DataFrame) -> None:
    """Print where each declared target stands, with the rule."""
    if standings.is_empty():
        return
    console = Console()
    labels = {each.id: (each.label, each.decimals) for each in declarations.indicators}
    table = Table("Indicateur", "Zone", "Cible", "Valeur", "Statut", "Manque", "Pourquoi", title="Cibles")
    for row in standings.iter_rows(named=True):
        label, decimals = labels[row["indicator"]]
        place = declarations.territory.label(row["zone"])
        scope = f", {row['breakdown'].split('=', 1)[1]}" if row["breakdown"] else ""
        other = " ; ".join(row["contradicts"])
        why = f"{row['reason']}{f' ; contredit {other}' if other else ''}"
        value = f"{_number(row['value'], decimals)} ({row['period']})" if row["period"] else "–"
        table.add_row(
            label, place + scope, row["target"], value, row["status"], _number(row["shortfall"]), typeset(why)
        )
    console.print(table)
    console.print(typeset(f"[dim]Règle : {RULE}[/dim]"))


def print_revisions(declarations: ContractDeclarations, revisions: pl.DataFrame) -> None:
    """Print the values that changed since the run before, and why."""
    if revisions.is_empty():
        return
    console = Console()
    labels = {each.id: each.label for each in declarations.indicators}
    table = Table("Indicateur", "Zone, période", "Avant", "Après", "Raison", "Explication", title="Révisions")
    for row in revisions.head(MOST_REVISIONS).iter_rows(named=True):
        where = ", ".join(
            each for each in (declarations.territory.label(row["zone"]), row["period"], row["breakdown"]) if each
        )
        before, after = _number(row["before"], 2), _number(row["after"], 2)
        label = labels.get(row["indicator"], row["indicator"])
        table.add_row(label, where, before, after, row["reason"], typeset(row["explanation"]))
    console.print(table)
    if revisions.height > MOST_REVISIONS:
        console.print(f"{revisions.height} révisions en tout.")


def print_baselines(declarations: ContractDeclarations, frame: pl.DataFrame, before: dt.date, path: Path) -> None:
    """Print the starting values, their evidence, and what there is to know before comparing with them."""
    console = Console()
    indicators = {each.id: each for each in declarations.indicators}
    title = typeset(f"{declarations.contract.label} : valeurs de départ, avant le {day_words(before)}")
    table = Table("Indicateur", "Zone", "Départ", "Période", "Origine", "Preuve", "À savoir", title=title)
    for row in frame.iter_rows(named=True):
        indicator = indicators[row["indicator"]]
        value = "–" if row["value"] is None else f"{_number(row['value'], indicator.decimals)} {indicator.unit}"
        firm = "" if row["firmness"] in {None, "exact"} else f" ({row['firmness']})"
        zone = declarations.territory.label(row["zone"])
        known = (value + firm, row["period"] or "–", row["origin"], typeset(_evidence(row)), typeset(row["remark"]))
        table.add_row(indicator.label, zone, *known)
    console.print(table)
    counts = Counter(frame["origin"])
    console.print(", ".join(f"{counts[name]} {name}s" for name in sorted(counts)) + ".")
    console.print(typeset(f"Détail dans {path}"), soft_wrap=True, markup=False)
    print_confidential()


def _evidence(row: dict[str, object]) -> str:
    deliveries = row["deliveries"] if isinstance(row["deliveries"], list) else []
    named = ", ".join(str(each)[:8] for each in deliveries[:2])
    more = f" et {len(deliveries) - 2} autres" if len(deliveries) > 2 else ""
    place = ", ".join(
        part
        for part in (
            str(row["document"] or ""),
            f"§ {row['section']}" if row["section"] else "",
            f"ligne {row['line']}" if row["line"] else "",
            f"livraisons {named}{more}" if named else "",
        )
        if part
    )
    return " ; ".join(part for part in (str(row["source"] or ""), place) if part)


def print_coverage(declarations: ContractDeclarations, found: ContractCoverage, path: Path, *, detail: bool) -> None:
    """Print how many indicators reach each step, their defects of definition and, on demand, what each one lacks."""
    console = Console()
    console.print(typeset(f"[bold]{declarations.contract.label}[/bold]"))
    totals = found.totals
    table = Table("Indicateurs", "Nombre", "Part")
    for name, words in _REACHED:
        share = f"{100 * totals[name] / totals['declared']:.0f} %" if totals["declared"] else "–"
        table.add_row(words, str(totals[name]), typeset(share))
    console.print(table)
    if detail:
        _print_verdicts(console, found)
    if found.defects:
        _print_defects(console, found)
    if found.without_indicator:
        listed = " ; ".join(found.without_indicator)
        console.print(typeset(f"Objectifs sans indicateur ({len(found.without_indicator)}) : {listed}."))
    console.print(typeset(f"Détail dans {path}"), soft_wrap=True, markup=False)
    print_confidential()


def _print_verdicts(console: Console, found: ContractCoverage) -> None:
    table = Table("Indicateur", "Mesurable", "Comparable", "Attribuable", "Ce qui manque", title="Faisabilité")
    for each in found.verdicts:
        marks = [_yes(flag) for flag in (each.measurable, each.comparable, each.attributable)]
        table.add_row(each.label, *marks, typeset("\n".join(each.missing)))
    console.print(table)


def _print_defects(console: Console, found: ContractCoverage) -> None:
    table = Table("Indicateur", "Défaut", title=f"Défauts de définition ({len(found.defects)})")
    for each in found.defects:
        table.add_row(each.label, typeset(each.defect))
    console.print(table)


def _yes(flag: bool) -> str:
    return "oui" if flag else "non"


def _number(value: float | None, decimals: int = 0) -> str:
    if value is None:
        return "–"
    written = f"{value:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")
    return written.replace("-", "\N{MINUS SIGN}")
