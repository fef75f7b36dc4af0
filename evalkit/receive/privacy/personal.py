"""Personal data that nobody agreed to send: found before anything is kept, and never printed."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import RefusedFileError, Where, at_lines, found
from evalkit.receive.headings import Matching
from evalkit.receive.privacy.nir import rows_with_nir
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name

_IDENTIFYING_WORDS = """
nom nomusage nomdusage nomnaissance nomdenaissance nomdefamille nomprenom nometprenom prenomnom prenom prenoms
patronyme civilite datenaissance datedenaissance neele nele naissance ddn lieunaissance lieudenaissance nir numsecu
nosecu numerosecu nss numerodesecuritesociale numerosecuritesociale securitesociale telephone tel telephoneportable
numerodetelephone portable mobile mail email adressemail adresseemail adresseelectronique courriel adresse
adressepostale adressecomplete numerovoie numerodevoie numeroetvoie rue voie iban rib numeroallocataire
noallocataire matricule numerofrancetravail identifiantfrancetravail idpoleemploi numerocarteidentite passeport
"""

IDENTIFYING_HEADINGS = frozenset(_IDENTIFYING_WORDS.split())
"""Headings, normalised, of columns that name or reach a person."""

EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
_PHONE_GAP = "[ .\\-\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
_SPACED_PHONE = rf"(?:^|[^0-9])((?:\+33|0033){_PHONE_GAP}?(?:\(0\))?|0)[1-9](?:{_PHONE_GAP}[0-9]{{2}}){{4}}(?:$|[^0-9])"
_PLAIN_PHONE = r"(?:^|[^0-9A-Za-z])(?:(?:\+33|0033)[1-9]|0[67])[0-9]{8}(?:$|[^0-9A-Za-z])"
PHONE = rf"{_SPACED_PHONE}|{_PLAIN_PHONE}"

CONTACT_MARK = "[coordonnées retirées]"


def refuse_personal_data(feed: Feed, table: TextTable, matching: Matching, file_name: str) -> None:
    """Refuse a file that holds a NIR, an undeclared identifying column, or contact details outside a free text.

    Everything is searched: cells, headings, titles, notes, lines that could not be read, the name of the file.

    Raises:
        RefusedFileError: with ``is_personal``; its findings hold codes, declared field names and lines, nothing else.
    """
    findings = [
        *_identifying_columns(table, matching),
        *_nir_findings(table, matching, file_name),
        *_contact_findings(feed, table, matching),
    ]
    if findings:
        raise RefusedFileError(findings, is_personal=True)


def without_contacts(texts: pl.Expr) -> pl.Expr:
    """Return free texts whose e-mail addresses and telephone numbers are replaced by a mark."""
    return texts.str.replace_all(EMAIL, CONTACT_MARK).str.replace_all(PHONE, f" {CONTACT_MARK} ")


def has_contacts(texts: pl.Expr) -> pl.Expr:
    """Tell which texts hold an e-mail address or a telephone number."""
    return texts.str.contains(EMAIL) | texts.str.contains(PHONE)


def column_label(column: str, matching: Matching) -> str:
    """Return a name of a column that can be printed: its declared field, else its number, never its heading."""
    fields = {text_column: field for field, text_column in matching.columns.items()}
    return fields.get(column, f"colonne {int(column[1:]) + 1}")


def _identifying_columns(table: TextTable, matching: Matching) -> Iterator[Finding]:
    for column, heading in matching.unknown.items():
        if normalise_name(heading) in IDENTIFYING_HEADINGS and table.cells[column].null_count() < table.cells.height:
            # The heading is one of a fixed list of ordinary words: printing it reveals nobody.
            message = f"La colonne « {heading} » désigne des personnes et n’est pas convenue pour ce flux."
            yield found("EVK-R032", message, Where(column_label(column, matching), (), table.cells.height))


def _nir_findings(table: TextTable, matching: Matching, file_name: str) -> Iterator[Finding]:
    for column in table.cells.columns:
        rows = rows_with_nir(table.cells[column])
        if len(rows):
            where = at_lines(column_label(column, matching), table.lines.gather(rows))
            message = "Des cellules contiennent un numéro de sécurité sociale (NIR)."
            yield found("EVK-R030", message, where)
    if len(rows_with_nir(pl.Series([*table.headings], dtype=pl.String))):
        yield found("EVK-R030", "Un titre de colonne contient un numéro de sécurité sociale (NIR).")
    aside = pl.Series([text for _, text in table.aside], dtype=pl.String)
    if len(rows := rows_with_nir(aside)):
        where = at_lines("", [table.aside[row][0] for row in rows])
        yield found("EVK-R030", "Une ligne hors du tableau contient un numéro de sécurité sociale (NIR).", where)
    if len(rows_with_nir(pl.Series([file_name]))):
        yield found("EVK-R030", "Le nom du fichier contient un numéro de sécurité sociale (NIR).")


def _contact_findings(feed: Feed, table: TextTable, matching: Matching) -> Iterator[Finding]:
    outside = pl.Series([*table.headings, *(text for _, text in table.aside)], dtype=pl.String)
    if outside.to_frame("text").select(has_contacts(pl.col("text")).any()).item():
        yield found("EVK-R031", "Un titre ou une note contient une adresse électronique ou un téléphone.")
    kinds = {matching.columns[field.name]: field.type for field in feed.fields if field.name in matching.columns}
    for column in table.cells.columns:
        if kinds.get(column) is FieldType.FREE_TEXT:
            continue
        # Ten digits in a row may be an ordinary code; written as telephones are, they are not.
        phone = _SPACED_PHONE if kinds.get(column) is FieldType.CODE else PHONE
        texts = table.cells[column]
        hits = (texts.str.contains(EMAIL) | texts.str.contains(phone)).fill_null(False)
        if hits.any():
            where = at_lines(column_label(column, matching), table.lines.filter(hits))
            yield found("EVK-R031", "Des cellules contiennent une adresse électronique ou un téléphone.", where)
