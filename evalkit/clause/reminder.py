"""The letter that asks a producer for what is late, ready to send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from evalkit.clause.board import BoardLine, Outstanding
from evalkit.clause.terms import Pillar
from evalkit.declare.clause import ClauseStatus
from evalkit.declare.contract import Contract
from evalkit.errors import Place, WorkspaceError
from evalkit.french_dates import day_words, period_in_words, span_in_words
from evalkit.typography import typeset
from evalkit.workspace.unknown import unknown

_MANY = 6
"""More periods than this are said by the first and the last."""

_ASKING = (
    "Nous vous remercions de nous l’adresser dès que possible. Si une difficulté vous en empêche, "
    "dites-nous laquelle et à quelle date vous pensez pouvoir le faire : ce qui manquera sera signalé comme tel dans "
    "le rapport d’évaluation."
)


def reminder(contract: Contract, board: Iterable[BoardLine], producer: str, as_of: dt.date) -> str:
    """Return the letter to one producer: what is late, what was refused, what remains to be agreed.

    Args:
        contract: who asks.
        board: the state of the clauses on the day of the letter.
        producer: id of the producer.
        as_of: the day of the letter.

    Returns:
        A French letter; a short note when there is nothing to ask.

    Raises:
        WorkspaceError: no clause names this producer (``EVK-D033``).
    """
    lines = [line for line in board if line.producer]
    mine = [line for line in lines if line.producer == producer]
    if not mine:
        raise WorkspaceError(unknown("Partenaire", producer, {line.producer for line in lines}, Place()))
    late = [line for line in mine if line.status is ClauseStatus.SIGNED and not line.is_open and _to_send(line)]
    planned = [line for line in mine if line.status is ClauseStatus.PLANNED and not line.is_open and line.outstanding]
    if not late and not planned:
        return typeset(f"Rien n’est à réclamer à {mine[0].producer_label} au {day_words(as_of)}.")
    parts = [*_opening(contract, mine, as_of)]
    if late:
        parts += [_stated(late, as_of), "\n".join(_bullets(late)), _ASKING]
    if planned:
        parts += [_planned(alone=not late), "\n".join(_proposals(planned))]
    parts += [*_next(mine), f"Bien cordialement,\n\n{_signature(contract)}"]
    return typeset("\n\n".join(parts))


def producers_to_remind(board: Iterable[BoardLine]) -> tuple[str, ...]:
    """Return the ids of the producers who are late, sorted."""
    return tuple(sorted({line.producer for line in board if line.is_late}))


def _to_send(line: BoardLine) -> list[Outstanding]:
    """Return what a producer must send: what is past its date, and what is over when no date was agreed."""
    return [each for each in line.outstanding if each.days_late is None or each.days_late > 0]


def _opening(contract: Contract, mine: Sequence[BoardLine], as_of: dt.date) -> Iterator[str]:
    if any(line.fictitious for line in mine):
        yield "EXEMPLE FICTIF : les clauses citées n’existent que dans la démonstration."
    heading = ["Objet : données attendues pour l’évaluation (clause DATA)", f"Contrat : {contract.label}"]
    yield "\n".join([*heading, f"À l’attention de : {mine[0].producer_label}", f"Date : {day_words(as_of)}"])
    yield "Madame, Monsieur,"


def _stated(late: Sequence[BoardLine], as_of: dt.date) -> str:
    amendments = sorted({(line.amendment.reference, line.amendment.date) for line in late if line.amendment})
    agreed = _listed([f"{reference} du {day_words(date)}" for reference, date in amendments])
    basis = f"Vous vous êtes engagés à transmettre des données pour le suivi du contrat ({agreed})." if agreed else (
        "Vous vous êtes engagés à transmettre des données pour le suivi du contrat."
    )  # fmt: skip
    return f"{basis} Au {day_words(as_of)}, voici ce qui ne nous est pas parvenu ou n’a pas pu être repris :"


def _bullets(late: Sequence[BoardLine]) -> Iterator[str]:
    for line in late:
        missing = []
        for each in _to_send(line):
            if each.refused_on is None:
                missing.append(each)
                continue
            yield (
                f"- {line.label}, {period_in_words(each.period)} : le fichier reçu le {day_words(each.refused_on)} a "
                "été refusé à la réception, son accusé en donne les raisons ; un fichier corrigé est nécessaire "
                f"({_date(each)})."
            )
        if len(missing) > _MANY:
            spanned = f"{span_in_words(missing[0].period, missing[-1].period)} ({len(missing)} périodes)"
            yield f"- {line.label}, {spanned} ; pour la plus ancienne : {_date(missing[0])}."
        else:
            yield from (f"- {line.label}, {period_in_words(each.period)} : {_date(each)}." for each in missing)


def _date(each: Outstanding) -> str:
    if each.due_on is None or each.days_late is None:
        return "envoi attendu, sans délai écrit dans la clause"
    late = f"{each.days_late} jour{'s' if each.days_late > 1 else ''}"
    return f"envoi attendu le {day_words(each.due_on)}, soit {late} de retard"


def _planned(*, alone: bool) -> str:
    also = "" if alone else " par ailleurs"
    return (
        f"Une transmission est{also} prévue sans qu’une clause DATA soit signée, et rien ne nous est parvenu à ce "
        "titre. Nous vous proposons d’en arrêter les termes ensemble :"
    )


def _proposals(planned: Sequence[BoardLine]) -> Iterator[str]:
    for line in planned:
        first, last = line.outstanding[0].period, line.outstanding[-1].period
        count = len(line.outstanding)
        periods = f"{span_in_words(first, last)} ({count} périodes)" if count > 1 else period_in_words(first)
        missing = [name for each in line.pillars if each.pillar is not Pillar.RECORD for name in each.missing]
        terms = f" ; restent à écrire : {', '.join(missing)}" if missing else ""
        due = line.outstanding[0].due_on
        dated = f", à la date que le document écrit ({day_words(due)} pour la première)" if due else ""
        yield f"- {line.label}, {periods}{dated}{terms}."


def _next(mine: Iterable[BoardLine]) -> Iterator[str]:
    """Say the next dates that are agreed, so that the letter serves for the following sending too."""
    dated = sorted(
        (line.next_due.agreed, line.label, line.next_due.period)
        for line in mine
        if line.next_due and line.next_due.agreed and line.status is ClauseStatus.SIGNED and not line.is_open
    )
    if dated:
        said = [f"{label}, {period_in_words(period)}, le {day_words(agreed)}" for agreed, label, period in dated]
        yield f"Prochaines échéances : {' ; '.join(said)}." if len(said) > 1 else f"Prochaine échéance : {said[0]}."


def _signature(contract: Contract) -> str:
    return f"Pour les pilotes du contrat : {_listed(contract.pilots)}" if contract.pilots else "Les pilotes du contrat"


def _listed(words: Sequence[str]) -> str:
    return " et ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
