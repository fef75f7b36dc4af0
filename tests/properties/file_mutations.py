"""Mutations of the file around its cells: first those that change nothing to its meaning, then those that end it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.territory.zones import normalise_name
from tests.properties.clean_files import PartnerTable, Row, bytes_of, clean_table, text_of
from tests.properties.mutant import Expected, Mutant, Pick, needed

Made = Mutant | None


def tabulations(table: PartnerTable, pick: Pick) -> Made:
    """Tabulations between cells."""
    return Mutant(table.with_layout(separator="\t"))


def commas(table: PartnerTable, pick: Pick) -> Made:
    """Commas between cells."""
    return Mutant(table.with_layout(separator=","))


def bars(table: PartnerTable, pick: Pick) -> Made:
    """Bars between cells."""
    return Mutant(table.with_layout(separator="|"))


def windows_1252(table: PartnerTable, pick: Pick) -> Made:
    """The encoding of French Windows."""
    if text_of(table).isascii() or "\u202f" in text_of(table):
        return None
    return Mutant(table.with_layout(encoding="cp1252"), (Expected("EVK-R012"),))


def byte_order_mark(table: PartnerTable, pick: Pick) -> Made:
    """UTF-8 with its mark: nothing to say."""
    return Mutant(table.with_layout(encoding="utf-8-sig"))


def utf_16(table: PartnerTable, pick: Pick) -> Made:
    """What « texte Unicode » gives in a spreadsheet."""
    return Mutant(table.with_layout(encoding="utf-16"), (Expected("EVK-R012"),))


def titles_above(table: PartnerTable, pick: Pick) -> Made:
    """Headings on line 3, after two lines of title."""
    titled = table.with_layout(titles=("Export de l’outil de suivi", "Édition de démonstration"))
    return Mutant(titled, (Expected("EVK-R014", lines=lambda final: range(1, final.layout.heading_line)),))


def totals_below(table: PartnerTable, pick: Pick) -> Made:
    """A last row of totals."""
    totals = ("TOTAL", *("1234" for _ in table.columns[1:]))
    last = Expected("EVK-R015", lines=lambda final: [final.layout.heading_line + len(final.rows) + 1])
    return Mutant(table.with_layout(totals=totals), (last,))


def workbook(table: PartnerTable, pick: Pick) -> Made:
    """A workbook in place of a text."""
    return Mutant(table.with_layout(is_workbook=True, name="livraison.xlsx"))


def workbook_named_csv(table: PartnerTable, pick: Pick) -> Made:
    """A workbook under the name of a text."""
    return Mutant(table.with_layout(is_workbook=True), (Expected("EVK-R011"),))


def text_named_workbook(table: PartnerTable, pick: Pick) -> Made:
    """A text under the name of a workbook."""
    return Mutant(table.with_layout(name="livraison.xlsx"), (Expected("EVK-R011"),))


def unix_line_ends(table: PartnerTable, pick: Pick) -> Made:
    """Line feeds alone."""
    return Mutant(table.with_layout(line_end="\n"))


def shouted_headings(table: PartnerTable, pick: Pick) -> Made:
    """Headings in capitals, with spaces around."""
    return Mutant(replace(table, headings=tuple(f" {heading.upper()} " for heading in table.headings)))


def empty_columns(table: PartnerTable, pick: Pick) -> Made:
    """Two columns without title nor data at the right."""
    rows = tuple(replace(row, cells=(*row.cells, "", "")) for row in table.rows)
    wide = replace(table, columns=(*table.columns, "", ""), headings=(*table.headings, "", ""), rows=rows)
    return Mutant(wide, (Expected("EVK-R016"),))


def without_optional_column(table: PartnerTable, pick: Pick) -> Made:
    """An optional column is missing."""
    read = " ".join(check.model_dump_json() for check in table.feed.checks)
    wanted = needed(table.feed)
    field = pick.field(table, lambda spec: spec.name not in wanted and spec.name not in read)
    if field is None:
        return None
    return Mutant(_without(table, field.name), (Expected("EVK-R023", field.name),))


LAYOUT_MUTATIONS = (
    tabulations,
    commas,
    bars,
    windows_1252,
    byte_order_mark,
    utf_16,
    titles_above,
    totals_below,
    workbook,
    workbook_named_csv,
    text_named_workbook,
    unix_line_ends,
    shouted_headings,
    empty_columns,
    without_optional_column,
)


def _without(table: PartnerTable, field: str) -> PartnerTable:
    index = table.columns.index(field)

    def cut(cells: tuple[str, ...]) -> tuple[str, ...]:
        return (*cells[:index], *cells[index + 1 :])

    rows = tuple(Row(row.number, cut(row.cells)) for row in table.rows)
    return replace(table, columns=cut(table.columns), headings=cut(table.headings), rows=rows)


def _renamed(table: PartnerTable, field: str, heading: str) -> PartnerTable:
    index = table.columns.index(field)
    return replace(table, headings=(*table.headings[:index], heading, *table.headings[index + 1 :]))


def with_column(table: PartnerTable, heading: str, cells: Callable[[int], str]) -> PartnerTable:
    """Return a table with one more column, which no field declares."""
    rows = tuple(replace(row, cells=(*row.cells, cells(row.number))) for row in table.rows)
    return replace(table, columns=(*table.columns, ""), headings=(*table.headings, heading), rows=rows)


def _fatal(table: PartnerTable, *expected: Expected, content: Callable[[PartnerTable], bytes] = bytes_of) -> Mutant:
    return Mutant(table, expected, fatal=True, content=content)


def empty_file(table: PartnerTable, pick: Pick) -> Made:
    """No byte at all."""
    return _fatal(table, Expected("EVK-R004"), content=lambda final: b"")


def headings_only(table: PartnerTable, pick: Pick) -> Made:
    """Headings and nothing under them."""
    return _fatal(replace(table, rows=()), Expected("EVK-R004"))


def cut_file(table: PartnerTable, pick: Pick) -> Made:
    """A file whose transfer stopped in the middle of its last line."""
    last = Expected("EVK-R008", lines=lambda final: [final.layout.heading_line + len(final.rows)])

    def cut(final: PartnerTable) -> bytes:
        lines = text_of(final).rstrip("\r\n").split("\r\n")
        cells = lines[-1].split(";")
        return "\r\n".join([*lines[:-1], ";".join(cells[: len(cells) // 2])]).encode()

    return _fatal(table, last, content=cut)


def cut_workbook(table: PartnerTable, pick: Pick) -> Made:
    """Half of a workbook."""
    book = table.with_layout(is_workbook=True, name="livraison.xlsx")
    return _fatal(book, Expected("EVK-R008"), content=lambda final: bytes_of(final)[: len(bytes_of(final)) // 2])


def unclosed_quote(table: PartnerTable, pick: Pick) -> Made:
    """A quotation mark that opens a cell and is never closed."""
    if '"' in text_of(table):
        return None
    row = pick.row(table)
    if row is None:
        return None
    cells = table.row(row).cells
    opened = '"' + cells[1]
    mutated = table.with_row(row, lambda _: (cells[0], opened, *cells[2:]))
    return _fatal(replace(mutated, as_typed=frozenset({opened})), Expected("EVK-R007", "", (row,)))


def two_encodings(table: PartnerTable, pick: Pick) -> Made:
    """One line of Windows-1252 in a file of UTF-8."""
    row = pick.row(table)
    index = next((place for place, field in enumerate(table.columns) if field), 0)
    if row is None:
        return None
    others = [each.number for each in table.rows if each.number != row]
    field = table.columns[index]
    mutated = table.with_cell(others[0], field, "accentué").with_cell(row, field, "abîmé \N{LATIN SMALL LETTER THORN}")

    def mixed(final: PartnerTable) -> bytes:
        return text_of(final).encode().replace("abîmé þ".encode(), b"ab\xeem\xe9")

    return _fatal(mutated, Expected("EVK-R003", "", (row,)), content=mixed)


def repeated_heading(table: PartnerTable, pick: Pick) -> Made:
    """Two columns with the same title."""
    return _fatal(with_column(table, table.headings[0], lambda row: "x"), Expected("EVK-R006"))


def field_under_two_titles(table: PartnerTable, pick: Pick) -> Made:
    """Two columns with two titles of one field."""

    def others(spec: FieldSpec) -> list[str]:
        used = normalise_name(table.headings[table.columns.index(spec.name)])
        titles = (spec.name, spec.label or "", *spec.headers)
        return [title for title in titles if title and normalise_name(title) != used]

    field = pick.field(table, lambda spec: bool(others(spec)))
    if field is None:
        return None
    mutated = with_column(table, pick.draw.choice(others(field)), lambda row: "x")
    return _fatal(mutated, Expected("EVK-R006", field.name))


def misspelt_column(table: PartnerTable, pick: Pick) -> Made:
    """A letter is missing in the title of a column that is needed."""
    wanted = needed(table.feed)
    field = pick.field(table, lambda spec: spec.name in wanted and len(spec.name) > 3)
    if field is None:
        return None
    mutated = _renamed(table, field.name, f"{field.name[:2]}{field.name[3:]}")
    extra = (Expected("EVK-R024"),) if table.feed.other_columns == "refused" else ()
    return _fatal(mutated, Expected("EVK-R022", field.name), *extra)


def misspelt_optional_column(table: PartnerTable, pick: Pick) -> Made:
    """A letter is missing in the title of a column that is not needed, in a feed that admits no other column."""
    wanted = needed(table.feed)
    field = pick.field(table, lambda spec: spec.name not in wanted and len(spec.name) > 3)
    if field is None or table.feed.other_columns != "refused":
        return None
    return _fatal(_renamed(table, field.name, f"{field.name[:2]}{field.name[3:]}"), Expected("EVK-R024"))


def without_needed_column(table: PartnerTable, pick: Pick) -> Made:
    """A column that is needed is missing."""
    wanted = needed(table.feed)
    field = pick.field(table, lambda spec: spec.name in wanted)
    return _fatal(_without(table, field.name), Expected("EVK-R022", field.name)) if field else None


def column_not_agreed(table: PartnerTable, pick: Pick) -> Made:
    """A column that nobody asked for."""
    mutated = with_column(table, "Code interne", lambda row: f"ci-{row}")
    if table.feed.other_columns == "refused":
        return _fatal(mutated, Expected("EVK-R024"))
    return Mutant(mutated, (Expected("EVK-R025"),))


def column_without_title(table: PartnerTable, pick: Pick) -> Made:
    """Data under no title."""
    if table.feed.other_columns != "refused":
        return None
    return _fatal(with_column(table, "", lambda row: f"ci-{row}"), Expected("EVK-R018"))


def not_a_table(table: PartnerTable, pick: Pick) -> Made:
    """A document where a table was expected."""
    return _fatal(table, Expected("EVK-R001"), content=lambda final: b"%PDF-1.7\n1 0 obj\nendobj\n")


def names_for_pseudonyms(table: PartnerTable, pick: Pick) -> Made:
    """Names in the column of pseudonyms."""
    field = next((spec for spec in table.feed.fields if spec.type is FieldType.IDENTITY), None)
    row = pick.row(table)
    if field is None or row is None:
        return None
    mutated = table.with_cell(row, field.name, "DUPONT-FICTIF Camille")
    return replace(_fatal(mutated, Expected("EVK-R033", field.name, (row,))), secrets=("DUPONT-FICTIF", "Camille"))


def column_of_names(table: PartnerTable, pick: Pick) -> Made:
    """A column of names that nobody agreed to."""
    mutated = with_column(
        table, pick.draw.choice(("Nom", "NOM et prénom", "Date de naissance")), lambda row: "Quintefeuille"
    )
    where = f"colonne {len(mutated.columns)}"
    found = Expected("EVK-R032", where, lines=lambda final: (), count=len(table.rows))
    return replace(_fatal(mutated, found), secrets=("Quintefeuille",))


FATAL_MUTATIONS = (
    empty_file,
    headings_only,
    cut_file,
    cut_workbook,
    unclosed_quote,
    two_encodings,
    repeated_heading,
    field_under_two_titles,
    misspelt_column,
    misspelt_optional_column,
    without_needed_column,
    column_not_agreed,
    column_without_title,
    not_a_table,
    names_for_pseudonyms,
    column_of_names,
)


def file_of_another_feed(feed: Feed, other: Feed, seed: int) -> Mutant:
    """Return the clean file of another feed, sent as one of ``feed``."""
    return _fatal(replace(clean_table(other, seed), feed=feed), Expected("EVK-R021"))
