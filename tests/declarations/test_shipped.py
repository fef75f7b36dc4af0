"""Every declaration that the project ships loads, agrees with the others, and says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from evalkit.declare.feed import FieldType
from evalkit.errors import DeclarationError
from evalkit.territory.zones import normalise_name
from evalkit.typography import typeset
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.load import ContractFiles, WorkspaceFiles

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(
    path
    for folder in ("expectations", "indicators", "cohorts", "evalkit/demo/overlay")
    for path in (ROOT / folder).rglob("*.yml")
)
LAST_LINES = {
    "contrat-de-ville-grand-chalon": 3241,
    "contrat-de-ville-creusot-montceau": 1719,
    "contrat-de-ville-grand-calais": 8573,
    "protocole-blois-2020-2022": 2180,
    "lecture-contrats-occitanie": 2651,
}  # lines of the text of each document: the printed document ends there
FEEDS = {
    "bilans-actions",
    "france-travail-parcours",
    "france-travail-demandeurs",
    "logement-attributions",
    "gsup-signalements",
    "insee-qpv-insertion",
    "barometre-habitants",
    "bilans-qualitatifs",
}
MEASURES = {"count", "sum", "ratio", "duration", "survey", "published", "narrative", "milestone"}


def test_every_file_loads_alone(real: WorkspaceFiles, demonstration: WorkspaceFiles) -> None:
    assert [str(problem) for problem in real.problems] == []
    assert [str(problem) for problem in demonstration.problems] == []


def test_real_workspace_agrees_with_itself() -> None:
    declarations = open_workspace(ROOT).contract("grand-chalon")
    assert declarations.territory.qpv == ("aubepins", "pres-saint-jean")
    assert declarations.territory.reference == "unite-urbaine-chalon"
    assert declarations.comparisons == ()


def test_demonstration_agrees_with_itself(demonstration_root: Path) -> None:
    declarations = open_workspace(demonstration_root).contract("grand-chalon")
    assert len(declarations.territory.controls) == 26
    assert {clause.feed for clause in declarations.clauses} == FEEDS


def test_a_wrong_name_is_refused(demonstration_root: Path) -> None:
    path = demonstration_root / "indicators" / "grand-chalon" / "habiter-cadre-de-vie.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("start: date_signalement", "start: date_du_signalement"), encoding="utf-8")
    try:
        with pytest.raises(DeclarationError) as caught:
            open_workspace(demonstration_root)
    finally:
        path.write_text(text, encoding="utf-8")
    assert "date_du_signalement" in str(caught.value)


def test_the_feeds_of_the_contract(real: WorkspaceFiles) -> None:
    feeds = {located.value.feed: located.value for located in real.feeds}
    assert set(feeds) >= FEEDS
    for feed in feeds.values():
        names = [field.name for field in feed.fields]
        assert len(set(names)) == len(names)
        assert set(feed.key) <= set(names)
        assert all(spec.required for spec in feed.fields if spec.name in feed.key)
        assert feed.period.field is None or feed.period.field in names
        for spec in feed.fields:
            assert set(spec.synonyms.values()) <= set(spec.values), f"{feed.feed}.{spec.name}"
            assert (spec.type is FieldType.CATEGORY) == bool(spec.values), f"{feed.feed}.{spec.name}"
    assert [feed.feed for feed in feeds.values() if feed.is_individual] == ["france-travail-parcours"]


def test_headings_of_a_feed_are_not_shared(real: WorkspaceFiles) -> None:
    for located in real.feeds:
        owners: dict[str, set[str]] = {}
        for spec in located.value.fields:
            for heading in (spec.name, *spec.headers):
                owners.setdefault(normalise_name(heading), set()).add(spec.name)
        assert {heading for heading, names in owners.items() if len(names) > 1} == set(), located.value.feed


def test_every_measure_type_is_crossed(contract: ContractFiles) -> None:
    measures = [located.value.measure for located in contract.indicators]
    assert {measure.type for measure in measures if measure is not None} >= MEASURES
    assert {located.value.objective.split(".")[0] for located in contract.indicators} == {
        "emploi",
        "parentalite",
        "habiter",
        "precarite",
        "pilotage",
        "cia",
    }


def test_the_tree_of_the_document(contract: ContractFiles) -> None:
    """Four priorities, 17 strategic objectives (lines 271 to 303); what steers; the five orientations of the CIA."""
    axes = {axis.id: axis for axis in contract.contracts[0].value.axes}
    assert list(axes) == ["emploi", "parentalite", "habiter", "precarite", "pilotage", "cia"]
    strategic = [
        objective.id
        for axis in axes.values()
        if axis.agreement is None and axis.id != "pilotage"
        for objective in axis.objectives
        if objective.id.count(".") == 1
    ]
    assert len(strategic) == 17
    assert len(axes["cia"].objectives) == 5
    assert sum(len(objective.operational) for objective in axes["cia"].objectives) == 12
    assert all(objective.operational for axis in axes.values() for objective in axis.objectives)


def test_every_objective_is_under_one_question(contract: ContractFiles) -> None:
    declared = contract.contracts[0].value
    asked = [objective for question in declared.questions for objective in question.objectives]
    assert sorted(asked) == sorted(declared.objectives)
    assert all("text" in question.evidence.inferred for question in declared.questions if question.evidence)


def _lines(node: yaml.Node) -> Iterator[tuple[str, str, int]]:
    """Give every ``line:`` written in a file, with its document and the line where it is written."""
    if isinstance(node, yaml.MappingNode):
        scalars = {key.value: child for key, child in node.value if isinstance(child, yaml.ScalarNode)}
        if "line" in scalars and scalars["line"].value != "null":
            yield scalars["document"].value, scalars["line"].value, scalars["line"].start_mark.line + 1
        for _, child in node.value:
            yield from _lines(child)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _lines(child)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_evidence_lines_are_lines_of_the_document(path: Path) -> None:
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    for document, value, place in _lines(root):
        assert value.isdigit(), f"{path.name}:{place}"
        assert 1 <= int(value) <= LAST_LINES[document], f"{path.name}:{place}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_words_shown_to_people_have_the_true_apostrophe(path: Path) -> None:
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    shown = {"label", "message", "definition", "estimand", "text", "note", "source", "unit", "population"}
    for text, place in _shown(root, shown):
        assert "'" not in text, f"{path.name}:{place}"
        assert typeset(typeset(text)) == typeset(text)


def _shown(node: yaml.Node, keys: set[str]) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if key.value in keys and isinstance(child, yaml.ScalarNode):
                yield child.value, child.start_mark.line + 1
            yield from _shown(child, keys)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _shown(child, keys)


def test_every_indicator_has_evidence_in_the_document(contract: ContractFiles) -> None:
    for located in contract.indicators:
        evidence = located.value.evidence
        assert evidence.document == "contrat-de-ville-grand-chalon", located.value.id
        assert evidence.line is not None, located.value.id
        fields = type(located.value).model_fields
        unknown = set(evidence.inferred) - set(fields) - {"statistic"}
        assert not unknown, f"{located.value.id}: {unknown}"
