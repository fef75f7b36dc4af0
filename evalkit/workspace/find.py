"""Find the workspace: the folder that is named, else the current one or a parent, else the shipped copy."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Problem, WorkspaceError

DECLARATION_FOLDERS = ("indicators", "expectations", "cohorts", "reports")


def find_workspace(named: Path | None = None, start: Path | None = None) -> Path:
    """Return the root of the workspace.

    Args:
        named: the folder given by the user.
        start: where to search upwards from; the current folder by default.

    Raises:
        WorkspaceError: the named folder is no workspace (``EVK-W001``).
    """
    if named is not None:
        if not is_workspace(named):
            folders = ", ".join(f"{folder}/" for folder in DECLARATION_FOLDERS)
            repair = f"Un espace de travail contient {folders} ; « evalkit init DOSSIER » en crée un."
            raise WorkspaceError(
                Problem("EVK-W001", "Ce dossier n’est pas un espace de travail.", received=str(named), repair=repair)
            )
        return named.resolve()
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if is_workspace(folder)), shipped_workspace())


def is_workspace(folder: Path) -> bool:
    """Tell whether a folder holds the declarations of a workspace."""
    return (folder / "indicators").is_dir() and (folder / "expectations").is_dir()


def shipped_workspace() -> Path:
    """Return the declarations that come with the package: beside it in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "shipped"
    return inside if is_workspace(inside) else package.parent
