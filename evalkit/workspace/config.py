"""The configuration of a workspace, ``evalkit.yml``: where data and the key are."""

from __future__ import annotations

from pathlib import Path

from evalkit.declare.load import load_file
from evalkit.declare.model import Declaration, Label
from evalkit.errors import DeclarationError, Place, Problem

CONFIG_FILE = "evalkit.yml"


class Config(Declaration):
    """What ``evalkit.yml`` may say.

    Attributes:
        data: the folder of everything confidential, relative to the workspace.
        key_file: the file that holds the identity key, outside the workspace; the environment variable
            ``EVALKIT_KEY_FILE`` wins.
        demonstration: the data are synthetic, and every output says so.
    """

    data: Label = "data"
    key_file: Label | None = None
    demonstration: bool = False


def read_config(root: Path) -> Config:
    """Read the configuration of a workspace; a workspace without one has the defaults.

    Raises:
        DeclarationError: the file is not valid.
    """
    path = root / CONFIG_FILE
    if not path.exists():
        return Config()
    loading = load_file(path, Config, CONFIG_FILE)
    if loading.problems:
        raise DeclarationError(loading.problems)
    if len(loading.found) != 1:
        message, repair = "La configuration est un seul bloc de clés.", "Supprimez les tirets de liste."
        raise DeclarationError(Problem("EVK-D012", message, Place(CONFIG_FILE), repair=repair))
    return loading.found[0].value
