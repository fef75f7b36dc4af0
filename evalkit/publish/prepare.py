"""What a publication must know of its workspace: decisions, public tables and the editions that readers have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evalkit.publish.confidential import Confidential
from evalkit.publish.decisions import read_decisions
from evalkit.publish.edition import PUBLICATION_FILE, read_edition
from evalkit.publish.public import read_public_tables
from evalkit.publish.publication import Publication


def prepare(confidential: Confidential, root: Path, editions: Path) -> Confidential:
    """Return results with what people decided on their publication and what readers have already.

    Args:
        confidential: every result of a contract.
        root: the workspace, for ``publication/<contract>.yml`` and the public tables that it names.
        editions: the folder of the editions.

    Raises:
        PublicationError: a decision, a public table or an earlier edition cannot be read: nothing is published when
            what readers know is not known.
    """
    contract = confidential.declarations.contract.contract
    decisions = read_decisions(root, contract)
    return replace(
        confidential,
        decisions=decisions,
        public=read_public_tables(root, decisions.public_tables),
        earlier=earlier_editions(editions, contract, confidential.demonstration),
    )


def earlier_editions(editions: Path, contract: str, demonstration: bool) -> tuple[Publication, ...]:
    """Return the editions of a contract, the oldest first; synthetic figures tell nothing of true ones.

    Raises:
        PublicationError: one of them is damaged.
    """
    folders = sorted(path.parent for path in editions.glob(f"*/{PUBLICATION_FILE}"))
    found = [read_edition(folder) for folder in folders]
    return tuple(
        each for each in found if each.declared.contract.contract == contract and each.demonstration is demonstration
    )
