"""The instructions of a template: what never to send, how to write what is missing, when, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.feed import FieldType, Severity
from evalkit.declare.period import Granularity
from evalkit.template.plan import Template
from evalkit.typography import typeset

_PERIODS = {
    Granularity.MONTH: ("un envoi par mois", "2026-03"),
    Granularity.QUARTER: ("un envoi par trimestre", "2026-T1"),
    Granularity.HALF_YEAR: ("un envoi par semestre", "2026-S1"),
    Granularity.YEAR: ("un envoi par an", "2026"),
    Granularity.SCHOOL_YEAR: ("un envoi par année scolaire", "2025-2026"),
}
_EFFECT = {
    Severity.BLOCKING: "refus de la ligne ou de l’envoi",
    Severity.MAJOR: "réserves",
    Severity.MINOR: "simple remarque",
}
_UNITS = {"D": "jour(s)", "M": "mois", "Y": "an(s)"}


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of sentences."""

    title: str
    lines: tuple[str, ...]


def guidance_of(template: Template) -> tuple[Section, ...]:
    """Return the instructions of a template, every sentence typeset."""
    sections = (
        Section("Remplir", _filling(template)),
        Section("Ne jamais envoyer", _never(template)),
        Section("Ce qui manque, ce qui est secret", _missing()),
        Section("La période", _period(template)),
        Section("Ce qui est vérifié à la réception", _checks(template)),
        Section("Avant l’envoi, et à qui demander", _contacts(template)),
    )
    return tuple(Section(typeset(each.title), tuple(typeset(line) for line in each.lines)) for each in sections)


def _filling(template: Template) -> tuple[str, ...]:
    key = " + ".join(f"« {template.heading_of(name)} »" for name in template.feed.key)
    needed = ", ".join(f"« {column.heading} »" for column in template.columns if column.is_needed)
    return (
        "Écrivez sous les titres de la feuille Données, une ligne après l’autre, sans ligne de titre ni de total.",
        f"Une seule ligne par {key}.",
        f"Colonnes obligatoires : {needed}.",
        "Ne changez pas les titres. Laissez vide une colonne facultative que vous n’avez pas, ou supprimez-la.",
        "Les codes gardent leurs zéros initiaux : 01004 reste 01004.",
        "Les feuilles Dictionnaire, Consignes et Listes ne sont pas lues : vous pouvez les laisser.",
    )


def _never(template: Template) -> tuple[str, ...]:
    lines = [
        "Le numéro de sécurité sociale (NIR), sous aucune forme.",
        "Un nom, un prénom, une date de naissance, une adresse, un courriel, un téléphone, un numéro d’allocataire.",
    ]
    if template.feed.other_columns == "refused":
        lines.append("Une colonne qui n’est pas dans la feuille Dictionnaire : l’envoi serait refusé.")
    if template.feed.identity is not None:
        heading = template.heading_of(template.feed.identity.field)
        made_by = template.feed.identity.made_by
        lines.append(f"Une identité en clair : « {heading} » reçoit une empreinte, faite par : {made_by}.")
    if any(column.field.type is FieldType.FREE_TEXT for column in template.columns):
        lines.append("Dans un texte libre, tout ce qui désigne une personne, même sans son nom.")
    lines.append("Un envoi qui contient des données personnelles non convenues est refusé, et rien n’en est gardé.")
    return tuple(lines)


def _missing() -> tuple[str, ...]:
    return (
        "0 : vous avez compté, et il n’y en a aucun.",
        "Case vide : la valeur manque.",
        "nd : la valeur n’est pas disponible.",
        "so : la question est sans objet.",
        "s : la valeur existe, et le secret statistique la cache. N’écrivez jamais 0 à sa place.",
        "Ces trois marques vont dans les colonnes de nombres et de dates ; ailleurs, laissez la case vide.",
    )


def _period(template: Template) -> tuple[str, ...]:
    feed = template.feed
    rhythm, written = _PERIODS[feed.period.granularity]
    if feed.period.field is not None:
        heading = template.heading_of(feed.period.field)
        lines = [f"La période de chaque ligne se lit dans la colonne « {heading} » : {rhythm}."]
    else:
        name = f"{feed.feed}_{written}.xlsx"
        lines = [
            f"Aucune colonne ne dit la période : écrivez-la dans le nom du fichier, par exemple {name} ({rhythm})."
        ]
    if feed.window:
        lines.append(f"Ce qui est observé : {feed.window}.")
    lines += [line for clause in template.clauses if (line := _due(clause))]
    lines += [f"À partir du {one.date:%d/%m/%Y}, la source change : {one.text}" for one in feed.breaks]
    return tuple(lines)


def _due(clause: Clause) -> str:
    production = clause.production
    parts = [f"fréquence : {production.frequency}" if production.frequency else ""]
    if production.due is not None:
        parts.append(f"délai : {production.due[1:-1]} {_UNITS[production.due[-1]]} après la fin de la période")
    if production.from_ is not None:
        parts.append(f"depuis le {production.from_:%d/%m/%Y}")
    if production.until is not None:
        parts.append(f"jusqu’au {production.until:%d/%m/%Y}")
    said = ", ".join(part for part in parts if part)
    agreed = "Convenu" if clause.status is ClauseStatus.SIGNED else "Prévu, sans clause signée"
    return f"{agreed} : {said}." if said else ""


def _checks(template: Template) -> tuple[str, ...]:
    declared = [
        f"{check.message.rstrip('.')} : {_EFFECT[check.severity]}."
        for check in template.feed.checks
        if check.message is not None
    ]
    return (
        f"Une valeur obligatoire manque, ou la clé est en double : {_EFFECT[Severity.BLOCKING]}.",
        f"Un mot est hors de sa liste, un nombre hors de ses bornes : {_EFFECT[Severity.MAJOR]}.",
        *declared,
        "Au-delà de 5 % de lignes refusées, l’envoi entier l’est.",
    )


def _contacts(template: Template) -> tuple[str, ...]:
    feed, contract = template.feed, template.contract
    labels = {partner.id: partner.label for partner in contract.partners}
    producers = sorted({labels.get(name, name) for clause in template.clauses for name in clause.producers})
    bodies = sorted({clause.framework.body for clause in template.clauses if clause.framework.body})
    officers = sorted({clause.protection.dpo for clause in template.clauses if clause.protection is not None})
    lines = [
        f"« evalkit check FICHIER --feed {feed.feed} » contrôle le fichier chez vous, sans rien garder ni envoyer.",
        f"Contrat : {contract.label}.",
        f"Envoyé par : {', '.join(producers)}." if producers else "",
        f"Questions sur les colonnes et les dates : {', '.join(contract.pilots)}." if contract.pilots else "",
        f"Questions sur la convention : {', '.join(bodies)}." if bodies else "",
        f"Protection des données : {', '.join(officers)}." if officers else "",
    ]
    return tuple(line for line in lines if line)
