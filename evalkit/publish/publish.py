"""From confidential results to a publication: decide, mask, audit, record."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import polars as pl

from evalkit.errors import Problem, PublicationError
from evalkit.measure.observation import Availability
from evalkit.publish.compared import comparison_plan
from evalkit.publish.confidential import Confidential
from evalkit.publish.followed import cohort_plan
from evalkit.publish.masking import Masks, cohort_tables, comparison_tables, observation_table
from evalkit.publish.observed import observation_plan
from evalkit.publish.policy import Policy, policy_of
from evalkit.publish.publication import SCHEMAS, Confidentiality, Declared, Manifest, Publication, Tables
from evalkit.publish.secrecy import Key, Plan, complete, join, recoverable
from evalkit.publish.sources import break_table, delivery_table, reception_table, source_table
from evalkit.workspace.workspace import declaration_hash

DISTRIBUTION = "evalkit-quartiers"


def publish(confidential: Confidential) -> Publication:
    """Return what may be shown of the results of a contract, decided and audited as a whole.

    Args:
        confidential: every result that will be shown together.

    Returns:
        The publication; a masked cell leaves no number in it.

    Raises:
        PublicationError: an observation has no declared indicator (``EVK-P001``), or a masked count could be computed
            back from what is left (``EVK-P002``).
    """
    _check_declared(confidential)
    policy = policy_of(confidential.declarations.clauses, confidential.feeds)
    plan = whole_plan(confidential, policy)
    hidden = complete(plan)
    check_audit(plan, hidden)
    tables = _tables(confidential, policy, plan, hidden)
    declared = _declared(confidential)
    manifest = _manifest(confidential, declared, tables)
    return Publication(declared, tables, confidential.as_of, confidential.demonstration, manifest)


def whole_plan(confidential: Confidential, policy: Policy) -> Plan:
    """Return what secrecy must be decided on in everything that is shown together."""
    declared = confidential.declarations
    indicators = {indicator.id: indicator for indicator in declared.indicators}
    comparisons = {comparison.id: comparison for comparison in declared.comparisons}
    territory = declared.territory
    return join(
        [
            observation_plan(confidential.observations, indicators, policy, territory),
            *(cohort_plan(result, policy) for result in confidential.cohorts),
            *(
                comparison_plan(result, comparisons.get(result.comparison), policy, territory)
                for result in confidential.estimates
            ),
        ]
    )


def check_audit(plan: Plan, hidden: frozenset[Key]) -> None:
    """Refuse a set of masks that lets a masked count be computed back.

    Raises:
        PublicationError: code ``EVK-P002``; the message says how many, never which value.
    """
    leaks = recoverable(plan, hidden)
    if leaks:
        message = f"{len(leaks)} effectif(s) masqué(s) se retrouvent par soustraction : rien n’est publié."
        repair = "Masquez un total ou une autre case, ou retirez l’indicateur de la publication."
        raise PublicationError(Problem("EVK-P002", message, repair=repair))


def _check_declared(confidential: Confidential) -> None:
    known = {indicator.id for indicator in confidential.declarations.indicators}
    for name in sorted(set(confidential.observations["indicator"].unique()) - known):
        repair = "Mesurez à nouveau avec les déclarations actuelles."
        raise PublicationError(
            Problem("EVK-P001", "Un indicateur mesuré n’est pas déclaré.", received=name, repair=repair)
        )


def _tables(confidential: Confidential, policy: Policy, plan: Plan, hidden: frozenset[Key]) -> Tables:
    masks = Masks(hidden, policy)
    observations = observation_table(confidential.observations, masks)
    return Tables(
        observations=observations,
        **cohort_tables(confidential.cohorts, masks),
        **comparison_tables(confidential.estimates, masks),
        deliveries=delivery_table(confidential.deliveries),
        reception=reception_table(confidential),
        sources=source_table(confidential, policy),
        breaks=break_table(confidential),
        not_computed=_not_computed(confidential, observations),
        questions=_questions(confidential),
        audit=_audit(plan, hidden),
    )


def _not_computed(confidential: Confidential, observations: pl.DataFrame) -> pl.DataFrame:
    """Return what has no number at all, and why: no value in any zone and period, or a use that is not allowed."""
    rows: list[dict[str, Any]] = []
    free = (pl.col("availability") == Availability.AVAILABLE) & (pl.col("confidentiality") == Confidentiality.FREE)
    shown = set(observations.filter(free)["indicator"].unique())
    for indicator in confidential.declarations.indicators:
        if indicator.id in shown:
            continue
        mine = observations.filter(pl.col("indicator") == indicator.id)
        causes = mine.select("availability", "confidentiality", "cause", "reason").unique().sort(pl.all()).rows()
        cause, reason = _why(causes) if indicator.measure else ("définition manquante", "l’indicateur n’est pas défini")
        rows.append({"subject": indicator.id, "label": indicator.label, "cause": cause, "reason": reason})
    for each in confidential.forbidden:
        rows.append({"subject": each.subject, "label": each.feed, "cause": "usage non autorisé", "reason": each.reason})
    return pl.DataFrame(rows, schema=SCHEMAS["not_computed"]).unique(maintain_order=True)


def _why(causes: list[tuple[str, str, str, str]]) -> tuple[str, str]:
    if not causes:
        return "non calculé", "aucune observation"
    kinds = sorted({(reason and "secret") or availability for availability, _, _, reason in causes})
    reasons = sorted({reason or cause for _, _, cause, reason in causes if reason or cause})
    return ", ".join(kinds), "; ".join(reasons)


def _questions(confidential: Confidential) -> pl.DataFrame:
    rows = [
        {"subject": hole.subject, "label": hole.label, "missing": hole.missing, "question": hole.question}
        for hole in confidential.holes
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["questions"])


def _audit(plan: Plan, hidden: frozenset[Key]) -> pl.DataFrame:
    """Return what was examined; how many cells are masked for themselves and how many protect them is not told."""
    rows: list[dict[str, Any]] = [
        {"check": "cases examinées", "verdict": "fait", "count": len(plan.cells)},
        {"check": "cases masquées", "verdict": "fait", "count": len({c.id for c in plan.cells if c.id in hidden})},
        {"check": "égalités entre cases examinées", "verdict": "fait", "count": len(plan.links)},
        {"check": "effectifs masqués retrouvés par soustraction", "verdict": "aucun", "count": 0},
        {"check": "encadrement des effectifs masqués", "verdict": "non examiné", "count": None},
        {"check": "recoupement avec d’autres publications", "verdict": "non examiné", "count": None},
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["audit"])


def _declared(confidential: Confidential) -> Declared:
    source = confidential.declarations
    return Declared(
        source.contract,
        tuple(zone for _, zone in sorted(source.territory.zones.items())),
        source.territory.reference,
        source.indicators,
        source.comparisons,
        source.cohorts,
    )


def _manifest(confidential: Confidential, declared: Declared, tables: Tables) -> Manifest:
    source = confidential.declarations
    groups = {
        "contrat": (declared.contract,),
        "territoire": declared.zones,
        "indicateurs": declared.indicators,
        "comparaisons": declared.comparisons,
        "cohortes": declared.cohorts,
        "clauses": source.clauses,
        "flux": tuple(feed for _, feed in sorted(confidential.feeds.items())),
    }
    hashes = tuple((name, declaration_hash(*each)) for name, each in groups.items())
    contents = hashlib.sha256(repr((hashes, confidential.demonstration)).encode())
    for name, frame in tables.named():
        contents.update(name.encode() + frame.write_json().encode())
    return Manifest(
        edition=f"{confidential.as_of.isoformat()}-{contents.hexdigest()[:8]}",
        evalkit=package_version(),
        declarations=hashes,
        deliveries=tuple(sorted(delivery.id for delivery in confidential.deliveries)),
    )


def package_version() -> str:
    """Return the installed version of evalkit."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "non installée"
