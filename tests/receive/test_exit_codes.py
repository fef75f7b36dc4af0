"""What a script reads of a reception: 0 accepted, 1 with reserves, 2 refused, 3 no verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.cli import receipts
from evalkit.workspace.workspace import Workspace
from tests.receive.world import home_lines, order, workspace, written


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    space = workspace(tmp_path)
    monkeypatch.setattr(receipts, "find_workspace", lambda _: space.root)
    monkeypatch.setattr(receipts, "open_for_reception", lambda _: space)
    return space


def lines_of(case: str) -> list[str]:
    lines = home_lines(100)
    if case == "reserves":
        lines[3] = lines[3].replace("2026-T1", "2026-T9")
    if case == "refused":
        lines[0] = lines[0].replace("trimestre", "saison")
    return ["a;b", "1;2"] if case == "unknown" else lines


@pytest.mark.parametrize("verb", [receipts.check_partner_file, receipts.receive_partner_file])
@pytest.mark.parametrize(("case", "code"), [("sound", 0), ("reserves", 1), ("refused", 2)])
@pytest.mark.usefixtures("space")
def test_code_of_each_verdict(tmp_path: Path, case: str, code: int, verb: object) -> None:
    path = written(tmp_path, lines_of(case))
    assert callable(verb)
    assert verb(path, None, order(feed="logements", producer="opac")) == code


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize("case", ["unknown", "sound"])
def test_without_verdict_the_reason_and_the_repair_are_told(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, lines_of(case))
    # The sound file is of two producers: which one must be said.
    assert receipts.check_partner_file(path, None, order()) == 3
    said = capsys.readouterr().err
    assert said.startswith("Pas de verdict\N{NO-BREAK SPACE}: ce fichier ne peut pas être contrôlé en l’état.")
    assert "Traceback" not in said
    assert len(said.splitlines()) == 3


@pytest.mark.usefixtures("space")
def test_a_file_that_is_no_table_has_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bilan.csv"
    path.write_bytes(b"%PDF-1.7 ...")
    assert receipts.check_partner_file(path, None, order(feed="logements", producer="opac")) == 3
    assert "un document PDF" in capsys.readouterr().out
