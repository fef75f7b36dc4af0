"""From confidential results to a publication: decide, mask, audit, record."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import polars as pl

from evalkit.errors import Problem, PublicationError
from evalkit.measure.observation import Availability
from evalkit.publish.attack import Attack, attack
from evalkit.publish.audit import Audited, audit_of, audit_table
from evalkit.publish.confidential import Confidential
from evalkit.publish.derived import derived_hidden
from evalkit.publish.followed_tables import followed_tables
from evalkit.publish.masking import Masks, cohort_tables, comparison_tables, observation_table
from evalkit.publish.observed import observed_rows, unchecked_cells
from evalkit.publish.policy import policy_of
from evalkit.publish.protect import protect
from evalkit.publish.publication import SCHEMAS, Confidentiality, Declared, Manifest, Publication, Tables
from evalkit.publish.recoding import recode
from evalkit.publish.returned import return_tables
from evalkit.publish.secrecy import Key, Plan
from evalkit.publish.sources import break_table, delivery_table, reception_table, source_table
from evalkit.publish.through_time import path_table
from evalkit.publish.whole import whole_plan
from evalkit.territory.contours import geojson_of
from evalkit.workspace.workspace import declaration_hash

DISTRIBUTION = "evalkit-quartiers"


def publish(confidential: Confidential) -> Publication:
    """Return what may be shown of the results of a contract, decided and audited as a whole.

    Args:
        confidential: every result that will be shown together, with what readers have already.

    Returns:
        The publication; a masked cell leaves no number in it.

    Raises:
        PublicationError: an observation has no declared indicator (``EVK-P001``), a decision names an unknown one
            (``EVK-P006``), or a masked count is known too narrowly from what is left (``EVK-P002``).
    """
    return publish_audited(confidential).publication


def publish_audited(confidential: Confidential) -> Audited:
    """Return the publication with its audit, which is for the person responsible and for nobody else.

    An edition made again is not an earlier edition of itself: it is made as it was the first time.

    Raises:
        PublicationError: as :func:`publish`.
    """
    _check_declared(confidential)
    audited = _audited(confidential)
    name = audited.publication.manifest.edition
    others = tuple(each for each in confidential.earlier if each.manifest.edition != name)
    return audited if len(others) == len(confidential.earlier) else _audited(replace(confidential, earlier=others))


def _audited(confidential: Confidential) -> Audited:
    declared = confidential.declarations
    policy = policy_of(declared.clauses, confidential.feeds, confidential.decisions)
    indicators = {indicator.id: indicator for indicator in declared.indicators}
    recodings = confidential.decisions.recodings
    if recodings:
        recoded = recode(confidential.observations, indicators, recodings)
        confidential = replace(confidential, observations=recoded)
    protection = protect(whole_plan(confidential, policy))
    found = check_audit(protection.plan, protection.hidden)
    derived = derived_hidden(confidential.observations, indicators, policy, protection.hidden)
    unchecked = unchecked_cells(observed_rows(confidential.observations, indicators, policy))
    tables = _tables(confidential, Masks(protection.hidden | derived, policy, unchecked))
    described = _declared(confidential)
    manifest = _manifest(confidential, described, tables)
    audit = audit_of(confidential, policy, protection, found)
    tables = replace(tables, audit=audit_table(audit))
    publication = Publication(described, tables, confidential.as_of, confidential.demonstration, manifest)
    return Audited(publication, audit)


def check_audit(plan: Plan, hidden: frozenset[Key]) -> Attack:
    """Refuse a set of masks that lets a masked count be computed back, or bounded more narrowly than its protection.

    Returns:
        The attack that did not succeed.

    Raises:
        PublicationError: code ``EVK-P002``; the message says how many, never which value.
    """
    found = attack(plan, hidden)
    if not found.holds:
        message = f"{len(found.narrow)} effectif(s) masqué(s) se retrouvent de trop près : rien n’est publié."
        repair = "Masquez un total ou une autre case, ou retirez l’indicateur de la publication."
        raise PublicationError(Problem("EVK-P002", message, repair=repair))
    return found


def _check_declared(confidential: Confidential) -> None:
    known = {indicator.id for indicator in confidential.declarations.indicators}
    for name in sorted(set(confidential.observations["indicator"].unique()) - known):
        repair = "Mesurez à nouveau avec les déclarations actuelles."
        raise PublicationError(
            Problem("EVK-P001", "Un indicateur mesuré n’est pas déclaré.", received=name, repair=repair)
        )
    decisions = confidential.decisions
    named = {each.indicator for each in decisions.exceptions} | {each.indicator for each in decisions.public_tables}
    for name in sorted((named | {name for each in decisions.recodings for name in each.indicators}) - known):
        repair = "Corrigez le nom dans le dossier publication/ : une décision sans effet n’est pas une décision."
        raise PublicationError(
            Problem("EVK-P006", "Une décision nomme un indicateur inconnu.", received=name, repair=repair)
        )


def _tables(confidential: Confidential, masks: Masks) -> Tables:
    """Return every table; the audit is empty until the edition has a name."""
    observations = observation_table(confidential.observations, masks)
    returned = return_tables(confidential.cohorts, masks.hidden, masks.policy)
    return Tables(
        observations=observations,
        **cohort_tables(confidential.cohorts, masks),
        **returned,
        paths=path_table(confidential.cohorts, masks.hidden, masks.policy),
        **followed_tables(confidential.cohorts, masks.hidden, masks.policy),
        **comparison_tables(confidential.estimates, masks),
        deliveries=delivery_table(confidential.deliveries),
        reception=reception_table(confidential),
        sources=source_table(confidential, masks.policy),
        breaks=break_table(confidential),
        not_computed=_not_computed(confidential, observations),
        questions=_questions(confidential),
        audit=pl.DataFrame(schema=SCHEMAS["audit"]),
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


def _declared(confidential: Confidential) -> Declared:
    source = confidential.declarations
    return Declared(
        source.contract,
        tuple(zone for _, zone in sorted(source.territory.zones.items())),
        source.territory.reference,
        source.indicators,
        source.comparisons,
        source.cohorts,
        confidential.decisions.recodings,
        source.contours,
        source.evaluations,
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
        "publication": (confidential.decisions,),
    }
    if source.evaluations:
        groups["évaluation"] = source.evaluations
    hashes = tuple((name, declaration_hash(*each)) for name, each in groups.items())
    if declared.contours:
        hashes += (("contours", hashlib.sha256(geojson_of(declared.contours).encode()).hexdigest()[:16]),)
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
