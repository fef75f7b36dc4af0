"""``evalkit version``: the version of the tool and of what it stands on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import typer

_LIBRARIES = ("polars", "great-expectations", "statsmodels", "linearmodels", "scipy", "seaborn", "deltalake", "typst")


def version() -> None:
    """Affiche les versions d’evalkit et des bibliothèques sur lesquelles il s’appuie."""
    for name in ("evalkit-quartiers", *_LIBRARIES):
        try:
            typer.echo(f"{name} {installed(name)}")
        except PackageNotFoundError:
            typer.echo(f"{name} (absent)")
