"""Personal data that nobody agreed to send: found before anything is kept, and never printed."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import RefusedFileError, Where, at_lines, found
from evalkit.receive.headings import Matching
from evalkit.receive.privacy.names import CIVIL_NAME, has_civil_name, is_column_of_names, looks_like_name
from evalkit.receive.privacy.nir import rows_with_nir
from evalkit.receive.privacy.sole_traders import (
    has_number,
    is_enterprise_number,
    is_legal_form,
    is_trade_name,
    names_a_person,
    says_sole_trader,
)
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
NAME_MARK = "[nom retiré]"


def refuse_personal_data(feed: Feed, table: TextTable, matching: Matching, file_name: str) -> tuple[Finding, ...]:
    """Refuse a file that holds personal data which nobody agreed to send.

    A NIR, an undeclared identifying column, contact details or a named person outside a free text, the number of a sole
    trader. Everything is searched: cells, headings, titles, notes, lines that could not be read, the other sheets,
    hidden or not, the name of the file.

    Returns:
        What is only suspected: an agreed column that looks like names, numbers of enterprises that may be persons.

    Raises:
        RefusedFileError: with ``is_personal``; its findings hold codes, declared field names and lines, nothing else.
    """
    numbers = _numbers(feed, table, matching)
    findings = [
        *_identifying_columns(table, matching),
        *_nir_findings(table, matching, file_name),
        *_contact_findings(feed, table, matching),
        *_name_findings(feed, table, matching, file_name),
        *_sheet_findings(table),
        *_sole_trader_findings(numbers, table, matching),
    ]
    if findings:
        raise RefusedFileError(findings, is_personal=True)
    return (*_columns_like_names(feed, table, matching), *_numbers_without_a_form(numbers, table, matching))


def without_contacts(texts: pl.Expr) -> pl.Expr:
    """Return free texts whose e-mail addresses, telephone numbers and names after a civility are replaced by a mark."""
    reached = texts.str.replace_all(EMAIL, CONTACT_MARK).str.replace_all(PHONE, f" {CONTACT_MARK} ")
    return reached.str.replace_all(CIVIL_NAME, f" {NAME_MARK}")


def has_contacts(texts: pl.Expr) -> pl.Expr:
    """Tell which texts hold an e-mail address, a telephone number, or a name after a civility."""
    return texts.str.contains(EMAIL) | texts.str.contains(PHONE) | texts.str.contains(CIVIL_NAME)


def column_label(column: str, matching: Matching) -> str:
    """Return a name of a column that can be printed: its declared field, else its number, never its heading."""
    fields = {text_column: field for field, text_column in matching.columns.items()}
    return fields.get(column, f"colonne {int(column[1:]) + 1}")


def _kinds(feed: Feed, matching: Matching) -> dict[str, FieldType]:
    return {matching.columns[field.name]: field.type for field in feed.fields if field.name in matching.columns}


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
    if _reaches(outside, PHONE).any():
        yield found("EVK-R031", "Un titre ou une note contient une adresse électronique ou un téléphone.")
    kinds = _kinds(feed, matching)
    for column in table.cells.columns:
        if kinds.get(column) is FieldType.FREE_TEXT:
            continue
        # Ten digits in a row may be an ordinary code; written as telephones are, they are not.
        phone = _SPACED_PHONE if kinds.get(column) is FieldType.CODE else PHONE
        hits = _reaches(table.cells[column], phone)
        if hits.any():
            where = at_lines(column_label(column, matching), table.lines.filter(hits))
            yield found("EVK-R031", "Des cellules contiennent une adresse électronique ou un téléphone.", where)


def _reaches(texts: pl.Series, phone: str) -> pl.Series:
    text = pl.col("text")
    reached = text.str.contains(EMAIL) | text.str.contains(phone)
    return texts.alias("text").to_frame().select(reached.fill_null(value=False)).to_series()


def _name_findings(feed: Feed, table: TextTable, matching: Matching, file_name: str) -> Iterator[Finding]:
    kinds = _kinds(feed, matching)
    for column in table.cells.columns:
        if kinds.get(column) is FieldType.FREE_TEXT:
            continue
        hits = has_civil_name(table.cells[column])
        if hits.any():
            where = at_lines(column_label(column, matching), table.lines.filter(hits))
            yield found("EVK-R088", "Des cellules nomment une personne (civilité et nom).", where)
        elif column in matching.unknown and is_column_of_names(table.cells[column]):
            where = Where(column_label(column, matching), (), table.cells.height)
            yield found("EVK-R088", "Une colonne non convenue semble contenir des noms de personnes.", where)
    headings = pl.Series([*table.headings], dtype=pl.String)
    named = [heading for heading in matching.unknown.values() if looks_like_name(heading)]
    # One column per person, as in a sheet of presence; a single one may be the name of a street.
    if has_civil_name(headings).any() or (len(named) >= 3 and 2 * len(named) >= len(matching.unknown)):
        yield found("EVK-R088", "Des titres de colonnes nomment des personnes.")
    aside = has_civil_name(pl.Series([text for _, text in table.aside], dtype=pl.String))
    if aside.any():
        where = at_lines("", [line for (line, _), hit in zip(table.aside, aside, strict=True) if hit])
        yield found("EVK-R088", "Un titre ou une note nomme une personne (civilité et nom).", where)
    if has_civil_name(pl.Series([file_name.replace("_", " ").replace("-", " ")])).any():
        yield found("EVK-R088", "Le nom du fichier nomme une personne.")


def _columns_like_names(feed: Feed, table: TextTable, matching: Matching) -> Iterator[Finding]:
    """Yield the agreed columns of codes that look like names: schools and streets do too, so nothing is refused."""
    for field in feed.fields:
        column = matching.columns.get(field.name)
        if column is None or field.type is not FieldType.CODE or field.is_personal:
            continue
        if is_column_of_names(table.cells[column]):
            message = f"« {field.name} » semble contenir des noms de personnes."
            yield found("EVK-R086", message, Where(field.name, (), table.cells.height))


def _sheet_findings(table: TextTable) -> Iterator[Finding]:
    """Yield the personal data of the sheets that are not read as data, hidden ones included."""
    for sheet in table.sheets:
        place = f"La feuille {'masquée ' if sheet.is_hidden else ''}n° {sheet.number} du classeur"
        searches = {
            "EVK-R030": (rows_with_nir(sheet.texts), "contient un numéro de sécurité sociale (NIR)."),
            "EVK-R031": (_reaches(sheet.texts, PHONE).arg_true(), "contient une adresse électronique ou un téléphone."),
            "EVK-R088": (has_civil_name(sheet.texts).arg_true(), "nomme une personne."),
        }
        for code, (rows, what) in searches.items():
            if len(rows):
                yield found(code, f"{place} {what}", at_lines("", sheet.rows.gather(rows)))
        titles = {normalise_name(text) for text in sheet.texts.to_list()} & IDENTIFYING_HEADINGS
        if len(titles) > 1:
            yield found("EVK-R032", f"{place} a des colonnes qui désignent des personnes.")


def _numbers(feed: Feed, table: TextTable, matching: Matching) -> list[str]:
    """Return the columns of SIREN and SIRET, but those that the feed declares personal."""
    agreed = {
        matching.columns[field.name] for field in feed.fields if field.name in matching.columns and field.personal
    }
    return [
        column
        for column, heading in zip(table.cells.columns, table.headings, strict=True)
        if column not in agreed and is_enterprise_number(heading, table.cells[column])
    ]


def _sole_trader_findings(numbers: list[str], table: TextTable, matching: Matching) -> Iterator[Finding]:
    if not numbers:
        return
    is_person = pl.repeat(False, table.cells.height, eager=True)
    for column, heading in zip(table.cells.columns, table.headings, strict=True):
        if is_legal_form(heading):
            is_person |= says_sole_trader(table.cells[column])
        elif is_trade_name(heading):
            is_person |= names_a_person(table.cells[column])
    for column in numbers:
        hits = is_person & has_number(table.cells[column])
        if hits.any():
            where = at_lines(column_label(column, matching), table.lines.filter(hits))
            yield found("EVK-R039", "Des SIREN ou SIRET sont ceux d’entrepreneurs individuels : des personnes.", where)


def _numbers_without_a_form(numbers: list[str], table: TextTable, matching: Matching) -> Iterator[Finding]:
    if any(is_legal_form(heading) for heading in table.headings):
        return
    for column in numbers:
        message = "Rien dans le fichier ne dit si ces SIREN ou SIRET sont ceux d’entrepreneurs individuels."
        yield found("EVK-R069", message, Where(column_label(column, matching), (), table.cells.height))
