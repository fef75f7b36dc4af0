"""A delivery is judged by feeds, territory and clauses: what an evaluator is writing stops nobody from checking one."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DeclarationError
from evalkit.workspace.crosscheck import open_for_reception, open_workspace
from tests.workspace.small import FILES, spoilt, write

CLAUSES, INDICATORS = "indicators/essai/clauses.yml", "indicators/essai/axe.yml"


def test_a_mistake_in_an_indicator_stops_the_evaluator_and_not_the_partner(tmp_path: Path) -> None:
    text, _ = spoilt(INDICATORS, "id: axe.deux.delai", "id: §axe.un.part")
    write(tmp_path, {INDICATORS: text})
    with pytest.raises(DeclarationError):
        open_workspace(tmp_path)
    contract = open_for_reception(tmp_path).contract(None)
    assert not contract.indicators
    assert [clause.feed for clause in contract.clauses]


def test_a_mistake_in_a_clause_stops_both(tmp_path: Path) -> None:
    text, _ = spoilt(CLAUSES, "producers: [bailleur]", "producers: [§ville]")
    write(tmp_path, {CLAUSES: text})
    with pytest.raises(DeclarationError):
        open_for_reception(tmp_path)


def test_both_see_the_same_feeds_territory_and_clauses(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    whole, judged = open_workspace(tmp_path), open_for_reception(tmp_path)
    assert judged.feeds == whole.feeds
    ours, theirs = judged.contract(None), whole.contract(None)
    assert (ours.contract, ours.territory, ours.clauses) == (theirs.contract, theirs.territory, theirs.clauses)
