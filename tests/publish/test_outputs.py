from __future__ import annotations

import ast
import stat
from dataclasses import fields, replace
from pathlib import Path
from typing import get_type_hints

import polars as pl
import pytest

import evalkit
from evalkit.errors import PublicationError
from evalkit.measure.observation import Availability
from evalkit.present.reading import Reader
from evalkit.publish.audit_page import audit_html, summary
from evalkit.publish.confidential import Confidential
from evalkit.publish.keep import keep
from evalkit.publish.outputs.metadata import metadata_frame
from evalkit.publish.outputs.plain_text import without_formulas
from evalkit.publish.outputs.sheets import indicator_sheet
from evalkit.publish.outputs.status import STATUS, flagged_tables
from evalkit.publish.outputs.write import kinds_of, write_outputs
from evalkit.publish.publication import Publication
from evalkit.publish.publish import publish, publish_audited

from .fixture.results import absent, confidential, total
from .test_publish import observed


@pytest.fixture(scope="module")
def four() -> Publication:
    """Masked, missing, not applicable and zero, in one publication."""
    rows = [
        total("emploi.contrats", "prairie", "2024", 3.0),
        absent("emploi.contrats", "prairie", "2025", (Availability.NOT_RECEIVED, '=HYPERLINK("x")'), "bilans"),
        absent("emploi.contrats", "prairie", "2026", (Availability.NOT_APPLICABLE, "sans objet"), "bilans"),
        total("emploi.contrats", "prairie", "2027", 0.0),
        total("emploi.contrats", "prairie", "2028", 41.0),
    ]
    return publish(observed(*rows))


WORDS = ["secret", "manquant", "sans objet", "zéro", "valeur"]


def test_masked_missing_not_applicable_and_zero_are_four_things(four: Publication) -> None:
    flagged = flagged_tables(four)["observations"].sort("period")
    assert flagged[STATUS].to_list() == WORDS
    assert flagged["value"].to_list() == [None, None, None, 0.0, 41.0]


def test_a_workbook_says_the_word_where_there_is_no_number(four: Publication, tmp_path: Path) -> None:
    (path,) = write_outputs(four, tmp_path, ("xlsx",))
    sheet = pl.read_excel(path, sheet_name="observations").sort("period")
    assert sheet["value"].cast(pl.String).to_list() == ["secret", "manquant", "sans objet", "0", "41"]
    assert pl.read_excel(path, sheet_name="à lire d’abord")["rubrique"].n_unique() >= 5


def test_a_csv_keeps_marks_and_runs_nothing(four: Publication, tmp_path: Path) -> None:
    paths = {path.name: path for path in write_outputs(four, tmp_path, ("csv", "parquet"))}
    text = paths["observations.csv"].read_text("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ";=HYPERLINK" not in text
    back = pl.read_csv(paths["observations.csv"], separator=";", decimal_comma=True).sort("period")
    assert back[STATUS].to_list() == WORDS
    assert pl.read_parquet(paths["observations.parquet"]).sort("period")[STATUS].to_list() == WORDS
    assert {"metadonnees.csv", "metadonnees.parquet"} <= set(paths)


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SOMME(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_made_a_text(text: str) -> None:
    assert without_formulas(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "La Prairie", "3 = 3", "2024-T1"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert without_formulas(text) == text


def test_a_sheet_per_indicator_says_why_a_number_is_missing(four: Publication, tmp_path: Path) -> None:
    indicator = next(each for each in four.declared.indicators if each.id == "emploi.contrats")
    page = indicator_sheet(four, indicator)
    for word in ('<td class="mot">secret</td>', '<td class="mot">manquant</td>', '<td class="mot">sans objet</td>'):
        assert word in page
    assert "<td>0</td>" in page
    assert "<td>41</td>" in page
    assert len(write_outputs(four, tmp_path, ("fiches",))) == len(four.declared.indicators)


def test_the_metadata_name_the_edition_its_rules_and_its_marks(four: Publication) -> None:
    told = metadata_frame(four)
    assert four.manifest.edition in told["texte"].to_list()
    assert set(told.filter(rubrique="statuts")["nom"]) == set(WORDS)


def test_outputs_refuse_what_is_no_publication(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_outputs(confidential(), tmp_path, ("csv",))  # type: ignore[arg-type]
    with pytest.raises(PublicationError, match="EVK-P008"):
        kinds_of("csv, docx")


PACKAGE = Path(evalkit.__file__).parent
CONFIDENTIAL = ("evalkit.measure", "evalkit.follow", "evalkit.compare", "evalkit.cells", "evalkit.road")
DOORS = ("evalkit.publish.publish", "evalkit.publish.confidential", "evalkit.publish.whole", "evalkit.publish.audit")
ROWS = ("evalkit.store.rows", "evalkit.store.results", "evalkit.store.quarantine", "evalkit.receive")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return found - {"evalkit.publish.publish.package_version"}


@pytest.mark.parametrize("stage", ["present", "report"])
def test_present_and_report_import_nothing_confidential(stage: str) -> None:
    """They can only be given a publication: no name of a confidential result, nor of the way to one, is in them."""
    files = sorted((PACKAGE / stage).rglob("*.py"))
    assert len(files) > 3
    for path in files:
        for name in _imports(path):
            assert not name.startswith((*CONFIDENTIAL, *DOORS, *ROWS)), f"{path.name}: {name}"
            assert name.split(".")[-1] not in {"Confidential", "Observation", "Estimate", "CohortResult"}, path.name


def test_the_reader_of_present_holds_a_publication() -> None:
    assert get_type_hints(Reader)["publication"] is Publication
    assert "observations" not in {each.name for each in fields(Publication)}


def test_the_audit_is_a_page_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    audited = publish_audited(confidential())
    kept = keep(audited, tmp_path / "editions")
    page = kept.audit.read_text("utf-8")
    assert page == audit_html(audited.audit, kept.edition.name)
    assert stat.S_IMODE(kept.audit.stat().st_mode) == 0o600
    assert not kept.audit.is_relative_to(kept.edition)
    for part in ("Ce qui a été perdu", "Les règles appliquées", "Les effectifs masqués les mieux encadrés"):
        assert part in page
    assert audited.audit.primary > 0
    assert summary(audited.audit)[0].startswith("Publiable")


def test_every_interval_of_the_audit_is_as_wide_as_asked() -> None:
    audited = publish_audited(confidential())
    assert audited.audit.narrowest
    for each in audited.audit.narrowest:
        assert each.interval.width >= each.interval.required - 1e-6


def test_a_publication_cannot_be_given_the_numbers_that_it_masks() -> None:
    source = confidential()
    assert isinstance(source, Confidential)
    shown = publish(replace(source, cohorts=(), estimates=())).tables.observations
    masked = shown.filter(confidentiality="secret")
    assert (
        masked.select("value", "numerator", "denominator", "n", "relative", "shortfall")
        .null_count()
        .sum_horizontal()[0]
        == 6 * masked.height
    )
