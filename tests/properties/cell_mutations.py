"""Mutations of cells and rows: the file can still be judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from evalkit.declare.feed import FieldSpec, FieldType, Grain
from evalkit.declare.feed_check import PartsCheck
from tests.properties.clean_files import PartnerTable, Row
from tests.properties.mutant import Expected, Mutant, Pick, in_rules, needed, never_null, unknown_zone_rule

NARROW = "\u202f"
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)

SPELLED_EXITS = {
    "france-travail-parcours": ("date_entree", "date_sortie"),
    "gsup-signalements": ("date_signalement", "date_reponse"),
    "logement-attributions": ("date_decision", "date_bail"),
}
"""Dates that must follow each other, by feed."""

Made = Mutant | None


def _typed(*kinds: FieldType) -> Callable[[FieldSpec], bool]:
    return lambda spec: spec.type in kinds


def _filled(table: PartnerTable, field: str) -> list[int]:
    return [row.number for row in table.rows if table.cell(row.number, field)]


def _number(text: str, *, comma: bool) -> tuple[str, str]:
    """Return a number as French partners write it, and what a repair of it is called."""
    whole, _, decimals = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    spelled = f"{grouped},{decimals}" if comma and decimals else grouped
    return spelled, "thousands" * (grouped != whole) + "comma" * (comma and bool(decimals))


def french_numbers(table: PartnerTable, pick: Pick) -> Made:
    """Narrow spaces between thousands and decimal commas in a whole column."""
    field = pick.field(table, _typed(*NUMBERS))
    if field is None:
        return None
    groups: dict[str, list[int]] = {}
    for row in _filled(table, field.name):
        spelled, label = _number(table.cell(row, field.name), comma=field.type is FieldType.DECIMAL)
        table = table.with_cell(row, field.name, spelled)
        groups.setdefault(label, []).append(row)
    expected = [Expected("EVK-R040", field.name, tuple(rows), label=label) for label, rows in groups.items() if label]
    return Mutant(table, tuple(expected)) if expected else None


def spreadsheet_formula(table: PartnerTable, pick: Pick) -> Made:
    """``="60057"`` in some cells of a column, as exports do to keep leading zeros."""
    field = pick.field(table, _typed(FieldType.CODE, *NUMBERS))
    rows = pick.some_rows(table, 3)
    if field is None or not rows:
        return None
    cells = {row: f'="{table.cell(row, field.name)}"' for row in rows}
    for row, cell in cells.items():
        table = table.with_cell(row, field.name, cell)
    if pick.draw.random() < 0.5:
        table = replace(table, as_typed=table.as_typed | set(cells.values()))
    return Mutant(table, (Expected("EVK-R040", field.name, tuple(rows), label="formula"),))


def _dates(table: PartnerTable, pick: Pick, spell: Callable[[dt.date], str]) -> Made:
    field = pick.field(table, _typed(FieldType.DATE))
    if field is None:
        return None
    rows = tuple(_filled(table, field.name))
    table = table.with_column(field.name, lambda text: spell(dt.date.fromisoformat(text)) if text else "")
    return Mutant(table, (Expected("EVK-R040", field.name, rows),))


def french_dates(table: PartnerTable, pick: Pick) -> Made:
    """A whole column of dates in jj/mm/aaaa."""
    return _dates(table, pick, lambda day: f"{day:%d/%m/%Y}")


def serial_dates(table: PartnerTable, pick: Pick) -> Made:
    """A whole column of dates as the day numbers of a spreadsheet (1 is 1 January 1900, with its false 29 February)."""
    return _dates(table, pick, lambda day: str((day - dt.date(1899, 12, 30)).days))


def dates_with_clock(table: PartnerTable, pick: Pick) -> Made:
    """A whole column of dates with the time of day."""
    return _dates(table, pick, lambda day: f"{day.isoformat()} 14:30:00")


def dates_at_midnight(table: PartnerTable, pick: Pick) -> Made:
    """A whole column of dates with the midnight that spreadsheets add: it says nothing, and nothing is said of it."""
    made = _dates(table, pick, lambda day: f"{day.isoformat()} 00:00:00")
    return replace(made, expected=()) if made is not None else None


def _unreadable_date(table: PartnerTable, pick: Pick, text: str) -> Made:
    field = pick.field(table, _typed(FieldType.DATE))
    row = pick.row(table, lambda number: field is not None and bool(table.cell(number, field.name)))
    if field is None or row is None:
        return None
    expected = [Expected("EVK-R041", field.name, (row,))]
    if field.name == "date_sortie":
        expected.append(Expected("EVK-R056", "date_sortie, situation", (row,)))
    if field.name == "date_reponse" and table.cell(row, "intervention") == "oui":
        expected.append(Expected("EVK-R056", "date_reponse, intervention", (row,)))
    refused = frozenset({row}) if field.name in needed(table.feed) else frozenset()
    return Mutant(table.with_cell(row, field.name, text), tuple(expected), refused)


def two_digit_year(table: PartnerTable, pick: Pick) -> Made:
    """``05/03/25`` may be read in three ways: it is not a date."""
    return _unreadable_date(table, pick, "05/03/25")


def impossible_date(table: PartnerTable, pick: Pick) -> Made:
    """A day that is on no calendar."""
    return _unreadable_date(table, pick, "31/02/2026")


def reversed_dates(table: PartnerTable, pick: Pick) -> Made:
    """The later date stands before the earlier one."""
    first, last = SPELLED_EXITS.get(table.feed.feed, ("", ""))
    if not first or {first, last} & pick.fields:
        return None
    row = pick.row(table, lambda number: bool(table.cell(number, last)))
    if row is None:
        return None
    pick.fields |= {first, last}
    before = dt.date.fromisoformat(table.cell(row, first)) - dt.timedelta(days=1)
    mutated = table.with_cell(row, last, before.isoformat())
    return Mutant(mutated, (Expected("EVK-R055", f"{last}, {first}", (row,)),), frozenset({row}))


def out_of_range(table: PartnerTable, pick: Pick) -> Made:
    """A number below its minimum, or above its maximum where it has one."""
    harmless = {"defm_a", "defm_abc_moins_26", "defm_abc_50_plus", "age", "qualite_vie", "rang", "femmes", "peres"}
    rules = in_rules(table.feed) - harmless
    field = pick.field(table, lambda spec: spec.type in NUMBERS and spec.minimum is not None and spec.name not in rules)
    row = pick.row(table)
    if field is None or row is None or field.minimum is None:
        return None
    above = field.maximum is not None and pick.draw.random() < 0.5
    text = str(field.maximum + 1 if above and field.maximum is not None else field.minimum - 1)
    return Mutant(table.with_cell(row, field.name, text), (Expected("EVK-R052", field.name, (row,)),))


def words_for_a_number(table: PartnerTable, pick: Pick) -> Made:
    """A number written in words."""
    nulls = never_null(table.feed)
    field = pick.field(table, lambda spec: spec.type in NUMBERS and spec.name not in nulls)
    row = pick.row(table)
    if field is None or row is None or field.name in needed(table.feed):
        return None
    if field.name == "quartile" and table.cell(row, "date_bail"):
        return None
    return Mutant(table.with_cell(row, field.name, "une douzaine"), (Expected("EVK-R041", field.name, (row,)),))


def unknown_word(table: PartnerTable, pick: Pick) -> Made:
    """A word that the list does not hold."""
    field = pick.field(table, _typed(FieldType.CATEGORY))
    is_exit = field is not None and field.name == "situation"
    row = pick.row(table, lambda number: not is_exit or bool(table.cell(number, "date_sortie")))
    if field is None or row is None:
        return None
    return Mutant(table.with_cell(row, field.name, "xyzzy"), (Expected("EVK-R053", field.name, (row,)),))


def synonym(table: PartnerTable, pick: Pick) -> Made:
    """A declared synonym in place of the word of the list."""
    field = pick.field(table, lambda spec: spec.type is FieldType.CATEGORY and bool(spec.synonyms))
    if field is None:
        return None
    written, meant = pick.draw.choice(sorted(field.synonyms.items()))
    row = pick.row(table, lambda number: table.cell(number, field.name) == meant)
    if row is None:
        return None
    return Mutant(table.with_cell(row, field.name, written), (Expected("EVK-R040", field.name, (row,)),))


def unknown_zone(table: PartnerTable, pick: Pick) -> Made:
    """A neighbourhood that nobody declares: the row is kept without a place, unless the place is the row."""
    field = pick.field(table, _typed(FieldType.ZONE))
    row = pick.row(table)
    if field is None or row is None:
        return None
    refused = frozenset({row}) if table.feed.grain is Grain.ZONE else frozenset()
    expected = (Expected("EVK-R044", field.name, (row,)), *unknown_zone_rule(table.feed, (row,)))
    return Mutant(table.with_cell(row, field.name, "Quartier du Bout du Monde"), expected, refused)


def lost_zero(table: PartnerTable, pick: Pick) -> Made:
    """The code of a commune of the Ain without its first zero; it is elsewhere, and still a commune."""
    field = pick.field(table, lambda spec: spec.type is FieldType.ZONE and table.feed.grain is not Grain.ZONE)
    row = pick.row(table)
    if field is None or row is None:
        return None
    return Mutant(table.with_cell(row, field.name, "1004"), (Expected("EVK-R040", field.name, (row,)),))


def two_vintages(table: PartnerTable, pick: Pick) -> Made:
    """One code of the other vintage of perimeters, for the same neighbourhood."""
    field = pick.field(table, _typed(FieldType.ZONE))
    here, other = ("QP071003", "QN07102I") if table.feed.perimeter == 2015 else ("QN07102I", "QP071003")
    row = pick.row(table, lambda number: field is not None and table.cell(number, field.name) == here)
    if field is None or row is None:
        return None
    prefix = here[:2]
    if sum(table.cell(each.number, field.name).startswith(prefix) for each in table.rows) < 3:
        return None
    return Mutant(table.with_cell(row, field.name, other), (Expected("EVK-R046", field.name, (row,)),))


def secrecy_marks(table: PartnerTable, pick: Pick) -> Made:
    """What producers write in place of a small or absent number."""
    nulls = never_null(table.feed) | {"quartile"}
    field = pick.field(table, lambda spec: spec.type in NUMBERS and spec.name not in nulls)
    if field is None:
        return None
    expected = []
    marks = (("s", "secret"), ("nd", "absent"), ("<5", "secret"), ("ns", "secret"), ("sans objet", "elsewhere"))
    for row, (mark, cause) in zip(pick.some_rows(table, 5), marks, strict=False):
        table = table.with_cell(row, field.name, mark)
        expected.append(Expected("EVK-R042", field.name, (row,), label=cause))
    return Mutant(table, tuple(expected)) if expected else None


def blank_required(table: PartnerTable, pick: Pick) -> Made:
    """A cell that must be filled and is not."""
    wanted = needed(table.feed)
    field = pick.field(table, lambda spec: spec.name in wanted)
    row = pick.row(table)
    if field is None or row is None:
        return None
    return Mutant(table.with_cell(row, field.name, ""), (Expected("EVK-R050", field.name, (row,)),), frozenset({row}))


def repeated_key(table: PartnerTable, pick: Pick) -> Made:
    """Two rows with the same key and different contents: nobody can tell which is right."""
    if set(table.feed.key) & pick.fields:
        return None
    other = pick.field(
        table, lambda spec: spec.name not in {*table.feed.key, *needed(table.feed), *in_rules(table.feed)}
    )
    row = pick.row(table)
    if other is None or row is None or table.feed.grain is Grain.ZONE:
        return None
    number = max(each.number for each in table.rows) + 1
    index = next(place for place, each in enumerate(table.rows) if each.number == row) + 1
    copy = Row(number, table.row(row).cells)
    grown = replace(table, rows=(*table.rows[:index], copy, *table.rows[index:])).with_cell(number, other.name, "")
    pick.fields |= set(table.feed.key)
    pick.rows.add(number)
    expected = (Expected("EVK-R051", ", ".join(table.feed.key), (row, number)),)
    return Mutant(grown, expected, frozenset({row, number}))


def repeated_row(table: PartnerTable, pick: Pick) -> Made:
    """The same row twice, letter for letter."""
    row = pick.row(table)
    if row is None:
        return None
    number = max(each.number for each in table.rows) + 1
    index = next(place for place, each in enumerate(table.rows) if each.number == row) + 1
    rows = (*table.rows[:index], Row(number, table.row(row).cells), *table.rows[index:])
    pick.rows.add(number)
    return Mutant(replace(table, rows=rows), (Expected("EVK-R048", "", (number,)),), gone=frozenset({number}))


def _ragged(table: PartnerTable, pick: Pick, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Made:
    row = pick.row(table)
    if row is None:
        return None
    found = (Expected("EVK-R009", "", (row,)),)
    return Mutant(table.with_row(row, change), found, frozenset({row}), broken=frozenset({row}))


def short_line(table: PartnerTable, pick: Pick) -> Made:
    """A line without its last two cells."""
    return _ragged(table, pick, lambda cells: cells[:-2])


def long_line(table: PartnerTable, pick: Pick) -> Made:
    """A line with one cell too many."""
    return _ragged(table, pick, lambda cells: (*cells, "surplus"))


def line_of_another_separator(table: PartnerTable, pick: Pick) -> Made:
    """One line whose cells are separated by bars."""
    row = pick.row(table)
    if row is None:
        return None
    line = "|".join(cell.replace(table.layout.separator, " ") for cell in table.row(row).cells)
    mutated = replace(table.with_row(row, lambda cells: (line,)), as_typed=table.as_typed | {line})
    return Mutant(mutated, (Expected("EVK-R009", "", (row,)),), frozenset({row}), broken=frozenset({row}))


def contacts_in_free_text(table: PartnerTable, pick: Pick) -> Made:
    """An address and a telephone in a free text: they are taken out, the text stays."""
    field = pick.field(table, _typed(FieldType.FREE_TEXT))
    rows = pick.some_rows(table, 2, lambda number: field is not None and bool(table.cell(number, field.name)))
    if field is None or len(rows) < 2:
        return None
    contacts = ("camille.fictif@exemple.invalid", "06 39 98 12 34")
    for row, contact in zip(rows, contacts, strict=True):
        table = table.with_cell(row, field.name, f"{table.cell(row, field.name)} Joindre {contact} au plus tôt.")
    return Mutant(table, (Expected("EVK-R037", field.name, tuple(rows)),), secrets=contacts)


def wrong_total(table: PartnerTable, pick: Pick) -> Made:
    """Women and men that do not make the total."""
    if "defm_abc_femmes" not in table.columns or {"defm_abc", "defm_abc_femmes", "defm_abc_hommes"} & pick.fields:
        return None
    row = pick.row(table)
    if row is None:
        return None
    pick.fields |= {"defm_abc", "defm_abc_femmes", "defm_abc_hommes"}
    mutated = table.with_cell(row, "defm_abc_femmes", str(int(table.cell(row, "defm_abc_femmes")) + 1))
    code = "EVK-R083" if any(isinstance(check, PartsCheck) for check in table.feed.checks) else "EVK-R056"
    return Mutant(mutated, (Expected(code, "defm_abc, defm_abc_femmes, defm_abc_hommes", (row,)),))


def part_above_whole(table: PartnerTable, pick: Pick) -> Made:
    """More contracts signed by women than contracts signed."""
    if "contrats_femmes" not in table.columns or {"contrats_femmes", "contrats_signes"} & pick.fields:
        return None
    row = pick.row(table)
    if row is None:
        return None
    pick.fields |= {"contrats_femmes", "contrats_signes"}
    mutated = table.with_cell(row, "contrats_femmes", str(int(table.cell(row, "contrats_signes")) + 1))
    return Mutant(mutated, (Expected("EVK-R056", "contrats_femmes, contrats_signes", (row,)),), frozenset({row}))


CELL_MUTATIONS = (
    french_numbers,
    spreadsheet_formula,
    french_dates,
    serial_dates,
    dates_with_clock,
    dates_at_midnight,
    two_digit_year,
    impossible_date,
    reversed_dates,
    out_of_range,
    words_for_a_number,
    unknown_word,
    synonym,
    unknown_zone,
    lost_zero,
    two_vintages,
    secrecy_marks,
    blank_required,
    contacts_in_free_text,
    wrong_total,
    part_above_whole,
)

ROW_MUTATIONS = (repeated_key, repeated_row)

RAGGED_MUTATIONS = (short_line, long_line, line_of_another_separator)
"""A workbook has no such lines."""
