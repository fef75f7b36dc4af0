"""Turn sqlglot's tree into ours: a node, or an argument of a node, that is not expected is refused, never ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from evalkit.errors import FormulaError, Place
from evalkit.formula import tree
from evalkit.formula.calls import called
from evalkit.formula.literals import date_literal, number_literal
from evalkit.formula.problems import LEFT_OUT, LOOK_UP, problem
from evalkit.formula.tree import Comparator, Node, Operator, Span

_COMPARATORS: dict[type[exp.Expr], Comparator] = {
    exp.EQ: Comparator.EQUAL,
    exp.NEQ: Comparator.DIFFERENT,
    exp.LT: Comparator.LESS,
    exp.LTE: Comparator.AT_MOST,
    exp.GT: Comparator.MORE,
    exp.GTE: Comparator.AT_LEAST,
}
_OPERATORS: dict[type[exp.Expr], Operator] = {
    exp.Add: Operator.PLUS,
    exp.Sub: Operator.MINUS,
    exp.Mul: Operator.TIMES,
    exp.Div: Operator.OVER,
}


def converted(expression: exp.Expr, text: str, place: Place) -> Node:
    """Return our tree of an expression that sqlglot read in ``text``, a formula that begins at ``place``.

    Raises:
        FormulaError: the expression holds what the language leaves out; see :func:`evalkit.formula.parse`.
    """
    return _Converter(text, place).node(expression)


@dataclass(frozen=True, slots=True)
class _Converter:
    text: str
    place: Place

    def node(self, found: exp.Expr) -> Node:
        """Return our node; ``NULL`` is refused, as it is everywhere but in the results of a ``CASE``."""
        if isinstance(found, exp.Null):
            repair = "Écrivez IS NULL ou IS NOT NULL pour tester une absence ; NULL seul ne suit que THEN et ELSE."
            raise self.refusal("EVK-F009", "NULL n’est pas une valeur qui se compare ou se calcule.", found, repair)
        if isinstance(found, exp.Paren):
            return self.node(self.only(found, "this")[0])
        read = _READERS.get(type(found))
        return read(self, found) if read is not None else called(found, self)

    def _column(self, found: exp.Expr) -> Node:
        (name,) = self.only(found, "this")
        if not isinstance(name, exp.Identifier):
            raise self.refusal("EVK-F003", LEFT_OUT, found, LOOK_UP)
        return tree.ColumnName(name.name, span=self.span(found))

    def _boolean(self, found: exp.Expr) -> Node:
        return tree.BooleanLiteral(bool(found.this), span=self.span(found))

    def _literal(self, found: exp.Expr) -> Node:
        span = self.span(found)
        if found.is_string:
            return tree.TextLiteral(found.name, span=span)
        return number_literal(found.name, (self.text, self.place, span))

    def _date(self, found: exp.Expr) -> Node:
        """Return the date that sqlglot reads ``DATE '…'`` as: a conversion of a text."""
        if found.args["to"].this != exp.DType.DATE or not found.this.is_string:
            repair = "Seules les dates portent un type : DATE '2026-03-31'."
            raise self.refusal("EVK-F003", "Une formule ne convertit pas.", found, repair)
        return date_literal(found.this.name, (self.text, self.place, self.span(found)))

    def _binary(self, found: exp.Expr) -> Node:
        left, right = (self.value(part) for part in self.only(found, "this", "expression"))
        span = _around((left, right))
        if (comparator := _COMPARATORS.get(type(found))) is not None:
            return tree.Comparison(comparator, left, right, span=span)
        return tree.Arithmetic(_OPERATORS[type(found)], left, right, span=span)

    def _connected(self, found: exp.Expr) -> Node:
        """Return ``AND`` or ``OR`` with all its parts at one level, so that a long list is not a deep tree."""
        parts = tuple(self.node(part) for part in self._chain(found))
        build = tree.And if isinstance(found, exp.And) else tree.Or
        return build(parts, span=_around(parts))

    def _chain(self, found: exp.Expr) -> list[exp.Expr]:
        kind, parts, rest = type(found), [], found
        while type(rest) is kind:
            rest, last = self.only(rest, "this", "expression")
            parts.append(last)
        return [rest, *reversed(parts)]

    def _not(self, found: exp.Expr) -> Node:
        operand = self.node(self.only(found, "this")[0])
        return tree.Not(operand, span=operand.span)

    def _between(self, found: exp.Expr) -> Node:
        operand, low, high = (self.value(part) for part in self.only(found, "this", "low", "high"))
        return tree.Between(operand, low, high, span=_around((operand, high)))

    def _negative(self, found: exp.Expr) -> Node:
        (inner,) = self.only(found, "this")
        operand = self.value(inner)
        start = self.text.rfind("-", 0, operand.span.start)
        span = Span(max(start, 0), operand.span.end)
        if isinstance(inner, exp.Literal) and isinstance(operand, tree.NumberLiteral):
            return tree.NumberLiteral(-operand.value, span=span)
        return tree.Negative(operand, span=span)

    def _is_null(self, found: exp.Expr) -> Node:
        inner, tested = self.only(found, "this", "expression")
        operand = self.value(inner)
        if not isinstance(tested, exp.Null):
            repair = "Écrivez la condition seule, ou NOT devant."
            raise self.refusal("EVK-F003", "IS ne se suit que de NULL ou NOT NULL.", found, repair)
        closing = self.text.upper().find("NULL", operand.span.end)
        return tree.IsNull(operand, span=Span(operand.span.start, max(closing + 4, operand.span.end)))

    def _among(self, found: exp.Expr) -> Node:
        repair = "Écrivez les valeurs entre parenthèses : theme IN ('emploi', 'sante')."
        allowed = {"this", "expressions"}
        if any(value for name, value in found.args.items() if name not in allowed) or not found.args.get("expressions"):
            raise self.refusal("EVK-F003", "IN attend une liste de valeurs écrites.", found, repair)
        operand = self.value(found.this)
        values = tuple(self.value(each) for each in found.args["expressions"])
        literals = tuple(each for each in values if isinstance(each, tree.Literal))
        if len(literals) < len(values):
            raise self.refusal("EVK-F003", "IN attend une liste de valeurs écrites.", found, repair)
        return tree.Among(operand, literals, span=_around((operand, *literals)))

    def _like(self, found: exp.Expr) -> Node:
        negated = bool(found.args.get("negate"))
        inner, pattern = self.only(found, "this", "expression", *(("negate",) if negated else ()))[:2]
        operand = self.value(inner)
        if not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise self.refusal("EVK-F003", "LIKE attend un motif écrit.", found, "Exemple : intitule LIKE 'Atelier%'.")
        like = tree.Like(operand, pattern.name, span=Span(operand.span.start, self.span(pattern).end))
        return tree.Not(like, span=like.span) if negated else like

    def _case(self, found: exp.Expr) -> Node:
        if found.args.get("this") is not None:
            repair = "Écrivez chaque condition en entier : CASE WHEN colonne = valeur THEN … END."
            raise self.refusal("EVK-F003", "CASE ne compare pas de lui-même.", found, repair)
        default = found.args.get("default")
        branches = tuple(self._branch(each) for each in found.args["ifs"])
        return tree.Case(branches, self._result(default), span=self.span(found))

    def _branch(self, found: exp.Expr) -> tree.Branch:
        condition, result = self.only(found, "this", "true")
        return tree.Branch(self.node(condition), self._result(result))

    def _result(self, found: exp.Expr | None) -> Node:
        return tree.NullLiteral() if found is None or isinstance(found, exp.Null) else self.node(found)

    def value(self, found: exp.Expr) -> Node:
        """Return a node that is not a condition: ``a = b IS NULL`` would not mean the same for all its readers."""
        node = self.node(found)
        if isinstance(node, tree.Condition):
            repair = "Reliez les conditions par AND, OR ou NOT."
            raise self.refusal("EVK-F003", "Une condition ne se compare ni ne se calcule.", found, repair)
        return node

    def only(self, found: exp.Expr, *names: str) -> tuple[exp.Expr, ...]:
        """Return the named arguments of a node, and refuse the node when it has any other."""
        if any(value for name, value in found.args.items() if name not in names):
            raise self.refusal("EVK-F003", LEFT_OUT, found, LOOK_UP)
        return tuple(found.args[name] for name in names)

    def span(self, found: exp.Expr) -> Span:
        """Return where a node is written: from the first to the last of its parts whose place sqlglot keeps."""
        spans = [Span(part.meta["start"], part.meta["end"] + 1) for part in found.walk() if "start" in part.meta]
        if not spans:
            return Span(0, len(self.text))
        return Span(min(each.start for each in spans), max(each.end for each in spans))

    def refusal(self, code: str, message: str, found: exp.Expr, repair: str = "") -> FormulaError:
        """Return the error of a node that the language leaves out."""
        return FormulaError(problem(code, message, (self.text, self.place, self.span(found)), repair))


def _around(nodes: Sequence[Node]) -> Span:
    """Return where nodes are written, from the first to the last."""
    return Span(min(node.span.start for node in nodes), max(node.span.end for node in nodes))


_READERS: Mapping[type[exp.Expr], Callable[[_Converter, exp.Expr], Node]] = {
    **dict.fromkeys((*_COMPARATORS, *_OPERATORS), _Converter._binary),
    exp.And: _Converter._connected,
    exp.Or: _Converter._connected,
    exp.Not: _Converter._not,
    exp.Neg: _Converter._negative,
    exp.Is: _Converter._is_null,
    exp.In: _Converter._among,
    exp.Between: _Converter._between,
    exp.Like: _Converter._like,
    exp.Case: _Converter._case,
    exp.Column: _Converter._column,
    exp.Boolean: _Converter._boolean,
    exp.Literal: _Converter._literal,
    exp.Cast: _Converter._date,
}
"""The nodes of sqlglot that the language has, ``NULL``, parentheses and function calls apart."""
