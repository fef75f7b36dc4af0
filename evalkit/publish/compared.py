"""Comparisons: which points of the two curves are secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalkit.compare.estimate import ComparisonSeries, Estimate, Refusal
from evalkit.declare.comparison import Comparison
from evalkit.publish.book import Book
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.quantities import At, Terms, measure_terms
from evalkit.publish.secrecy import Cell, Key, Link, Plan
from evalkit.territory.zones import ALL_QPV, Territory


def comparison_plan(
    result: Estimate | Refusal, declared: Comparison | None, policy: Policy, territory: Territory, book: Book
) -> Plan:
    """Return what secrecy must be decided on in the two curves of a comparison.

    The treated side of a curve counts what the indicator of the same formula counts for the same zones: both share the
    name of their counts, so that one cannot give the other back.

    Args:
        result: the estimate or the refusal.
        declared: its declaration, for the formula and the zones.
        policy: thresholds by feed.
        territory: for the set of all QPV.
        book: names of quantities; it learns those of the curves.

    Returns:
        One cell per point.
    """
    rule = policy.rule(result.feed)
    own = f"comparaison {result.comparison}"
    named = []
    for point in result.series:
        keys = curve_keys(point, result.comparison, declared, territory)
        given = zip(keys, (point.events, point.n, point.n - point.events), strict=True)
        named.append((point, tuple(book.name(key, float(count), own) for key, count in given)))
    cells = tuple(Cell(point_id(result, point), keys[:2], float(point.n)) for point, keys in named)
    secret = {point_id(result, point) for point, keys in named if not rule.is_declared or _is_small(point, rule)}
    return Plan(
        cells,
        tuple(Link(keys[1], (keys[0], keys[2])) for _, keys in named),
        dict.fromkeys((key for point, keys in named for key in _sensitive(point, keys, rule)), rule.protection),
        frozenset(secret | _neighbour(result, secret)),
    )


def point_id(result: Estimate | Refusal, point: ComparisonSeries) -> Key:
    """Return the name of the cell of one point of a curve."""
    return ("comparaison", result.comparison, point.side, point.period)


def effect_is_secret(result: Estimate, policy: Policy) -> bool:
    """Tell whether an effect may not be shown: no threshold declared, or a side that counts too few units in all."""
    rule = policy.rule(result.feed)
    sides: dict[str, int] = {}
    for point in result.series:
        sides[point.side] = sides.get(point.side, 0) + point.n
    return not rule.is_declared or any(rule.is_small(n) for n in sides.values())


def curve_keys(
    point: ComparisonSeries, comparison: str, declared: Comparison | None, territory: Territory
) -> tuple[Key, Key, Key]:
    """Return the names of the events, of the units, and of the units without event."""
    own = f"comparaison {comparison}"
    terms = measure_terms(declared.outcome, own) if declared else Terms(own, f"{own} : unités", own)
    treated = declared is not None and _is_treated(point.side, declared)
    at = At(_zone(declared, territory) if declared and treated else f"{own} : {point.side}", point.period)
    return at.key(terms.numerator), at.key(terms.denominator), at.rest(terms)


def _is_treated(side: str, declared: Comparison) -> bool:
    return side in declared.treated or side.casefold().startswith(("trait", "qpv", "programme"))


def _zone(declared: Comparison, territory: Territory) -> str:
    if len(declared.treated) == 1:
        return declared.treated[0]
    return ALL_QPV if set(declared.treated) == set(territory.qpv) else "+".join(sorted(declared.treated))


def _is_small(point: ComparisonSeries, rule: Rule) -> bool:
    return any(rule.is_small(count) for count in (point.n, point.events, point.n - point.events))


def _sensitive(point: ComparisonSeries, keys: Sequence[Key], rule: Rule) -> Iterator[Key]:
    for key, count in zip(keys, (point.events, point.n, point.n - point.events), strict=True):
        if rule.is_small(count):
            yield key


def _neighbour(result: Estimate | Refusal, secret: set[Key]) -> set[Key]:
    """Return one more point when a single one is masked: the effect is an equation between all of them."""
    if len(secret) != 1 or isinstance(result, Refusal):
        return set()
    others = [point for point in result.series if point_id(result, point) not in secret]
    masked = next(iter(secret))
    if not others:
        return set()
    nearest = min(others, key=lambda point: (point.side != masked[2], point.n, point.period))
    return {point_id(result, nearest)}
