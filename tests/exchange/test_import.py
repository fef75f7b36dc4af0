"""A schema that somebody else wrote becomes a feed to complete: nothing guessed, nothing lost without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.declare.feed import Feed, FieldType
from evalkit.declare.load import load_file
from evalkit.declare.yaml_text import parse_yaml
from evalkit.errors import DeclarationError
from evalkit.exchange.descriptor import Descriptor, read_descriptor
from evalkit.exchange.feed_draft import feed_text
from evalkit.exchange.field_draft import draft_fields
from evalkit.exchange.yaml_lines import yaml_line

FOREIGN: dict[str, Any] = {
    "name": "Bornes IRVE",
    "title": "Bornes : dynamiques",
    "primaryKey": "Id Borne",
    "missingValues": ["", "NC"],
    "fields": [
        {"name": "Id Borne", "type": "string", "constraints": {"required": True, "minLength": 3}},
        {"name": "année", "type": "year", "constraints": {"minimum": 2015}},
        {"name": "coordonnees", "type": "geopoint"},
        {"name": "Statut", "type": "string", "constraints": {"enum": ["null", "hors: service, ? #"]}},
        {"name": "statut", "type": "number", "constraints": {"minimum": "0.5"}},
        {"name": "mise_en_service", "type": "date", "format": "%d/%m/%Y"},
    ],
}


def imported(tmp_path: Path, descriptor: object) -> str:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    return feed_text(read_descriptor(path))


def problems(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    path = tmp_path / "feed.yml"
    path.write_text(text, encoding="utf-8")
    found = load_file(path, Feed).problems
    return [(problem.code, text.splitlines()[problem.place.line - 1].split(":")[0].strip()) for problem in found]


def test_the_holes_are_what_the_check_points_at(tmp_path: Path) -> None:
    text = imported(tmp_path, FOREIGN)
    where = [(code, start) for code, start in problems(tmp_path, text)]
    assert where == [("EVK-D012", "grain"), ("EVK-D012", "nature"), ("EVK-D012", "period"), ("EVK-D012", "- {name")]


def test_once_completed_it_is_a_feed(tmp_path: Path) -> None:
    text = imported(tmp_path, FOREIGN)
    text = text.replace("grain: null", "grain: zone").replace("nature: null", "nature: exhaustif")
    text = text.replace("{granularity: null, field: null}", "{granularity: annee, field: annee}")
    text = text.replace("type: null", "type: free_text")
    path = tmp_path / "feed.yml"
    path.write_text(text, encoding="utf-8")
    loading = load_file(path, Feed)
    assert loading.problems == ()
    feed = loading.found[0].value
    assert (feed.feed, feed.label, feed.key) == ("bornes-irve", "Bornes : dynamiques", ("id_borne",))
    assert [field.name for field in feed.fields] == [
        "id_borne", "annee", "coordonnees", "statut", "statut_2", "mise_en_service",
    ]  # fmt: skip
    assert feed.fields[3].values == ("null", "hors: service, ? #")
    assert feed.fields[0].headers == ("Id Borne",)
    assert [field.type for field in feed.fields][4:] == [FieldType.DECIMAL, FieldType.DATE]


@pytest.mark.parametrize(
    "said",
    ["minLength (3)", "format (%d/%m/%Y)", "« geopoint » n’a pas d’équivalent", "missingValues", "vérifier le type"],
)
def test_what_cannot_be_taken_over_is_said(tmp_path: Path, said: str) -> None:
    assert said in imported(tmp_path, FOREIGN).replace("\N{NO-BREAK SPACE}", " ")


def test_a_bound_of_a_date_is_not_lost_without_a_word(tmp_path: Path) -> None:
    field = {"name": "jour", "type": "date", "constraints": {"minimum": "2010-01-01"}}
    assert "non repris\N{NO-BREAK SPACE}: minimum (2010-01-01)" in imported(tmp_path, {"fields": [field]})


def test_a_key_that_names_no_field_is_a_hole(tmp_path: Path) -> None:
    descriptor = {"primaryKey": ["ailleurs"], "fields": [{"name": "a", "constraints": {"unique": True}}]}
    text = imported(tmp_path, descriptor)
    assert "key: null" in text
    assert "sans doublon selon le schéma\N{NO-BREAK SPACE}: a" in text


def test_the_only_table_of_a_data_package_is_read(tmp_path: Path) -> None:
    package = {"resources": [{"name": "table", "schema": {"fields": [{"name": "a"}]}}, {"name": "image"}]}
    assert "feed: table" in imported(tmp_path, package)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "EVK-D070"),
        (b"feed: x", "EVK-D070"),
        (b"[" * 100_000, "EVK-D070"),
        (b"[1]", "EVK-D071"),
        (b"{}", "EVK-D071"),
        (b'{"fields": []}', "EVK-D071"),
        (b'{"resources": []}', "EVK-D071"),
        (b'{"fields": [{"type": "string"}, 3]}', "EVK-D072"),
    ],
)
def test_what_is_no_schema_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(content)
    with pytest.raises(DeclarationError) as error:
        read_descriptor(path)
    assert {problem.code for problem in error.value.problems} == {code}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="EVK-D070"):
        read_descriptor(tmp_path / "absent.json")


texts = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@settings(deadline=None, derandomize=True)
@given(values)
def test_any_value_is_written_on_one_line_and_read_back(value: object) -> None:
    """Truths come back as texts, which is how evalkit reads every scalar."""
    line = yaml_line({"k": value})
    assert len(line.splitlines()) == 1
    assert parse_yaml(line, "").value == {"k": as_text(value)}


def as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [as_text(each) for each in value]
    if isinstance(value, dict):
        return {name: as_text(each) for name, each in value.items()}
    return value


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10).filter(lambda text: text.strip().isprintable())
kinds = st.sampled_from(["string", "integer", "number", "boolean", "date", "year", "yearmonth", "any", "object"])
constraints = st.fixed_dictionaries(
    {}, optional={"required": st.booleans(), "enum": st.lists(texts, max_size=2), "minimum": texts, "pattern": texts}
)
fields = st.fixed_dictionaries(
    {"name": names.filter(str.strip)},
    optional={"type": kinds, "title": texts, "description": texts, "constraints": constraints},
)


@settings(deadline=None, derandomize=True)
@given(st.lists(fields, min_size=1, max_size=5))
def test_any_schema_gives_yaml_whose_fields_have_each_a_name(fields: list[dict[str, Any]]) -> None:
    """Whatever the names and texts, the start of a feed is YAML, with one column per field and no name twice."""
    descriptor = Descriptor("s.json", {"fields": fields}, tuple(fields))
    document = parse_yaml(feed_text(descriptor), "feed.yml").value
    assert isinstance(document, dict)
    columns = [column["name"] for column in document["fields"]]  # type: ignore[index, union-attr, call-overload]
    assert len(set(columns)) == len(columns) == len(fields)
    assert [draft.name for draft in draft_fields(fields)] == columns
