"""Every check that needs other deliveries, and what is said of those that could not run."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import CodeCheck, SourcesCheck
from evalkit.errors import FormulaError
from evalkit.receive.findings.finding import Where, found
from evalkit.receive.history.changes import changes
from evalkit.receive.history.code_lists import listed_codes, unlisted_codes
from evalkit.receive.history.columns import column_changes
from evalkit.receive.history.headings_kept import Headings, read_headings
from evalkit.receive.history.past import Past
from evalkit.receive.history.profile import profile_of
from evalkit.receive.history.repeated_rows import NUMBERED_ONCE, repeated_rows
from evalkit.receive.history.sources_agree import Pair, Side, disagreement, pairs_of
from evalkit.receive.periods import period_counts
from evalkit.store.delivery import Finding


def judge_history(feed: Feed, rows: pl.DataFrame, headings: Headings, past: Past | None) -> tuple[Finding, ...]:
    """Compare a delivery with what was received before it.

    Args:
        feed: the declaration.
        rows: the accepted rows of the delivery.
        headings: the headings of its file.
        past: what was received before; none when a partner checks a file on a machine without a store.

    Returns:
        What changed, what was already received, what two sources say otherwise; and one finding for each comparison
        that could not be made.
    """
    if past is None:
        return (_without_store(feed),)
    return (
        *_since_previous(feed, rows, headings, past),
        *_repeated(feed, rows, past),
        *_lists(feed, rows, past),
        *_sources(feed, rows, past),
    )


def _not_run(message: str, field: str = "") -> Finding:
    return found("EVK-R079", message, Where(field))


def _without_store(feed: Feed) -> Finding:
    """Say what a check at the partner's leaves to the reception."""
    parts = ["évolution depuis la livraison précédente", "lignes déjà reçues"]
    if any(isinstance(check, CodeCheck) and check.listed_in for check in feed.checks):
        parts.append("codes des listes reçues")
    if any(isinstance(check, SourcesCheck) for check in feed.checks):
        parts.append("accord avec une autre source")
    return _not_run(f"Non exécuté sans les livraisons déjà reçues : {', '.join(parts)}. La réception le fera.")


def _since_previous(feed: Feed, rows: pl.DataFrame, headings: Headings, past: Past) -> Iterator[Finding]:
    if past.previous is None:
        message = f"Première livraison de « {past.producer} » pour ce flux : évolution non contrôlée, faute de passé."
        yield _not_run(message)
        return
    earlier = past.previous_rows(feed)
    if earlier is None:
        yield _not_run("Les lignes de la livraison précédente ne sont plus gardées : évolution non contrôlée.")
    else:
        yield from changes(feed, profile_of(feed, earlier), profile_of(feed, rows))
    before = read_headings(past.store, past.previous)
    if before is None:
        yield _not_run("Les titres de colonnes de la livraison précédente ne sont pas connus : non comparés.")
    else:
        yield from column_changes(feed, before, headings)


def _repeated(feed: Feed, rows: pl.DataFrame, past: Past) -> Iterator[Finding]:
    if feed.watch.repeated_keys is None:
        return
    periods = tuple(period for period, _ in period_counts(rows))
    others = past.other_rows(feed, periods, of_other_periods=feed.grain in NUMBERED_ONCE)
    if others is None:
        return
    named = rows if past.hiding is None else past.hiding.hidden(rows)
    yield from repeated_rows(feed, named, others, past.producer)


def _lists(feed: Feed, rows: pl.DataFrame, past: Past) -> Iterator[Finding]:
    for check in feed.checks:
        if not isinstance(check, CodeCheck) or check.listed_in is None:
            continue
        codes = listed_codes(past.rows_of(check.listed_in.feed), check.listed_in)
        if codes is None:
            message = f"« {check.code} » non contrôlé : la liste du flux « {check.listed_in.feed} » n’est pas reçue."
            yield _not_run(message, check.code)
        elif (finding := unlisted_codes(feed, check, rows, codes)) is not None:
            yield finding


def _sources(feed: Feed, rows: pl.DataFrame, past: Past) -> Iterator[Finding]:
    for pair in pairs_of(feed, past.feeds):
        theirs = past.rows_of(pair.theirs.feed)
        if theirs is None:
            message = f"« {pair.mine.of} » non comparé : le flux « {pair.theirs.feed} » n’est pas reçu."
            yield _not_run(message, pair.mine.of)
        else:
            yield from _disagreement(feed, rows, pair, past, theirs)


def _disagreement(feed: Feed, rows: pl.DataFrame, pair: Pair, past: Past, theirs: pl.DataFrame) -> Iterator[Finding]:
    mine, other = Side(feed, pair.mine, rows), Side(past.feeds[pair.theirs.feed], pair.theirs, theirs)
    try:
        finding = disagreement(pair.check, mine, other, pair.theirs.feed in past.open_feeds)
    except FormulaError as error:
        yield _not_run(f"« {pair.mine.of} » non comparé : {error.problems[0].message}", pair.mine.of)
        return
    if finding is not None:
        yield finding
