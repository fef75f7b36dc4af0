"""What the document leaves out, and what a clause forbids."""

from __future__ import annotations

import datetime as dt

import pytest

from evalkit.declare.clause import Clause
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.holes import forbidden_uses, holes_of
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.workspace.small import write

COHORT, COMPARISON, PART = "essai.femmes", "axe.un.comparaison", "axe.un.part"

PROTECTION = {"legal_basis": "a", "controller": "b", "dpo": "c", "information": "d", "aipd": {"status": "done"}}
SIGNED = {
    "feed": "parcours",
    "producers": ["france-travail"],
    "status": "signed",
    "sharing": {"purposes": ["indicateur", "cohorte", "comparaison"]},
    "protection": PROTECTION,
    "retention": "P5Y",
}


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return open_workspace(write(tmp_path))


def with_clauses(declared: ContractDeclarations, *clauses: dict[str, object], **fields: object) -> ContractDeclarations:
    made = tuple(Clause.model_validate(clause) for clause in clauses)
    parts = {name: getattr(declared, name) for name in declared.__slots__}
    return ContractDeclarations(**{**parts, "clauses": made, **fields})


def reasons(workspace: Workspace, declared: ContractDeclarations, subject: str) -> list[str]:
    return [use.reason for use in forbidden_uses(workspace, declared) if use.subject == subject]


def test_a_whole_clause_forbids_nothing(workspace):
    assert forbidden_uses(workspace, workspace.contract()) == ()


def test_no_clause_at_all_forbids_every_use(workspace):
    declared = with_clauses(workspace.contract())
    subjects = {use.subject for use in forbidden_uses(workspace, declared)}
    assert subjects == {COHORT, COMPARISON, PART, "axe.deux.delai"}
    assert reasons(workspace, declared, COHORT) == ["aucune clause DATA ne porte sur ce flux"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "absent"}, "clause DATA absente : flux individuel non recevable"),
        ({"status": "planned"}, "clause DATA prévue, non signée : flux individuel non recevable"),
        (
            {"sharing": {"purposes": ["indicateur", "comparaison"]}},
            "la clause n’autorise pas la finalité « cohorte »",
        ),
        ({"sharing": {}}, "la clause n’écrit aucune finalité"),
        ({"protection": None}, "le bloc de protection des données (RGPD) manque"),
        (
            {"protection": {**PROTECTION, "aipd": {"status": "planned"}}},
            "l’analyse d’impact (AIPD) n’est pas faite",
        ),
    ],
)
def test_persons_are_followed_under_a_whole_clause_only(workspace, changed, reason):
    declared = with_clauses(workspace.contract(), {**SIGNED, **changed})
    assert reasons(workspace, declared, COHORT) == [reason]


def test_a_purpose_forbids_only_what_it_leaves_out(workspace):
    declared = with_clauses(workspace.contract(), {**SIGNED, "sharing": {"purposes": ["cohorte"]}})
    assert reasons(workspace, declared, COHORT) == []
    assert reasons(workspace, declared, COMPARISON) == ["la clause n’autorise pas la finalité « comparaison »"]


@pytest.mark.parametrize(
    ("window", "needed"),
    [
        (("2024-01-01", "2024-12-31"), 24),  # 12 months of entries, then 12 months of follow-up
        (("2024-01-01", "2024-01-01"), 13),  # a month begun is a month
        (("2024-01-15", "2025-01-14"), 24),
        (("2024-01-15", "2025-01-15"), 25),
    ],
)
def test_rows_are_kept_for_the_entry_window_and_the_last_wave(workspace, window, needed):
    declared = workspace.contract()
    cohort = declared.cohorts[0]
    dates = tuple(dt.date.fromisoformat(day) for day in window)
    moved = cohort.model_copy(update={"entry": cohort.entry.model_copy(update={"window": dates})})
    for months, forbidden in ((needed, False), (needed - 1, True)):
        clause = {**SIGNED, "retention": f"P{months}M"}
        found = reasons(workspace, with_clauses(declared, clause, cohorts=(moved,)), COHORT)
        expected = f"conservation trop courte (P{months}M) pour un suivi de {needed} mois"
        assert found == ([expected] if forbidden else [])


def test_a_comparison_keeps_rows_from_its_first_period_to_its_last(workspace):
    """2022-T1 to 2025-T4 is four years."""
    short, long = ({**SIGNED, "retention": retention} for retention in ("P47M", "P4Y"))
    declared = workspace.contract()
    assert reasons(workspace, with_clauses(declared, short), COMPARISON) == [
        "conservation trop courte (P47M) pour un suivi de 48 mois"
    ]
    assert reasons(workspace, with_clauses(declared, long), COMPARISON) == []


def test_what_is_no_person_needs_a_signature_but_open_data_need_none(workspace):
    declared = workspace.contract()
    unsigned = {"feed": "attributions", "producers": ["bailleur"], "status": "absent"}
    assert reasons(workspace, with_clauses(declared, SIGNED, unsigned), PART) == [
        "clause DATA absente : rien n’oblige à le transmettre"
    ]
    open_data = {**unsigned, "sharing": {"access": "open"}}
    assert reasons(workspace, with_clauses(declared, SIGNED, open_data), PART) == []


def test_holes_are_what_a_partner_must_be_asked(workspace):
    found = {(hole.subject, hole.missing) for hole in holes_of(workspace.contract())}
    assert found == {
        (PART, "valeur de départ"),
        (PART, "fréquence"),
        ("axe.deux.delai", "valeur de départ"),
        ("axe.deux.delai", "cible"),
        ("axe.deux.delai", "population de référence"),
        ("axe.deux.delai", "fréquence"),
        ("axe.deux.delai", "producteur"),
    }


def test_an_objective_without_indicator_and_an_indicator_without_definition_are_holes(workspace):
    declared = workspace.contract()
    first = declared.indicators[0].model_copy(update={"measure": None})
    found = holes_of(with_clauses(declared, indicators=(first,)))
    assert ("axe.deux", "aucun indicateur déclaré") in {(hole.subject, hole.missing) for hole in found}
    assert (PART, "définition") in {(hole.subject, hole.missing) for hole in found}
    assert list(found) == sorted(found)
