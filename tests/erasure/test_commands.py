"""``purge``, ``opposition`` and ``editions`` as somebody types them."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from evalkit.editions.seal import seal
from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.workspace.find import find_workspace
from tests.journeys.terminal import Answer, evalkit
from tests.publish.fixture.results import confidential
from tests.receive.world import pathway_lines, pseudonym

FEED = """\
feed: parcours
label: Parcours
grain: personne
nature: exhaustif
key: [personne, mois]
period: {granularity: trimestre, field: mois}
identity: {field: personne, made_by: tiers, from: [nom]}
fields:
  - {name: personne, type: identity, required: true}
  - {name: zone, type: zone}
  - {name: mois, type: month, required: true}
  - {name: sexe, type: category, values: [F, H], synonyms: {Femme: F}}
  - {name: age, type: integer}
  - {name: date_entree, type: date}
  - {name: date_sortie, type: date}
  - {name: note, type: free_text}
"""
CONTRACT = """\
contract: essai
label: Essai
partners: [{id: partenaire, label: Partenaire}]
axes: [{id: axe, label: Axe, objectives: [{id: objectif, label: Objectif}]}]
"""
CLAUSES = """\
- feed: parcours
  producers: [partenaire]
  status: signed
  sharing: {purposes: [cohorte]}
  protection: {legal_basis: a, controller: b, dpo: c, information: d, aipd: {status: done}}
  retention: P2Y
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that received one file of persons."""
    home = tmp_path / "espace"
    texts = {
        "evalkit.yml": "key_file: ../identite.key\n",
        "expectations/parcours.yml": FEED,
        "indicators/essai/contract.yml": CONTRACT,
        "indicators/essai/clauses.yml": CLAUSES,
    }
    for name, text in texts.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("cohorts", "reports"):
        (home / name).mkdir()
    (tmp_path / "identite.key").write_text("k" * 40, encoding="utf-8")
    (tmp_path / "fichier.csv").write_text("\n".join(pathway_lines(30)) + "\n", encoding="utf-8")
    monkeypatch.chdir(home)
    said = evalkit("receive", tmp_path / "fichier.csv", "--on", "2026-04-20", "--producer", "partenaire")
    assert said.code in {0, 1}, said.said
    return find_workspace(home)


def piped(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> Answer:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return evalkit(*arguments)


def plain(answer: Answer) -> str:
    return answer.said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_purge_shows_first_and_removes_on_demand(root: Path) -> None:
    store = Store(root / "data")
    early = evalkit("purge", "--on", "2028-04-20")
    assert "aucune livraison" in plain(early)
    shown = evalkit("purge", "--on", "2028-04-21")
    assert "Rien n’a été touché" in plain(shown)
    assert "20/04/2028" in shown.out
    assert list((store.root / "store" / "rows").rglob("*.parquet"))
    done = evalkit("purge", "--on", "2028-04-21", "--apply")
    assert "30 lignes de 1 livraison" in plain(done)
    assert not list((store.root / "store" / "rows").rglob("*.parquet"))
    (delivery,) = deliveries(store)
    assert delivery.removed_on is not None


def test_opposition_never_shows_the_pseudonym(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, pseudonym(4) + "\n", "opposition", "--on", "2026-05-01")
    assert (done.code, "1 ligne retirée de 1 livraison" in plain(done)) == (0, True)
    assert pseudonym(4) not in done.said
    listed = evalkit("opposition", "--list")
    assert "01/05/2026" in listed.out
    assert "appliquée" in listed.out
    assert pseudonym(4) not in listed.said
    wrong = piped(monkeypatch, "Bernadette Quimper\n", "opposition")
    assert wrong.code == 2
    assert "EVK-W020" in wrong.err
    assert "Quimper" not in wrong.said


def test_a_workspace_without_edition_says_so(root: Path) -> None:
    assert "Aucune édition" in plain(evalkit("editions"))
    missing = evalkit("editions", "2030")
    assert (missing.code, "EVK-P003" in missing.err) == (2, True)


def test_matching_a_feed_shows_rates_and_estimated_errors(root: Path) -> None:
    """The feed beside itself: everybody is found, nobody is a stranger."""
    said = plain(evalkit("appariement", "parcours", "parcours", "--contained"))
    assert "Appariées : 100,0 % du premier flux, 100,0 % du second" in said
    assert "Faux appariements, estimés : 0,0 %" in said
    assert "Appariements manqués, estimés : 0,0 %" in said


def test_editions_are_listed_reopened_and_compared(root: Path) -> None:
    published = publish(confidential())
    observations = published.tables.observations.with_columns(pl.col("value") * 1.001)
    for name, table in (("2027-06-30-aaaa", published.tables.observations), ("2030-12-31-bbbb", observations)):
        manifest = replace(published.manifest, edition=name)
        other = replace(published, tables=replace(published.tables, observations=table), manifest=manifest)
        seal(write_edition(other, Store(root / "data").editions))
    assert plain(evalkit("editions")).count("intacte") == 2
    assert "intacte" in plain(evalkit("editions", "2027"))
    moved = plain(evalkit("editions", "2027", "2030"))
    assert "Aucune définition n’a changé." in moved
    rows = [line.split("│") for line in moved.splitlines() if line.startswith("│") and line.count("│") == 5]
    pairs = [(cells[3].strip(), cells[4].strip()) for cells in rows]
    assert len([pair for pair in pairs if pair[0]]) == 20
    assert all(before != after for before, after in pairs if before)
    (Store(root / "data").editions / "2027-06-30-aaaa" / "rates.parquet").unlink()
    broken = evalkit("editions", "2027")
    assert (broken.code, "Fichier disparu : rates.parquet" in plain(broken)) == (1, True)
