"""Tell whether values of several kinds can be compared or replace each other, and what to write when they cannot."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.formula import tree
from evalkit.formula.tree import Node
from evalkit.formula.types import ColumnType, Kind

Typed = tuple[Node, ColumnType]


def agreed(parts: Sequence[Typed]) -> ColumnType | str:
    """Return the type that all parts share, or the French sentence that says how to repair them.

    Whole and decimal numbers share the decimal kind. A written text takes the kind of the period that it stands beside.
    The words of a shared text are those of all its parts, when each part has a list of them.
    """
    kinds = {each.kind for node, each in parts if not isinstance(node, tree.TextLiteral)} or {Kind.TEXT}
    if all(kind.is_number for kind in kinds):
        shared = Kind.DECIMAL if Kind.DECIMAL in kinds else Kind.INTEGER
    elif len(kinds) == 1:
        (shared,) = kinds
    else:
        return _repair(parts)
    written = any(isinstance(node, tree.TextLiteral) for node, _ in parts)
    if written and shared is not Kind.TEXT and not shared.is_period:
        return _repair(parts)
    return ColumnType(shared, _words(parts) if shared is Kind.TEXT else None)


def _words(parts: Sequence[Typed]) -> tuple[str, ...] | None:
    words: list[str] = []
    for _, each in parts:
        if not each.values:
            return None
        words.extend(each.values)
    return tuple(dict.fromkeys(words))


def _repair(parts: Sequence[Typed]) -> str:
    """Return what to write for the first literal that is not of the kind of a part that is no literal."""
    wanted = next((each.kind for node, each in parts if not isinstance(node, tree.Literal)), parts[0][1].kind)
    for node, each in parts:
        if each.kind is not wanted and isinstance(node, tree.Literal):
            return advice(each.kind, wanted, node)
    return advice(wanted, wanted, parts[0][0])


def advice(found: Kind, wanted: Kind, node: Node) -> str:
    """Return how to write ``node``, of the kind ``found``, so that it is of the kind ``wanted``."""
    text, number = isinstance(node, tree.TextLiteral), isinstance(node, tree.NumberLiteral)
    written = f"'{node.value}'" if isinstance(node, tree.NumberLiteral) else ""
    rules = (
        (text and wanted is Kind.DATE, "Une date s’écrit DATE '2026-03-31'."),
        (text and wanted.is_number, "Un nombre s’écrit sans apostrophes."),
        (found is Kind.DATE and wanted.is_number, "Entre deux dates, écrivez DAYS_BETWEEN(début, fin)."),
        (number and wanted.is_period, f"Une période s’écrit entre apostrophes : {written}."),
        (number and wanted is Kind.TEXT, f"Un texte s’écrit entre apostrophes : {written}."),
        ((text or number) and wanted is Kind.BOOLEAN, "Écrivez la colonne seule, ou NOT devant."),
        (wanted is Kind.BOOLEAN, "Une condition compare : contrats > 0, theme = 'emploi', date_sortie IS NULL."),
        (found.is_period, "Une période ne se compare qu’à un texte de sa forme : mois >= '2026-03'."),
    )
    otherwise = "Vérifiez le type déclaré de chaque colonne dans le flux."
    return next((repair for applies, repair in rules if applies), otherwise)
