"""Mutations that put a person in the file: a NIR, a telephone, an e-mail address; all are fictitious."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from evalkit.declare.feed import FieldType
from tests.properties.clean_files import PartnerTable
from tests.properties.file_mutations import with_column
from tests.properties.mutant import Expected, Mutant, Pick

Made = Mutant | None

STEMS = ("2840599999000", "1991299999000", "154072A004000", "288022B033000")
"""Numbers that nobody bears: an order number of 000 is never given; two are Corsican (2A, 2B)."""


def nir(stem: str) -> str:
    """Return a number with its key: 97 less the remainder by 97, 2A and 2B counting for 19 and 18 (R. 115-1)."""
    return f"{stem}{97 - int(stem.replace('2A', '19').replace('2B', '18')) % 97:02d}"


def spaced(number: str) -> str:
    """Return a NIR as it stands on a card."""
    ends = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(number[start:end] for start, end in pairwise(ends))


def traces(number: str) -> tuple[str, ...]:
    """Return what must be found nowhere: the number, spaced or not, without its key, and its end beside its key."""
    return number, spaced(number), number[:13], spaced(number)[:18], f"{number[5:13]} {number[13:]}", number[7:]


def _refused(table: PartnerTable, found: Expected, *secrets: str) -> Mutant:
    return Mutant(table, (found,), fatal=True, secrets=secrets)


def _drawn(pick: Pick) -> tuple[str, str]:
    number = nir(pick.draw.choice(STEMS))
    return number, pick.draw.choice((number, spaced(number), number.lower()))


def nir_in_a_cell(table: PartnerTable, pick: Pick) -> Made:
    """A NIR alone in a cell of any declared column."""
    field = pick.field(table, lambda spec: spec.type not in {FieldType.FREE_TEXT})
    row = pick.row(table)
    if field is None or row is None:
        return None
    number, written = _drawn(pick)
    return _refused(
        table.with_cell(row, field.name, written), Expected("EVK-R030", field.name, (row,)), *traces(number)
    )


def nir_in_a_sentence(table: PartnerTable, pick: Pick) -> Made:
    """A NIR in the middle of a text."""
    field = pick.field(table, lambda spec: spec.type in {FieldType.FREE_TEXT, FieldType.CODE})
    row = pick.row(table)
    if field is None or row is None:
        return None
    number, written = _drawn(pick)
    mutated = table.with_cell(row, field.name, f"Reçue le 3 mars (n° {written}), à rappeler")
    return _refused(mutated, Expected("EVK-R030", field.name, (row,)), *traces(number))


def nir_in_a_heading(table: PartnerTable, pick: Pick) -> Made:
    """A NIR in the title of a column."""
    number, written = _drawn(pick)
    return _refused(with_column(table, f"Suivi {written}", lambda row: "x"), Expected("EVK-R030"), *traces(number))


def nir_in_a_title(table: PartnerTable, pick: Pick) -> Made:
    """A NIR above the headings."""
    number, written = _drawn(pick)
    mutated = table.with_layout(titles=("Export", f"Demande de l’usager {written}"))
    return _refused(mutated, Expected("EVK-R030", lines=lambda final: [2]), *traces(number))


def nir_in_a_total(table: PartnerTable, pick: Pick) -> Made:
    """A NIR in the last row of totals."""
    number, written = _drawn(pick)
    mutated = table.with_layout(totals=("TOTAL", written, *("" for _ in table.columns[2:])))
    last = Expected("EVK-R030", lines=lambda final: [final.layout.heading_line + len(final.rows) + 1])
    return _refused(mutated, last, *traces(number))


def nir_in_a_broken_line(table: PartnerTable, pick: Pick) -> Made:
    """A NIR in a line that cannot be cut into cells."""
    row = pick.row(table)
    if row is None:
        return None
    number, written = _drawn(pick)
    mutated = table.with_row(row, lambda cells: (written, cells[0]))
    return _refused(mutated, Expected("EVK-R030", "", (row,)), *traces(number))


def nir_in_the_file_name(table: PartnerTable, pick: Pick) -> Made:
    """A NIR in the name of the file."""
    number = nir(pick.draw.choice(STEMS))
    return _refused(table.with_layout(name=f"dossier_{number}.csv"), Expected("EVK-R030"), *traces(number))


def nir_in_another_column(table: PartnerTable, pick: Pick) -> Made:
    """A NIR in a column that is not declared: its number is told, its title is not."""
    row = pick.row(table)
    if row is None:
        return None
    number, written = _drawn(pick)
    mutated = with_column(table, "Référence", lambda each: written if each == row else "")
    mutated = replace(mutated, headings=(*mutated.headings[:-1], "Divers"))
    return _refused(mutated, Expected("EVK-R030", f"colonne {len(mutated.columns)}", (row,)), *traces(number))


def email_in_a_cell(table: PartnerTable, pick: Pick) -> Made:
    """An e-mail address outside a free text."""
    return _contact(table, pick, "camille.fictif@exemple.invalid")


def phone_in_a_cell(table: PartnerTable, pick: Pick) -> Made:
    """A telephone outside a free text (06 39 98 is kept for fictions)."""
    return _contact(table, pick, pick.draw.choice(("06 39 98 12 34", "06.39.98.12.34", "+33 6 39 98 12 34")))


def _contact(table: PartnerTable, pick: Pick, contact: str) -> Made:
    field = pick.field(table, lambda spec: spec.type in {FieldType.CODE, FieldType.CATEGORY, FieldType.ZONE})
    row = pick.row(table)
    if field is None or row is None:
        return None
    return _refused(table.with_cell(row, field.name, contact), Expected("EVK-R031", field.name, (row,)), contact)


PERSONAL_MUTATIONS = (
    nir_in_a_cell,
    nir_in_a_sentence,
    nir_in_a_heading,
    nir_in_a_title,
    nir_in_a_total,
    nir_in_a_broken_line,
    nir_in_the_file_name,
    nir_in_another_column,
    email_in_a_cell,
    phone_in_a_cell,
)
