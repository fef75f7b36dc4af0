"""One small workspace for all the journeys: the demonstration's, with some of its deliveries."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from evalkit.demo.write import write_demonstration

CONTRACT = "grand-chalon"

DELIVERIES = (
    "barometre-habitants/barometre_2025.xlsx",
    "bilans-actions/bilans_actions_2025.xlsx",
    "bilans-actions/bilans_actions_2026.xlsx",
    "bilans-actions/bilans_actions_2026_corrige.xlsx",
    "bilans-qualitatifs/bilans_qualitatifs_2026.csv",
    "france-travail-demandeurs/defm_2025_T1.csv",
    "france-travail-demandeurs/defm_2025_T2.csv",
    "france-travail-parcours/parcours_2025_T1.csv",
    "gsup-signalements/signalements_2026_T2.csv",
    "gsup-signalements/signalements_2026_T2_corrige.csv",
    "insee-qpv-insertion/base_insertion_qp15_2023_synthetique.csv",
    "logement-attributions/attributions_opac71_reprise_2019_2023.csv",
    "logement-attributions/attributions_opac71_2025_T1.csv",
    "logement-attributions/attributions_habellis_2025_T1.csv",
)
"""Some of every feed, some of them refused; enough for tables, figures, refusals and one comparison."""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace where these deliveries have arrived, and nothing is received yet; it is only copied."""
    root = write_demonstration(tmp_path_factory.mktemp("petite") / "espace").root
    arrivals = root / "arrivees" / CONTRACT
    with (arrivals / "bordereau.csv").open(encoding="utf-8", newline="") as stream:
        heading, *lines = csv.reader(stream, delimiter=";")
    kept = [line for line in lines if line[0] in DELIVERIES]
    assert len(kept) == len(DELIVERIES)
    for line in lines:
        if line not in kept:
            (arrivals / line[0]).unlink()
    with (arrivals / "bordereau.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows([heading, *kept])
    return root


def copied(workspace: Path, folder: Path) -> Path:
    """Copy a workspace, with its key beside it."""
    root = folder / workspace.name
    shutil.copytree(workspace, root)
    shutil.copytree(workspace.with_name(f"{workspace.name}-cle"), folder / f"{workspace.name}-cle")
    return root
