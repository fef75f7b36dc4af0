"""``evalkit clause`` on the clauses of the demonstration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.cli.main import app
from evalkit.errors import DeclarationError
from evalkit.store.ledger import commit
from evalkit.store.lock import writing
from evalkit.store.store import Store

from .declared import delivery
from .demonstration import write_declarations

CLAUSES = Path("indicators/grand-chalon/clauses.yml")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Housing: OPAC 71 sent the first quarter of 2026 on 5 July; GSUP: only the first quarter of 2026 came."""
    root = write_declarations(tmp_path_factory.mktemp("clause"))
    (root / "evalkit.yml").write_text("demonstration: true\n", encoding="utf-8")
    store = Store(root / "data")
    sent = [
        ("logement-attributions", "opac71", "2025-T4", dt.date(2026, 1, 25)),
        ("logement-attributions", "habellis", "2026-T1", dt.date(2026, 4, 25)),
        ("gsup-signalements", "ville-chalon", "2026-T1", dt.date(2026, 4, 22)),
        ("logement-attributions", "opac71", "2026-T1", dt.date(2026, 7, 5)),
    ]
    with writing(store):
        for feed, producer, period, day in sent:
            made = delivery(period, day, contract="grand-chalon", feed=feed, producer=producer)
            commit(store, replace(made, id=f"{producer}-{period}"))
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = app(["clause", *arguments], standalone_mode=False)
    return code, capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "220")


def rows_of(text: str, heading: str, following: str) -> str:
    """Return the lines of a table from the one that holds ``heading`` to the one before ``following``."""
    return text[text.index(heading) : text.index(following, text.index(heading))]


def test_the_board_of_the_day_of_the_last_reception(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Due on 30 April 2026 and received on 5 July: 66 days late."""
    code, text = run(capsys, "-w", str(root))
    assert code == 0
    assert "Ce qui est dû au 5 juillet 2026" in text
    opac = rows_of(text, "  OPAC de Saône-et-Loire", "Les échéances datées")
    assert "2024-T1 à" in opac
    assert "2025-T3 (7)" in opac
    assert "2026-T1 reçu :" in opac
    assert "+ 66 jours" in opac
    gsup = rows_of(text, "Signalements de la gestion", "Base Insee")
    assert "2024-T1 à" in gsup
    assert "2025-T4 (8)" in gsup
    assert "Clauses fictives" in text


def test_the_board_of_an_earlier_day(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = run(capsys, "-w", str(root), "--as-of", "2026-06-01")
    assert "2026-T1 (8)" in rows_of(text, "  OPAC de Saône-et-Loire", "Les échéances datées")
    assert "--reminder opac71" in text


def test_the_days_to_come_are_dated(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty days after the second quarter: 30 July 2026."""
    _, text = run(capsys, "grand-chalon", "-w", str(root))
    calendar = rows_of(text, "Les échéances datées", "Ce que disent les clauses")
    assert "30/07/2026" in calendar
    assert "Envoi des données (2026-T2) : Attributions de logements sociaux" in calendar


def test_completeness_is_shown_pillar_by_pillar(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the fictitious clause of housing writes: no history, 9 terms of production, 4 of sharing, 3 of framework."""
    _, text = run(capsys, "-w", str(root))
    terms = rows_of(text, "Ce que disent les clauses", "Ce qui reste")
    row = next(line for line in terms.splitlines() if "Attributions de logements sociaux" in line)
    assert "signée" in row
    assert row.split()[-5:] == ["2/3", "9/14", "5/7", "3/5", "6/6"]


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_board_fits_its_width(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    _, text = run(capsys, "-w", str(root))
    assert max(len(line) for line in text.splitlines()) <= int(width)
    due = rows_of(text, "Ce qui est dû au", "Les échéances datées")
    for word in ("Baromètre", "Attributions", "OPAC", "France Travail", "en retard", "2025-T3 (7)", "30/07/2026"):
        assert word in due
    terms = rows_of(text, "Ce que disent les clauses", "Ce qui reste")
    for word in ("Lu par", "Fiche", "Prod.", "Partage", "Cadre", "RGPD", "6/6"):
        assert word in terms


def test_the_reminder_is_plain_text(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = run(capsys, "-w", str(root), "--reminder", "ville-chalon")
    assert "EXEMPLE FICTIF" in text
    assert "du 1er trimestre 2024 au 4e trimestre 2025 (8 périodes)" in text


def test_the_declared_contract_owes_without_a_delay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The contract's only transmission, that of the CIA, is quarterly and has no date (line 2495)."""
    _, text = run(capsys, "-w", str(write_declarations(tmp_path, overlay=False)), "--as-of", "2026-06-01")
    assert "2023-T1 à" in text
    assert "2026-T1 (13)" in text
    assert "sans délai" in text
    assert "Aucun producteur lié par une clause signée n’est en retard." in text


def test_two_versions_are_compared(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = root / CLAUSES
    new = tmp_path / "clauses.yml"
    new.write_text(
        old.read_text(encoding="utf-8").replace("[indicateur, cohorte, comparaison]", "[indicateur, cohorte]")
    )
    code, text = run(capsys, "--diff", str(old), str(new))
    assert code == 1
    assert "RUPTURE (france-travail) Les finalités ne comptent plus « comparaison »." in text
    assert "1 changement, dont 1 rupture." in text
    code, text = run(capsys, "--diff", str(new), str(old))
    assert code == 0
    assert "1 changement, dont 0 rupture." in text
    assert run(capsys, "--diff", str(old), str(old)) == (0, "Les deux versions disent la même chose.\n")


def test_a_file_that_is_no_clause_is_told(tmp_path: Path, root: Path) -> None:
    wrong = tmp_path / "clauses.yml"
    wrong.write_text("- feed: x\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="EVK-D011"):
        app(["clause", "--diff", str(wrong), str(root / CLAUSES)], standalone_mode=False)
