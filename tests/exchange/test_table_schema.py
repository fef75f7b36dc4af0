"""Exported schemas are valid under Frictionless, and can be imported again without loss."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless

from evalkit.declare.feed import Feed
from evalkit.declare.load import load_file
from evalkit.exchange.descriptor import read_descriptor
from evalkit.exchange.feed_draft import carried_clause, feed_text
from evalkit.exchange.table_schema import table_schema, table_schema_text
from evalkit.workspace.workspace import Workspace

from .agreements import EVERYTHING, agreements, other_agreements


def test_every_schema_is_valid_under_frictionless(workspace: Workspace) -> None:
    for agreement in agreements(workspace):
        descriptor = table_schema(agreement.feed, agreement.clause)
        assert list(frictionless.Schema.metadata_validate(descriptor)) == []
        assert frictionless.Schema.from_descriptor(descriptor).field_names == [f.name for f in agreement.feed.fields]


def test_what_is_exported_is_imported_whole(workspace: Workspace, tmp_path: Path) -> None:
    schema, declared = tmp_path / "schema.json", tmp_path / "feed.yml"
    for agreement in agreements(workspace):
        schema.write_text(table_schema_text(agreement.feed, agreement.clause), encoding="utf-8")
        descriptor = read_descriptor(schema)
        text = feed_text(descriptor)
        declared.write_text(text, encoding="utf-8")
        loading = load_file(declared, Feed)
        assert (loading.problems, [each.value for each in loading.found]) == ((), [agreement.feed])
        assert carried_clause(descriptor) == agreement.clause
        assert "à compléter" not in text


def test_the_clauses_of_every_contract_are_carried_whole(workspace: Workspace, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    for agreement in other_agreements(workspace):
        schema.write_text(table_schema_text(agreement.feed, agreement.clause), encoding="utf-8")
        assert carried_clause(read_descriptor(schema)) == agreement.clause


def test_the_schema_judges_a_file_as_declared(tmp_path: Path) -> None:
    """Frictionless refuses with our schema what the declaration refuses: word, bound, pattern, missing value."""
    fields = [
        field for field in EVERYTHING.fields if field.name in {"personne", "mois", "trimestre", "sexe", "age", "oui"}
    ]
    feed = EVERYTHING.model_copy(update={"fields": tuple(fields)})
    identity = "a" * 64
    rows = [
        "personne,mois,trimestre,sexe,age,oui",
        f"{identity},2026-01,2026-T1,F,30,oui",
        ",2026-02,2026-T1,F,30,oui",
        f"{identity},2026-03,2026-1,F,30,oui",
        f"{identity},2026-04,2026-T2,X,30,oui",
        f"{identity},2026-05,2026-T2,F,-2,oui",
        f"{identity},2026-06,2026-T2,F,30,peut-être",
    ]
    path = tmp_path / "file.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    schema = frictionless.Schema.from_descriptor(table_schema(feed))
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(frictionless.Resource(path=str(path), schema=schema))
    refused = {(row, field) for row, field in report.flatten(["rowNumber", "fieldName"]) if field}
    assert {("personne", 3), ("trimestre", 4), ("sexe", 5), ("age", 6), ("oui", 7)} <= {(f, r) for r, f in refused}
    assert not [row for row, _ in refused if row == 2]


def test_the_text_is_json_with_french_titles(workspace: Workspace) -> None:
    text = table_schema_text(workspace.feeds["logement-attributions"])
    assert "Réservataire" in text
    assert json.loads(text)["primaryKey"] == ["attribution"]
