"""Make the reading of several contracts: their declarations, and the latest edition of each that has one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from evalkit.errors import Problem, ReportError
from evalkit.present.regional.members import Region, front_matter
from evalkit.report.documents import find_document
from evalkit.report.engine.split import read_source
from evalkit.report.make import REPORTS, Progress, edition_or_none, render_requests
from evalkit.report.parameters import parameter_names
from evalkit.report.region import region_of
from evalkit.report.render import Rendered, RenderRequest
from evalkit.workspace.workspace import Workspace

_MOST_NAMED = 3
_CONTRACTS = "contracts"


def is_regional(workspace: Workspace, kind: str) -> bool:
    """Tell whether the document of a kind of report reads several contracts at once: it has a parameter for them."""
    return _CONTRACTS in parameter_names(read_source(find_document(kind, workspace.root)))


def make_regional(
    workspace: Workspace,
    kind: str,
    contracts: Sequence[str],
    formats: tuple[str, ...],
    progress: Progress | None = None,
) -> Rendered:
    """Render the reading of several contracts, but when it stands already, made of the same things.

    Args:
        workspace: where the contracts, their editions and ``reports/<kind>.qmd`` are.
        kind: a regional kind of report.
        contracts: ids of the contracts; all of them when none is named.
        formats: among ``html``, ``pdf`` and ``docx``.
        progress: told when it is done.

    Returns:
        Its files, in ``data/rapports/<kind>/``.

    Raises:
        WorkspaceError: a contract is not declared (``EVK-W002``).
        ReportError: fewer than two contracts are read (``EVK-Q009``), or the rendering fails.
    """
    names = sorted(set(contracts) or workspace.contracts)
    if len(names) < 2:
        repair = "Nommez-en plusieurs : « --contract blois,narbonne », ou aucun pour les lire tous."
        message = "Une lecture régionale rapproche plusieurs contrats."
        raise ReportError(Problem("EVK-Q009", message, received=", ".join(names), repair=repair))
    found = {name: edition_or_none(workspace, name) for name in names}
    editions = {name: folder.resolve() for name, folder in found.items() if folder is not None}
    region = region_of(workspace, names, editions)
    request = RenderRequest(
        document=find_document(kind, workspace.root),
        formats=formats,
        output_dir=workspace.data / REPORTS / kind,
        name=_name(kind, names, is_whole=len(names) == len(workspace.contracts)),
        parameters={
            "workspace": str(workspace.root.resolve()),
            _CONTRACTS: ",".join(names),
            "editions": json.dumps({name: str(folder) for name, folder in editions.items()}),
            "declarations": _fingerprint(region),
        },
        metadata=front_matter(region),
    )
    return render_requests([request], progress)[0]


def _fingerprint(region: Region) -> str:
    """Return the hash of every declaration that is read: when one changes, the reading is rendered again."""
    return hashlib.sha256("".join(each.declarations.fingerprint for each in region.members).encode()).hexdigest()[:16]


def _name(kind: str, names: Sequence[str], *, is_whole: bool) -> str:
    """Return the name of the files: the contracts when they are few, else how many and a hash of their names."""
    if is_whole:
        return kind
    if len(names) <= _MOST_NAMED:
        return "_".join([kind, *names])
    return f"{kind}_{len(names)}-{hashlib.sha256(','.join(names).encode()).hexdigest()[:8]}"
