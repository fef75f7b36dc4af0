"""Pseudonyms: those received are checked, then hashed again with our key, once per purpose of the clause."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.clause import Clause, Purpose
from evalkit.declare.feed import FieldSpec
from evalkit.receive.findings.finding import RefusedFileError, Where, at_lines, found
from evalkit.receive.privacy.key import IdentityKey
from evalkit.store.event import EventKind
from evalkit.store.ledger import Ledger
from evalkit.store.rows import Parcel
from evalkit.store.schema import USES, pseudonym_column
from evalkit.typography import counted

_DIGEST = r"^[0-9a-fA-F]{64}$"
_STUDY_NUMBER = r"^[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*$"
"""A number made for the study: letters and digits with at least one digit, so that no name passes for one."""
_TOKEN = "_objection"


def check_pseudonyms(field: FieldSpec, texts: pl.Series, lines: pl.Series) -> pl.Series:
    """Return the pseudonyms received, in lower case; they live in memory until :func:`seal`.

    Args:
        field: the identity field.
        texts: the cells: 64 hexadecimal characters made by the trusted third party, or a common study number in the
            form that the field declares (``pattern``); null where empty.
        lines: the lines of the partner's file.

    Raises:
        RefusedFileError: a cell is something else, perhaps a name (``EVK-R033``): nothing of the file may be kept.
    """
    stripped = texts.str.strip_chars()
    right = pl.all_horizontal(pl.col("text").str.contains(form) for form in _forms(field))
    wrong = ~stripped.to_frame("text").select(right.fill_null(value=True)).to_series()
    if wrong.any():
        message = f"« {field.name} » : " + counted(
            int(wrong.sum()), "identité n’est pas un pseudonyme.", "identités ne sont pas des pseudonymes."
        )
        expected = "une empreinte de 64 caractères hexadécimaux"
        if is_study_number(field):
            expected = f"un numéro d’étude de la forme {field.pattern}"
        finding = found("EVK-R033", message, at_lines(field.name, lines.filter(wrong)), expected=expected)
        raise RefusedFileError(finding, is_personal=True)
    return stripped.str.to_lowercase()


def is_study_number(field: FieldSpec) -> bool:
    """Tell whether the identities of a field are study numbers rather than keyed digests."""
    return field.pattern is not None and not re.search(field.pattern, "0" * 64)


def as_received(field: FieldSpec, text: str) -> str | None:
    """Return a pseudonym typed by somebody as :func:`check_pseudonyms` would read it; none when it is no pseudonym."""
    stripped = text.strip()
    return stripped.lower() if stripped and all(re.search(form, stripped) for form in _forms(field)) else None


def _forms(field: FieldSpec) -> tuple[str, ...]:
    return (field.pattern or "", _STUDY_NUMBER) if is_study_number(field) else (_DIGEST,)


def followed_purposes(clause: Clause | None) -> tuple[Purpose, ...]:
    """Return the purposes for which a clause lets persons be seen: each gets its own pseudonyms."""
    named = clause.sharing.purposes if clause is not None else ()
    return tuple(purpose for purpose in USES if purpose in named)


@dataclass(frozen=True, slots=True)
class Seal:
    """How the persons of a delivery are hidden.

    Attributes:
        contract: pseudonyms of two contracts can never be joined.
        field: the identity field.
        purposes: those of the clause; persons get one pseudonym for each, and none beyond.
        key: the key in force on the day of reception.
        first: the oldest key, which marks those who object.
    """

    contract: str
    field: str
    purposes: tuple[Purpose, ...]
    key: IdentityKey
    first: IdentityKey


def seal(parcel: Parcel, how: Seal) -> Parcel:
    """Put our pseudonyms in the place of those received, in the rows kept and in those refused.

    The parcel still bears, beside each row, the token by which :func:`without_objectors` knows a person who objects.
    """
    refused = None if parcel.refused is None else _sealed(parcel.refused, how)
    return Parcel(replace(parcel.delivery, key=how.key.fingerprint), _sealed(parcel.rows, how), refused)


def _sealed(rows: pl.DataFrame, how: Seal) -> pl.DataFrame:
    if how.field not in rows.columns:
        return rows
    received = rows[how.field].drop_nulls().unique().to_list()
    made = {
        pseudonym_column(how.field, purpose): how.key.pseudonyms(how.contract, purpose, received)
        for purpose in how.purposes
    }
    made[_TOKEN] = how.first.objections(how.contract, received)
    names = {how.field: received, **made}
    table = pl.DataFrame(names, schema=dict.fromkeys(names, pl.String))
    place = rows.columns.index(how.field)
    joined = rows.join(table, on=how.field, how="left", maintain_order="left")
    kept = [name for name in rows.columns if name != how.field]
    return joined.select(*kept[:place], *made, *kept[place:])


def objected(ledger: Ledger, contract: str) -> frozenset[str]:
    """Return the tokens of the persons who object in a contract."""
    return frozenset(event.subject for event in ledger.events(EventKind.OBJECTION) if event.contract == contract)


def without_objectors(ledger: Ledger, parcel: Parcel) -> Parcel:
    """Take the rows of those who object out of a sealed parcel, and say how many there were, not which."""
    tokens = sorted(objected(ledger, parcel.delivery.contract))
    rows, gone = _without(parcel.rows, tokens)
    refused, refused_gone = (None, 0) if parcel.refused is None else _without(parcel.refused, tokens)
    delivery = parcel.delivery
    if gone or refused_gone:
        message = counted(
            gone + refused_gone,
            "ligne d’une personne qui s’oppose, non conservée.",
            "lignes de personnes qui s’opposent, non conservées.",
        )
        note = found("EVK-R038", message, Where("", (), gone + refused_gone))
        delivery = replace(
            delivery,
            rows_accepted=delivery.rows_accepted - gone,
            rows_refused=delivery.rows_refused - refused_gone,
            findings=(*delivery.findings, note),
        )
    return Parcel(delivery, rows, refused)


def _without(rows: pl.DataFrame, tokens: list[str]) -> tuple[pl.DataFrame, int]:
    if _TOKEN not in rows.columns:
        return rows, 0
    kept = rows.filter(~pl.col(_TOKEN).is_in(tokens).fill_null(False)) if tokens else rows
    return kept.drop(_TOKEN), rows.height - kept.height
