"""One clause as a sheet to read and to complete: each term with what is agreed, or with who must say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.clause.completeness import USES, calls_for_protection
from evalkit.clause.terms import TERMS, Pillar, Term
from evalkit.clause.uses import Use
from evalkit.clause.words import STATUS_WORDS
from evalkit.declare.clause import Clause, ProducerNature
from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.typography import typeset

PILLAR_TITLES = {
    Pillar.RECORD: "Fiche du flux",
    Pillar.PRODUCTION: "Pilier 1 : production à l’échelle du quartier et mise à disposition",
    Pillar.SHARING: "Pilier 2 : conditions du partage",
    Pillar.FRAMEWORK: "Pilier 3 : cadre de partage et avenant",
    Pillar.PROTECTION: "Protection des données personnelles (RGPD)",
}
TYPE_WORDS = {
    FieldType.IDENTITY: "pseudonyme",
    FieldType.CODE: "code",
    FieldType.ZONE: "zone",
    FieldType.CATEGORY: "mot d’une liste",
    FieldType.INTEGER: "nombre entier",
    FieldType.DECIMAL: "nombre décimal",
    FieldType.BOOLEAN: "oui ou non",
    FieldType.DATE: "date",
    FieldType.MONTH: "mois",
    FieldType.QUARTER: "trimestre",
    FieldType.HALF_YEAR: "semestre",
    FieldType.YEAR: "année",
    FieldType.FREE_TEXT: "texte libre",
}
_ASKED_OF_PRIVATE_DATA = frozenset({"sharing.owner", "sharing.licence", "sharing.cost"})
_ELSEWHERE = {
    "production.due": "selon les échéances datées",
    "sharing.purposes": "selon les conditions de définition des usages",
    "sharing.usage_conditions": "sans objet : les finalités sont énumérées",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet.

    Attributes:
        noun: the name of the term.
        text: what is agreed, in Markdown, or who must complete it.
        is_open: it remains to be completed or confirmed.
    """

    noun: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The terms of one clause, and the columns of its files.

    Attributes:
        title: the name of the feed.
        producers: the names of the producers.
        status: the status of the clause, in French.
        groups: the title of each pillar, with its entries.
        columns: name, kind, whether it must be filled, whether it points at a person.
        source: the place of the document from which the terms come; empty when it is unknown.
    """

    feed: str
    title: str
    producers: tuple[str, ...]
    status: str
    fictitious: bool
    uses: tuple[Use, ...]
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    columns: tuple[tuple[str, str, str, str], ...]
    source: str

    @property
    def to_complete(self) -> int:
        """Return how many terms remain to be completed or confirmed."""
        return sum(entry.is_open for _, entries in self.groups for entry in entries)


def clause_sheet(clause: Clause, feed: Feed, uses: tuple[Use, ...], partners: Mapping[str, str]) -> Sheet:
    """Return the sheet of a clause.

    Args:
        clause: its terms.
        feed: the columns of its files.
        uses: what reads the feed.
        partners: the names of the partners, by id.
    """
    pillars = [pillar for pillar in Pillar if pillar is not Pillar.PROTECTION or calls_for_protection(clause, feed)]
    named = tuple(partners.get(name, name) for name in clause.producers)
    return Sheet(
        feed=feed.feed,
        title=typeset(feed.label),
        producers=named,
        status=STATUS_WORDS[clause.status],
        fictitious=clause.fictitious,
        uses=uses,
        groups=tuple((typeset(PILLAR_TITLES[each]), tuple(_entries(each, clause, uses, named))) for each in pillars),
        columns=tuple(_column(field) for field in feed.fields),
        source=_source(clause),
    )


def to_complete(completer: str) -> str:
    """Return what stands in the place of a term that nobody has written."""
    return f"**À compléter** par {completer}"


def _entries(pillar: Pillar, clause: Clause, uses: tuple[Use, ...], named: tuple[str, ...]) -> Iterator[Entry]:
    if pillar is Pillar.RECORD:
        said = ", ".join(f"{use.label} ({use.purpose.value})" for use in uses)
        yield Entry(_capitalised(USES), typeset(said or "aucun usage n’est déclaré"), not uses)
    for term in TERMS:
        if term.pillar is not pillar:
            continue
        if term.name == "producers":
            yield Entry(_capitalised(term.noun), typeset(", ".join(named)), term.is_inferred(clause))
        elif not (term.optional and term.read(clause) is None):
            yield _entry(term, clause)


def _entry(term: Term, clause: Clause) -> Entry:
    noun, value = _capitalised(term.noun), term.read(clause)
    if value is None:
        if term.is_missing(clause):
            return Entry(noun, typeset(to_complete(term.completer) + _stress(term, clause)), True)
        return Entry(noun, typeset(_ELSEWHERE.get(term.name, STATUS_WORDS[clause.status])), False)
    text = typeset(term.words(value))
    if not term.settled(value):
        return Entry(noun, f"{text} ; {to_complete(term.completer)}", True)
    if term.is_inferred(clause):
        return Entry(noun, f"{text} *(à confirmer)*", True)
    return Entry(noun, text, False)


def _stress(term: Term, clause: Clause) -> str:
    """Private data call for an owner, a licence and a cost (circular of 31 August 2023, second pillar)."""
    is_private = ProducerNature.PRIVATE in clause.production.producer_nature
    return " : données d’origine privée" if is_private and term.name in _ASKED_OF_PRIVATE_DATA else ""


def _column(field: FieldSpec) -> tuple[str, str, str, str]:
    kind = TYPE_WORDS[field.type]
    if field.values:
        kind = f"{kind} : {', '.join(field.values)}"
    required = "oui" if field.required else "non"
    return typeset(field.label or field.name), typeset(kind), required, "oui" if field.is_personal else "non"


def _source(clause: Clause) -> str:
    evidence = clause.evidence
    if evidence is None:
        return ""
    place = [evidence.document or "", f"section {evidence.section}" if evidence.section else ""]
    place.append(f"ligne {evidence.line}" if evidence.line else "")
    said = ", ".join(part for part in place if part)
    note = f"{evidence.note[0].upper()}{evidence.note[1:]}." if evidence.note else ""
    return typeset(" ".join(part for part in (f"Source : {said}." if said else "", note) if part))


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]
