"""What a clause forbids to its readers, and what a feed of persons forbids to its clause."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DeclarationError, Place, Problem
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, write

CLAUSES = "indicators/essai/clauses.yml"
COMPARISONS, COHORT = "indicators/essai/comparisons.yml", "cohorts/essai/femmes.yml"
ALL = "purposes: [indicateur, cohorte, comparaison]"


def problems(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(DeclarationError) as caught:
        open_workspace(root)
    return caught.value.problems


def with_clauses(root: Path, old: str, new: str) -> Path:
    return write(root, {CLAUSES: FILES[CLAUSES].replace(old, new)})


@pytest.mark.parametrize(
    ("allowed", "readers"),
    [
        ("[cohorte, comparaison]", []),  # no indicator reads this feed
        ("[indicateur, comparaison]", [COHORT]),
        ("[indicateur, cohorte]", [COMPARISONS]),
        ("[pilotage, observation]", [COHORT, COMPARISONS]),
    ],
)
def test_a_reader_needs_its_purpose_in_the_clause(tmp_path: Path, allowed: str, readers: list[str]) -> None:
    root = with_clauses(tmp_path, ALL, f"purposes: {allowed}")
    if not readers:
        open_workspace(root)
        return
    found = problems(root)
    assert [(each.code, each.place.file) for each in found] == [("EVK-D051", file) for file in sorted(readers)]
    assert all(each.received == "parcours" and each.place.line for each in found)


def test_an_indicator_answers_to_the_clause_of_its_producer(tmp_path: Path) -> None:
    """The part names the landlord; the delay names nobody, and answers to every clause of the feed."""
    homes = "- feed: attributions\n  producers: [bailleur]\n  status: signed\n"
    other = "- feed: attributions\n  producers: [france-travail]\n  status: signed\n"
    only = "  sharing: {purposes: [cohorte]}\n"
    mine = problems(with_clauses(tmp_path / "mine", homes, homes + only))
    assert [each.code for each in mine] == ["EVK-D051", "EVK-D051"]
    theirs = problems(with_clauses(tmp_path / "theirs", homes, homes + other + only))
    assert [each.code for each in theirs] == ["EVK-D051"]


def test_a_clause_that_writes_no_purpose_is_a_hole_and_no_mistake(tmp_path: Path) -> None:
    open_workspace(with_clauses(tmp_path, ALL, "purposes: []"))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("EVK-D052", f"sharing: {{{ALL}}}", f"sharing: {{{ALL}, access: §open}}"),
        ("EVK-D052", f"sharing: {{{ALL}}}", f"sharing: {{{ALL}, open_data: §{{applies: true, reason: loi}}}}"),
        ("EVK-D053", "status: signed\n  sharing", "status: §signed\n  sharing"),
    ],
)
def test_a_feed_of_persons_is_closed_and_kept_for_a_time(tmp_path: Path, code: str, old: str, new: str) -> None:
    text = FILES[CLAUSES].replace("  retention: P5Y\n", "") if code == "EVK-D053" else FILES[CLAUSES]
    marked = text.replace(old, new)
    line = next(number for number, each in enumerate(marked.splitlines(), start=1) if "§" in each)
    column = marked.splitlines()[line - 1].index("§") + 1
    (found,) = problems(write(tmp_path, {CLAUSES: marked.replace("§", "")}))
    assert (found.code, found.place) == (code, Place(CLAUSES, line, column))


def test_a_feed_without_persons_may_be_open(tmp_path: Path) -> None:
    text = FILES[CLAUSES].replace(
        "- feed: attributions\n  producers: [bailleur]\n  status: signed\n",
        "- feed: attributions\n  producers: [bailleur]\n  status: signed\n"
        "  sharing: {access: open, open_data: {applies: true, reason: commune}}\n",
    )
    open_workspace(write(tmp_path, {CLAUSES: text}))
