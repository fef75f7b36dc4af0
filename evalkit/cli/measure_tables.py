"""What ``measure``, ``baseline`` and ``coverage`` print: confidential results, for the evaluator alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalkit.cli.results import print_confidential
from evalkit.declare.indicator import Indicator
from evalkit.declare.target_rule import RULE
from evalkit.french_dates import day_words
from evalkit.measure.contract_coverage import ContractCoverage
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations

MOST_REVISIONS = 20
_COLOURS = {"atteint": "green", "en voie": "cyan", "non atteint": "red", "non mesurable": "yellow"}
_REACHED = (
    ("declared", "déclarés"),
    ("typed", "typés"),
    ("defined", "définis"),
    ("fed", "alimentés"),
    ("computed", "calculés"),
    ("supplied", "dont fournis"),
    ("comparable", "comparables"),
    ("attributable", "attribuables"),
)
_STATUSES = (
    ("declared", "indicateurs"),
    ("target", "cibles"),
    ("implied", "composantes"),
    ("context", "contexte"),
)
"""How the document speaks of an indicator, in the order of the table."""

_MAIN_SECTION = 20
"""From this number of announced indicators, a section of the document has a line of its own."""

_SECTION_WIDTH = 12
"""Characters of the title of a section that leave room for nine numbers in a terminal."""

_MEANING = (
    "typé : sa nature, son unité, son sens et sa période sont déclarés",
    "défini : on sait ce qui est compté, et dans quel fichier",
    "alimenté : ce fichier a été reçu",
    "calculé : il a au moins une valeur ; une batterie, quand chacune de ses composantes en a une",
    "fourni : le partenaire a établi le nombre lui-même (relevé annuel) : aucun fichier ne permet de le vérifier",
    "comparable : deux de ses valeurs peuvent être mises côte à côte",
    "attribuable : une comparaison déclarée peut dire ce que le programme y change",
)
_SHORT = (
    "décla-\nrés",
    "typés",
    "défi-\nnis",
    "ali-\nmentés",
    "calcu-\nlés",
    "dont\nfournis",
    "compa-\nrables",
    "attri-\nbuables",
    "à tran-\ncher",
)
"""Headings that fit in the width of a terminal, in the order of the steps; the questions to settle come last."""


def print_standings(declarations: ContractDeclarations, standings: pl.DataFrame) -> None:
    """Print where each declared target stands, with the rule."""
    if standings.is_empty():
        return
    console = Console()
    indicators = {each.id: each for each in declarations.indicators}
    console.print("\n[bold]Cibles[/bold]")
    for (name,), rows in standings.group_by("indicator", maintain_order=True):
        indicator = indicators[str(name)]
        console.print(f"{indicator.label} ({indicator.unit})", markup=False)
        for row in rows.iter_rows(named=True):
            _print_standing(console, declarations, row, indicator.decimals)
    console.print(typeset(f"[dim]Règle : {RULE}[/dim]\n"))


def _print_standing(console: Console, declarations: ContractDeclarations, row: dict[str, Any], decimals: int) -> None:
    scope = f", {row['breakdown'].split('=', 1)[1]}" if row["breakdown"] else ""
    place = declarations.territory.label(row["zone"]) + scope
    value = f" ; {_number(row['value'], decimals)} en {row['period']}" if row["period"] else ""
    missing = f" ; il en manque {_number(row['shortfall'])}" if row["shortfall"] and "≥" in row["target"] else ""
    excess = f" ; {_number(row['shortfall'])} de trop" if row["shortfall"] and "≤" in row["target"] else ""
    why = f" ({row['reason']})" if row["reason"] else ""
    line = f"  {place} : {row['target']}{value} : [{_COLOURS[row['status']]}]{row['status']}[/]{missing}{excess}{why}."
    console.print(typeset(line))
    if row["contradicts"]:
        console.print(
            typeset(f"    [yellow]Contredit {' et '.join(row['contradicts'])} : les deux sont montrées.[/yellow]")
        )


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
    console.print(
        typeset(f"[bold]{declarations.contract.label}[/bold]\nValeurs de départ, avant le {day_words(before)}")
    )
    for (name,), rows in frame.filter(pl.col("value").is_not_null()).group_by("indicator", maintain_order=True):
        console.print(f"\n{indicators[str(name)].label}", style="bold", markup=False)
        for row in rows.iter_rows(named=True):
            _print_baseline(console, declarations, row, indicators[str(name)])
    _print_absent(console, declarations, frame.filter(pl.col("value").is_null()))
    counts = Counter(frame["origin"])
    console.print("\n" + ", ".join(f"{counts[name]} {name}{'s' * (counts[name] > 1)}" for name in sorted(counts)) + ".")
    console.print(typeset(f"Détail dans {path}"), soft_wrap=True, markup=False)
    print_confidential()


def _print_baseline(
    console: Console, declarations: ContractDeclarations, row: dict[str, Any], indicator: Indicator
) -> None:
    firm = "" if row["firmness"] in {None, "exact"} else f"{row['firmness']} "
    value = f"{firm}{_number(row['value'], indicator.decimals)} {indicator.unit}"
    zone = declarations.territory.label(row["zone"])
    counted = ""
    if row["numerator"] is not None and row["denominator"] is not None:
        counted = f", {_number(row['numerator'])} sur {_number(row['denominator'])}"
    console.print(typeset(f"  {zone} : {value} ({row['period']}{counted}), {row['origin']}."))
    console.print(typeset(f"[dim]    {_evidence(row)}[/dim]"))
    if row["remark"]:
        console.print(typeset(f"    [yellow]{row['remark']}[/yellow]"))


def _print_absent(console: Console, declarations: ContractDeclarations, absent: pl.DataFrame) -> None:
    """Print the indicators without a starting value, by what is missing."""
    labels = {each.id: each.label for each in declarations.indicators}
    for (reason,), rows in absent.sort("remark", "indicator").group_by("remark", maintain_order=True):
        named = dict.fromkeys(labels[name] for name in rows["indicator"])
        console.print(typeset(f"\n[yellow]Sans valeur de départ : {reason}[/yellow]"))
        console.print(typeset("  " + " ; ".join(named)))


def _evidence(row: dict[str, Any]) -> str:
    named = ", ".join(each[:8] for each in row["deliveries"][:2])
    more = f" et {len(row['deliveries']) - 2} autres" if len(row["deliveries"]) > 2 else ""
    parts = (
        row["source"] or "",
        row["document"] or "",
        f"§ {row['section']}" if row["section"] else "",
        f"ligne {row['line']}" if row["line"] else "",
        f"livraison {named}{more}" if named else "",
    )
    return ", ".join(part for part in parts if part)


def print_coverage(declarations: ContractDeclarations, found: ContractCoverage, path: Path, *, detail: bool) -> None:
    """Print how many indicators reach each step, their defects of definition and, on demand, what each one lacks."""
    console = Console()
    console.print(typeset(f"[bold]{declarations.contract.label}[/bold]"))
    _print_totals(console, found)
    _print_steps(console)
    if detail:
        _print_verdicts(console, found)
    if found.defects:
        _print_defects(console, found)
    if found.without_indicator:
        listed = " ; ".join(found.without_indicator)
        console.print(typeset(f"Objectifs sans indicateur ({len(found.without_indicator)}) : {listed}."))
    console.print(typeset(f"Détail dans {path}"), soft_wrap=True, markup=False)
    print_confidential()


def _print_totals(console: Console, found: ContractCoverage) -> None:
    """Print how many indicators reach each step, as the document announces them, and the share of the computed ones."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("Dans le document", no_wrap=True)
    for words in (*_SHORT[:-1], "part"):
        table.add_column(words, justify="right")
    for status, words in _STATUSES:
        _add_totals(table, words, found.totals_of(status))
        sections = Counter(found.frame.filter(pl.col("status") == status)["section"].drop_nulls().to_list())
        for section, count in sections.most_common():
            if status == "declared" and _MAIN_SECTION <= count < sections.total():
                _add_totals(table, f"  § {section[:_SECTION_WIDTH]}", found.totals_of(status, section))
    _add_totals(table, "tous", found.totals)
    console.print(table)


def _add_totals(table: Table, words: str, totals: dict[str, int]) -> None:
    if totals["declared"]:
        share = typeset(f"{100 * totals['computed'] / totals['declared']:.0f} %")
        table.add_row(words, *(str(totals[name]) for name, _ in _REACHED), share)


def _print_steps(console: Console) -> None:
    for words in _MEANING:
        console.print(typeset(f"[dim]{words}[/dim]"))


def _print_verdicts(console: Console, found: ContractCoverage) -> None:
    console.print("\n[bold]Faisabilité, indicateur par indicateur[/bold]")
    for each in found.verdicts:
        console.print(f"\n{each.label}", style="bold", markup=False)
        flags = ((each.measurable, "mesurable"), (each.comparable, "comparable"), (each.attributable, "attribuable"))
        marks = [f"[green]{word}[/green]" if flag else f"[red]non {word}[/red]" for flag, word in flags]
        console.print(typeset("  " + ", ".join(marks)))
        for missing in each.missing:
            console.print(typeset(f"  - {missing}"))


def print_coverages(found: Sequence[tuple[ContractDeclarations, ContractCoverage]]) -> None:
    """Print how far the indicators of every contract go, one line each."""
    console = Console()
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("Contrat", no_wrap=True)
    for words in _SHORT:
        table.add_column(words, justify="right")
    for declarations, coverage in found:
        totals = coverage.totals
        counts = (str(totals[name]) for name, _ in _REACHED)
        table.add_row(declarations.contract.contract, *counts, str(len(coverage.defects)))
    console.print(table)
    _print_steps(console)
    console.print(typeset("[dim]à trancher : questions de définition ; « evalkit coverage CONTRAT » les pose[/dim]"))
    print_confidential()


def _print_defects(console: Console, found: ContractCoverage) -> None:
    """Print the questions to settle, those that many indicators share first, each with its indicators."""
    console.print(f"\n[bold]À trancher avec les partenaires ({len(found.defects)})[/bold]")
    asked: dict[str, list[str]] = {}
    for each in found.defects:
        asked.setdefault(each.defect, []).append(each.label)
    for question, labels in sorted(asked.items(), key=lambda item: -len(item[1])):
        count = f" ({len(labels)})" if len(labels) > 1 else ""
        console.print(typeset(f"\n[yellow]{escape(question)}[/yellow]{count}"))
        for label in labels:
            console.print(typeset(f"  – {label}"), markup=False)
    console.print()


def _number(value: float | None, decimals: int = 0) -> str:
    if value is None:
        return "–"
    written = f"{value:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")
    return written.replace("-", "\N{MINUS SIGN}")
