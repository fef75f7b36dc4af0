"""Recognise which feed a file belongs to, from its headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.declare.feed import Feed
from evalkit.receive.findings.finding import refused
from evalkit.receive.headings import first_columns, needed_fields

_NEAR = 0.5
"""Share of the needed columns from which a feed is worth being named as the nearest."""

_SHOWN = 8


@dataclass(frozen=True, slots=True, order=True)
class _Fit:
    """How well a feed fits headings; the greatest is the best."""

    is_whole: bool
    share_of_needed: float
    matched: int
    unknown: int
    feed: str


def recognise_feed(feeds: Mapping[str, Feed], headings: tuple[str, ...]) -> Feed:
    """Return the feed whose needed columns are all present and which explains most headings.

    Raises:
        RefusedFileError: no feed has all its needed columns here, or two fit as well (``EVK-R020``); the nearest feed
            and what it lacks are named.
    """
    fits = sorted((_fit(feed, headings) for feed in feeds.values()), reverse=True)
    if not fits or (not fits[0].is_whole and fits[0].share_of_needed < _NEAR):
        shown = ", ".join(heading for heading in headings[:_SHOWN] if heading)
        raise refused("EVK-R020", "Les titres des colonnes ne sont ceux d’aucun flux déclaré.", received=shown)
    best = fits[0]
    if not best.is_whole:
        feed = feeds[best.feed]
        lacking = ", ".join(f"« {field.name} »" for field in first_columns(feed, headings).missing(needed_fields(feed)))
        message = f"Le fichier n’est celui d’aucun flux déclaré ; le plus proche est « {best.feed} », sans {lacking}."
        raise refused("EVK-R020", message)
    equal = [fit.feed for fit in fits if (fit.is_whole, fit.matched, fit.unknown) == (True, best.matched, best.unknown)]
    if len(equal) > 1:
        raise refused("EVK-R020", f"Plusieurs flux ont ces colonnes : {', '.join(sorted(equal))}.")
    return feeds[best.feed]


def refuse_other_feed(feed: Feed, feeds: Mapping[str, Feed], headings: tuple[str, ...]) -> None:
    """Refuse a file that has all the needed columns of another feed and more of its headings than of its own.

    Having its own needed columns does not save it: a few short titles are those of many feeds.

    Raises:
        RefusedFileError: the other feed is named (``EVK-R021``).
    """
    own = _fit(feed, headings)
    others = [_fit(other, headings) for other in feeds.values() if other.feed != feed.feed]
    whole = [fit for fit in others if fit.is_whole and fit.matched > own.matched]
    if not whole:
        return
    best = max(whole)
    message = f"Ce fichier est celui du flux « {best.feed} », pas de « {feed.feed} »."
    raise refused("EVK-R021", message)


def _fit(feed: Feed, headings: tuple[str, ...]) -> _Fit:
    matching = first_columns(feed, headings)
    needed = needed_fields(feed)
    missing = len(matching.missing(needed))
    share = 1 - missing / len(needed)
    return _Fit(missing == 0, share, len(matching.columns), -len(matching.unknown), feed.feed)
