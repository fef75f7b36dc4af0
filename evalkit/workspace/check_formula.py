"""Check a formula, a column or a period that a declaration reads in a feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalkit.declare.feed import Feed
from evalkit.declare.parameter import Parameter
from evalkit.declare.period import Granularity, is_within, months_in
from evalkit.errors import FormulaError, Place, Problem
from evalkit.formula import check, parse
from evalkit.formula.types import Kind
from evalkit.workspace.columns import ZONE_COLUMN, formula_columns, has_zones
from evalkit.workspace.unknown import unknown

CONDITION = (Kind.BOOLEAN,)
NUMBER = (Kind.INTEGER, Kind.DECIMAL)
COUNTED = (*CONDITION, *NUMBER)
DATE = (Kind.DATE,)


def formula_problems(
    text: str, feed: Feed, place: Place, allowed: tuple[Kind, ...], parameters: Iterable[Parameter] = ()
) -> Iterator[Problem]:
    """Return what a formula has against the columns of its feed, and the kind that it gives (``EVK-D042``)."""
    try:
        kind = check(parse(text, place), formula_columns(feed, parameters))
    except FormulaError as error:
        yield from error.problems
        return
    if kind not in allowed:
        repair = "Une condition est attendue." if allowed == CONDITION else "Un autre type de valeur est attendu."
        yield Problem("EVK-D042", "La formule n’a pas le type attendu ici.", place, text, repair)


def column_problems(name: str, feed: Feed, place: Place, allowed: tuple[Kind, ...]) -> Iterator[Problem]:
    """Return the problem of a column that its feed does not have (``EVK-D034``) or that holds other values."""
    columns = formula_columns(feed)
    if name not in columns:
        yield unknown("Colonne", name, columns, place)
    elif columns[name].kind not in allowed:
        fitting = ", ".join(sorted(other for other, column in columns.items() if column.kind in allowed)) or "aucune"
        repair = f"Colonnes qui conviennent : {fitting}."
        yield Problem("EVK-D042", "La colonne n’a pas le type attendu ici.", place, name, repair)


def zone_column_problems(feed: Feed, place: Place) -> Iterator[Problem]:
    """Return the problem of a feed whose rows do not say where they are (``EVK-D050``)."""
    if not has_zones(feed):
        repair = f"Ajoutez-lui un champ « {ZONE_COLUMN} » de type zone."
        yield Problem("EVK-D050", "Ce flux ne dit pas dans quelle zone sont ses lignes.", place, feed.feed, repair)


def granularity_problems(feed: Feed, wanted: Granularity, place: Place) -> Iterator[Problem]:
    """Return the problem of periods that do not hold those of the feed: shorter, or astride (``EVK-D049``)."""
    known = feed.period.granularity
    if not is_within(known, wanted):
        shorter = months_in(wanted) < months_in(known)
        message = "La période est plus courte que celle du flux." if shorter else "Les périodes se chevauchent."
        repair = f"Le flux « {feed.feed} » est connu par {known.value}, pas plus finement."
        if not shorter:
            repair = f"Le flux « {feed.feed} » est connu par {known.value} : seul un mois tient dans les deux années."
        yield Problem("EVK-D049", message, place, wanted.value, repair)
