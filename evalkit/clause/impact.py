"""The draft of an impact assessment (AIPD, GDPR article 35), from what the declarations say and nothing else.

Source: the structure is that of the CNIL's method and template: context, fundamental principles, risks, measures,
opinion of the data protection officer. What the declarations do not say is left to be completed, with its author.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from evalkit.clause.completeness import calls_for_protection
from evalkit.clause.sheet import TYPE_WORDS, to_complete
from evalkit.clause.terms import Completer
from evalkit.clause.uses import Use, uses_of
from evalkit.clause.words import ACCESS_WORDS, aipd_words, duration_words, threshold_words
from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.feed import Feed, FieldSpec
from evalkit.errors import Place, Problem, WorkspaceError
from evalkit.french_dates import day_words
from evalkit.typography import typeset
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.unknown import unknown
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_CONTROLLER = to_complete(Completer.CONTROLLER)
_OFFICER = to_complete(Completer.OFFICER)
_PRODUCER = to_complete(Completer.PRODUCER)
_PILOTS = to_complete(Completer.PILOTS)
_HOST = to_complete("le responsable de traitement, avec le responsable de la sécurité informatique")

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What the draft of an impact assessment says of one feed.

    Attributes:
        label: the name of the contract.
        feed: the name of the feed.
        day: the day of the draft.
        overview: who does what for which purposes.
        uses: what reads the feed.
        columns: column, kind, whether it points at a person, whether it is required.
        life: where the data come from, who sees them, how long they stay.
        necessity: purposes, basis, minimisation, accuracy, retention.
        rights: information and the rights of persons.
        criteria: the nine criteria that call for an assessment, and what is known of each.
        measures: what protects the data, and who can say whether it is in place.
        obstacles: why the processing may not begin today, in French; empty when nothing forbids it.
        is_fictitious: the clause exists only in the demonstration.
    """

    label: str
    feed: str
    day: str
    overview: Rows
    uses: tuple[Use, ...]
    columns: tuple[tuple[str, str, str, str], ...]
    life: Rows
    necessity: Rows
    rights: Rows
    criteria: Rows
    measures: Rows
    obstacles: tuple[str, ...]
    is_fictitious: bool


def personal_feeds(workspace: Workspace, declarations: ContractDeclarations) -> tuple[str, ...]:
    """Return the feeds of a contract that point at persons, sorted: those that a clause names or that are read."""
    named = {clause.feed for clause in declarations.clauses} | set(declarations.feeds_read)
    return tuple(
        sorted(
            name
            for name in named
            if any(calls_for_protection(each, workspace.feeds[name]) for each in _clauses(declarations, name))
        )
    )


def impact_draft(workspace: Workspace, declarations: ContractDeclarations, feed: str, as_of: dt.date) -> Impact:
    """Return the draft of the impact assessment of one feed.

    Args:
        workspace: the feeds.
        declarations: the contract, its clauses, its cohorts and indicators.
        feed: id of the feed.
        as_of: the day of the draft.

    Raises:
        WorkspaceError: the feed is unknown (``EVK-D030``), or points at nobody (``EVK-W044``).
    """
    if feed not in workspace.feeds:
        raise WorkspaceError(unknown("Flux", feed, workspace.feeds, Place()))
    declared, clauses = workspace.feeds[feed], _clauses(declarations, feed)
    if not any(calls_for_protection(each, declared) for each in clauses):
        message, repair = "Ce flux ne désigne personne.", "Une AIPD porte sur un flux qui désigne des personnes."
        raise WorkspaceError(Problem("EVK-W044", message, received=feed, repair=repair))
    clause = clauses[0]
    cohorts = [each for each in declarations.cohorts if each.feed == feed]
    obstacles = {use.reason for use in forbidden_uses(workspace, declarations) if use.feed == feed}
    return Impact(
        label=typeset(declarations.contract.label),
        feed=typeset(declared.label),
        day=day_words(as_of),
        overview=_overview(declared, clause, declarations),
        uses=uses_of(declarations, feed),
        columns=tuple(_column(field) for field in declared.fields),
        life=_life(declared, clause, cohorts),
        necessity=_necessity(declared, clause),
        rights=_rights(clause),
        criteria=_criteria(declared, cohorts),
        measures=_measures(declared, clause),
        obstacles=tuple(typeset(reason) for reason in sorted(obstacles)),
        is_fictitious=any(each.fictitious for each in clauses if each),
    )


def _clauses(declarations: ContractDeclarations, feed: str) -> tuple[Clause | None, ...]:
    return declarations.clauses_of(feed) or (None,)


def _rows(*stated: tuple[str, str]) -> Rows:
    return tuple((typeset(name), typeset(text)) for name, text in stated)


def _overview(feed: Feed, clause: Clause | None, declarations: ContractDeclarations) -> Rows:
    partners = {partner.id: partner.label for partner in declarations.contract.partners}
    producers = ", ".join(partners.get(name, name) for name in clause.producers) if clause else _PILOTS
    purposes = ", ".join(clause.sharing.purposes) if clause and clause.sharing.purposes else to_complete(Completer.BOTH)
    return _rows(
        ("Traitement", f"Réception et exploitation du flux « {feed.label} » pour l’évaluation du contrat"),
        ("Finalités écrites dans la clause", purposes),
        ("Responsable de traitement", _protection(clause, "controller", to_complete(Completer.BOTH))),
        ("Producteur des données", producers),
        ("Délégué à la protection des données", _protection(clause, "dpo", _CONTROLLER)),
        ("Sous-traitants", _CONTROLLER),
        ("Référentiels applicables", _OFFICER),
        ("Avenant qui porte la clause", _amendment(clause)),
        (
            "État de l’AIPD selon la clause",
            aipd_words(clause.protection.aipd) if clause and clause.protection else _OFFICER,
        ),
    )


def _life(feed: Feed, clause: Clause | None, cohorts: list[Cohort]) -> Rows:
    identity = feed.identity
    made = f"{identity.made_by}, à partir de : {', '.join(identity.from_)}" if identity else "aucun pseudonyme déclaré"
    access = ACCESS_WORDS[clause.sharing.access] if clause and clause.sharing.access else to_complete(Completer.BOTH)
    waves = [
        f"{each.label} : entrées du {day_words(each.entry.window[0])} au {day_words(each.entry.window[1])}, points à "
        + ", ".join(duration_words(wave) for wave in each.waves)
        for each in cohorts
    ]
    return _rows(
        ("Origine", feed.source or _PRODUCER),
        ("Pseudonyme : fait par qui, de quoi", made if identity or feed.is_individual else "sans objet déclaré"),
        ("Nombre de personnes concernées", _PRODUCER),
        ("Suivi dans le temps", " ; ".join(waves) or "aucune cohorte ne lit ce flux"),
        ("Accès écrit dans la clause", access),
        ("Destinataires nommés", _CONTROLLER),
        ("Supports : postes, serveurs, sauvegardes", _HOST),
        ("Durée de conservation", duration_words(clause.retention) if clause and clause.retention else _OFFICER),
    )


def _necessity(feed: Feed, clause: Clause | None) -> Rows:
    method = clause.production.anonymisation if clause else None
    checks = len(feed.checks)
    return _rows(
        ("Base légale", _protection(clause, "legal_basis", _OFFICER)),
        (
            "Minimisation : pourquoi chaque colonne est nécessaire",
            to_complete("les pilotes du contrat, colonne par colonne"),
        ),
        (
            "Colonnes non déclarées",
            "refusées à la réception" if feed.other_columns == "refused" else "signalées à la réception, non reprises",
        ),
        ("Exactitude", f"{checks} contrôles déclarés à la réception, en plus des types et des valeurs permises"),
        ("Anonymisation écrite dans la clause", method or _PRODUCER),
    )


def _rights(clause: Clause | None) -> Rows:
    return _rows(
        ("Information des personnes", _protection(clause, "information", _OFFICER)),
        (
            "Consentement",
            to_complete("le responsable de traitement : sans objet si la base légale n’est pas le consentement"),
        ),
        ("Accès et portabilité", _CONTROLLER),
        ("Rectification et effacement", _CONTROLLER),
        ("Opposition et limitation", _CONTROLLER),
        ("Contrats de sous-traitance", _CONTROLLER),
        ("Transferts hors de l’Union européenne", _CONTROLLER),
    )


def _criteria(feed: Feed, cohorts: list[Cohort]) -> Rows:
    """Return the nine criteria of the guidelines WP 248 rev. 01, which the CNIL follows."""
    watched = "oui : une ligne par personne et par période" if feed.is_individual else _OFFICER
    crossed = "oui : les périodes d’une même personne sont rapprochées" if cohorts else _OFFICER
    return _rows(
        ("Évaluation ou notation de personnes", _OFFICER),
        ("Décision automatique à effet juridique", f"aucune n’est déclarée ; {_OFFICER}"),
        ("Surveillance systématique", watched),
        ("Données sensibles ou hautement personnelles", _OFFICER),
        ("Grande échelle", _PRODUCER),
        ("Croisement de données", crossed),
        ("Personnes vulnérables", _OFFICER),
        ("Usage innovant", _OFFICER),
        ("Obstacle à un droit ou à un contrat", _OFFICER),
    )


def _measures(feed: Feed, clause: Clause | None) -> Rows:
    threshold = clause.production.threshold if clause else None
    pseudonym = "prévue par la déclaration du flux" if feed.identity else "aucune n’est déclarée"
    return _rows(
        ("Pseudonymisation avant la réception", f"{pseudonym} ; garde de la clé : {_HOST}"),
        ("Seuil de publication", threshold_words(threshold) if threshold else _PRODUCER),
        ("Secret statistique à la publication", "décidé pour la publication entière, puis vérifié par un audit"),
        ("Fichier refusé pour données personnelles", "rien n’en est gardé, que son empreinte et les numéros de ligne"),
        ("Contrôle des accès aux postes et au dossier des données", _HOST),
        ("Chiffrement, sauvegardes, journalisation", _HOST),
        ("Suppression au terme de la conservation", _CONTROLLER),
        ("Engagement de confidentialité des personnes habilitées", _CONTROLLER),
    )


def _protection(clause: Clause | None, name: str, otherwise: str) -> str:
    block = clause.protection if clause else None
    return str(getattr(block, name)) if block is not None else otherwise


def _amendment(clause: Clause | None) -> str:
    if clause is None or clause.amendment is None:
        return _PILOTS
    return f"{clause.amendment.reference}, {day_words(clause.amendment.date)}"


def _column(field: FieldSpec) -> tuple[str, str, str, str]:
    personal, required = ("oui" if each else "non" for each in (field.is_personal, field.required))
    return typeset(field.label or field.name), TYPE_WORDS[field.type], personal, required
