"""``evalkit template``: the two files, and a filled one that is never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.cli.template import template as template_verb
from evalkit.declare.feed import Feed
from evalkit.errors import DeclarationError, WorkspaceError
from evalkit.template.plan import plan_template, template_of
from evalkit.template.twin import csv_of
from evalkit.template.write import write_template
from tests.template.world import CONTRACT, shipped


def test_two_files_and_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template_verb("bilans-actions", contract=CONTRACT, to=tmp_path / "modeles")
    assert sorted(path.name for path in (tmp_path / "modeles").iterdir()) == [
        "bilans-actions.csv",
        "bilans-actions.xlsx",
    ]
    out = capsys.readouterr().out
    assert "17 colonnes, dont 4 obligatoires" in out
    assert "evalkit check FICHIER --feed bilans-actions" in out


def test_the_twin_is_a_french_csv() -> None:
    content = csv_of(template_of(shipped(), "gsup-signalements", CONTRACT))
    assert content.startswith(b"\xef\xbb\xbfNum\xc3\xa9ro de signalement;Quartier;")
    assert content.endswith(b";Commentaire\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 1


def test_a_heading_that_holds_the_separator_is_quoted() -> None:
    fields = [{"name": "numero", "label": "Numéro ; série", "type": "code"}, {"name": "autre", "type": "code"}]
    feed = {"feed": "essai", "label": "Essai", "grain": "evenement", "nature": "exhaustif", "key": ["numero"]}
    declared = Feed.model_validate({**feed, "period": {"granularity": "annee"}, "fields": fields})
    content = csv_of(plan_template(declared, shipped().contract(CONTRACT)))
    assert content.decode("utf-8-sig") == '"Numéro ; série";autre\r\n'


def test_writing_again_changes_nothing_and_a_filled_file_is_kept(tmp_path: Path) -> None:
    plan = template_of(shipped(), "bilans-actions", CONTRACT)
    workbook, twin = write_template(plan, tmp_path)
    before = workbook.read_bytes(), twin.read_bytes()
    write_template(plan, tmp_path)
    assert (workbook.read_bytes(), twin.read_bytes()) == before
    twin.write_bytes(before[1] + b"1;Atelier\r\n")
    workbook.unlink()
    with pytest.raises(WorkspaceError) as raised:
        write_template(plan, tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["EVK-W020"]
    assert twin.read_bytes().endswith(b"1;Atelier\r\n")
    assert not workbook.exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    with pytest.raises(WorkspaceError) as raised:
        write_template(template_of(shipped(), "bilans-actions", CONTRACT), tmp_path / "fichier")
    assert [problem.code for problem in raised.value.problems] == ["EVK-W021"]


def test_an_unknown_feed_is_told_with_the_nearest() -> None:
    with pytest.raises(DeclarationError) as raised:
        template_of(shipped(), "bilan-action", CONTRACT)
    assert raised.value.problems[0].repair == "Vouliez-vous dire « bilans-actions » ?"
