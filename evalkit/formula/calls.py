"""Turn a function call of sqlglot's tree into ours, by the name that was written: synonyms are not in the language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sqlglot import exp

from evalkit.errors import FormulaError, Place
from evalkit.formula.functions import AGGREGATES, CLOCKS, SIGNATURES, WRITTEN_OTHERWISE, Function
from evalkit.formula.problems import LEFT_OUT, LOOK_UP, listed, problem, suggestion
from evalkit.formula.tree import Call, Node, NumberLiteral, Span

_WRITTEN_NUMBERS = {Function.ROUND: (0, 9), Function.ADD_MONTHS: (-1_200, 1_200)}
"""Functions whose second argument is a whole number written in the formula, with its bounds."""


class Reader(Protocol):
    """What reads the arguments of a call."""

    @property
    def text(self) -> str:
        """The text of the formula."""

    def node(self, found: exp.Expr) -> Node:
        """Return our node."""

    def span(self, found: exp.Expr) -> Span:
        """Return where a node is written."""

    @property
    def place(self) -> Place:
        """Where the formula begins."""


def called(found: exp.Expr, reader: Reader) -> Call:
    """Return the call that ``found`` is.

    Raises:
        FormulaError: ``found`` is no function of the language, or not with these arguments.
    """
    function = _function(found, reader)
    arguments = tuple(reader.node(each) for each in _arguments(found))
    signature = SIGNATURES[function]
    if len(arguments) < signature.fewest or (signature.most is not None and len(arguments) > signature.most):
        message = f"Mauvais nombre d’arguments pour {function}."
        raise _refusal("EVK-F006", message, found, reader, f"Écrivez {signature.usage}.")
    if function in _WRITTEN_NUMBERS and len(arguments) == 2:
        low, high = _WRITTEN_NUMBERS[function]
        written = arguments[1]
        if not (isinstance(written, NumberLiteral) and isinstance(written.value, int) and low <= written.value <= high):
            message = f"Le second argument de {function} est un nombre entier écrit, de {low} à {high}."
            raise _refusal("EVK-F006", message, found, reader, f"Écrivez {signature.usage}.")
    return Call(function, arguments, span=_whole_call(found, reader))


def _function(found: exp.Expr, reader: Reader) -> Function:
    name = _written_name(found, reader)
    if name is None:
        raise _refusal("EVK-F003", LEFT_OUT, found, reader, LOOK_UP)
    if name in Function.__members__:
        return Function[name]
    if name in AGGREGATES:
        message = f"{name} regroupe plusieurs lignes, et une formule se lit ligne par ligne."
        repair = "Dites le regroupement par le type de la mesure (« measure: {type: sum, of: … } »)."
        if name in {"MIN", "MAX"}:
            repair += " Entre valeurs d’une même ligne, écrivez LEAST ou GREATEST."
        raise _refusal("EVK-F004", message, found, reader, repair)
    if name in CLOCKS:
        message = "Une formule ne lit pas la date du jour : son résultat changerait sans que les données changent."
        raise _refusal("EVK-F005", message, found, reader, "Écrivez la date : DATE '2026-03-31'.")
    repair = WRITTEN_OTHERWISE.get(name) or " ".join(
        filter(None, (suggestion(name, Function), f"Fonctions : {listed(Function)}."))
    )
    raise _refusal("EVK-F005", f"La fonction {name} n’est pas dans le langage des formules.", found, reader, repair)


def _written_name(found: exp.Expr, reader: Reader) -> str | None:
    """Return the name written for a function, or nothing when ``found`` is not a call."""
    if not isinstance(found, exp.Func) or "start" not in found.meta:
        return None
    name = reader.text[found.meta["start"] : found.meta["end"] + 1]
    return name.upper() if name.isidentifier() else None


def _arguments(found: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the arguments in the order written, which is that of sqlglot's signatures."""
    for name, value in found.args.items():
        if name == "this" and isinstance(value, str):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, exp.Expr):
                yield each


def _refusal(code: str, message: str, found: exp.Expr, reader: Reader, repair: str = "") -> FormulaError:
    return FormulaError(problem(code, message, (reader.text, reader.place, _whole_call(found, reader)), repair))


def _whole_call(found: exp.Expr, reader: Reader) -> Span:
    """Return where a call is written, from its name to the parenthesis that closes it."""
    start = reader.span(found).start
    depth, quoted = 0, False
    for index in range(start, len(reader.text)):
        character = reader.text[index]
        quoted ^= character == "'"
        depth += 0 if quoted else (character == "(") - (character == ")")
        if character == ")" and not quoted and depth == 0:
            return Span(start, index + 1)
    return reader.span(found)
