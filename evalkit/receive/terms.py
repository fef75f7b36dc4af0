"""The clause DATA at the door: who may send what, on which terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.clause.schedule import agreed_day_of
from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.feed import Feed
from evalkit.declare.period import first_day, last_day
from evalkit.receive.findings.finding import Where, found, refused
from evalkit.store.delivery import Finding
from evalkit.store.schema import USES
from evalkit.typography import counted


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a producer sends a feed.

    Attributes:
        producer: who sends.
        clause: its clause; none when the contract has none.
    """

    producer: str
    clause: Clause | None

    @property
    def is_fictitious(self) -> bool:
        """Tell whether the clause exists only in the demonstration."""
        return self.clause is not None and self.clause.fictitious


def find_terms(clauses: tuple[Clause, ...], feed: str, producer: str | None) -> Terms:
    """Return the producer and its clause.

    Args:
        clauses: every clause of the contract.
        feed: the feed received.
        producer: who sends; may be left out when the clauses of the feed name only one.

    Raises:
        RefusedFileError: the producer must be named (``EVK-R026``).
    """
    known = [clause for clause in clauses if clause.feed == feed]
    producers = sorted({name for clause in known for name in clause.producers})
    if producer is None:
        if len(producers) != 1:
            named = f"Producteurs de ce flux : {', '.join(producers)}." if producers else ""
            raise refused("EVK-R026", f"Le producteur de la livraison doit être précisé. {named}".strip())
        producer = producers[0]
    return Terms(producer, next((clause for clause in known if producer in clause.producers), None))


def judge_terms(feed: Feed, terms: Terms) -> tuple[Finding, ...]:
    """Decide whether a feed may be received at all.

    A feed that follows persons needs a signed clause with its protection block and an impact assessment that is done
    (GDPR, articles 6, 13, 14 and 35). Any other feed is received without a signed clause: with reserves, or with a
    plain note when the data are open.

    Raises:
        RefusedFileError: an individual feed has no signed clause (``EVK-R060``), no protection (``EVK-R061``) or no
            purpose (``EVK-R067``).
    """
    clause = terms.clause
    is_signed = clause is not None and clause.status is ClauseStatus.SIGNED
    if feed.is_individual:
        if not is_signed:
            raise refused("EVK-R060", "Ce flux suit des personnes, et aucune clause DATA signée ne le couvre.")
        if clause is None or clause.protection is None or clause.protection.aipd.status != "done":
            message = "La clause ne dit pas la base légale, ou l’analyse d’impact (AIPD) n’est pas faite."
            raise refused("EVK-R061", message)
        if not any(purpose in USES for purpose in clause.sharing.purposes):
            raise refused(
                "EVK-R067", "Ce flux suit des personnes, et la clause n’écrit aucune finalité qui le permette."
            )
    findings: list[Finding] = []
    if not is_signed and clause is not None and clause.sharing.access == "open":
        findings.append(found("EVK-R063", "Données ouvertes, reçues sans clause signée."))
    elif not is_signed:
        findings.append(found("EVK-R062", "Aucune clause DATA signée ne couvre ce flux."))
    if terms.is_fictitious:
        findings.append(found("EVK-R065", "La clause est fictive : elle n’existe que dans la démonstration."))
    return tuple(findings)


def judge_calendar(terms: Terms, periods: tuple[str, ...], received_on: dt.date) -> Iterator[Finding]:
    """Yield a note for a late delivery, and reserves for periods that the clause does not cover."""
    if terms.clause is None or not periods:
        return
    production = terms.clause.production
    outside = [
        period
        for period in periods
        if (production.from_ and last_day(period) < production.from_)
        or (production.until and first_day(period) > production.until)
    ]
    if outside:
        message = f"La clause ne couvre pas {', '.join(outside[:8])}."
        yield found("EVK-R066", message, Where("", (), len(outside)))
    latest = max(periods, key=last_day)
    amendment = terms.clause.amendment
    is_history = amendment is not None and last_day(latest) < amendment.date
    due_on = agreed_day_of(production, latest)
    # The past that is handed over when a clause begins was never due.
    if due_on is not None and not is_history and received_on > due_on:
        late = counted((received_on - due_on).days, "jour", "jours")
        yield found("EVK-R064", f"Livraison attendue le {due_on:%d/%m/%Y}, reçue avec {late} de retard.")
