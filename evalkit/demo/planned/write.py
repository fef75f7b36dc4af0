"""Write the small demonstration of a contract: its workspace, what partners send to it, and the truth beside it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.contract import Zone, ZoneKind
from evalkit.demo.declarations import lay_workspace
from evalkit.demo.delivery_draft import Draft
from evalkit.demo.files import write_draft
from evalkit.demo.places import Place, place_of
from evalkit.demo.planned.bounds import bounds_of
from evalkit.demo.planned.clauses import Known, add_clauses, write_clauses
from evalkit.demo.planned.drafts import COHORT_RETURNS, Scene, SentTable, files_of, planned_drafts
from evalkit.demo.planned.persons import Crowd, pathways
from evalkit.demo.planned.plan import FeedPlan, Plan, read_plan
from evalkit.demo.planned.reading import reading_of
from evalkit.demo.planned.returns import ReturnedCohort, returned_counts
from evalkit.demo.planned.rows import Frame
from evalkit.demo.slip import NOTICE, SLIP, slip_bytes
from evalkit.demo.truth import faults_of
from evalkit.errors import DeclarationError
from evalkit.workspace.load import ContractFiles, WorkspaceFiles, read_workspace_files

_NOTICE_TEXT = """\
DONNÉES SYNTHÉTIQUES DE DÉMONSTRATION

Tous les fichiers de ce dossier sont synthétiques : tirés au hasard par « evalkit demo », ils ne décrivent aucune
personne, aucun logement, aucune école et aucun service réels. Là où le document de référence donne un chiffre, les
valeurs sont tirées autour de lui ; ailleurs, elles sont inventées. Des fautes y ont été mises exprès. Le bordereau
(bordereau.csv) donne l’ordre de réception.
"""

_RESIDENTS = {
    ZoneKind.COMMUNE: 30_000,
    ZoneKind.URBAN_UNIT: 75_000,
    ZoneKind.EPCI: 80_000,
    ZoneKind.EMPLOYMENT_AREA: 160_000,
}
"""Invented sizes of what holds the QPV, when no document gives a population."""


def write_planned(root: Path, contract: str, seed: int) -> tuple[Path, tuple[Path, ...], Path]:
    """Write the demonstration that a plan declares: same seed, same bytes.

    Args:
        root: a new or empty folder.
        contract: a contract that has a plan.
        seed: of every random number.

    Returns:
        The slip, the deliveries in its order, and the truth, outside the workspace.

    Raises:
        WorkspaceError: the folder holds something already (``EVK-W003``).
        DeclarationError: the plan, or a declaration that comes with the package, is not valid.
    """
    plan = read_plan(contract)
    lay_workspace(root, contract)
    scene, known, cohorts = open_scene(root, plan, seed)
    write_clauses(root / "indicators" / contract, plan, known)
    drafts = sorted(
        [*planned_drafts(scene), *_cohort_drafts(scene, cohorts)], key=lambda draft: (draft.received_on, draft.path)
    )
    arrivals = root / "arrivees" / contract
    written = tuple(write_draft(draft, scene.feeds[draft.feed], scene.places, arrivals) for draft in drafts)
    (arrivals / NOTICE).write_text(_NOTICE_TEXT, encoding="utf-8")
    (arrivals / SLIP).write_bytes(slip_bytes(drafts))
    truth = root.with_name(f"{root.name}-verite") / "verite.json"
    truth.parent.mkdir(parents=True, exist_ok=True)
    truth.write_text(_truth(plan, drafts), encoding="utf-8")
    return arrivals / SLIP, written, truth


def complement(root: Path, contract: str, seed: int) -> tuple[Draft, ...]:
    """Add to a demonstration that has its own workspace the feeds of a plan: write their clauses, return their files.

    Raises:
        DeclarationError: the plan, or a declaration of the workspace, is not valid.
    """
    plan = read_plan(contract)
    scene, known, _ = open_scene(root, plan, seed)
    add_clauses(root / "indicators" / contract, plan, known)
    return tuple(planned_drafts(scene))


def open_scene(root: Path, plan: Plan, seed: int) -> tuple[Scene, Known, list[Cohort]]:
    """Read in a workspace what a plan is played in: the scene, what its clauses are written from, its cohorts.

    Raises:
        DeclarationError: a declaration of the workspace is not valid.
    """
    declared = read_workspace_files(root)
    if declared.problems:
        raise DeclarationError(declared.problems)
    files = next(each for each in declared.contracts if each.folder == plan.contract)
    scene = _scene(plan, declared, files, seed)
    cohorts = [located.value for located in files.cohorts]
    followed = frozenset(feed for cohort in cohorts for feed in cohort.feeds)
    return scene, Known(scene.feeds, scene.clauses, followed), cohorts


def _scene(plan: Plan, declared: WorkspaceFiles, files: ContractFiles, seed: int) -> Scene:
    clauses: dict[str, Clause] = {located.value.feed: located.value for located in files.clauses}
    zones = [zone for located in files.territories for zone in located.value.zones]
    return Scene(
        plan,
        {located.value.feed: located.value for located in declared.feeds},
        tuple(located.value for located in files.indicators),
        clauses,
        tuple(_sized(place_of(zone), zone) for zone in zones),
        seed,
    )


def _sized(place: Place, zone: Zone) -> Place:
    """Return a place with the size of its kind when no document gives its population."""
    return place if zone.residents else replace(place, residents=_RESIDENTS.get(zone.kind, place.residents))


def _cohort_drafts(scene: Scene, cohorts: Sequence[Cohort]) -> Iterator[Draft]:
    """Yield the files that follow persons, and the counts that partners return."""
    quarters = scene.quarters
    for rank, plan in enumerate(scene.plan.feeds):
        years = scene.plan.years(plan)
        for number, sender in enumerate(plan.senders):
            if plan.personal:
                zones = plan.zones or quarters
                table = pathways(Crowd(plan.feed, zones, years, scene.plan.persons, scene.seed))
            elif plan.feed == COHORT_RETURNS:
                returned = [_returned(scene, cohort, plan, quarters) for cohort in cohorts if _is_returned(cohort)]
                table = returned_counts(returned, dt.date(years[-1], 12, 31), scene.seed)
            else:
                continue
            reading = reading_of(plan.feed, scene.indicators)
            feed = scene.feeds[plan.feed]
            frame = Frame(feed, plan, sender, reading, bounds_of(feed), quarters)
            habits = sender.habits if sender.habits is not None else rank + number
            yield from files_of(scene, SentTable(frame, table, habits))


def _is_returned(cohort: Cohort) -> bool:
    return cohort.mode is Mode.RETURNS or cohort.returned is not None


def _returned(scene: Scene, cohort: Cohort, plan: FeedPlan, quarters: tuple[str, ...]) -> ReturnedCohort:
    zones = tuple(zone for zone in cohort.zones if zone != "qpv") or quarters
    only = "F" if "femmes" in cohort.cohort else ""
    return ReturnedCohort(
        (cohort.returned.code if cohort.returned else None) or cohort.cohort.partition(".")[2],
        cohort.entry.window[1],
        tuple(cohort.waves),
        zones,
        max(plan.size, scene.plan.persons // 2),
        only,
    )


def _truth(plan: Plan, drafts: Sequence[Draft]) -> str:
    truth = {
        "donnees": "Données synthétiques : aucune ne décrit une personne, un logement ou un service réels.",
        "contrat": plan.contract,
        "fautes": faults_of(drafts),
        "jamais_recu": [
            {"flux": feed.feed, "producteur": sender.producer, "annee": plan.years(feed)[-1]}
            for feed in plan.feeds
            for sender in feed.senders
            if sender.missing
        ],
        "livraisons": len(drafts),
    }
    return json.dumps(truth, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
