"""Help pages and usage errors of the command line, in French."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from evalkit.typography import typeset


class FrenchCommand(TyperCommand):
    """A command whose help page is in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help page of a command."""
        _print_help(self, ctx)


class FrenchGroup(TyperGroup):
    """The group of commands, whose help page lists them in the order of the evaluator's work."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help page of the whole tool."""
        _print_help(self, ctx)


def _print_help(command: Any, ctx: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    arguments = [each for each in command.get_params(ctx) if each.param_type_name == "argument"]
    options = [each for each in command.get_params(ctx) if each.param_type_name == "option" and each.name != "help"]
    words = [each.metavar or each.name.upper() for each in arguments]
    names = [f"[{word}]" if not each.required else word for each, word in zip(arguments, words, strict=True)]
    tail = ["COMMANDE"] if isinstance(command, TyperGroup) else names
    console.print(
        f"\n[bold]Usage[/bold]\N{NO-BREAK SPACE}: {ctx.command_path} [OPTIONS] {' '.join(tail)}".replace(
            "[OPTIONS]", "\\[OPTIONS]"
        )
    )
    console.print(f"\n{typeset(command.help or '')}\n")
    table = Table.grid(padding=(0, 2))
    rows = [("", word, each.help or "") for each, word in zip(arguments, words, strict=True)]
    rows += [("", ", ".join(each.opts), each.help or "") for each in options]
    rows.append(("", "--help", "Affiche cette aide."))
    if isinstance(command, TyperGroup):
        console.print("[bold]Commandes[/bold]")
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            table.add_row(f"  [cyan]{name}[/cyan]", typeset((found.help or "").split("\n")[0]) if found else "")
        console.print(table)
        console.print("\n[bold]Options[/bold]")
        table = Table.grid(padding=(0, 2))
    for _, name, text in rows:
        table.add_row(f"  [cyan]{name}[/cyan]", typeset(text))
    console.print(table)
    console.print()


_SENTENCES = (
    (r"No such command '([^']*)'", "Commande inconnue : « {} »."),
    (r"No such option: (\S+)", "Option inconnue : « {} »."),
    (r"Option '([^']*)' requires an argument", "Il manque la valeur de l’option « {} »."),
    (r"Option '([^']*)' does not take a value", "L’option « {} » s’écrit sans valeur."),
    (r"Got unexpected extra argument\S* \((.*)\)", "Argument de trop : « {} »."),
)
"""What the parser of the command line says, and the same in French."""


def usage_message(error: typer.TyperException) -> str:
    """Return the French sentence for a command line that cannot be read."""
    context: Any = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "evalkit"
    hint = f"« {path} --help » montre ce qui est possible."
    return typeset(f"{_what_is_wrong(error, context)} {hint}")


def _what_is_wrong(error: Any, context: Any) -> str:
    for pattern, sentence in _SENTENCES:
        if found := re.match(pattern, error.message):
            return sentence.format(found[1]) + _guess(found[1], _known_words(context))
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "Ligne de commande incomprise."
    if type(error).__name__ == "MissingParameter":
        return f"Il manque : {parameter.metavar or parameter.name.upper()}."
    return f"Valeur refusée pour « {', '.join(parameter.opts)} »."


def _known_words(context: Any) -> list[str]:
    """Return the commands of a group, or the options of a command."""
    if context is None:
        return []
    return list(getattr(context.command, "commands", ())) or [
        name for parameter in context.command.params for name in parameter.opts if name.startswith("-")
    ]


def _guess(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Vouliez-vous dire « {near[0]} » ?" if near else ""
