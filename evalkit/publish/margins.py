"""The plan of the observations: the equations between their counts are found from their places, periods and classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.declare.feed import Feed
from evalkit.publish.book import Book
from evalkit.publish.elsewhere import Elsewhere
from evalkit.publish.formula_links import formula_links
from evalkit.publish.meanings import Meaning
from evalkit.publish.observed import Observed, cell_id
from evalkit.publish.policy import Rule
from evalkit.publish.quantities import At, links_between
from evalkit.publish.secrecy import Cell, Key, Link, Plan
from evalkit.publish.zone_sums import zone_parts
from evalkit.territory.zones import ALL_QPV, EVERYWHERE, OUTSIDE_QPV, Territory


@dataclass(frozen=True, slots=True)
class Formulas:
    """The meaning of counts by name, and the feeds by id."""

    known: Mapping[str, Meaning]
    feeds: Mapping[str, Feed]

    def counts_units(self, link: Link, rules: Mapping[str, Rule]) -> bool:
        """Tell whether what a link leaves is a number of units: rows that are totals of an action are none."""
        rule, meaning = rules.get(link.whole[0]), self.known.get(link.whole[0])
        return meaning is None or bool(meaning.adds) or (rule is not None and rule.rows_are_units)


NOTHING = Formulas({}, {})
"""No meaning is known: only counts of one name are tied."""


def observation_plan(
    observed: Sequence[Observed],
    elsewhere: Sequence[Elsewhere],
    territory: Territory,
    book: Book,
    formulas: Formulas = NOTHING,
) -> Plan:
    """Return what secrecy must be decided on in the observations.

    Args:
        observed: available observations, with their rules.
        elsewhere: what readers have already (public tables, earlier editions).
        territory: for the zones that add up.
        book: names of quantities; it learns those of the observations.
        formulas: what the counts mean, for the links between formulas that differ.

    Returns:
        One cell per available observation, the links between their counts, the sensitive counts, and the cells
        masked for themselves.
    """
    named = [(each, each.names(book)) for each in observed]
    own = [key for _, names in named for key in names.values()]
    tables = [own, *([key for key in each.shape if len(key) == len(At.__slots__) + 1] for each in elsewhere)]
    keys = [key for table in tables for key in table]
    zones = {key[1] for key in keys} | set(territory.zones)
    margins = tuple(dict.fromkeys(links_between(keys, tables, zone_parts(territory, zones))))
    rules = {key[0]: each.rule for each, names in named for key in names.values()}
    between = tuple(dict.fromkeys(formula_links(keys, formulas.known, formulas.feeds)))
    telling = (*margins, *(link for link in between if formulas.counts_units(link, rules)))
    sensitive: dict[Key, float] = {}
    for each, names in named:
        for key, width in each.guarded:
            name = names.get(key, key)
            sensitive[name] = max(width, sensitive.get(name, 0.0))
    for each, _ in named:
        if each.complement is not None:
            book.know([(each.at.rest(each.terms), each.complement)])
    found = {**dict(_implied(telling, rules, book)), **dict(_unanimous(margins, rules, book))}
    return Plan(
        tuple(_cell(each, names, territory) for each, names in named),
        tuple(dict.fromkeys((*margins, *between, *_complements(named), *_around_qpv(keys, territory, book)))),
        {key: max(width, found.get(key, 0.0)) for key, width in {**found, **sensitive}.items()},
        frozenset(cell_id(each.row) for each, _ in named if each.is_secret),
    )


def _cell(each: Observed, names: Mapping[Key, Key], territory: Territory) -> Cell:
    row = each.row
    size = float(next((row[name] for name in ("n", "denominator", "numerator") if row[name] is not None), 0.0))
    whole = row["zone"] in {ALL_QPV, OUTSIDE_QPV, EVERYWHERE, territory.reference}
    loss = (1.0 + (not row["breakdown"])) * (1.5 if whole else 1.0)
    nobody = 1.0 if not row["numerator"] else 0.0
    return Cell(cell_id(row), tuple(dict.fromkeys(names.values())), size, loss + nobody + 0.2 * size / (size + 100))


def _complements(named: Iterable[tuple[Observed, Mapping[Key, Key]]]) -> Iterator[Link]:
    for each, names in named:
        if each.complement is not None:
            at, terms = each.at, each.terms
            above, below = at.key(terms.numerator), at.key(terms.denominator)
            yield Link(names[below], (names[above], at.rest(terms)))


def _implied(margins: Iterable[Link], rules: Mapping[str, Rule], book: Book) -> Iterator[tuple[Key, float]]:
    """Give the small counts that nobody asked for, but that are what a total leaves when its other parts are taken."""
    values = book.values
    for link in margins:
        missing = [part for part in link.parts if part not in values]
        rule = rules.get(link.whole[0])
        if len(missing) != 1 or link.whole not in values or rule is None:
            continue
        left = values[link.whole] - sum(values[part] for part in link.parts if part != missing[0])
        if rule.is_small(left):
            yield missing[0], rule.protection


def _unanimous(margins: Iterable[Link], rules: Mapping[str, Rule], book: Book) -> Iterator[tuple[Key, float]]:
    """Give the classes of a breakdown that hold everybody: they tell the class of each person."""
    values = book.values
    for link in margins:
        rule = rules.get(link.whole[0])
        same_place = all(part[1:3] == link.whole[1:3] for part in link.parts)
        if rule is None or not rule.guards_unanimity or not same_place or len(link.parts) == 1:
            continue
        total = values.get(link.whole, 0.0)
        yield from ((part, rule.protection) for part in link.parts if 0 < total == values.get(part))


def _around_qpv(keys: Iterable[Key], territory: Territory, book: Book) -> Iterator[Link]:
    """Give the equation that readers try first: a zone that holds every QPV less *hors QPV* gives the QPV back.

    The rows received may all lie inside that zone, which nobody declares: the true numbers say how near it is.
    """
    values = book.values
    holders = {EVERYWHERE, *_holders(territory)}
    for key in dict.fromkeys(keys):
        term, zone, period, breakdown = key
        inside, outside = (At(each, period, breakdown).key(term) for each in (ALL_QPV, OUTSIDE_QPV))
        if zone in holders and key in values and inside in values and outside in values:
            left = abs(values[key] - values[inside] - values[outside])
            yield Link(key, (inside, outside), left)


def _holders(territory: Territory) -> set[str]:
    """Return the zones that contain every QPV."""
    return set.intersection(*(set(territory.containing(each)) for each in territory.qpv)) if territory.qpv else set()
