"""Make a new workspace: the shipped feeds and reports, and a contract to complete."""

from __future__ import annotations

import shutil
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evalkit.declare.model import Identifier
from evalkit.errors import Problem, WorkspaceError
from evalkit.workspace.find import DECLARATION_FOLDERS, shipped_workspace

_CONTRACT = """\
# Un contrat de ville : complétez chaque ligne, puis lancez « evalkit check ».
contract: {contract}
label: Contrat de ville à nommer
pilots: []
partners: []
calendar: []
axes:
  - id: axe-1
    label: Premier axe
    objectives:
      - {{id: axe-1.objectif-1, label: Premier objectif stratégique}}
questions: []
reports: [mi-parcours]
"""

_TERRITORY = """\
# Les zones du contrat : quartiers prioritaires, commune, EPCI, unité urbaine, zones témoins.
reference: unite-urbaine
zones:
  - {id: unite-urbaine, label: Unité urbaine à nommer, kind: unite_urbaine}
  - {id: quartier-1, label: Premier quartier prioritaire, kind: qpv, within: [unite-urbaine]}
"""


def create_workspace(folder: Path, contract: str) -> Path:
    """Create a workspace in an empty or new folder and return its root.

    Args:
        folder: where to make it; missing parents are made too.
        contract: id of its contract.

    Raises:
        WorkspaceError: the folder is a file or holds something already (``EVK-W003``), or the id is not one
            (``EVK-W004``). Nothing is written then.
    """
    _check_contract_id(contract)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        repair = "Choisissez un dossier vide ou nouveau."
        raise WorkspaceError(Problem("EVK-W003", "Le dossier n’est pas vide.", received=str(folder), repair=repair))
    for name in DECLARATION_FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    copy_shipped(folder, ("expectations", "reports"))
    home = folder / "indicators" / contract
    home.mkdir()
    (home / "contract.yml").write_text(_CONTRACT.format(contract=contract), encoding="utf-8")
    (home / "territory.yml").write_text(_TERRITORY, encoding="utf-8")
    (folder / ".gitignore").write_text("/data/\n", encoding="utf-8")
    return folder.resolve()


def _check_contract_id(contract: str) -> None:
    try:
        TypeAdapter(Identifier).validate_python(contract)
    except ValidationError:
        repair = "Minuscules sans accent, chiffres, points et tirets, par exemple « grand-chalon »."
        message = "Cet identifiant de contrat n’en est pas un."
        raise WorkspaceError(Problem("EVK-W004", message, received=contract, repair=repair)) from None


def copy_shipped(folder: Path, names: tuple[str, ...]) -> None:
    """Copy shipped declaration folders into a workspace."""
    for name in names:
        shutil.copytree(shipped_workspace() / name, folder / name, dirs_exist_ok=True)
