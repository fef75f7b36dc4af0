"""The audit of a publication, as the person responsible reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from evalkit.declare.decisions import Dispensation, Recoding
from evalkit.publish.attack import Attack, Interval
from evalkit.publish.confidential import Confidential
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.protect import Protection
from evalkit.publish.publication import SCHEMAS, Publication
from evalkit.publish.secrecy import Cell, Key

NARROWEST = 25
"""Intervals shown in the audit, the narrowest first."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a group of cells (an indicator, a cohort, a comparison) lost.

    Attributes:
        primary: cells masked for themselves.
        secondary: cells masked to protect others.
    """

    label: str
    cells: int
    primary: int
    secondary: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked number, where it is, and the interval that readers can compute for it."""

    label: str
    place: str
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was examined, what was lost and why; confidential: it tells which cells are small.

    Attributes:
        rules: the rule of each feed that is shown.
        narrowest: the masked counts that are known best, none more than it may be.
        already_public: the counts under a threshold that others have published already.
        pieces: groups of equations solved apart.
    """

    label: str
    demonstration: bool
    rules: Mapping[str, Rule]
    losses: tuple[Loss, ...]
    narrowest: tuple[Masked, ...]
    exceptions: tuple[Dispensation, ...]
    recodings: tuple[Recoding, ...]
    already_public: tuple[str, ...]
    earlier: tuple[str, ...]
    public_tables: tuple[str, ...]
    links: int
    pieces: int
    protected: int

    @property
    def cells(self) -> int:
        """Return the number of cells examined."""
        return sum(loss.cells for loss in self.losses)

    @property
    def primary(self) -> int:
        """Return the number of cells masked for themselves."""
        return sum(loss.primary for loss in self.losses)

    @property
    def secondary(self) -> int:
        """Return the number of cells masked to protect others."""
        return sum(loss.secondary for loss in self.losses)


@dataclass(frozen=True, slots=True)
class Audited:
    """A publication with its audit."""

    publication: Publication
    audit: Audit


def audit_of(confidential: Confidential, policy: Policy, protection: Protection, found: Attack) -> Audit:
    """Return the audit of a publication.

    Args:
        confidential: what was decided on.
        policy: the rules that were applied.
        protection: the masks.
        found: the attack that did not succeed.
    """
    declared, plan = confidential.declarations, protection.plan
    labels = {each.id: each.label for each in declared.indicators}
    labels |= {each.id: each.label for each in declared.comparisons}
    labels |= {each.cohort: each.label for each in declared.cohorts}
    shown = {each.feed for each in (*confidential.cohorts, *confidential.estimates)}
    shown |= set(confidential.observations["feed"].unique())
    return Audit(
        label=declared.contract.label,
        demonstration=confidential.demonstration,
        rules={feed: policy.rule(feed) for feed in sorted(shown - {""})},
        losses=tuple(_losses(protection, labels)),
        narrowest=tuple(_narrowest(protection, found, confidential, labels)),
        exceptions=policy.exceptions,
        recodings=confidential.decisions.recodings,
        already_public=tuple(sorted(" · ".join(part for part in key if part) for key in protection.already_public)),
        earlier=tuple(edition.manifest.edition for edition in confidential.earlier),
        public_tables=tuple(sorted({figure.table for figure in confidential.public})),
        links=len(plan.links),
        pieces=found.pieces,
        protected=len(plan.sensitive),
    )


def audit_table(audit: Audit) -> pl.DataFrame:
    """Return what readers are told of the audit; how many cells are masked for themselves is not."""
    rows = [
        ("cases examinées", "fait", audit.cells),
        ("cases masquées", "fait", audit.primary + audit.secondary),
        ("égalités entre effectifs examinées", "fait", audit.links),
        ("effectifs masqués retrouvés par soustraction", "aucun", 0),
        ("effectifs masqués encadrés de trop près", "aucun", 0),
        ("éditions antérieures recoupées", "fait", len(audit.earlier)),
        ("tableaux publics recoupés", "fait", len(audit.public_tables)),
        ("exceptions décidées nommément", "fait", len(audit.exceptions)),
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["audit"], orient="row")


def _losses(protection: Protection, labels: Mapping[str, str]) -> Iterator[Loss]:
    primary = protection.plan.primary
    groups: dict[str, list[Cell]] = {}
    for cell in protection.plan.cells:
        groups.setdefault(cell.id[1], []).append(cell)
    for name, cells in groups.items():
        own = sum(cell.id in primary for cell in cells)
        masked = sum(cell.id in protection.hidden for cell in cells)
        yield Loss(labels.get(name, name), len(cells), own, masked - own)


def _narrowest(
    protection: Protection, found: Attack, confidential: Confidential, labels: Mapping[str, str]
) -> Iterator[Masked]:
    owner: dict[Key, Cell] = {}
    for cell in protection.plan.cells:
        if cell.id in protection.hidden:
            for key in cell.shows:
                owner.setdefault(key, cell)
    kept = {key: each for key, each in found.kept.items() if key in owner and key in protection.plan.sensitive}
    territory = confidential.declarations.territory
    for key, interval in sorted(kept.items(), key=lambda each: (each[1].width, each[0]))[:NARROWEST]:
        name, *place = owner[key].id[1:]
        words = [territory.label(part) for part in place[1:4]] if len(place) == 5 else place
        yield Masked(labels.get(name, name), " · ".join(part for part in words if part), interval)
