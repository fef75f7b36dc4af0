"""Write the whole demonstration: a workspace, what partners send to it, and the truth beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.demo.actions import action_drafts
from evalkit.demo.allocations import allocation_drafts
from evalkit.demo.barometer import barometer_drafts
from evalkit.demo.census_base import census_drafts
from evalkit.demo.contours import CONTOURS_FILE, contours_geojson
from evalkit.demo.declarations import CONTRACT, DemoDeclarations, lay_workspace, read_declarations
from evalkit.demo.delivery_draft import Draft
from evalkit.demo.files import write_draft
from evalkit.demo.job_seekers import JobSeekers, simulate_job_seekers
from evalkit.demo.labour_market import DEFAULT_EFFECT_POINTS, plan_effect
from evalkit.demo.local_reports import report_drafts
from evalkit.demo.narratives import narrative_drafts
from evalkit.demo.pathways import pathway_drafts
from evalkit.demo.places import Place, simulated_places
from evalkit.demo.planned.write import complement, write_planned
from evalkit.demo.slip import NOTICE, SLIP, slip_bytes
from evalkit.demo.stocks import stock_drafts
from evalkit.demo.truth import sealed_truth
from evalkit.workspace.config import CONFIG_FILE, read_config

_NOTICE_TEXT = """\
DONNÉES SYNTHÉTIQUES DE DÉMONSTRATION

Tous les fichiers de ce dossier sont synthétiques : tirés au hasard par « evalkit demo », ils ne décrivent
aucune personne, aucun logement et aucun service réels. Les zones témoins sont fictives. Des fautes y ont
été mises exprès. Le bordereau (bordereau.csv) donne l’ordre de réception.
"""

_NOWHERE = Place("", 350, treated=False, names={"2024": "", "2015": "", "label": "", "alias": ""})
"""People whose address nobody could place: their zone is left empty."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was written.

    Attributes:
        root: the workspace.
        slip: the delivery slip, in the order of reception.
        files: the deliveries, in the order of the slip.
        truth: the sealed truth, outside the workspace.
    """

    root: Path
    slip: Path
    files: tuple[Path, ...]
    truth: Path


def write_demonstration(
    target: Path, seed: int = 2030, effect_points: float = DEFAULT_EFFECT_POINTS, contract: str = CONTRACT
) -> Demonstration:
    """Write a complete demonstration: same seed, same bytes.

    Args:
        target: a new or empty folder; ``<target>-cle`` and ``<target>-verite`` are written beside it.
        seed: of every random number.
        effect_points: effect of the programme on the monthly rate of durable exit of the QPV, in points.
        contract: the contract; that of Grand Chalon has a planted programme, the others a plan of a few dozen files.

    Raises:
        WorkspaceError: the folder holds something already (``EVK-W003``).
        DeclarationError: a declaration that comes with the package is not valid.
    """
    root = target.resolve()
    if contract != CONTRACT:
        return Demonstration(root, *write_planned(root, contract, seed))
    lay_workspace(root)
    declared = read_declarations(root)
    places = simulated_places(declared.zones)
    contours = root / "indicators" / CONTRACT / CONTOURS_FILE
    contours.write_text(contours_geojson(declared.zones, places), encoding="utf-8")
    plant = plan_effect(effect_points)
    job_seekers = simulate_job_seekers([*places, _NOWHERE], plant, seed)
    own = _drafts(declared, places, job_seekers, seed)
    drafts = sorted([*own, *complement(root, CONTRACT, seed)], key=lambda draft: (draft.received_on, draft.path))
    arrivals = root / "arrivees" / CONTRACT
    files = tuple(write_draft(draft, declared.feeds[draft.feed], places, arrivals) for draft in drafts)
    (arrivals / NOTICE).write_text(_NOTICE_TEXT, encoding="utf-8")
    (arrivals / SLIP).write_bytes(slip_bytes(drafts))
    truth = _truth_path(root)
    truth.parent.mkdir(parents=True, exist_ok=True)
    truth.write_text(sealed_truth(places, job_seekers.among(len(places)), plant, drafts), encoding="utf-8")
    return Demonstration(root, arrivals / SLIP, files, truth)


def is_demonstration(target: Path) -> bool:
    """Tell whether a whole demonstration was written here: the truth is its last file."""
    root = target.resolve()
    return (root / CONFIG_FILE).is_file() and read_config(root).demonstration and _truth_path(root).is_file()


def _truth_path(root: Path) -> Path:
    return root.with_name(f"{root.name}-verite") / "verite.json"


def _drafts(
    declared: DemoDeclarations, places: Sequence[Place], job_seekers: JobSeekers, seed: int
) -> tuple[Draft, ...]:
    """Return the deliveries of the feeds that have a simulation of their own."""
    drafts = [
        *pathway_drafts([*places, _NOWHERE], job_seekers, seed),
        *stock_drafts(places, job_seekers.among(len(places)), seed),
        *allocation_drafts(places, seed),
        *report_drafts(places, seed),
        *census_drafts(places, seed),
        *action_drafts(places, seed),
        *barometer_drafts(places, seed),
        *narrative_drafts(places, declared.objectives, seed),
    ]
    return tuple(drafts)
