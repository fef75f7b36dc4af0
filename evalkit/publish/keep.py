"""Keep a publication: its edition, and its audit beside the editions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evalkit.publish.audit import Audited
from evalkit.publish.audit_page import audit_html
from evalkit.publish.edition import write_edition

AUDITS = "audits"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a publication was kept.

    Attributes:
        edition: the folder of the edition, which may be given to others.
        audit: the page for the person responsible, which may not.
    """

    edition: Path
    audit: Path


def keep(audited: Audited, editions: Path) -> Kept:
    """Write the edition, and its audit in a folder of its own beside the editions.

    Args:
        audited: a publication with its audit.
        editions: the folder of editions.
    """
    folder = write_edition(audited.publication, editions)
    page = editions.parent / AUDITS / f"{folder.name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(audit_html(audited.audit, folder.name), encoding="utf-8")
    page.chmod(0o600)
    return Kept(folder, page)
