"""Exported data contracts are valid under the models and the JSON Schema of the library, and can be read back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from evalkit.clause.terms import TERMS
from evalkit.errors import WorkspaceError
from evalkit.exchange.odcs import Agreement, odcs_contract, odcs_text, odcs_values
from evalkit.exchange.odcs_reading import clause_of, feed_of
from evalkit.workspace.workspace import Workspace

from .agreements import EVERY_TERM, EVERYTHING, agreements, other_agreements

LATER_THAN_3_1 = {"enum", "synonyms", "map", "context", "semanticType", "vendor"}
"""What the models of version 3.2 have and those of 3.1 do not."""


def keys_of_the_standard(value: Any) -> Iterator[str]:
    """Give the names of properties, except inside the custom ones, whose names are ours."""
    if isinstance(value, list):
        for each in value:
            yield from keys_of_the_standard(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            if name not in {"customProperties", "arguments", "implementation"}:
                yield from keys_of_the_standard(each)


def test_every_contract_is_valid_under_the_json_schema_of_the_standard(workspace: Workspace) -> None:
    validator = jsonschema.Draft201909Validator(json.loads(OpenDataContractStandard.json_schema()))
    for agreement in agreements(workspace):
        document = yaml.load(odcs_text(agreement), yaml.CSafeLoader)
        errors = [(agreement.feed.feed, error.json_path, error.message) for error in validator.iter_errors(document)]
        assert errors == []
        assert document["apiVersion"] == "v3.1.0"


def test_nothing_of_a_later_version_is_written(workspace: Workspace) -> None:
    for agreement in agreements(workspace):
        assert not LATER_THAN_3_1 & set(keys_of_the_standard(odcs_values(agreement)))


def test_what_is_exported_is_read_back_whole(workspace: Workspace) -> None:
    for agreement in agreements(workspace):
        contract = OpenDataContractStandard.from_string(odcs_text(agreement))
        assert feed_of(contract) == agreement.feed
        assert clause_of(contract) == agreement.clause


def test_the_clauses_of_every_contract_are_read_back_whole(workspace: Workspace) -> None:
    found = other_agreements(workspace)
    assert len({agreement.contract for agreement in found}) == 7
    for agreement in found:
        assert clause_of(odcs_contract(agreement)) == agreement.clause


def test_the_terms_stand_where_the_standard_puts_them(workspace: Workspace) -> None:
    """The clause of the demonstration for housing: signed, quarterly, 30 days, kept 9 years, free."""
    declarations = workspace.contract("grand-chalon")
    (clause,) = declarations.clauses_of("logement-attributions")
    feed = workspace.feeds["logement-attributions"]
    values = odcs_values(Agreement("grand-chalon", feed, clause, declarations.contract.partners))
    levels = {each["property"]: (each["value"], each.get("unit")) for each in values["slaProperties"]}
    assert values["status"] == "active"
    assert values["price"]["priceAmount"] == 0
    assert levels == {
        "frequency": (3, "mo"),
        "latency": (30, "d"),
        "generalAvailability": ("2019-01-01", None),
        "endOfSupport": ("2030-12-31", None),
        "retention": (9, "y"),
    }
    names = [member["name"] for member in values["team"]["members"] if member["role"] == "producteur"]
    assert names == ["OPAC de Saône-et-Loire", "Habellis"]
    properties = {each["name"]: each for each in values["schema"][0]["properties"]}
    assert properties["attribution"]["primaryKeyPosition"] == 1
    assert properties["ressources"]["classification"] == "personnel"
    assert properties["quartile"]["logicalTypeOptions"] == {"minimum": 1, "maximum": 4}
    assert "fictif" in values["tags"]


def test_every_field_of_a_clause_is_stated_somewhere() -> None:
    """The example of the round trip leaves no term out: a new field would be lost in silence otherwise."""
    assert [term.name for term in TERMS if term.read(EVERY_TERM) is None] == []
    written = EVERY_TERM.model_dump(exclude_defaults=True)
    for block in ("production", "sharing", "framework", "protection"):
        assert set(written[block]) == set(type(getattr(EVERY_TERM, block)).model_fields), block


def test_a_feed_without_a_clause_is_a_proposal() -> None:
    values = odcs_values(Agreement("essai", EVERYTHING, None))
    assert values["status"] == "proposed"
    assert "slaProperties" not in values


def test_the_version_follows_the_content(workspace: Workspace) -> None:
    clause = workspace.contract("grand-chalon").clauses_of("bilans-actions")[0]
    feed = workspace.feeds["bilans-actions"]
    shorter = clause.model_copy(update={"retention": "P1Y"})
    versions = [odcs_values(Agreement("c", feed, each))["version"] for each in (clause, clause, shorter)]
    assert versions[0] == versions[1] != versions[2]


def test_without_the_library_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_data_contract_standard.model", None)
    with pytest.raises(WorkspaceError, match="EVK-W040"):
        odcs_text(Agreement("essai", EVERYTHING, None))
