"""Check what a cohort reads beside its own feed: returns by wave, files of other partners; and who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_sources import Source
from evalkit.declare.feed import Feed, FieldType, Grain
from evalkit.declare.load import Located
from evalkit.errors import Problem
from evalkit.workspace.check_formula import zone_column_problems
from evalkit.workspace.unknown import unknown, unless_known

_MONTHS = (FieldType.MONTH, FieldType.QUARTER)


def due_problems(located: Located[Cohort], partners: Iterable[str]) -> Iterator[Problem]:
    """Return each partner who owes something to a protocol and whom the contract does not name (``EVK-D033``)."""
    names = sorted(partners)
    for index, due in enumerate(located.value.protocol.deliveries):
        place = located.place("protocol", "deliveries", index, "partner")
        yield from unless_known("Partenaire", due.partner, names, place)


def returned_problems(located: Located[Cohort], feeds: Mapping[str, Feed]) -> Iterator[Problem]:
    """Return what declared returns name that their feed does not have.

    A cohort of returns that declares nothing of its file is read with the usual names, and refused when it is followed
    if the file does not have them.
    """
    cohort = located.value
    read = cohort.returned
    if cohort.returns is None or read is None or read.feed is None:
        return
    place = located.place("returns", "feed") if cohort.returns.feed else located.place("feed")
    feed = feeds.get(read.feed)
    if feed is None:
        yield unknown("Flux", read.feed, feeds, place)
        return
    if feed.grain is Grain.PERSON:
        message = "Ce flux porte des lignes de personnes : des retours ne sont que des totaux."
        yield Problem("EVK-D044", message, place, feed.feed, "Nommez le flux des retours agrégés.")
    yield from zone_column_problems(feed, place)
    names = [field.name for field in feed.fields]
    for name in ("cohort", "wave", "entrants", "breakdown", "word", "proof"):
        column = getattr(read, name)
        if column is not None:
            yield from unless_known("Colonne", column, names, located.place("returns", name))
    for index, column in enumerate(read.remaining or ()):
        yield from unless_known("Colonne", column, names, located.place("returns", "remaining", index))
    for role, column in read.exits.items():
        yield from unless_known("Colonne", column, names, located.place("returns", "exits", role))


def source_problems(located: Located[Cohort], feeds: Mapping[str, Feed]) -> Iterator[Problem]:
    """Return what the other files of a cohort cannot give: persons under the same pseudonym, dates, situations."""
    own = feeds.get(located.value.feed)
    for index, source in enumerate(located.value.sources):
        place = located.place("sources", index, "feed")
        feed = feeds.get(source.feed)
        if feed is None:
            yield unknown("Flux", source.feed, feeds, place)
        elif feed.identity is None:
            message = "Ce fichier n’a pas de pseudonyme : rien ne le relie aux personnes de la cohorte."
            yield Problem("EVK-D044", message, place, feed.feed, "Suivez un flux qui a un bloc « identity ».")
        elif own is not None and own.identity is not None and _made(feed) != _made(own):
            message = (
                "Ce fichier et celui de la cohorte n’ont pas le même pseudonyme : le tiers ou les éléments diffèrent."
            )
            repair = f"Même « identity » que le flux {own.feed}, ou retirez cette source."
            yield Problem("EVK-D044", message, place, feed.feed, repair)
        else:
            yield from _column_problems(located, index, source, feed)


def _made(feed: Feed) -> tuple[str, tuple[str, ...]] | None:
    return (feed.identity.made_by, feed.identity.from_) if feed.identity is not None else None


def _column_problems(located: Located[Cohort], index: int, source: Source, feed: Feed) -> Iterator[Problem]:
    wanted = {"situation": None, "month": _MONTHS, "start": (FieldType.DATE,), "end": (FieldType.DATE,)}
    for name, types in wanted.items():
        column = getattr(source, name)
        field = feed.field(column) if column is not None else None
        place = located.place("sources", index, name)
        if column is not None and field is None:
            yield unknown("Colonne", column, [each.name for each in feed.fields], place)
        elif field is not None and types is not None and field.type not in types:
            message = "Cette colonne n’est pas du type attendu."
            expected = " ou ".join(kind.value for kind in types)
            yield Problem("EVK-D034", message, place, f"{column} ({field.type.value})", f"Type attendu : {expected}.")
    situation = feed.field(source.situation)
    exits = source.exits or located.value.exits
    if situation is not None and situation.values:
        for role, word in exits.items():
            place = located.place("sources", index, "exits", role) if source.exits else located.place("exits", role)
            yield from unless_known("Mot", word, situation.values, place)
