"""What ``evalkit sources`` shows on a narrow and on a wide terminal."""

from __future__ import annotations

import pytest

from evalkit.cli.sources import sources
from evalkit.errors import DeclarationError
from evalkit.sources.catalogue import shipped_catalogue
from evalkit.typography import NARROW, NO_BREAK


@pytest.mark.parametrize("width", [80, 120])
def test_every_source_fits_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    sources()
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= width
    assert [line.split()[1] for line in lines if line.startswith("  Source ")] == [
        source.id for source in shipped_catalogue().sources
    ]
    # A line never begins with a punctuation that a no-break space should have kept on the line before.
    assert not [line for line in lines if line.strip()[:1] in {":", ";", "!", "?", "»", "%"}]


def test_what_an_evaluator_asks_of_a_source(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    sources(feed="insee-qpv24-revenus")
    out = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in out.replace(NO_BREAK, " ").replace(NARROW, " ").splitlines()]
    assert lines[0] == "Revenus, pauvreté et niveau de vie - Quartiers de la politique de la ville 2024"
    assert "Producteur Insee" in lines
    assert "Millésimes 2021 (page 8243167, parue le 28 août 2024) : données de 2021" in lines
    assert "Fenêtre d’observation revenus de l’année N" in lines
    assert any(line.startswith("Écart minimal 2 ans (") for line in lines)
    assert "Ruptures 1er janvier 2016 : Système d’indicateurs réorganisé." in lines
    assert "Jamais produit données de 2022" in lines
    assert "Licence non vérifié" in lines


def test_a_partner_s_feed_has_no_open_source(capsys: pytest.CaptureFixture[str]) -> None:
    sources(feed="bilans-actions")
    assert "ce flux vient d’un partenaire" in capsys.readouterr().out


def test_an_unknown_feed_is_told_with_the_nearest() -> None:
    with pytest.raises(DeclarationError) as raised:
        sources(feed="insee-qpv-insertio")
    assert raised.value.problems[0].repair == "Vouliez-vous dire « insee-qpv-insertion » ?"
