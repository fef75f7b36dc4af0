"""Check that a formula fits the columns that it reads, and tell what it gives: every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evalkit.errors import FormulaError, Problem
from evalkit.formula import tree
from evalkit.formula.agree import advice, agreed
from evalkit.formula.functions import Function
from evalkit.formula.problems import kind_name, listed, problem, suggestion
from evalkit.formula.tree import Comparator, Formula, Node
from evalkit.formula.types import PERIOD_FORMS, Columns, ColumnType, Kind

_NO_ORDER = "Vrai et faux n’ont pas d’ordre."
_EQUALITIES = {Comparator.EQUAL, Comparator.DIFFERENT}

_ARGUMENTS: Mapping[Function, tuple[Kind, Kind]] = {
    Function.ADD_MONTHS: (Kind.DATE, Kind.DATE),
    Function.DAYS_BETWEEN: (Kind.DATE, Kind.INTEGER),
    Function.LENGTH: (Kind.TEXT, Kind.INTEGER),
    Function.LOWER: (Kind.TEXT, Kind.TEXT),
    Function.MONTH: (Kind.DATE, Kind.INTEGER),
    Function.MONTHS_BETWEEN: (Kind.DATE, Kind.INTEGER),
    Function.QUARTER: (Kind.DATE, Kind.INTEGER),
    Function.UPPER: (Kind.TEXT, Kind.TEXT),
    Function.YEAR: (Kind.DATE, Kind.INTEGER),
}
"""Functions of one kind: that of their arguments, then that of their result."""


def check(formula: Formula, columns: Columns, expected: Kind | None = None) -> Kind:
    """Check a formula against the columns that it may read.

    Args:
        formula: a formula that was read.
        columns: the columns, by name.
        expected: the kind that the formula must give; a whole number is also a decimal one.

    Returns:
        The kind of the values that the formula gives.

    Raises:
        FormulaError: with every problem found. ``EVK-F010`` unknown column, ``EVK-F011`` kinds that do not go together,
            ``EVK-F012`` a word that the column cannot hold, or a period badly written, ``EVK-F013`` a formula that is
            always null, ``EVK-F014`` another kind than expected.
    """
    checker = _Checker(formula, columns)
    found = checker.type_of(formula.tree)
    if checker.problems or found is None:
        raise FormulaError(checker.problems)
    if expected is not None and found.kind is not expected and (found.kind, expected) != (Kind.INTEGER, Kind.DECIMAL):
        message = f"La formule donne {kind_name(found.kind)}, et il faut ici {kind_name(expected)}."
        raise FormulaError(Problem("EVK-F014", message, formula.place, formula.text))
    return found.kind


@dataclass(frozen=True, slots=True)
class _Checker:
    """What is checked; a node whose problem is told has the type ``None``, so that it is told once."""

    formula: Formula
    columns: Columns
    problems: list[Problem] = field(default_factory=list)

    def type_of(self, node: Node) -> ColumnType | None:
        """Return the type of a node, after telling the problems found in it."""
        if isinstance(node, tree.Condition):
            self._condition(node)
            return ColumnType(Kind.BOOLEAN)
        match node:
            case tree.ColumnName():
                found = self._column(node)
            case tree.Negative() | tree.Arithmetic():
                found = self._number(node)
            case tree.Case():
                found = self._case(node)
            case tree.Call():
                found = self._call(node)
            case _:
                found = _literal_type(node)
        return found

    def _condition(self, node: tree.Condition) -> None:
        match node:
            case tree.Not() | tree.And() | tree.Or():
                for part in tree.children(node):
                    self._require(part, Kind.BOOLEAN)
            case tree.IsNull():
                self.type_of(node.operand)
            case tree.Like():
                self._require(node.operand, Kind.TEXT)
            case tree.Comparison() | tree.Among() | tree.Between():
                self._compared(node)

    def _tell(self, code: str, message: str, node: Node, repair: str = "") -> None:
        self.problems.append(problem(code, message, (self.formula.text, self.formula.place, node.span), repair))

    def _column(self, node: tree.ColumnName) -> ColumnType | None:
        found = self.columns.get(node.name)
        if found is None:
            repair = suggestion(node.name, self.columns) or f"Colonnes : {listed(self.columns)}."
            if any(node.name in (each.values or ()) for each in self.columns.values() if isinstance(each, ColumnType)):
                repair = f"Un texte s’écrit entre apostrophes : '{node.name}'."
            self._tell("EVK-F010", "Cette colonne n’est pas déclarée.", node, repair)
            return None
        return found if isinstance(found, ColumnType) else ColumnType(found)

    def _require(self, node: Node, kind: Kind) -> None:
        found = self.type_of(node)
        if found is not None and found.kind is not kind:
            message = f"Il faut ici {kind_name(kind)}, et c’est {kind_name(found.kind)}."
            self._tell("EVK-F011", message, node, advice(found.kind, kind, node))

    def _number(self, node: tree.Negative | tree.Arithmetic) -> ColumnType | None:
        exact = isinstance(node, tree.Negative) or node.operator in {tree.Operator.PLUS, tree.Operator.MINUS}
        parts = tree.children(node)
        found = [self.type_of(part) for part in parts]
        for part, each in zip(parts, found, strict=True):
            if each is not None and not each.kind.is_number:
                repair = advice(each.kind, Kind.INTEGER, part)
                self._tell("EVK-F011", f"Il faut ici un nombre, et c’est {kind_name(each.kind)}.", part, repair)
        if any(each is None or not each.kind.is_number for each in found):
            return None
        whole = exact and all(each is not None and each.kind is Kind.INTEGER for each in found)
        return ColumnType(Kind.INTEGER if whole else Kind.DECIMAL)

    def _agreed(self, parts: Sequence[Node], whole: Node) -> ColumnType | None:
        """Return the type that all parts share, after telling what prevents it."""
        types = [self.type_of(part) for part in parts]
        if any(each is None for each in types):
            return None
        typed = [(part, each) for part, each in zip(parts, types, strict=True) if each is not None]
        found = agreed(typed)
        if isinstance(found, str):
            kinds = " et ".join(dict.fromkeys(kind_name(each.kind) for _, each in typed))
            self._tell("EVK-F011", f"Ces valeurs ne vont pas ensemble : {kinds}.", whole, found)
            return None
        for part in parts:
            if isinstance(part, tree.TextLiteral) and found.kind.is_period:
                self._period(part, found.kind)
        return found

    def _period(self, node: tree.TextLiteral, kind: Kind) -> None:
        if not PERIOD_FORMS[kind].fullmatch(node.value):
            examples = {Kind.MONTH: "'2026-03'", Kind.QUARTER: "'2026-T1'", Kind.HALF_YEAR: "'2026-S1'"}
            example = examples.get(kind, "'2026'")
            self._tell("EVK-F012", f"Ce texte n’est pas {kind_name(kind)}.", node, f"Écrivez par exemple {example}.")

    def _compared(self, node: tree.Comparison | tree.Among | tree.Between) -> None:
        parts = tree.children(node)
        before = len(self.problems)
        found = self._agreed(parts, node)
        if found is None or len(self.problems) > before:
            return
        equality = isinstance(node, tree.Among) or (
            isinstance(node, tree.Comparison) and node.comparator in _EQUALITIES
        )
        if found.kind is Kind.BOOLEAN and not equality:
            self._tell("EVK-F011", _NO_ORDER, node, "Comparez avec = ou <>.")
        if equality:
            self._words(parts)

    def _words(self, parts: Sequence[Node]) -> None:
        """Refuse a text compared with what can never hold it."""
        for holder in (part for part in parts if not isinstance(part, tree.TextLiteral)):
            held = self.type_of(holder)
            for part in parts:
                if not (held and held.values and isinstance(part, tree.TextLiteral)) or part.value in held.values:
                    continue
                close = suggestion(part.value, held.values)
                repair = f"{close} Valeurs : {listed(held.values)}.".strip()
                self._tell("EVK-F012", "Cette valeur n’est pas dans la liste déclarée.", part, repair)

    def _case(self, node: tree.Case) -> ColumnType | None:
        for branch in node.branches:
            self._require(branch.condition, Kind.BOOLEAN)
        results = [*(branch.result for branch in node.branches), node.default]
        given = [each for each in results if not isinstance(each, tree.NullLiteral)]
        if not given:
            self._tell("EVK-F013", "Toutes les branches de ce CASE donnent NULL.", node, "Donnez une valeur.")
            return None
        return self._agreed(given, node)

    def _call(self, node: tree.Call) -> ColumnType | None:
        if node.function in {Function.COALESCE, Function.LEAST, Function.GREATEST}:
            found = self._agreed(node.arguments, node)
            if found is not None and found.kind is Kind.BOOLEAN and node.function is not Function.COALESCE:
                self._tell("EVK-F011", _NO_ORDER, node, "Reliez les conditions par AND ou OR.")
            return found
        if node.function in {Function.ABS, Function.ROUND}:
            return self._number(tree.Negative(node.arguments[0], span=node.span))
        wanted, given = _ARGUMENTS[node.function]
        dates_only = node.arguments[:1] if node.function is Function.ADD_MONTHS else node.arguments
        for argument in dates_only:
            self._require(argument, wanted)
        return ColumnType(given)


def _literal_type(node: Node) -> ColumnType | None:
    match node:
        case tree.BooleanLiteral():
            return ColumnType(Kind.BOOLEAN)
        case tree.NumberLiteral():
            return ColumnType(Kind.INTEGER if isinstance(node.value, int) else Kind.DECIMAL)
        case tree.TextLiteral():
            return ColumnType(Kind.TEXT, (node.value,))
        case tree.DateLiteral():
            return ColumnType(Kind.DATE)
        case _:
            return None
