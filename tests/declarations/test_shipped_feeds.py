"""The feeds that the project ships: each says what it is, and none is taken for another."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from evalkit.declare.feed import ExpectationCheck, Feed, FieldType, Grain, Nature
from evalkit.receive.headings import names_of
from evalkit.receive.privacy.personal import IDENTIFYING_HEADINGS
from evalkit.receive.recognise import recognise_feed
from evalkit.typography import typeset
from evalkit.workspace.load import WorkspaceFiles

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT_LINES = {
    "contrat-de-ville-grand-chalon": 3241,
    "contrat-de-ville-creusot-montceau": 1719,
    "contrat-de-ville-grand-calais": 8573,
    "protocole-blois-2020-2022": 2180,
    "lecture-contrats-occitanie": 2651,
}
"""Lines of the text version of each reference document, counted with ``wc -l`` (the last line may have no end)."""

AGGREGATED_ONLY = (
    "france-travail-retours",
    "missions-locales-parcours",
    "caf-allocataires",
    "assurance-maladie-c2s",
    "sante-acces-soins",
    "education-reussite",
    "education-decrochage",
    "tranquillite-faits",
)
"""Young people, minors, health and justice: totals only, never a line per person."""


@pytest.fixture(scope="module")
def feeds(real: WorkspaceFiles) -> dict[str, Feed]:
    return {located.value.feed: located.value for located in real.feeds}


def _paths() -> list[Path]:
    return sorted((ROOT / "expectations").glob("*.yml"))


NAMES = [path.stem for path in _paths()]


def test_every_kind_of_file_of_the_contracts_has_its_feed() -> None:
    """The partners of the five contracts and the open data: at least one feed for each."""
    expected = {
        "france-travail-": 4,
        "missions-locales-": 1,
        "caf-": 1,
        "assurance-maladie-": 1,
        "sante-": 1,
        "logement-": 4,
        "tfpb-": 2,
        "education-": 4,
        "tranquillite-": 1,
        "entreprises-": 1,
        "paqte-": 1,
        "fph-": 1,
        "participation-": 1,
        "programmation-": 1,
        "enquete-": 1,
        "barometre-": 1,
        "bilans-": 2,
        "gsup-": 1,
        "insee-qpv-": 7,
        "insee-filosofi-": 3,
        "anct-": 3,
    }
    counted = {beginning: sum(name.startswith(beginning) for name in NAMES) for beginning in expected}
    assert counted == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_feed_says_what_it_is(feeds: dict[str, Feed], name: str) -> None:
    feed = feeds[name]
    assert feed.feed == name
    assert feed.source
    assert feed.window
    assert feed.evidence or name.startswith("insee-qpv-insertion")
    opening = feed.checks[0]
    assert isinstance(opening, ExpectationCheck)
    assert (opening.expectation, opening.min_value) == ("expect_table_row_count_to_be_between", 1)
    assert all((check.message or "").endswith(".") for check in feed.checks)
    assert all(field.label for field in feed.fields)
    assert (ROOT / "expectations" / f"{name}.yml").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_columns_agree_with_themselves(feeds: dict[str, Feed], name: str) -> None:
    feed = feeds[name]
    names = [field.name for field in feed.fields]
    assert len(set(names)) == len(names)
    for key in feed.key:
        field = feed.field(key)
        assert field is not None
        assert field.required, key
    assert feed.period.field is None or feed.period.field in names
    for field in feed.fields:
        assert (field.type is FieldType.CATEGORY) == bool(field.values), field.name
        assert set(field.synonyms.values()) <= set(field.values), field.name
        if field.pattern is not None:
            re.compile(field.pattern)
    assert {name for each in feed.breaks for name in each.fields} <= set(names)


@pytest.mark.parametrize("name", NAMES)
def test_a_heading_belongs_to_one_column(feeds: dict[str, Feed], name: str) -> None:
    """Names, labels and headings together: a heading that two columns claim would be read as either."""
    owners: dict[str, set[str]] = {}
    for field in feeds[name].fields:
        for heading in names_of(field):
            owners.setdefault(heading, set()).add(field.name)
    assert {heading: sorted(who) for heading, who in owners.items() if len(who) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rank", ["name", "label", "first header", "last header"])
def test_a_file_of_a_feed_is_taken_for_no_other(feeds: dict[str, Feed], name: str, rank: str) -> None:
    headings = []
    for field in feeds[name].fields:
        headers = field.headers or (field.name,)
        choices = {"name": field.name, "label": field.label or field.name, "first header": headers[0]}
        headings.append(choices.get(rank, headers[-1]))
    assert recognise_feed(feeds, tuple(headings)).feed == name


@pytest.mark.parametrize("name", NAMES)
def test_no_feed_asks_for_who_people_are(feeds: dict[str, Feed], name: str) -> None:
    headings = {heading for field in feeds[name].fields for heading in names_of(field)}
    assert headings & IDENTIFYING_HEADINGS == set()


def test_only_one_feed_follows_persons(feeds: dict[str, Feed]) -> None:
    assert [name for name in NAMES if feeds[name].is_individual] == ["france-travail-parcours"]
    assert {feeds[name].grain for name in AGGREGATED_ONLY} <= {Grain.TOTAL, Grain.ZONE}
    free = {name for name in AGGREGATED_ONLY for field in feeds[name].fields if field.type is FieldType.FREE_TEXT}
    assert free == set()


def test_evidence_names_a_line_of_its_document(feeds: dict[str, Feed]) -> None:
    for feed in feeds.values():
        evidence = feed.evidence
        if evidence is None or evidence.document is None:
            continue
        assert evidence.document in DOCUMENT_LINES, feed.feed
        assert evidence.line is None or evidence.line <= DOCUMENT_LINES[evidence.document], feed.feed
        assert set(evidence.inferred) <= set(Feed.model_fields), feed.feed


def test_declared_and_disposable_income_are_two_fields(feeds: dict[str, Feed]) -> None:
    for name in ("insee-qpv-revenus", "insee-qpv-revenus-2024", "insee-filosofi-iris"):
        fields = {field.name: names_of(field) for field in feeds[name].fields}
        assert fields["revenu_declare_median"].isdisjoint(fields["revenu_disponible_median"])
    for name, absent in (("disponible", "declare"), ("declare", "disponible")):
        feed = feeds[f"insee-filosofi-{name}"]
        assert not any(f"revenu_{absent}" in field.name for field in feed.fields)


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("france-travail-demandeurs", ["2025-01-01"]),
        ("france-travail-retours", ["2025-01-01"]),
        ("insee-filosofi-disponible", ["2016-01-01", "2018-01-01", "2019-01-01", "2020-01-01", "2022-01-01"]),
        ("insee-qpv-revenus-2024", ["2022-01-01"]),
        ("assurance-maladie-c2s", ["2019-11-01"]),
        ("anct-qpv-liste", ["2025-01-01", "2025-08-11"]),
    ],
)
def test_breaks_of_the_sources_are_dated(feeds: dict[str, Feed], name: str, dates: list[str]) -> None:
    """Loi pour le plein emploi; Insee's documentation of Filosofi; decree of the C2S; Act 2025-797 on Mayotte."""
    assert [each.date.isoformat() for each in feeds[name].breaks] == dates


def test_vintages_too_close_are_not_compared(feeds: dict[str, Feed]) -> None:
    """A census vintage pools five years of surveys; Cnam and Filosofi warn against two vintages in a row."""
    spacing = {name: feed.spacing for name, feed in feeds.items() if feed.spacing}
    census = {"insee-qpv-demographie", "insee-qpv-education", "insee-qpv-insertion", "insee-qpv-population"}
    assert {name for name, years in spacing.items() if years == "P5Y"} == census
    consecutive = {name for name in NAMES if name.startswith(("insee-filosofi", "insee-qpv-revenus"))}
    assert {name for name, years in spacing.items() if years == "P2Y"} == consecutive | {"assurance-maladie-c2s"}


def test_uncertainty_follows_the_nature_of_the_source(feeds: dict[str, Feed]) -> None:
    natures = {nature: {name for name in NAMES if feeds[name].nature is nature} for nature in Nature}
    assert natures[Nature.VOLUNTEER] == {"barometre-habitants", "enquete-satisfaction", "paqte-engagements"}
    assert natures[Nature.MODELLED] == {"insee-chomage-localise", "qpv-passage-population"}
    assert all(name.startswith("insee-qpv-") for name in natures[Nature.SAMPLE])


def test_the_page_is_up_to_date_and_typeset() -> None:
    spec = importlib.util.spec_from_file_location("build_feeds_page", ROOT / "docs" / "build_feeds_page.py")
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    written = (ROOT / "docs" / "flux.md").read_text(encoding="utf-8")
    assert written == builder.page(), "Run: python docs/build_feeds_page.py"
    assert sorted(re.findall(r"^### ([a-z0-9-]+)$", written, flags=re.MULTILINE)) == sorted(NAMES)
    prose = re.sub(r"`[^`\n]+`", "``", written)
    assert [line for line in prose.splitlines() if typeset(line) != line] == []
