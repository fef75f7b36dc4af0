"""Check that nothing reads a feed for a purpose that its clause leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.clause import Clause, Purpose
from evalkit.errors import Place, Problem
from evalkit.workspace.load import ContractFiles

_READERS = {
    Purpose.INDICATOR: "Un indicateur",
    Purpose.COHORT: "Une cohorte",
    Purpose.COMPARISON: "Une comparaison",
}


def purpose_problems(files: ContractFiles) -> Iterator[Problem]:
    """Return each reader of a feed whose clause writes purposes without its own (``EVK-D051``).

    Purposes are limited (GDPR, article 5, 1, b): once a clause lists some, what is not listed is not allowed. A clause
    that lists none is a hole, which is shown elsewhere. A reader that names its producer answers to its clause alone.
    """
    clauses = [located.value for located in files.clauses]
    for purpose, feed, producer, place in _readers(files):
        for clause in clauses:
            if clause.feed == feed and (producer is None or producer in clause.producers) and _forbids(clause, purpose):
                allowed = ", ".join(clause.sharing.purposes)
                message = f"{_READERS[purpose]} ne peut pas lire ce flux : sa clause n’écrit que « {allowed} »."
                repair = f"Faites écrire la finalité « {purpose.value} » dans la clause, ou lisez un autre flux."
                yield Problem("EVK-D051", message, place, feed, repair)


def _forbids(clause: Clause, purpose: Purpose) -> bool:
    return bool(clause.sharing.purposes) and purpose not in clause.sharing.purposes


def _readers(files: ContractFiles) -> Iterator[tuple[Purpose, str, str | None, Place]]:
    """Give purpose, feed, producer when it is named, and place of each reader of a contract."""
    for indicator in files.indicators:
        if indicator.value.measure is not None:
            place = indicator.place("measure", "feed")
            yield Purpose.INDICATOR, indicator.value.measure.feed, indicator.value.producer, place
    for cohort in files.cohorts:
        for feed in cohort.value.feeds:
            yield Purpose.COHORT, feed, None, cohort.place("feed")
    for comparison in files.comparisons:
        yield Purpose.COMPARISON, comparison.value.outcome.feed, None, comparison.place("outcome", "feed")
