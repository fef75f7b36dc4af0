"""``evalkit export`` and ``evalkit import-schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from evalkit.cli.main import app
from evalkit.declare.feed import Feed
from evalkit.declare.load import load_file
from evalkit.errors import WorkspaceError
from evalkit.exchange.export import ExchangeFormat, export_feed
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.clause.demonstration import write_declarations

FEED = "logement-attributions"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(write_declarations(tmp_path_factory.mktemp("export")))


def test_a_feed_goes_out_and_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    schema, declared = tmp_path / "schema.json", tmp_path / "feed.yml"
    app(["export", FEED, "-w", str(workspace.root), "-c", "grand-chalon", "-o", str(schema)], standalone_mode=False)
    app(["import-schema", str(schema), "-o", str(declared)], standalone_mode=False)
    (found,) = load_file(declared, Feed).found
    assert found.value == workspace.feeds[FEED]


def test_what_is_printed_is_the_file_alone(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["-w", str(workspace.root), "-c", "grand-chalon"]
    app(["export", FEED, *where], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["name"] == FEED
    app(["export", FEED, "--to", "ODCS", *where], standalone_mode=False)
    assert yaml.safe_load(capsys.readouterr().out)["id"] == f"grand-chalon.{FEED}"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([FEED, "--to", "xml"], "EVK-W041"),
        (["logement"], "EVK-D030"),
        ([FEED, "--producer", "insee"], "EVK-D033"),
        ([FEED, "-o", "/absent/schema.json"], "EVK-W043"),
    ],
)
def test_a_mistake_is_told(workspace: Workspace, arguments: list[str], code: str) -> None:
    with pytest.raises(WorkspaceError, match=code):
        app(["export", *arguments, "-w", str(workspace.root), "-c", "grand-chalon"], standalone_mode=False)


def test_two_clauses_of_a_feed_need_a_producer(workspace: Workspace) -> None:
    declarations = workspace.contract("grand-chalon")
    (clause,) = declarations.clauses_of(FEED)
    other = clause.model_copy(update={"producers": ("semcoda",), "retention": "P1Y"})
    two = ContractDeclarations(declarations.contract, declarations.territory, (clause, other), (), (), ())
    with pytest.raises(WorkspaceError, match="EVK-W042"):
        export_feed(workspace, two, FEED, ExchangeFormat.TABLE_SCHEMA)
    text = export_feed(workspace, two, FEED, ExchangeFormat.TABLE_SCHEMA, "semcoda")
    assert json.loads(text)["evalkit"]["clause"]["retention"] == "P1Y"
