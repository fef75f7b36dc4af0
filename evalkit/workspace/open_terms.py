"""The terms of open bases: nobody owes them, nobody signs for them, anybody may read them."""

from __future__ import annotations

from evalkit.declare.clause import Clause, ClauseStatus, Sharing
from evalkit.declare.feed import Feed
from evalkit.sources.catalogue import Catalogue
from evalkit.territory.zones import normalise_name


def open_clauses(catalogue: Catalogue, feed: Feed) -> tuple[Clause, ...]:
    """Return the terms of a base that anybody may download, for a contract that writes no clause about it.

    Nobody owes such a base and nobody signs for it: its producer and its licence are those of the catalogue. A feed
    that refuses the columns it does not know is a partner's export, whatever the catalogue says of its source.
    """
    sources = catalogue.read_by(feed.feed)
    if feed.other_columns != "listed" or feed.is_individual or not sources:
        return ()
    producers = tuple(sorted({normalise_name(source.producer) for source in sources}))
    licence = next((source.licence for source in sources if source.licence), None)
    sharing = Sharing(access="open", owner=sources[0].producer, licence=licence)
    return (Clause(feed=feed.feed, producers=producers, status=ClauseStatus.ABSENT, sharing=sharing),)
