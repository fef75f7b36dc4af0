"""The equations between counts of different formulas: the same rows, rows inside others, columns that add up.

« Femmes accompagnées » as an indicator of its own and as a class of « personnes accompagnées » are one count; two
conditions that exclude each other leave a rest, which a subtraction gives. Nobody lists these links: the declarations
show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import PartsCheck
from evalkit.errors import EvalkitError
from evalkit.formula import Formula, columns_of, parse
from evalkit.formula.tree import Arithmetic, ColumnName, Node, Operator
from evalkit.publish.meanings import Meaning, classes_of
from evalkit.publish.regions import is_plain, regions
from evalkit.publish.secrecy import Key, Link

Item = tuple[str, str]
"""A count and a breakdown of it, wherever and whenever."""


@dataclass(frozen=True, slots=True)
class _Set:
    """Items that keep the same rows.

    Attributes:
        region: the rows, one bit per combination of classes.
        items: the items, the first one standing for all.
        columns: what their conditions read.
    """

    region: int
    items: tuple[Item, ...]
    columns: frozenset[str]


def formula_links(keys: Iterable[Key], known: Mapping[str, Meaning], feeds: Mapping[str, Feed]) -> Iterator[Link]:
    """Give the links between counts whose formulas differ.

    Args:
        keys: the quantities that are shown somewhere: count, zone, period, breakdown.
        known: the meaning of counts, from :func:`evalkit.publish.meanings.meanings`.
        feeds: the declared feeds by id.

    Yields:
        Equal counts, counts that hold others and a rest, columns that add up; in a fixed order.
    """
    shown = sorted({key for key in keys if key[0] in known and known[key[0]].feed in feeds})
    places: dict[tuple[str, str], set[Item]] = {}
    for term, zone, period, breakdown in shown:
        places.setdefault((zone, period), set()).add((term, breakdown))
    items = sorted({item for found in places.values() for item in found})
    templates = [*_condition_links(items, known, feeds), *_column_links(items, known, feeds)]
    for (zone, period), here in sorted(places.items()):
        for whole, parts in templates:
            if sum(item in here for item in (whole, *parts)) > 1:
                at = [(term, zone, period, breakdown) for term, breakdown in (whole, *parts)]
                yield Link(at[0], tuple(at[1:]))


def _condition_links(
    items: list[Item], known: Mapping[str, Meaning], feeds: Mapping[str, Feed]
) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    """Give the links between counts of the same thing under different conditions."""
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        meaning = known[item[0]]
        _, left = classes_of(item[1], feeds[meaning.feed])
        groups.setdefault((meaning.feed, meaning.adds, left), []).append(item)
    for (feed, _, _), mine in sorted(groups.items()):
        if len({term for term, _ in mine}) > 1:
            sets = _sets(mine, known, feeds[feed])
            for each in sets:
                yield from ((each.items[0], (other,)) for other in each.items[1:])
            for whole in sets:
                yield from _families(whole, sets)


def _sets(items: list[Item], known: Mapping[str, Meaning], feed: Feed) -> list[_Set]:
    """Return the items as sets of rows, the largest first; those that are not plain conditions are left out."""
    conditions = {item: _condition(item, known[item[0]], feed) for item in items}
    plain = [item for item, each in conditions.items() if each is None or is_plain(each, feed)]
    found = regions([conditions[item] for item in plain], feed)
    by_region: dict[int, list[Item]] = {}
    for item, region in zip(plain, found or [0] * len(plain), strict=True):
        by_region.setdefault(region, []).append(item)
    sets = []
    for region, mine in by_region.items():
        read = frozenset(name for item in mine if (each := conditions[item]) for name in columns_of(each))
        sets.append(_Set(region, tuple(sorted(mine)), read))
    return sorted((each for each in sets if each.region), key=lambda each: (-each.region.bit_count(), each.items))


def _condition(item: Item, meaning: Meaning, feed: Feed) -> Formula | None:
    classes, _ = classes_of(item[1], feed)
    parts = (*meaning.conditions, *classes)
    return parse(" AND ".join(f"({part})" for part in parts)) if parts else None


def _families(whole: _Set, sets: list[_Set]) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    """Give a set as a sum of sets that exclude each other, with the rest that they leave.

    Only the largest sets inside it are taken, grouped by the columns that they read, so that classes of one field stand
    together.
    """
    inside = [each for each in sets if each.region != whole.region and each.region & whole.region == each.region]
    largest = [
        each
        for each in inside
        if not any(other.region != each.region and other.region & each.region == each.region for other in inside)
    ]
    families: list[list[_Set]] = []
    for each in sorted(largest, key=lambda found: (sorted(found.columns), found.items)):
        apart = (f for f in families if not any(each.region & other.region for other in f))
        family = next((f for f in apart if f[0].columns == each.columns), None)
        families.append([each]) if family is None else family.append(each)
    for family in families:
        parts = [each.items[0] for each in family]
        if {term for term, _ in (*parts, *whole.items)} == {parts[0][0]}:
            continue
        left = whole.region & ~sum(each.region for each in family)
        rest = [_rest(whole.items[0], parts)] if left else []
        yield whole.items[0], (*parts, *rest)


def _rest(whole: Item, parts: Iterable[Item]) -> Item:
    taken = ", ".join(" ".join(part).strip() for part in parts)
    return (f"{whole[0]} sauf {taken}", whole[1])


def _column_links(
    items: list[Item], known: Mapping[str, Meaning], feeds: Mapping[str, Feed]
) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    """Give the links between sums of columns over the same rows: written sums, and the totals that a feed declares."""
    groups: dict[tuple[str, tuple[str, ...], str], dict[str, Item]] = {}
    for item in items:
        meaning = known[item[0]]
        if meaning.adds:
            name = (meaning.feed, meaning.conditions, item[1])
            groups.setdefault(name, {}).setdefault(meaning.adds, item)
    for (feed, conditions, breakdown), sums in sorted(groups.items()):
        where = " ET ".join(conditions)
        for whole, parts in (*_written_sums(sums), *_declared_totals(feeds[feed])):
            named = [sums.get(each, (" | ".join((feed, where, each)), breakdown)) for each in (whole, *parts)]
            yield named[0], tuple(named[1:])


def _written_sums(sums: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give ``a + b`` as its columns, and ``a - b`` as what ``b`` leaves of ``a``."""
    for formula in sorted(sums):
        try:
            added, taken = _signed(parse(formula).tree)
        except (EvalkitError, ValueError):
            continue
        if not taken and len(added) > 1:
            yield formula, tuple(added)
        elif len(added) == 1 and taken:
            yield added[0], (*taken, formula)


def _signed(node: Node) -> tuple[list[str], list[str]]:
    """Return the columns that a formula adds and those that it takes out.

    Raises:
        ValueError: it is no sum of columns.
    """
    match node:
        case ColumnName():
            return [node.name], []
        case Arithmetic(operator=Operator.PLUS | Operator.MINUS):
            added, taken = _signed(node.left)
            more, less = _signed(node.right)
            if node.operator is Operator.MINUS:
                more, less = less, more
            return [*added, *more], [*taken, *less]
    raise ValueError(node)


def _declared_totals(feed: Feed) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the totals whose parts a feed declares; parts that are not all of them leave a rest."""
    for each in feed.checks:
        if isinstance(each, PartsCheck) and isinstance(each.total, str):
            rest = () if each.complete else (f"{each.total} sauf {', '.join(each.parts)}",)
            yield each.total, (*each.parts, *rest)
