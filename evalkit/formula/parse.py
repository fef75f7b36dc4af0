"""Read a formula: words and signs, then grammar by sqlglot, then our own tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evalkit.errors import FormulaError, Place
from evalkit.formula.problems import problem
from evalkit.formula.screen import screened_tokens, sign_of, span_of
from evalkit.formula.tree import Formula, Node, Span, children

if TYPE_CHECKING:
    from sqlglot import Token
    from sqlglot.errors import ParseError

_DEEPEST = 100
_UNNAMED = Place()


def parse(text: str, place: Place = _UNNAMED) -> Formula:
    """Read a formula.

    Args:
        text: the formula.
        place: where its first character stands in the declaration.

    Returns:
        The formula and its tree; its columns are not yet known to exist, see :func:`evalkit.formula.check`.

    Raises:
        FormulaError: the formula is not in the language. ``EVK-F001`` empty, ``EVK-F002`` not readable, ``EVK-F003``
            left out of the language, ``EVK-F004`` aggregate, ``EVK-F005`` unknown function, ``EVK-F006`` wrong
            arguments, ``EVK-F007`` number or date badly written, ``EVK-F008`` too long or too deep, ``EVK-F009``
            ``NULL`` out of place.
    """
    tokens = screened_tokens(text, place)
    try:
        tree = _read(text, place, tokens)
    except RecursionError:
        raise _too_deep(text, place) from None
    if _depth(tree) > _DEEPEST:
        raise _too_deep(text, place)
    return Formula(text, tree, place)


def _read(text: str, place: Place, tokens: tuple[Token, ...]) -> Node:
    from sqlglot import Dialect, exp  # noqa: PLC0415  (see screen.py)
    from sqlglot.errors import ParseError  # noqa: PLC0415

    from evalkit.formula.convert import converted  # noqa: PLC0415

    try:
        found = Dialect.get_or_raise(None).parser().parse_into(exp.Condition, list(tokens), text)
    except ParseError as error:
        raise _unreadable(text, place, tokens, error) from None
    match found:
        case [exp.Expr() as expression]:
            return converted(expression, text, place)
        case _:
            raise FormulaError(problem("EVK-F002", "La formule n’est pas lisible.", (text, place, Span(0, len(text)))))


def _unreadable(text: str, place: Place, tokens: tuple[Token, ...], error: ParseError) -> FormulaError:
    """Return the problem of a formula whose grammar is wrong, at the token where the parser stopped."""
    first = error.errors[0] if error.errors else {}
    stopped = next(
        (
            index
            for index, token in enumerate(tokens)
            if (token.line, token.col) == (first.get("line"), first.get("col"))
        ),
        len(tokens) - 1,
    )
    token = tokens[stopped]
    repair = "Vérifiez l’opérateur, la parenthèse ou la valeur qui manque à cet endroit ou juste avant."
    around = [sign_of(each) for each in tokens[max(stopped - 1, 0) : stopped + 2]]
    if re.fullmatch(r"\d+ \d+.*", " ".join(around)):
        repair = f"Écrivez les nombres sans espace : {around[0]}{around[1]}."
    elif re.fullmatch(r"\d+ , \d+", " ".join(around)):
        repair = f"Écrivez le point décimal : {around[0]}.{around[2]}."
    if str(first.get("description")).startswith("The number of provided arguments"):
        message = "La fonction qui se ferme ici a trop d’arguments."
        return FormulaError(problem("EVK-F006", message, (text, place, span_of(token)), "Retirez-en."))
    message = "La formule n’est pas lisible à partir d’ici."
    return FormulaError(problem("EVK-F002", message, (text, place, span_of(token)), repair))


def _depth(tree: Node) -> int:
    """Return the number of levels of a tree, without recursion: a chain of additions is as deep as it is long."""
    depth = 0
    level: tuple[Node, ...] = (tree,)
    while level:
        depth, level = depth + 1, tuple(child for node in level for child in children(node))
    return depth


def _too_deep(text: str, place: Place) -> FormulaError:
    message = f"La formule enchaîne plus de {_DEEPEST} opérations l’une dans l’autre."
    where = (text, place, Span(0, len(text)))
    return FormulaError(problem("EVK-F008", message, where, "Écrivez-la en plusieurs colonnes."))
