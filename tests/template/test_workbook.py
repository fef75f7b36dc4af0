"""The sheets of a template: what a partner sees, and what the reception must not confuse."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from xml.etree import ElementTree

import fastexcel
import polars as pl
import pytest

from evalkit.declare.feed import Feed, FieldType
from evalkit.receive.file.header import known_headings
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.headings import declared_headings, match_headings, needed_fields
from evalkit.receive.recognise import recognise_feed
from evalkit.sources.catalogue import shipped_catalogue
from evalkit.template.plan import Template, plan_template, template_of
from evalkit.template.sheets import DATA, GUIDE_SHEETS
from evalkit.template.workbook import workbook_of
from tests.template.world import CONTRACT, shipped

FEEDS = sorted(shipped().feeds)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def made(feed: str) -> Template:
    return template_of(shipped(), feed, CONTRACT)


def sheets(content: bytes) -> dict[str, pl.DataFrame]:
    book = fastexcel.read_excel(content)
    return {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


def validations(content: bytes) -> dict[str, ElementTree.Element]:
    found = part(content, "xl/worksheets/sheet1.xml").iter(f"{MAIN}dataValidation")
    return {str(one.get("sqref")): one for one in found}


def recognised(template: Template) -> str:
    """Return the feed that the headings name; two open bases may share every heading, and the refusal says so."""
    try:
        return recognise_feed(shipped().feeds, template.headings).feed
    except RefusedFileError as error:
        assert shipped_catalogue().read_by(template.feed.feed), "a partner must never have to name the feed"
        return str(error)


@pytest.mark.parametrize("feed", FEEDS)
def test_headings_are_those_of_the_feed_alone(feed: str) -> None:
    template = made(feed)
    declared = shipped().feeds[feed]
    matching = match_headings(declared, template.headings)
    assert list(matching.columns) == [field.name for field in declared.fields]
    assert not matching.unknown
    assert feed in recognised(template)
    needed = {column.field.name for column in template.columns if column.is_needed}
    assert needed == {field.name for field in needed_fields(declared)}


@pytest.mark.parametrize("feed", FEEDS)
def test_only_the_first_sheet_looks_like_data(feed: str) -> None:
    template = made(feed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = workbook_of(template)
    read = sheets(content)
    assert list(read) == [DATA, "Dictionnaire", "Consignes", "Listes"]
    assert read[DATA].rows() == [template.headings]
    known = declared_headings(shipped().feeds.values())
    for name in GUIDE_SHEETS:
        best = max(known_headings(row, known) for row in read[name].rows())
        assert best < known_headings(template.headings, known), name
        titles = read[name].row(0)
        assert known_headings(titles, known) == 0, name


@pytest.mark.parametrize("feed", FEEDS)
def test_each_column_says_what_it_expects(feed: str) -> None:
    template = made(feed)
    content = workbook_of(template)
    rules = validations(content)
    assert len(rules) == len(template.columns)
    lists = sheets(content)["Listes"]
    for column, rule in zip(template.columns, rules.values(), strict=True):
        message = str(rule.get("prompt"))
        assert 0 < len(message) <= 255
        assert ("Obligatoire" in message) == column.is_needed
        assert len(str(rule.get("promptTitle"))) <= 32
        formula = rule.findtext(f"{MAIN}formula1") or ""
        assert len(formula) <= 255
        assert formula.count("(") == formula.count(")")
        if column.choices:
            assert rule.get("type") == "list"
            assert listed(lists, formula) == list(column.choices)


def listed(lists: pl.DataFrame, formula: str) -> list[str]:
    """Return the words of a range such as ``Listes!$B$2:$B$9``."""
    found = re.fullmatch(r"Listes!\$([A-Z])\$2:\$\1\$(\d+)", formula)
    assert found
    column = lists.to_series(ord(found[1]) - ord("A")).to_list()
    return column[1 : int(found[2])]


@pytest.mark.parametrize("feed", ["bilans-actions", "france-travail-parcours"])
def test_same_declarations_same_bytes(feed: str) -> None:
    content = workbook_of(made(feed))
    assert hashlib.sha256(content).digest() == hashlib.sha256(workbook_of(made(feed))).digest()
    created = part(content, "docProps/core.xml").findtext("{http://purl.org/dc/terms/}created")
    assert created == "2000-01-01T00:00:00Z"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_zones_are_those_of_the_contract() -> None:
    template = made("logement-attributions")
    zone = next(column for column in template.columns if column.field.name == "zone")
    assert zone.choices[:2] == ("Aubépins", "Prés-Saint-Jean")
    assert zone.choices[-2:] == ("hors QPV", "inconnu")
    assert len(zone.choices) == len(shipped().contract(CONTRACT).territory.zones) + 2
    base = next(column for column in made("france-travail-demandeurs").columns if column.field.name == "zone")
    assert base.choices == zone.choices[:-2]


def formats_by_column(content: bytes) -> list[str]:
    """Return the number format of each column of the first sheet."""
    styles = part(content, "xl/styles.xml")
    written = {str(one.get("numFmtId")): str(one.get("formatCode")) for one in styles.iter(f"{MAIN}numFmt")}
    written |= {"49": "@", "1": "0", "3": "#,##0", "4": "#,##0.00"}
    cells = styles.find(f"{MAIN}cellXfs")
    assert cells is not None
    codes = [written.get(str(one.get("numFmtId")), "") for one in cells]
    columns = part(content, "xl/worksheets/sheet1.xml").iter(f"{MAIN}col")
    return [
        codes[int(str(one.get("style")))]
        for one in columns
        for _ in range(int(str(one.get("min"))), int(str(one.get("max"))) + 1)
    ]


def test_columns_keep_what_is_typed() -> None:
    template = made("logement-attributions")
    formats = dict(zip((c.field.name for c in template.columns), formats_by_column(workbook_of(template)), strict=True))
    assert formats["attribution"] == "@"
    assert formats["trimestre"] == "@"
    assert formats["date_decision"] == "dd/mm/yyyy"
    assert formats["rang"] == "#,##0"
    assert formats["ressources"] == "#,##0.00"


def test_first_row_stays_in_sight_and_is_a_named_table() -> None:
    content = workbook_of(made("gsup-signalements"))
    sheet = part(content, "xl/worksheets/sheet1.xml")
    pane = next(sheet.iter(f"{MAIN}pane"))
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "B2")
    table = part(content, "xl/tables/table1.xml")
    assert table.get("headerRowCount", "1") == "1"
    assert [one.get("name") for one in table.iter(f"{MAIN}tableColumn")] == list(made("gsup-signalements").headings)


def test_a_feed_of_one_column_is_still_told_from_its_dictionary() -> None:
    feed = Feed.model_validate(
        {
            "feed": "minuscule",
            "label": "Minuscule",
            "grain": "evenement",
            "nature": "exhaustif",
            "key": ["zone"],
            "period": {"granularity": "annee"},
            "fields": [{"name": "zone", "label": "Quartier", "type": "zone"}],
        }
    )
    template = plan_template(feed, shipped().contract(CONTRACT))
    read = sheets(workbook_of(template))
    known = declared_headings([feed])
    scores = {name: max(known_headings(row, known) for row in grid.rows()) for name, grid in read.items()}
    assert scores == {DATA: 1, "Dictionnaire": 0, "Consignes": 0, "Listes": 0}


def test_headings_that_two_fields_share_are_left_aside() -> None:
    feed = Feed.model_validate(
        {
            "feed": "partage",
            "label": "Partage",
            "grain": "evenement",
            "nature": "exhaustif",
            "key": ["a"],
            "period": {"granularity": "annee"},
            "fields": [
                {"name": "a", "label": "Date", "headers": ["Date d'entrée"], "type": "date"},
                {"name": "b", "label": "Date", "type": "date"},
            ],
        }
    )
    assert plan_template(feed, shipped().contract(CONTRACT)).headings == ("Date d'entrée", "b")


def test_every_type_of_field_is_covered_by_the_shipped_feeds() -> None:
    kinds = {field.type for feed in shipped().feeds.values() for field in feed.fields}
    # No shipped feed is sent by half-year: the type serves the feeds that a territory adds.
    assert kinds | {FieldType.HALF_YEAR} == set(FieldType)
