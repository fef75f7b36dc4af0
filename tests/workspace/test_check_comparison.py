"""Entries, exits and printed comparisons that contradict what else is declared."""

from __future__ import annotations

import pytest

from evalkit.errors import DeclarationError
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, write

COMPARISONS = "indicators/essai/comparisons.yml"
PRINTED = "indicators/essai/comparisons-imprimees.yml"
FIGURE = "{value: 10, year: '2019', concept: taux, source: Insee}"


def codes(root, added: dict[str, str]) -> list[str]:
    try:
        open_workspace(write(root, added))
    except DeclarationError as error:
        return [problem.code for problem in error.problems]
    return []


def entered(text: str) -> dict[str, str]:
    return {COMPARISONS: FILES[COMPARISONS].replace("  treated: [pres]", f"  treated: [pres]\n  {text}")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entries: [{begins: 2024-01-01, zones: [pres]}]", []),
        ("entries: [{begins: 2024-01-01, zones: [temoin-1]}]", ["EVK-D054"]),
        ("entries: [{begins: 2015-01-01, zones: [pres]}, {begins: 2024-01-01, zones: [pres]}]", ["EVK-D055"]),
        ("left: [temoin-2]", ["EVK-D056"]),
        ("clusters: [{id: ville, zones: [temoin-1, temoin-2]}]", []),
        ("clusters: [{id: ville, zones: [temoin-1, pres]}]", ["EVK-D058"]),
        ("clusters: [{id: a, zones: [temoin-1, temoin-1]}]", ["EVK-D058"]),
        ("left: [pres]", ["EVK-D056"]),
        ("left: [nulle-part]", ["EVK-D032"]),
    ],
)
def test_entries_and_exits(tmp_path, text, expected):
    assert codes(tmp_path, entered(text)) == expected


def test_a_qpv_is_no_control_of_entries_by_accident(tmp_path):
    """A QPV kept since 2015 among the controls of a comparison of entries would be treated from the start."""
    files = entered("entries: [{begins: 2024-01-01, zones: [pres]}]")
    territory = next(name for name in FILES if "territory" in name)
    files[territory] = FILES[territory] + "  - {id: ancien, label: Ancien, kind: qpv, control: true}\n"
    files[COMPARISONS] = files[COMPARISONS].replace("[temoin-1, temoin-2]", "[temoin-1, ancien]")
    assert codes(tmp_path, files) == ["EVK-D057"]


def printed(zone: str, label: str = "calais.un") -> dict[str, str]:
    sides = "".join(f"  {name}: {FIGURE}\n" for name in ("here_before", "here_after", "there_before", "there_after"))
    text = f"- id: {label}\n  label: Taux\n  objective: axe.un\n  kind: share\n  zone: {zone}\n  reference: académie\n"
    return {PRINTED: text + sides}


def test_a_printed_comparison_names_a_zone_and_anything_as_its_reference(tmp_path):
    assert codes(tmp_path / "known", printed("pres")) == []
    assert codes(tmp_path / "unknown", printed("nulle-part")) == ["EVK-D032"]
    assert codes(tmp_path / "twice", printed("pres", "axe.un.comparaison")) != []
