"""What ``evalkit editions`` prints: a list, one edition, or what moved between two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalkit.editions.difference import Difference, Move, Redefinition, ValueMove
from evalkit.editions.opened import Opened
from evalkit.typography import NARROW, counted, french_count, typeset

_SHOWN = 20
_MOST_DECIMALS = 9
_ROLES = {"primary": "principale", "placebo": "épreuve placebo", "exploratory": "exploratoire"}
_GROUPS = {
    "indicators": "indicateur",
    "comparisons": "comparaison",
    "cohorts": "cohorte",
    "zones": "zone",
}
_PLURALS = {
    Move.CHANGED: "modifiées",
    Move.APPEARED: "nouvelles",
    Move.GONE: "disparues",
    Move.MASKED: "masquées depuis",
    Move.UNMASKED: "dont le secret est levé",
}


def print_editions(editions: Iterable[Opened]) -> int:
    """Print every edition, and return 1 when one of them is not whole."""
    console = Console()
    listed = list(editions)
    if not listed:
        console.print(typeset("Aucune édition : « evalkit publish » en fait une."))
        return 0
    table = Table()
    table.add_column("Édition", no_wrap=True)
    for heading in ("Contrat", "Valeurs", "Documents", "État"):
        table.add_column(heading)
    for each in listed:
        values = french_count(each.table("observations").height)
        table.add_row(each.name, escape(each.contract), values, str(len(each.documents)), _state(each))
    console.print(table)
    return 0 if all(each.integrity.is_whole or not each.integrity.is_sealed for each in listed) else 1


def _state(each: Opened) -> str:
    if not each.integrity.is_sealed:
        return "sans sceau"
    return "intacte" if each.integrity.is_whole else "[red]modifiée[/red]"


def print_edition(opened: Opened) -> int:
    """Print what an edition holds, and return 1 when its files are not those that were sealed."""
    console = Console()
    manifest = opened.text["manifest"]
    console.print(f"[bold]{escape(opened.name)}[/bold], {escape(opened.text['contract']['label'])}")
    console.print(typeset(f"Données au {opened.as_of}, evalkit {manifest['evalkit']}, {_state(opened)}."))
    observations = opened.table("observations")
    masked = 0
    if "confidentiality" in observations.columns:
        masked = int((observations["confidentiality"] == "secret").sum())
    console.print(
        typeset(
            f"{counted(observations.height, 'observation', 'observations')}, dont {french_count(masked)} sous secret ; "
            f"{counted(len(opened.deliveries), 'livraison', 'livraisons')}."
        )
    )
    declared = ", ".join(f"{name} {hashed[:8]}" for name, hashed in manifest["declarations"].items())
    console.print(typeset(f"Déclarations : {declared}."), soft_wrap=True, highlight=False)
    for name in opened.documents:
        console.print(f"  {opened.folder / 'documents' / name}", soft_wrap=True, markup=False, highlight=False)
    for name in opened.integrity.missing:
        console.print(typeset(f"[red]Fichier disparu :[/red] {escape(name)}"))
    for name in opened.integrity.changed:
        console.print(typeset(f"[red]Fichier modifié depuis le sceau :[/red] {escape(name)}"))
    return 0 if opened.integrity.is_whole or not opened.integrity.is_sealed else 1


def print_difference(before: Opened, after: Opened, found: Difference, *, every: bool) -> None:
    """Print the values that moved and the definitions behind them."""
    console = Console()
    console.print(f"[bold]{before.name}[/bold] → [bold]{after.name}[/bold]")
    counts = Counter(each.move for each in found.values)
    moved = [
        f"{french_count(number)} {_PLURALS[move] if number > 1 else move.value}" for move, number in counts.items()
    ]
    console.print(typeset(f"Valeurs : {', '.join([f'{french_count(found.unchanged)} inchangées', *moved])}."))
    arrived = counted(len(found.deliveries_added), "livraison de plus", "livraisons de plus")
    console.print(typeset(f"{arrived}, {french_count(len(found.deliveries_gone))} de moins."))
    _print_definitions(console, found.definitions)
    _print_values(console, after, found.values if every else found.values[:_SHOWN])
    if len(found.values) > _SHOWN and not every:
        console.print(typeset(f"Et {french_count(len(found.values) - _SHOWN)} autres : « --all » les montre."))
    if any(each.is_redefined for each in found.values):
        console.print(typeset("[yellow]≠ : la définition a changé, l’écart n’est pas une évolution.[/yellow]"))


def _print_definitions(console: Console, definitions: tuple[Redefinition, ...]) -> None:
    if not definitions:
        console.print("Aucune définition n’a changé.")
        return
    table = Table("Quoi", "Lequel", "Ce qui change", title="Définitions", title_justify="left")
    for each in definitions:
        what = ", ".join(each.fields) if each.fields else each.kind.value
        table.add_row(_GROUPS[each.group], escape(each.subject), escape(what))
    console.print(table)


def _print_values(console: Console, after: Opened, values: tuple[ValueMove, ...]) -> None:
    if not values:
        return
    labels = {name: each.get("label", name) for group in _GROUPS for name, each in after.declared(group).items()}
    table = Table("Objet", "Où et quand", title="Valeurs", title_justify="left")
    for heading in ("Avant", "Après"):
        table.add_column(heading, no_wrap=True, justify="right")
    for each in values:
        mark = "≠ " if each.is_redefined else ""
        before, now = _numbers(each)
        table.add_row(escape(mark + labels.get(each.subject, each.subject)), escape(_where(each)), before, now)
    console.print(table)


def _where(each: ValueMove) -> str:
    """Return what names a value beside its subject; the observation window says no more here."""
    parts = each.key[:3] + each.key[4:] if each.table == "observations" else each.key
    return " · ".join(_ROLES.get(part, part) for part in parts if part)


def _numbers(each: ValueMove) -> tuple[str, str]:
    """Return both values with as many decimals as it takes to tell one from the other."""
    hidden = "secret" if each.move in {Move.MASKED, Move.UNMASKED} else "-"
    for decimals in range(1, _MOST_DECIMALS + 1):
        shown = tuple(hidden if value is None else _number(value, decimals) for value in (each.before, each.after))
        if shown[0] != shown[1]:
            break
    return shown[0], shown[1]


def _number(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}".replace(",", NARROW).replace(".", ",").replace("-", "\N{MINUS SIGN}")
    return text.removesuffix(",0") if value == int(value) else text
