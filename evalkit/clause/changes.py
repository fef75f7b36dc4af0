"""What a new version of the clauses of a contract changes, and whether something is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.clause.terms import TERMS, Term
from evalkit.clause.words import STATUS_WORDS
from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.typography import typeset

_STATUSES = (ClauseStatus.ABSENT, ClauseStatus.PLANNED, ClauseStatus.SIGNED)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference between two versions.

    Attributes:
        feed: the feed.
        producers: the producers for whom it changes, sorted.
        sentence: the difference, as a French sentence.
        breaking: something that could be read, computed or published no longer can, or not as before.
    """

    feed: str
    producers: tuple[str, ...]
    sentence: str
    breaking: bool


def clause_changes(old: Iterable[Clause], new: Iterable[Clause]) -> tuple[Change, ...]:
    """Compare two versions of the clauses of a contract, producer by producer.

    A term that is no longer written breaks; one that gets written at last does not: it fills a hole.

    Args:
        old: the clauses before.
        new: the clauses after.

    Returns:
        The changes, by feed, in the order of the terms of a clause; producers for whom the same thing changes are
        said together.
    """
    before, after = _by_producer(old), _by_producer(new)
    found: dict[tuple[str, str, bool], list[str]] = {}
    for feed, producer in sorted(before | after):
        for sentence, breaking in _differences(before.get((feed, producer)), after.get((feed, producer))):
            found.setdefault((feed, typeset(sentence), breaking), []).append(producer)
    changes = [
        Change(feed, tuple(producers), sentence, breaking) for (feed, sentence, breaking), producers in found.items()
    ]
    return tuple(sorted(changes, key=lambda change: change.feed))


def _by_producer(clauses: Iterable[Clause]) -> dict[tuple[str, str], Clause]:
    return {(clause.feed, producer): clause for clause in clauses for producer in clause.producers}


def _differences(old: Clause | None, new: Clause | None) -> Iterator[tuple[str, bool]]:
    if old is None and new is not None:
        yield f"Une clause apparaît ({STATUS_WORDS[new.status]}).", False
    if old is not None and new is None:
        yield f"La clause disparaît ({STATUS_WORDS[old.status]} jusque-là).", True
    if old is None or new is None:
        return
    if old.status is not new.status:
        sentence = f"La clause était {STATUS_WORDS[old.status]}, elle est désormais {STATUS_WORDS[new.status]}."
        yield sentence, _STATUSES.index(new.status) < _STATUSES.index(old.status)
    if old.fictitious is not new.fictitious:
        said = ("réelle", "fictive") if new.fictitious else ("fictive", "réelle")
        yield f"La clause était {said[0]}, elle est désormais {said[1]}.", new.fictitious
    for term in TERMS:
        if term.compared:
            before, after = (term.implied if term.read(each) is None else term.read(each) for each in (old, new))
            yield from _term_difference(term, before, after)


def _term_difference(term: Term, old: object, new: object) -> Iterator[tuple[str, bool]]:
    if old == new:
        return
    if old is None:
        yield f"Rien n’était écrit sur {term.label} : c’est désormais « {term.words(new)} ».", False
    elif new is None:
        yield f"Plus rien n’est écrit sur {term.label} : c’était « {term.words(old)} ».", True
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _list_difference(term, old, new)
    else:
        sentence = f"{_capitalised(term.label)} : « {term.words(old)} » devient « {term.words(new)} »."
        yield sentence, term.worse(old, new)


def _list_difference(term: Term, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Say what leaves a list and what enters it; the order of a list changes nothing."""
    label = _capitalised(term.label)
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    if gone:
        yield f"{label} ne comptent plus « {term.words(tuple(gone))} ».", term.worse(old, new)
    if come:
        yield f"{label} comptent désormais « {term.words(tuple(come))} ».", False


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]
