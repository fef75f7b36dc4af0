"""The command ``evalkit``: one file per verb; nothing heavy is imported before a verb needs it."""

from __future__ import annotations

import sys

import typer

from evalkit.cli import (
    appariement,
    baseline,
    check,
    clause,
    compare,
    coverage,
    demo,
    editions,
    export,
    follow,
    import_schema,
    init,
    measure,
    opposition,
    publish,
    purge,
    receive,
    report,
    run,
    sources,
    template,
    version,
    zones,
)
from evalkit.cli.french import FrenchCommand, FrenchGroup, usage_message
from evalkit.errors import EvalkitError

_VERBS = (
    demo.demo,
    init.init,
    check.check,
    clause.clause,
    sources.sources,
    zones.zones,
    template.template,
    import_schema.import_schema,
    export.export,
    receive.receive,
    measure.measure,
    baseline.baseline,
    coverage.coverage,
    follow.follow,
    compare.compare,
    publish.publish,
    report.report,
    run.run,
    editions.editions,
    appariement.appariement,
    opposition.opposition,
    purge.purge,
    version.version,
)

EXIT_USER_ERROR = 2

app = typer.Typer(
    name="evalkit",
    help="Évaluer un contrat de ville : des fichiers des partenaires au rapport du comité de pilotage.",
    cls=FrenchGroup,
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode="rich",
)

for _verb in _VERBS:
    app.command(cls=FrenchCommand)(_verb)


def main() -> None:
    """Run the command line: a user's mistake ends with a French message and no traceback."""
    arguments = sys.argv[1:] or ["--help"]
    try:
        code = app(arguments, standalone_mode=False)
    except EvalkitError as error:
        print_problems(error)
        sys.exit(EXIT_USER_ERROR)
    except typer.TyperException as error:
        typer.echo(usage_message(error), err=True)
        sys.exit(EXIT_USER_ERROR)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Interrompu : la commande peut être relancée, rien n’est perdu.", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def print_problems(error: EvalkitError) -> None:
    """Print each problem on its own line, on the error stream."""
    for problem in error.problems:
        typer.echo(str(problem), err=True)
