"""Several contracts side by side: who has what, how far each goes, which values compare and why the others do not."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evalkit.present.reading import Reader
from evalkit.present.regional import measures, printed_shares, shared, traits
from evalkit.present.regional.coverage import coverage_markdown, coverage_of
from evalkit.present.regional.members import (
    Declares,
    Member,
    Region,
    about_markdown,
    editions_markdown,
    notice_markdown,
)
from evalkit.present.regional.printed_shares import PrintedShare
from evalkit.report.region import region_of
from evalkit.workspace.crosscheck import open_workspace
from tests.present.reader import synthetic
from tests.publish.fixture.declared import DECLARATIONS

ROOT = Path(__file__).parents[2]
CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def shipped() -> Region:
    workspace = open_workspace(ROOT)
    return region_of(workspace, workspace.contracts, {})


def member(name: str, reader: Reader | None) -> Member:
    contract = DECLARATIONS.contract.model_copy(update={"contract": name, "label": name.upper(), "short": None})
    source = DECLARATIONS
    declares = Declares(contract, source.clauses, source.indicators, source.cohorts, source.feeds_read, name)
    return Member(declares, reader)


def pair(other: Reader | None) -> Region:
    return Region((member("un", synthetic()), member("deux", other)), {})


def altered(**columns: pl.Expr) -> Reader:
    publication = synthetic().publication
    observations = publication.tables.observations.with_columns(**columns)
    return Reader(replace(publication, tables=replace(publication.tables, observations=observations)))


@pytest.mark.parametrize("base", range(1, 61))
def test_no_share_that_a_count_gives_is_flagged(base: int) -> None:
    """Every count over every base, printed with no decimal, rounded or cut."""
    for count in range(base + 1):
        exact = Decimal(100 * count) / base
        for printed in {round(exact), int(exact)}:
            share = PrintedShare("part", "objectif", Decimal(printed), base, None)
            assert count in share.counts, (count, base, printed)


def test_a_share_of_forty_moves_by_two_and_a_half_points() -> None:
    """19 % would be 7.6 contracts: 7 make 17.5 %, 8 make 20 %; 37,5 % is 15 of them, and 19,0 % is none either."""
    forty = {value: PrintedShare("part", "o", Decimal(value), 40, None) for value in ("19", "37.5", "37", "38", "19.0")}
    assert [each.is_impossible for each in forty.values()] == [True, False, False, False, True]
    assert forty["37.5"].counts == (15,)
    assert not PrintedShare("part", "o", Decimal(19), None, None).is_impossible


def test_the_shares_found_impossible_are_those_that_the_declarations_say_are() -> None:
    """The declarations of the regional study flag them one by one, from the reading of the document."""
    (study,) = shipped().studies
    flagged = [each for each in study.indicators if any("aucun nombre entier" in defect for defect in each.defects)]
    found = [each for each in printed_shares.printed_shares(study) if each.is_impossible]
    assert sorted(each.label for each in found) == sorted(each.label for each in flagged)
    table = printed_shares.impossible_markdown(printed_shares.printed_shares(study))
    assert table.count("sur 40 font") == len(flagged) > 0


def test_a_study_is_no_contract() -> None:
    assert [each.id for each in shipped().studies] == ["occitanie"]
    assert len(shipped().contracts) == 7
    assert "n’est pas un contrat" in about_markdown(shipped())


def test_how_many_contracts_have_what_is_counted_from_the_declarations() -> None:
    table = traits.traits_markdown(shipped())
    last = [cell.strip(" *") for cell in table.splitlines()[-3].strip("|").split("|")]
    cohorts = sum(bool(each.declarations.cohorts) for each in shipped().contracts)
    targets = sum(any(i.targets for i in each.declarations.indicators) for each in shipped().contracts)
    assert last[0] == "Contrats qui en ont" and last[3] == f"{cohorts} sur 7" and last[7] == f"{targets} sur 7"
    assert "Sète agglopôle" in traits.traits_lines(shipped())[2]


def test_a_clause_that_exists_only_in_the_demonstration_says_so() -> None:
    fictitious = any(each.fictitious for each in DECLARATIONS.clauses)
    rows = [line for line in traits.clauses_markdown(pair(None)).splitlines() if line.startswith("| UN")]
    assert len(rows) == 1 and ("clause" in rows[0]) is fictitious


def test_coverage_counts_what_an_edition_shows_and_says_nothing_without_one() -> None:
    shown, bare = (coverage_of(each) for each in pair(None).members)
    observations = synthetic().publication.tables.observations
    assert shown.valued == observations.filter(pl.col("value").is_not_null())["indicator"].n_unique()
    assert bare.valued is None and bare.defined == sum(each.measure is not None for each in DECLARATIONS.indicators)
    assert "–" in coverage_markdown(pair(None))


def test_the_same_measure_in_the_same_period_compares() -> None:
    found = measures.shared_measures(pair(synthetic()))
    compared = [each for each in found if not each.objection]
    assert compared and all(each.contracts == ("un", "deux") for each in compared)
    assert "**Oui**" in shared.shared_markdown(pair(synthetic()))


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"value": pl.lit(None, dtype=pl.Float64)}, "regional.shared.one_value"),
        ({"perimeter": pl.lit(1999, dtype=pl.Int64)}, "regional.shared.other_perimeters"),
        ({"period": pl.col("period").str.replace(r"^\d{4}", "2001")}, "regional.shared.other_periods"),
    ],
)
def test_values_that_do_not_compare_say_why(columns: dict[str, pl.Expr], reason: str) -> None:
    found = measures.shared_measures(pair(altered(**columns)))
    assert found and all(each.objection for each in found)
    assert reason in {each.objection for each in found}


def test_without_a_second_edition_nothing_compares_yet() -> None:
    found = measures.shared_measures(pair(None))
    assert {each.objection for each in found} == {"regional.shared.one_edition"}


def test_near_measures_read_one_column_with_other_filters_and_never_the_same_twice() -> None:
    shared = {id_ for each in measures.shared_measures(shipped()) for id_ in _ids(each)}
    near = measures.near_measures(shipped())
    assert near and not shared & {id_ for each in near for id_ in _ids(each)}
    for group in near:
        feeds = {each.indicator.measure.feed for each in group.reads if each.indicator.measure}
        assert len(feeds) == 1 and len(group.contracts) > 1


def _ids(shared: measures.Shared) -> set[str]:
    return {each.indicator.id for each in shared.reads}


def test_the_synthetic_contracts_are_named() -> None:
    assert "UN et DEUX" in notice_markdown(pair(synthetic())) and notice_markdown(shipped()) == ""
    assert synthetic().publication.manifest.edition in editions_markdown(pair(None))


def test_the_document_is_written_from_the_declarations_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("evalkit.report.region.open_workspace", lambda _: open_workspace(ROOT))
    names: dict[str, Any] = {}
    for code in CELL.findall((ROOT / "reports" / "lecture-regionale.qmd").read_text("utf-8")):
        exec(compile(code, "lecture-regionale.qmd", "exec"), names)
        if "tags: [parameters]" in code:
            names["contracts"] = ",".join(each.id for each in shipped().members)
    text = capsys.readouterr().out
    assert not re.search(r"\bnan\b|\bNone\b|regional_|\{[a-z_]+\}", text)
    assert "*Aucune ligne.*" not in text and text.count("\n: ") >= 6
