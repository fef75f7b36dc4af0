"""The terms of a protocol in French, one by one; a term that nobody wrote has no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.cohort_words import MODES, RETURN_LIMITS, ROLES, listed, wave_words
from evalkit.declare.feed import Feed
from evalkit.declare.model import months_of
from evalkit.follow.people.findings import RULES
from evalkit.follow.waves import last_day_of_wave
from evalkit.french_dates import day_words
from evalkit.territory.zones import ALL_QPV
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations

OUTCOME = "Résultat suivi"
_MODELS = {"cox": "Cox", "fine_gray": "Fine et Gray"}
_COUNTED = "Les contradictions sont comptées et dites."
_LIMITS = "Ce que ce public n’est pas"
_IDENTITY = {"nom": "nom", "prenom": "prénom", "date_naissance": "date de naissance"}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the protocol and what is agreed; without text, it is still to be."""

    name: str
    text: str


def protocol_terms(
    declarations: ContractDeclarations, cohort: Cohort, feed: Feed, labels: Mapping[str, str] | None = None
) -> tuple[Term, ...]:
    """Return the terms of a protocol, in the order in which they are read.

    Args:
        declarations: its contract.
        cohort: the cohort.
        feed: the feed that it reads.
        labels: names of the other feeds, by id.
    """
    terms = [
        Term("Public", _public(cohort)),
        Term(_LIMITS, _sentence(cohort.protocol.limits)),
        Term("Quartiers", _zones(declarations, cohort)),
        Term("Mode de suivi", MODES[cohort.mode]),
        Term("Entrée", _entry(cohort)),
        Term("Vagues", _waves(cohort)),
        Term(OUTCOME, _outcome(cohort)),
        *_comparison_terms(cohort, feed),
        Term("Identité", _identity(cohort, feed)),
        *_other_file_terms(cohort, labels or {}),
        Term("Personnes perdues de vue", _attrition(cohort, feed)),
        *_analysis_terms(cohort, feed),
        Term("Effectif minimal", _minimum(cohort)),
        Term("Qui voit, et quand", _presentation(cohort)),
    ]
    told = [term for term in terms if term.text or term.name != _LIMITS]
    return tuple(Term(term.name, typeset(f"{term.text[:1].upper()}{term.text[1:]}")) for term in told)


def exit_rows(cohort: Cohort, feed: Feed) -> tuple[tuple[str, str, str], ...]:
    """Return each exit: its role, how the file says it, and its proof (empty when nobody chose one)."""
    proofs = cohort.protocol.proofs
    rows = []
    for role, word in cohort.exits.items():
        field = feed.field(word)
        told = field.label if field is not None and field.label else word.replace("_", " ")
        durable = f" ({cohort.protocol.durable})" if role == "durable" and cohort.protocol.durable else ""
        rows.append((typeset(f"{ROLES[role]}{durable}"), typeset(told), str(proofs.get(role, ""))))
    return tuple(rows)


def _sentence(text: str | None) -> str:
    return f"{text.rstrip('.')}." if text else ""


def _public(cohort: Cohort) -> str:
    ages = cohort.protocol.ages
    text = f"{cohort.definition.rstrip('.')}."
    if ages is not None:
        text += f" De {ages[0]} à {ages[1]} ans à l’entrée, bornes comprises."
    return f"{text} Dans le fichier : `{cohort.public}`." if cohort.public else text


def _zones(declarations: ContractDeclarations, cohort: Cohort) -> str:
    labels = {zone.id: zone.label for zone in declarations.territory.zones.values()}
    labels[ALL_QPV] = "tous les quartiers prioritaires du contrat"
    return f"{listed([labels.get(zone, zone) for zone in cohort.zones])}, d’après le lieu de résidence à l’entrée."


def _entry(cohort: Cohort) -> str:
    start, end = cohort.entry.window
    return f"Du {day_words(start)} au {day_words(end)}. Une personne entre une fois : sa première entrée compte."


def _waves(cohort: Cohort) -> str:
    waves = sorted(cohort.waves, key=months_of)
    last = last_day_of_wave(cohort.entry.window[1], waves[-1])
    told = listed([wave_words(wave) for wave in waves])
    return f"À {told} de l’entrée de chaque personne. La dernière vague est complète le {day_words(last)}."


def _outcome(cohort: Cohort) -> str:
    if cohort.outcome is None:
        return "Ce que les personnes disent de leur situation à chaque vague." if cohort.mode is Mode.PANEL else ""
    text = f"Part des personnes sorties vers : {ROLES[cohort.outcome]}, à chaque vague, parmi toutes celles entrées"
    if cohort.mode is Mode.INDIVIDUAL:
        return f"{text} et suivies assez longtemps. Les autres sorties sont concurrentes (Aalen-Johansen)."
    return f"{text}, par moyen de preuve."


def _comparison_terms(cohort: Cohort, feed: Feed) -> Iterator[Term]:
    against = cohort.against
    if against is None:
        why = {
            Mode.INDIVIDUAL: "Aucune : les taux décrivent, et ne disent rien de ce que l’accompagnement a changé.",
            Mode.RETURNS: "Aucune : des totaux ne permettent pas de rendre deux groupes semblables.",
            Mode.PANEL: "Aucune : un panel est un groupe de personnes entendues, pas un groupe de contrôle.",
        }
        yield Term("Comparaison", why[cohort.mode])
        return
    place = "des mêmes quartiers" if against.zone == "same" else "de tout le territoire"
    yield Term("Comparaison", f"Personnes {place} qui remplissent `{against.where}`.")
    yield Term("Date de référence des non-accompagnées", _sentence(cohort.protocol.index_date))
    names = listed([*_named(against.balance, feed), "trimestre d’entrée"])
    method = {
        "entropy": "par entropie (mêmes moyennes, exactement)",
        "propensity": "par score de propension (cotes, tronquées)",
        "matching": "par appariement au plus proche voisin sur le score de propension (0,2 écart-type au plus)",
    }[against.method]
    refusal = "Si les deux groupes ne se recouvrent pas, la comparaison est refusée."
    yield Term("Équilibrage", f"{method[:1].upper()}{method[1:]}, sur ce qui est connu à l’entrée : {names}. {refusal}")


def _named(columns: Iterable[str], feed: Feed) -> list[str]:
    """Return the French names of columns, as a sentence holds them."""
    labels = [field.label or name for name in columns if (field := feed.field(name)) is not None]
    return [label[:1].lower() + label[1:] for label in labels]


def _analysis_terms(cohort: Cohort, feed: Feed) -> Iterator[Term]:
    """Give what is computed beyond the rates: what is not written here is never compared."""
    analysis = cohort.analysis
    parts = []
    if analysis.curves:
        parts.append(f"Temps jusqu’à chaque sortie, selon : {listed(_named(analysis.curves, feed))}.")
    if analysis.explain is not None:
        models = " ; ".join(_MODELS[model] for model in analysis.explain.models)
        names = listed(_named(analysis.explain.variables, feed))
        parts.append(f"Ce qui est lié au résultat : {names} ({models}).")
    if analysis.subgroups.primary:
        parts.append(f"Écart par {listed(_named(analysis.subgroups.primary, feed))}, à titre principal (Holm).")
    if analysis.subgroups.exploratory:
        names = listed(_named(analysis.subgroups.exploratory, feed))
        parts.append(
            f"Écart par {names}, à titre exploratoire (Benjamini-Hochberg) : une piste, jamais une conclusion."
        )
    if analysis.history is not None:
        spans = f"{wave_words(analysis.history.before)} avant l’entrée et {wave_words(analysis.history.after)} après"
        parts.append(f"Les mêmes personnes {spans} (McNemar) : `{analysis.history.state}`.")
    if analysis.shared is not None:
        shared = listed(_named([analysis.shared], feed))
        parts.append(f"Les intervalles prennent ensemble les personnes qui partagent : {shared}.")
    if parts:
        yield Term("Analyses écrites d’avance", f"{' '.join(parts)} Rien d’autre n’est comparé.")


def _identity(cohort: Cohort, feed: Feed) -> str:
    if cohort.mode is Mode.PANEL:
        return "Les noms restent chez l’animateur du panel ; rien de nominatif n’est transmis."
    if feed.identity is None:
        return "Aucune : le partenaire garde sa liste et n’envoie que des effectifs."
    made = listed([_IDENTITY.get(name, name.replace("_", " ")) for name in feed.identity.from_])
    return (
        f"Pseudonyme fait par : {feed.identity.made_by}, à partir de {made}, avant l’envoi. C’est une donnée "
        "personnelle. Aucun autre identifiant n’est admis."
    )


def _other_file_terms(cohort: Cohort, labels: Mapping[str, str]) -> Iterator[Term]:
    """Give what is read beside the file of the cohort, and what is believed when two files disagree."""
    if cohort.sources:
        names = listed([f"« {labels.get(source.feed, source.feed)} »" for source in cohort.sources])
        yield Term(
            "Autres fichiers",
            f"{names}, reliés par le même pseudonyme. La première sortie qu’un fichier dit compte, et ce qui la suit "
            "dit si elle dure.",
        )
        yield Term(
            "Si deux fichiers se contredisent", f"Pour un même mois : {RULES[cohort.contradictions]}. {_COUNTED}"
        )
    if cohort.mode is Mode.INDIVIDUAL and cohort.returned is not None:
        label = labels.get(str(cohort.returned.feed), str(cohort.returned.feed))
        yield Term("Faute de lignes", f"Les effectifs du fichier « {label} », à chaque vague. {RETURN_LIMITS[2]}")


def _attrition(cohort: Cohort, feed: Feed) -> str:
    if cohort.mode is Mode.PANEL:
        return "Leur nombre est dit à chaque vague."
    after = cohort.protocol.lost_after
    text = f"Sans nouvelle depuis {wave_words(after)} : état à part. " if after else ""
    text += f"{cohort.protocol.attrition.rstrip('.')}. " if cohort.protocol.attrition else ""
    variables = cohort.analysis.attrition or (cohort.against.balance if cohort.against else ())
    if variables:
        text += f"Redressées sur : {listed(_named(variables, feed))}. "
    return f"{text}Les bornes « aucune n’a trouvé » et « toutes ont trouvé » sont toujours imprimées."


def _minimum(cohort: Cohort) -> str:
    if cohort.mode is Mode.PANEL:
        return "Aucun calcul : le panel est décrit en mots."
    return (
        f"Sous {cohort.minimum} personnes par groupe et par vague, on décrit sans comparer. Tout ce qui est montré "
        "passe par le secret statistique du contrat."
    )


def _presentation(cohort: Cohort) -> str:
    if cohort.present is None:
        return ""
    return f"{cohort.present.to}, {cohort.present.at}. Avant publication, les résultats sont confidentiels."
