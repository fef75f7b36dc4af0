"""Feeds whose checks read each other: they are received one after the other, so that the order alone decides."""

from __future__ import annotations

from collections.abc import Mapping

from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import CodeCheck, SourcesCheck


def linked_feeds(feeds: Mapping[str, Feed]) -> dict[str, str]:
    """Return, for each feed, the first name of the group of feeds that its checks tie it to; itself when alone."""
    group = {name: name for name in sorted(feeds)}
    for name, feed in sorted(feeds.items()):
        for other in _named(feed):
            if other in group:
                kept, gone = sorted((group[name], group[other]))
                group = {each: kept if first == gone else first for each, first in group.items()}
    return group


def _named(feed: Feed) -> tuple[str, ...]:
    """Return the feeds that the checks of a feed read."""
    lists = [check.listed_in.feed for check in feed.checks if isinstance(check, CodeCheck) and check.listed_in]
    return (*lists, *(check.same_as.feed for check in feed.checks if isinstance(check, SourcesCheck)))
