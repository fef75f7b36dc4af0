"""evalkit: evaluate French *contrats de ville*, from partners' files to the committee's report.

The verbs of the command line, for notebooks::

    import evalkit

    workspace = evalkit.open_workspace(evalkit.find_workspace())
    store = evalkit.Store(workspace.data)
    evalkit.measure(workspace, store, "grand-chalon")

Names are imported when they are first used, so that ``import evalkit`` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_WHERE = {
    "Store": "evalkit.store.store",
    "baseline_frame": "evalkit.measure.baseline",
    "compare": "evalkit.compare.run",
    "compute": "evalkit.road",
    "contract_coverage": "evalkit.measure.contract_coverage",
    "find_workspace": "evalkit.workspace.find",
    "follow": "evalkit.follow.run",
    "make_report": "evalkit.report.make",
    "measure": "evalkit.measure.run",
    "measured": "evalkit.measure.run",
    "open_workspace": "evalkit.workspace.crosscheck",
    "publish": "evalkit.publish.publish",
    "read_edition": "evalkit.publish.edition",
    "receive": "evalkit.receive.receive",
    "revisions": "evalkit.measure.revisions",
    "run": "evalkit.road",
    "standing_frame": "evalkit.measure.standings",
    "write_demonstration": "evalkit.demo.write",
    "write_edition": "evalkit.publish.edition",
}

__all__ = [
    "Store",
    "baseline_frame",
    "compare",
    "compute",
    "contract_coverage",
    "find_workspace",
    "follow",
    "make_report",
    "measure",
    "measured",
    "open_workspace",
    "publish",
    "read_edition",
    "receive",
    "revisions",
    "run",
    "standing_frame",
    "write_demonstration",
    "write_edition",
]


class _Verbs(ModuleType):
    """The package as a notebook sees it: a verb stays a verb.

    ``measure``, ``follow``, ``compare``, ``publish`` and ``receive`` are folders too: Python would put the folder in
    the place of the verb as soon as anything of it is imported.
    """

    def __setattr__(self, name: str, value: object) -> None:
        """Keep a folder that has the name of a verb out of the names of the package."""
        if name not in _WHERE or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Verbs


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(f"module 'evalkit' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(_WHERE)
