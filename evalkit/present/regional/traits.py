"""Which contracts have a clause, an observatory, cohorts, an evaluation calendar, baselines and targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.present.messages.catalogue import say
from evalkit.present.regional.members import Member, Region
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, tally
from evalkit.typography import typeset

_OBSERVATORY = "observatoire"
_EVALUATION = "évaluation"
_STATUSES = {
    ClauseStatus.SIGNED: "regional.traits.signed",
    ClauseStatus.PLANNED: "regional.traits.planned",
    ClauseStatus.ABSENT: "regional.traits.absent",
}


def traits_markdown(region: Region) -> str:
    """Return the table of what each contract has: one line per contract, and how many have it."""
    traits = tuple(_TRAITS)
    rows = [
        [each.label, *(_TRAITS[trait](each) or say("regional.members.none") for trait in traits)]
        for each in region.contracts
    ]
    counts = [say("regional.traits.of", count=number(k), total=number(n)) for k, n in _counts(region)]
    rows.append([f"**{say('regional.traits.together')}**", *(f"**{each}**" for each in counts)])
    columns = (
        Column(say("regional.traits.column_contract"), width=30),
        *(Column(say(f"regional.traits.column_{trait}"), width=16) for trait in traits),
    )
    return typeset(markdown_table(columns, rows, say("regional.traits.caption")))


def traits_lines(region: Region) -> tuple[str, ...]:
    """Return in one sentence per trait how many contracts have it, and which do not."""
    lines = []
    for trait, has in _TRAITS.items():
        without = [each.label for each in region.contracts if not has(each)]
        count, total = len(region.contracts) - len(without), len(region.contracts)
        missing = say("regional.traits.without", named=enumerate_words(without)) if without and count else ""
        fields = {"trait": say(f"regional.traits.line_{trait}"), "count": number(count), "total": number(total)}
        lines.append(typeset(say("regional.traits.line", missing=missing, **fields)))
    return tuple(lines)


def clauses_markdown(region: Region) -> str:
    """Return how many clauses of each contract are signed, planned or absent, and what is fictitious."""
    rows = []
    for each in region.contracts:
        clauses = each.declarations.clauses
        counts = Counter(clause.status for clause in clauses)
        fictitious = sum(clause.fictitious for clause in clauses)
        mark = tally("regional.traits.fictitious", fictitious) if fictitious else say("regional.members.none")
        cells = [number(counts[status]) for status in _STATUSES]
        rows.append([each.label, number(len(each.declarations.feeds_read)), *cells, mark])
    columns = (
        Column(say("regional.traits.column_contract"), width=36),
        Column(say("regional.traits.column_feeds"), "right", 10),
        *(Column(say(key), "right", 10) for key in _STATUSES.values()),
        Column(say("regional.traits.column_fictitious"), "right", 12),
    )
    return typeset(markdown_table(columns, rows, say("regional.traits.caption_clauses")))


def _counts(region: Region) -> Iterator[tuple[int, int]]:
    for has in _TRAITS.values():
        yield sum(bool(has(each)) for each in region.contracts), len(region.contracts)


def _clause(member: Member) -> str:
    signed = [each for each in member.declarations.clauses if each.status is ClauseStatus.SIGNED]
    if not signed:
        return ""
    words = tally("regional.traits.signed_clauses", len(signed))
    return f"{words} {say('regional.traits.all_fictitious')}" if all(_is_fictitious(each) for each in signed) else words


def _is_fictitious(clause: Clause) -> bool:
    return clause.fictitious


def _observatory(member: Member) -> str:
    """Return where a contract speaks of an observatory: the first place where the word stands."""
    contract = member.declarations.contract
    places = {
        "regional.traits.in_calendar": [each.label for each in contract.calendar],
        "regional.traits.in_objectives": [
            text for each in contract.objectives.values() for text in (each.label, *each.operational)
        ],
        "regional.traits.in_partners": [role for each in contract.partners for role in (each.label, *each.roles)],
        "regional.traits.in_clauses": [each.framework.body or "" for each in member.declarations.clauses],
        "regional.traits.in_indicators": [each.label for each in member.declarations.indicators],
    }
    found = (key for key, texts in places.items() if any(_OBSERVATORY in text.casefold() for text in texts))
    return next((say(key) for key in found), "")


def _cohorts(member: Member) -> str:
    count = len(member.declarations.cohorts)
    return tally("regional.traits.cohorts", count) if count else ""


def _calendar(member: Member) -> str:
    """Return the dated meetings of the evaluation, else that there are some without a date."""
    milestones = [each for each in member.declarations.contract.calendar if _EVALUATION in each.label.casefold()]
    years = sorted({day.year for each in milestones for day in (each.from_, each.until) if day is not None})
    if years:
        return enumerate_words([str(year) for year in years])
    return say("regional.traits.undated") if milestones else ""


def _questions(member: Member) -> str:
    count = len(member.declarations.contract.questions)
    return number(count) if count else ""


def _baselines(member: Member) -> str:
    return _share(sum(bool(each.baselines) for each in member.declarations.indicators), member)


def _targets(member: Member) -> str:
    return _share(sum(bool(each.targets) for each in member.declarations.indicators), member)


def _share(count: int, member: Member) -> str:
    total = len(member.declarations.indicators)
    return say("regional.traits.of", count=number(count), total=number(total)) if count else ""


_TRAITS: dict[str, Callable[[Member], str]] = {
    "clause": _clause,
    "observatory": _observatory,
    "cohorts": _cohorts,
    "calendar": _calendar,
    "questions": _questions,
    "baselines": _baselines,
    "targets": _targets,
}
"""What a contract may have, and how it is told; empty when it has not."""
