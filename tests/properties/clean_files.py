"""Clean files of every shipped feed, drawn from its declaration alone, and how a partner would write them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import xlsxwriter

from evalkit.declare.feed import Feed, FieldSpec, FieldType, Grain

QUARTER = "2026-T1"
YEAR = "2025"
FIRST_DAY = dt.date(2026, 1, 1)
QUARTER_RECEIVED = dt.date(2026, 4, 15)
YEAR_RECEIVED = dt.date(2026, 1, 20)

ZONES = ("QN07102I", "QN07101I", "Prés-Saint-Jean", "Aubépins", "PSJ", "Les Aubépins", "71T05", "Hors QPV", "Stade")
"""Spellings that need no repair; every one is declared, except « Hors QPV », which the tool knows."""

WORDS = ("éclairage réparé", "hall nettoyé", "atelier d’été", "réunion publique", "portes à régler", "façade abîmée")

Cells = dict[str, str]


@dataclass(frozen=True)
class Row:
    """One row: a number that never changes, and its cells, one per column of the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How the table is laid in a file."""

    separator: str = ";"
    encoding: str = "utf-8"
    titles: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    is_workbook: bool = False
    name: str = "livraison.csv"
    line_end: str = "\r\n"

    @property
    def heading_line(self) -> int:
        return 1 + len(self.titles)


@dataclass(frozen=True)
class PartnerTable:
    """A file before it is written.

    Attributes:
        columns: the declared field of each column, empty for a column that is not declared.
        as_typed: cells that are written without quoting, whatever they hold.
    """

    feed: Feed
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    layout: Layout = Layout()
    as_typed: frozenset[str] = frozenset()

    def cell(self, row: int, field: str) -> str:
        return self.row(row).cells[self.columns.index(field)]

    def row(self, number: int) -> Row:
        return next(row for row in self.rows if row.number == number)

    def with_cell(self, row: int, field: str, text: str) -> PartnerTable:
        index = self.columns.index(field)
        return self.with_row(row, lambda cells: (*cells[:index], text, *cells[index + 1 :]))

    def with_column(self, field: str, change: Callable[[str], str]) -> PartnerTable:
        table = self
        for row in self.rows:
            table = table.with_cell(row.number, field, change(self.cell(row.number, field)))
        return table

    def with_row(self, number: int, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> PartnerTable:
        rows = tuple(replace(row, cells=change(row.cells)) if row.number == number else row for row in self.rows)
        return replace(self, rows=rows)

    def with_layout(self, **changes: object) -> PartnerTable:
        return replace(self, layout=replace(self.layout, **changes))

    def line(self, number: int) -> int:
        """Return the line of the file that holds a row, from 1."""
        place = next(index for index, row in enumerate(self.rows) if row.number == number)
        return self.layout.heading_line + 1 + place


def text_of(table: PartnerTable) -> str:
    """Return a table as delimited text."""
    layout = table.layout
    lines = [*layout.titles, layout.separator.join(_quoted(table, heading) for heading in table.headings)]
    lines += [layout.separator.join(_quoted(table, cell) for cell in row.cells) for row in table.rows]
    if layout.totals:
        lines.append(layout.separator.join(layout.totals))
    return layout.line_end.join(lines) + layout.line_end


def bytes_of(table: PartnerTable) -> bytes:
    """Return a table as the bytes of a file."""
    if not table.layout.is_workbook:
        return text_of(table).encode(table.layout.encoding)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Export")
        lines = [[title] for title in table.layout.titles] + [list(table.headings)]
        lines += [list(row.cells) for row in table.rows] + ([list(table.layout.totals)] if table.layout.totals else [])
        for number, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell)
    return content.getvalue()


def _quoted(table: PartnerTable, cell: str) -> str:
    if cell in table.as_typed or not re.search(rf'["\n{re.escape(table.layout.separator)}]', cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def clean_table(feed: Feed, seed: int, count: int | None = None) -> PartnerTable:
    """Draw a file in which nothing is wrong and nothing needs a repair.

    Args:
        feed: the declaration, which gives the columns, the types, the bounds and the words.
        seed: of every draw.
        count: rows; between 60 and 200 when absent.
    """
    draw = random.Random(f"{feed.feed} {seed}")
    wanted = count or draw.randint(60, 200)
    rows = _AGREE.get(feed.feed, _as_drawn)(draw, [_drawn(draw, feed, n) for n in range(wanted)])
    rows = _with_places(draw, feed, rows)
    fields = [field.name for field in feed.fields]
    order = draw.sample(fields, len(fields))
    headings = tuple(_heading(draw, next(field for field in feed.fields if field.name == name)) for name in order)
    made = tuple(Row(number, tuple(row[name] for name in order)) for number, row in enumerate(rows))
    return PartnerTable(feed, tuple(order), headings, made)


def received_on(feed: Feed) -> dt.date:
    return QUARTER_RECEIVED if feed.period.granularity.value == "trimestre" else YEAR_RECEIVED


def _heading(draw: random.Random, field: FieldSpec) -> str:
    return draw.choice([name for name in (field.name, field.label, *field.headers) if name])


def _drawn(draw: random.Random, feed: Feed, number: int) -> Cells:
    return {field.name: _value(draw, field, number) for field in feed.fields}


def _value(draw: random.Random, field: FieldSpec, number: int) -> str:
    kind = field.type
    least, most = int(field.minimum or 0), int(field.maximum or 3000)
    if kind is FieldType.IDENTITY:
        return hashlib.sha256(f"fictif {number}".encode()).hexdigest()
    if kind is FieldType.CODE:
        return f"objectif.{number}" if field.pattern else f"{field.name[:2].upper()}-{number:04d}-é"
    if kind is FieldType.ZONE:
        return draw.choice(ZONES)
    if kind is FieldType.CATEGORY:
        return draw.choice(field.values)
    if kind is FieldType.INTEGER:
        return str(draw.randint(least, most))
    if kind is FieldType.DECIMAL:
        return f"{draw.randint(least * 100, most * 100) / 100:.{field.scale}f}"
    if kind is FieldType.BOOLEAN:
        return draw.choice(("oui", "non"))
    if kind is FieldType.DATE:
        return (FIRST_DAY + dt.timedelta(days=draw.randrange(90))).isoformat()
    if kind is FieldType.FREE_TEXT:
        return f"{draw.choice(WORDS)} ; {draw.choice(WORDS)}."
    return {FieldType.MONTH: "2026-01", FieldType.QUARTER: QUARTER, FieldType.YEAR: YEAR}[kind]


def _with_places(draw: random.Random, feed: Feed, rows: list[Cells]) -> list[Cells]:
    """Give each row of a feed of zones another zone: the key would not be unique otherwise."""
    if feed.grain is not Grain.ZONE:
        return rows
    if feed.perimeter == 2015:
        others = [f"QP{draw.randint(1, 69):03d}{order:03d}" for order in range(len(rows) - 3)]
        codes = [*others, "QP071001", "QP071002", "QP071003"]
        return [{**row, "zone": code} for row, code in zip(rows, draw.sample(codes, len(codes)), strict=True)]
    places = [*(f"71T{order:02d}" for order in range(1, 25)), "QN07102I", "QN07101I", "Stade", "71076"]
    quarters = ("2025-T2", "2025-T3", "2025-T4", QUARTER)
    keys = [{"zone": place, "trimestre": quarter} for quarter in quarters for place in places]
    return [{**row, **key} for row, key in zip(rows, draw.sample(keys, len(keys)), strict=False)]


def _as_drawn(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    return rows


def _parts_of_actions(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    for row in rows:
        for part, whole in (
            *((part, "participants") for part in ("femmes", "seniors", "jeunes", "peres")),
            ("contrats_femmes", "contrats_signes"),
            ("contrats_seniors", "contrats_signes"),
        ):
            row[part] = str(draw.randint(0, int(row[whole])))
    return rows


def _stocks(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    for row in rows:
        # No count is below the threshold of the clause (5 persons).
        women, men = draw.randint(5, 1500), draw.randint(5, 1500)
        young = draw.randint(5, (women + men) // 2)
        row |= {"defm_abc_femmes": str(women), "defm_abc_hommes": str(men), "defm_abc": str(women + men)}
        row |= {"defm_abc_moins_26": str(young), "defm_abc_50_plus": str(draw.randint(5, (women + men) // 2))}
        if "defm_a" in row:
            row["defm_a"] = str(draw.randint(5, women + men))
    return rows


def _pathways(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    """Write one row per person and month; some leave in February, and their last row says how."""
    months = ("2026-01", "2026-02", "2026-03")
    made: list[Cells] = []
    for row in rows[: len(rows) // 3]:
        leaves = draw.random() < 0.4
        base = {**row, "date_entree": (dt.date(2025, 1, 1) + dt.timedelta(days=draw.randrange(300))).isoformat()}
        for month in months[: 2 if leaves else 3]:
            made.append({**base, "mois": month, "situation": "recherche", "date_sortie": ""})
        if leaves:
            exit_word = draw.choice(("emploi_durable", "emploi_transition", "formation", "inactif", "sans_nouvelle"))
            made[-1] |= {"situation": exit_word, "date_sortie": f"2026-02-{draw.randint(1, 28):02d}"}
    return made


def _homes(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    for row in rows:
        decided = dt.date.fromisoformat(row["date_decision"])
        signed = min(decided + dt.timedelta(days=draw.randrange(20)), QUARTER_RECEIVED)
        row["date_bail"] = "" if draw.random() < 0.3 else signed.isoformat()
    return rows


def _signals(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    for row in rows:
        told = dt.date.fromisoformat(row["date_signalement"])
        answered = row["intervention"] == "oui" or draw.random() < 0.3
        answer = min(told + dt.timedelta(days=draw.randrange(15)), QUARTER_RECEIVED)
        row["date_reponse"] = answer.isoformat() if answered else ""
    return rows


def _reviews(draw: random.Random, rows: list[Cells]) -> list[Cells]:
    return [{**row, "texte": ""} if row["statut"] == "attendu" else row for row in rows]


_AGREE: Mapping[str, Callable[[random.Random, list[Cells]], list[Cells]]] = {
    "bilans-actions": _parts_of_actions,
    "france-travail-demandeurs": _stocks,
    "insee-qpv-insertion": _stocks,
    "france-travail-parcours": _pathways,
    "logement-attributions": _homes,
    "gsup-signalements": _signals,
    "bilans-qualitatifs": _reviews,
}
