"""The annex to sign and the draft of the impact assessment: what they say, and what they leave to complete."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from evalkit.clause.annex import clause_annex
from evalkit.clause.impact import impact_draft, personal_feeds
from evalkit.clause.sheet import Sheet, clause_sheet
from evalkit.clause.terms import TERMS
from evalkit.cli.main import app
from evalkit.errors import WorkspaceError
from evalkit.report.engine.refusals import refusals
from evalkit.report.engine.split import read_source
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace

from .declared import clause, declarations, feed
from .demonstration import ROOT, write_declarations

DAY = dt.date(2026, 6, 1)
PERSONS = "france-travail-parcours"
INDIVIDUAL = feed(grain="personne")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The fictitious clauses of the demonstration."""
    return open_workspace(write_declarations(tmp_path_factory.mktemp("signed")))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The contract as it is: nothing is signed."""
    root = write_declarations(tmp_path_factory.mktemp("bare"), overlay=False)
    shutil.copytree(ROOT / "reports", root / "reports")
    return open_workspace(root)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def said(sheet: Sheet) -> dict[str, str]:
    return {entry.noun: plain(entry.text) for _, entries in sheet.groups for entry in entries}


def test_every_term_that_nobody_wrote_says_who_must_complete_it() -> None:
    bare_clause = clause().model_validate({"feed": "attributions", "producers": ["office"], "status": "absent"})
    sheet = clause_sheet(bare_clause, INDIVIDUAL, (), {"office": "Office de l’habitat"})
    texts = said(sheet)
    for term in TERMS:
        if not term.optional and term.name != "producers":
            noun = term.noun[0].upper() + term.noun[1:]
            assert texts[noun] == f"**À compléter** par {term.completer}", term.name
    assert texts["Producteurs"] == "Office de l’habitat"
    assert sheet.to_complete == len(texts) - 1


def test_a_whole_clause_leaves_only_its_readers_to_say() -> None:
    sheet = clause_sheet(clause(), INDIVIDUAL, (), {})
    assert sheet.to_complete == 1
    assert said(sheet)["Indicateurs alimentés"] == "aucun usage n’est déclaré"
    assert said(sheet)["Conditions de définition des usages"] == "sans objet : les finalités sont énumérées"


def test_private_data_call_for_an_owner_a_licence_and_a_cost() -> None:
    unwritten = {"owner": None, "licence": None, "cost": None, "access": None}
    private = clause(production={"producer_nature": ["privé"]}, sharing=unwritten)
    texts = said(clause_sheet(private, feed(), (), {}))
    for noun in ("Titulaire des droits", "Licence", "Coût"):
        assert texts[noun] == "**À compléter** par le producteur : données d’origine privée"
    assert "privée" not in texts["Accès"]
    public = said(clause_sheet(clause(sharing=unwritten), feed(), (), {}))
    assert public["Licence"] == "**À compléter** par le producteur"


def test_what_somebody_judged_is_marked() -> None:
    texts = said(clause_sheet(clause(evidence={"inferred": ["access"]}), feed(), (), {}))
    assert texts["Accès"] == "restreint *(à confirmer)*"
    assert texts["Coût"] == "gratuit"


def test_open_data_need_no_sheet_and_pilots_sign_first() -> None:
    feeds = {"attributions": feed(), "signalements": feed("signalements")}
    open_clause = clause(feed="signalements", producers=["ville"], status="absent", sharing={"access": "open"})
    annex = clause_annex(declarations(clause(), open_clause), feeds, DAY)
    assert [sheet.feed for sheet in annex.sheets] == ["attributions"]
    assert [line[0] for line in annex.open_data] == ["Flux signalements"]
    assert annex.signatories == ("État", "Agglomération", "Office de l’habitat")
    assert plain(annex.day) == "1er juin 2026"


def test_an_assessment_takes_up_the_clause_and_invents_nothing(signed: Workspace) -> None:
    draft = impact_draft(signed, signed.contract(), PERSONS, DAY)
    overview, life = ({plain(k): plain(v) for k, v in rows} for rows in (draft.overview, draft.life))
    assert overview["Finalités écrites dans la clause"] == "indicateur, cohorte, comparaison"
    assert overview["Délégué à la protection des données"] == "Fictif : dpo@exemple.invalid"
    assert overview["Sous-traitants"] == "**À compléter** par le responsable de traitement"
    assert life["Durée de conservation"] == "9 ans"
    assert draft.is_fictitious
    assert draft.obstacles == ()


def test_without_a_clause_the_assessment_says_what_forbids_the_processing(bare: Workspace) -> None:
    draft = impact_draft(bare, bare.contract(), PERSONS, DAY)
    assert [plain(each) for each in draft.obstacles] == ["clause DATA absente : flux individuel non recevable"]
    rows = {plain(name): text for block in (draft.overview, draft.life, draft.rights) for name, text in block}
    for name in ("Responsable de traitement", "Durée de conservation", "Information des personnes"):
        assert "**À compléter** par" in rows[name]


def test_only_feeds_that_point_at_persons_are_assessed(bare: Workspace) -> None:
    assert personal_feeds(bare, bare.contract()) == (PERSONS, "logement-attributions")
    with pytest.raises(WorkspaceError, match="EVK-W044"):
        impact_draft(bare, bare.contract(), "barometre-habitants", DAY)
    with pytest.raises(WorkspaceError, match="EVK-D030"):
        impact_draft(bare, bare.contract(), "parcours", DAY)


@pytest.mark.parametrize("name", ["annexe-clause", "aipd"])
def test_the_documents_are_plain_quarto(name: str) -> None:
    """Nothing that one of the two engines refuses; straight quotes would differ between formats."""
    source = read_source(ROOT / "reports" / f"{name}.qmd")
    assert refusals(source) == ()
    prose = re.sub(
        r"```\{python\}.*?```", "", (ROOT / "reports" / f"{name}.qmd").read_text(encoding="utf-8"), flags=re.S
    )
    body = prose.split("---", 2)[2]
    assert '"' not in body
    assert "'" not in body
    assert not re.search(r"(?<![\w.])@\w", body)


def test_the_annex_is_written_where_it_is_asked(
    bare: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["-w", str(bare.root), "--as-of", "2026-06-01", "--to", "html", "-o", str(tmp_path)]
    assert app(["clause", "grand-chalon", "--annex", *where], standalone_mode=False) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "annexe-clause.html")
    page = plain((tmp_path / "annexe-clause.html").read_text(encoding="utf-8"))
    assert "Commission de coordination de la CIA" in page
    assert "<strong>À compléter</strong> par le producteur" in page
    assert "Exemple fictif" not in page
    for title in ("Vue d’ensemble", "Fiches des flux", "Dispositions communes", "Signatures"):
        assert title in page


def test_the_assessment_follows_the_structure_of_the_cnil(bare: Workspace, tmp_path: Path) -> None:
    where = ["-w", str(bare.root), "--as-of", "2026-06-01", "--to", "html", "-o", str(tmp_path)]
    app(["clause", "grand-chalon", "--aipd", "--feed", PERSONS, *where], standalone_mode=False)
    page = plain((tmp_path / f"aipd-{PERSONS}.html").read_text(encoding="utf-8"))
    titles = ["Contexte", "Principes fondamentaux", "Risques", "Mesures", "Avis"]
    places = [
        page.index(f"</span> {title}</h") if f"</span> {title}</h" in page else page.index(title) for title in titles
    ]
    assert places == sorted(places)
    assert "Un pseudonyme reste une donnée personnelle" in page
    assert "tiers de confiance" in page
