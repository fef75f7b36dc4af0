"""Write a tree as a formula, with the fewest parentheses that the grammar needs."""

from __future__ import annotations

from evalkit.formula import tree
from evalkit.formula.tree import Node, Operator

_OR, _AND, _NOT, _PREDICATE, _SUM, _PRODUCT, _SIGN, _LEAF = range(8)


def written(node: Node) -> str:
    """Return the formula whose tree is ``node``."""
    return _written(node)[0]


def _inside(node: Node, level: int) -> str:
    """Return ``node`` as a part of what binds at ``level``, between parentheses when it binds less."""
    text, own = _written(node)
    return text if own >= level else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    match node:
        case tree.Or():
            return " OR ".join(_inside(part, _AND) for part in node.parts), _OR
        case tree.And():
            return " AND ".join(_inside(part, _NOT) for part in node.parts), _AND
        case tree.Not():
            return f"NOT {_inside(node.operand, _NOT)}", _NOT
        case tree.Comparison():
            return f"{_inside(node.left, _SUM)} {node.comparator} {_inside(node.right, _SUM)}", _PREDICATE
        case tree.IsNull():
            return f"{_inside(node.operand, _SUM)} IS NULL", _PREDICATE
        case tree.Among():
            values = ", ".join(written(value) for value in node.values)
            return f"{_inside(node.operand, _SUM)} IN ({values})", _PREDICATE
        case tree.Between():
            operand, low, high = (_inside(part, _SUM) for part in tree.children(node))
            return f"{operand} BETWEEN {low} AND {high}", _PREDICATE
        case tree.Like():
            return f"{_inside(node.operand, _SUM)} LIKE {_quoted(node.pattern)}", _PREDICATE
        case tree.Arithmetic():
            level = _SUM if node.operator in {Operator.PLUS, Operator.MINUS} else _PRODUCT
            return f"{_inside(node.left, level)} {node.operator} {_inside(node.right, level + 1)}", level
        case tree.Negative():
            return f"- {_inside(node.operand, _SIGN)}", _SIGN
        case _:
            return _leaf(node), _LEAF


def _leaf(node: Node) -> str:
    match node:
        case tree.NullLiteral():
            return "NULL"
        case tree.BooleanLiteral():
            return str(node.value).upper()
        case tree.TextLiteral():
            return _quoted(node.value)
        case tree.DateLiteral():
            return f"DATE '{node.value.isoformat()}'"
        case tree.ColumnName():
            return node.name
        case tree.Case():
            whens = " ".join(f"WHEN {written(b.condition)} THEN {written(b.result)}" for b in node.branches)
            return f"CASE {whens} ELSE {written(node.default)} END"
        case tree.Call():
            return f"{node.function}({', '.join(written(argument) for argument in node.arguments)})"
        case _:
            return str(node.value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
