"""The workspace of the notebooks: declarations copied in a folder of their own, files drawn, and received once."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from simulation import write_arrivals

import evalkit
from evalkit.arrivals import receive_arrivals
from evalkit.receive.privacy.key import write_demonstration_key
from evalkit.workspace.workspace import Workspace

CONTRACT = "exemple"
HOME = "EVALKIT_CARNETS"
"""Environment variable that names a folder where the workspace stays, from one notebook to the next."""

_HERE = Path(__file__).resolve().parent


def prepare() -> Workspace:
    """Copy the declarations, write the key beside them, draw the files that partners send, and open the whole."""
    root = Path(os.environ.get(HOME) or tempfile.mkdtemp()) / "espace"
    if not root.exists():
        shutil.copytree(_HERE / "exemple", root)
        write_arrivals(root / "arrivees" / CONTRACT)
        key = root.parent / "cle" / "cle-demonstration.key"
        key.parent.mkdir(exist_ok=True)
        write_demonstration_key(key)
    return evalkit.open_workspace(root)


def received() -> tuple[Workspace, evalkit.Store]:
    """Return the workspace and its store, where every file has been received: a file received twice counts once."""
    workspace = prepare()
    receive_arrivals(workspace, CONTRACT, lambda done, total, file: None)
    return workspace, evalkit.Store(workspace.data)
