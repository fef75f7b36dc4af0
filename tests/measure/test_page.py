"""Every example of the page on measures is a declaration that the check accepts."""

import re
from pathlib import Path

import polars as pl
import pytest
import yaml

from evalkit.declare.measures import Measure
from evalkit.declare.schema import json_schema
from evalkit.receive.file.table import TextTable, tidy
from evalkit.workspace.crosscheck import open_workspace

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mesures.md"

_LEFT_OUT = {
    "objective": "axe.objectif",
    "kind": "resultat",
    "status": "declared",
    "unit": "%",
    "direction": "up",
    "period": "annee",
    "evidence": {},
}
_CONTRACT = {
    "contract": "exemple",
    "label": "Exemple",
    "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.objectif", "label": "Objectif"}]}],
}
_ZONES = {
    "zones": [
        {"id": "aubepins", "label": "Aubépins", "kind": "qpv", "within": ["unite-urbaine"]},
        {"id": "unite-urbaine", "label": "Unité urbaine", "kind": "unite_urbaine"},
    ]
}


class _Text(yaml.SafeLoader):
    """Every scalar is read as text, as the declarations are."""


_Text.yaml_implicit_resolvers = {
    mark: [pair for pair in pairs if pair[0] == "tag:yaml.org,2002:null"]
    for mark, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def blocks():
    for text in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        yield yaml.load(text, _Text)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    root = tmp_path_factory.mktemp("page")
    home = root / "indicators" / "exemple"
    home.mkdir(parents=True)
    (root / "expectations").mkdir()
    for path in (ROOT / "expectations").glob("*.yml"):
        (root / "expectations" / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    indicators, parameters = [], []
    for block in blocks():
        if isinstance(block, dict):
            (root / "expectations" / f"{block['feed']}.yml").write_text(yaml.safe_dump(block), encoding="utf-8")
        elif "parameter" in block[0]:
            parameters += block
        else:
            indicators += [{"label": each["id"], **_LEFT_OUT, **each} for each in block]
    for name, value in (
        ("contract", _CONTRACT),
        ("territory", _ZONES),
        ("exemples", indicators),
        ("parameters", parameters),
    ):
        (home / f"{name}.yml").write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    return open_workspace(root).contract("exemple")


def test_every_example_passes_the_check(opened):
    written = [each["id"] for block in blocks() if isinstance(block, list) for each in block if "id" in each]
    assert len(written) > 40
    assert sorted(each.id for each in opened.indicators) == sorted(written)


def test_every_type_has_an_example(opened):
    types = {kind for kind in json_schema("indicator")["$defs"] if kind.endswith("Measure")}
    shown = {type(each.measure).__name__ for each in opened.indicators if each.measure is not None}
    assert shown == types
    assert len(types) == len(Measure.__args__[0].__args__)


def test_every_type_is_in_the_table_of_the_page(opened):
    text = PAGE.read_text(encoding="utf-8")
    table = text[text.index("| Type |") : text.index("## Compter")]
    for each in opened.indicators:
        if each.measure is not None:
            assert f"`{each.measure.type}`" in table


def test_no_example_reads_a_row_that_reception_sets_aside(opened):
    """A last row named « ensemble » or « total » is left out: an example that reads it computes nothing."""
    words = {
        (each.id, word)
        for each in opened.indicators
        if each.measure is not None
        for word in re.findall(r"= '([^']+)'", getattr(each.measure, "where", None) or "")
    }
    assert ("ex.part-qpv-defm", "demandeurs-emploi") in words
    for example, word in sorted(words):
        cells = pl.DataFrame({"c0": ["autre", word], "c1": ["10", "20"]})
        table = TextTable(("Service", "Bénéficiaires"), cells, pl.Series([2, 3]))
        assert tidy(table).cells.equals(cells), example
