"""Method, definitions, sources and manifest: what lets a reader redo or dispute a number."""

from __future__ import annotations

import os

from evalkit.declare.indicator import Indicator, Kind
from evalkit.declare.measures import (
    CountMeasure,
    DurationMeasure,
    Measure,
    NarrativeMeasure,
    PublishedMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.french_dates import day_words
from evalkit.present.numbers import counted, number
from evalkit.present.opening import enumerate_words, span
from evalkit.present.questions import rule as evidence_rule
from evalkit.present.reading import Reader
from evalkit.present.results import NONE
from evalkit.present.tables import Column, markdown_table
from evalkit.present.targets import rule
from evalkit.typography import typeset

MOST_DELIVERIES = 8
ENGINE_VARIABLE = "EVALKIT_REPORT_ENGINE"
_UNITS = {
    "persons": "personnes",
    "households": "ménages",
    "enterprises": "entreprises",
    "answers": "réponses",
    "dwellings": "logements",
}
_CLAUSES = {"signed": "signée", "planned": "prévue", "absent": "absente"}
_KINDS = {
    Kind.CONTEXT: "contexte",
    Kind.OUTPUT: "réalisation",
    Kind.RESULT: "résultat",
    Kind.IMPACT: "impact",
    Kind.QUALITATIVE: "qualitatif",
}
_STATISTICS = {"mean": "moyenne", "median": "médiane", "share_within": "part dans le délai"}


def reading_notes() -> str:
    """Return how to read the tables and the figures."""
    lines = [
        "**n. d.** : donnée non disponible (non reçue, non produite ou non calculable). **secret** : donnée masquée "
        "par le secret statistique. **sans objet** : la question ne se pose pas. **0** : un vrai zéro. **(p)** : "
        "valeur provisoire, une partie de la période manque. **–** : zone ou période que la série ne couvre pas. "
        "**T2** : 2e trimestre.",
        "*Période retenue.* Les tableaux, les évolutions et les statuts s’arrêtent à la dernière période entière : une "
        "année dont deux trimestres sur quatre sont reçus ne se compare à aucune autre. L’évolution part de la "
        "première valeur comparable ; elle porte sur la première zone du tableau, ou sur celle qui est nommée.",
        "Les différences de pourcentages sont en points. Une proportion est une somme divisée par une somme, jamais "
        "une moyenne de proportions.",
        "L’écart à la référence se lit avec « Hors QPV » (ce qui est reçu hors des quartiers prioritaires) quand "
        "elle est connue, sinon avec la référence déclarée du contrat. Il décrit, il n’explique pas.",
        f"*Cibles.* {rule()}",
        f"*Questions d’évaluation.* {evidence_rule()}",
        "*Intervalle à 95 %* : la fourchette de valeurs que les données n’excluent pas. *Probabilité critique* (p) : "
        "la fréquence avec laquelle le hasard seul donnerait un écart au moins aussi grand. *Plus petit effet "
        "décelable* : celui que ces zones auraient montré huit fois sur dix. *Épreuve placebo* : la même "
        "comparaison, là où aucun effet n’est attendu. Un recensement complet n’a pas d’intervalle ; une enquête "
        "volontaire n’en a pas non plus, car ceux qui répondent ne sont pas tirés au sort.",
        "*Secret statistique.* Une case est masquée quand son effectif, celui qui le complète au total, ou le total "
        "lui-même est sous le seuil de la convention ; d’autres cases le sont pour qu’aucun effectif masqué ne se "
        "retrouve par soustraction ni ne s’encadre de trop près, toutes les tables du rapport ensemble, avec les "
        "éditions précédentes et les tableaux publics qui sont déclarés. Les autres publications ne sont pas connues.",
    ]
    return typeset("\n\n".join(lines))


def definitions_markdown(reader: Reader) -> str:
    """Return what each defined indicator counts, its nature and where its definition comes from."""
    rows = [
        [each.label, definition(each), _kind(each), _evidence(each)]
        for _, objective in reader.objectives
        for each in reader.indicators_of(objective.id)
        if each.measure is not None
    ]
    columns = (
        Column("Indicateur", width=46),
        Column("Ce qui est compté", width=48),
        Column("Nature", width=11),
        Column("Origine", width=18),
    )
    return typeset(markdown_table(columns, rows, "Définition des indicateurs, telle qu’elle est déclarée."))


def definition(indicator: Indicator) -> str:
    """Return what an indicator counts, in words and in the formula that is run."""
    measure = indicator.measure
    if measure is None:
        return "sans définition"
    where = f", si `{measure.where}`" if measure.where else ""
    return f"{_counted_words(measure)}{where}"


def _counted_words(measure: Measure) -> str:
    match measure:
        case CountMeasure():
            words = "nombre de lignes"
        case SumMeasure():
            words = f"somme de `{measure.of}`"
        case RatioMeasure():
            words = f"`{measure.numerator}`, pour {number(measure.per)} {measure.population}"
        case DurationMeasure():
            within = f" de {counted(measure.within, 'jour')}" if measure.within else ""
            words = f"délai de `{measure.start}` à `{measure.end}`, {_STATISTICS[measure.statistic]}{within}"
        case SurveyMeasure():
            words = f"moyenne de `{measure.score}`, de {measure.scale[0]} à {measure.scale[1]}"
        case PublishedMeasure():
            words = f"valeur publiée par le producteur, `{measure.value}`"
        case NarrativeMeasure():
            words = "bilan écrit"
        case _:
            words = _other_words(measure)
    return words


def _other_words(measure: Measure) -> str:
    """Return what the remaining types count; one that is not named here is a thing done or not."""
    of = getattr(measure, "of", None)
    read = f"`{of}`" if of else "les lignes"
    words = {
        "persons": "nombre de personnes distinctes",
        "participations": f"nombre de participations, {read}",
        "mean": f"moyenne de {read}",
        "median": f"médiane de {read}",
        "quantile": f"quantile de {read}",
        "distribution": f"répartition selon {read}",
        "kinds": f"nombre de modalités de {read}",
        "list": f"noms de {read}",
        "yes_no": f"oui ou non : {read}",
        "flows": "venus, restés, partis",
        "gap": f"écart, lu sur {read}",
        "change": f"évolution de {read}",
        "quotient": f"rapport de {read} à un autre indicateur",
        "composite": "ensemble d’indicateurs",
    }
    return words.get(measure.type, "fait ou non")


def sources_markdown(reader: Reader) -> str:
    """Return the sources: periods, window, perimeter, clause, secrecy threshold, deliveries."""
    rows = []
    for row in reader.publication.tables.sources.iter_rows(named=True):
        clause = enumerate_words([_CLAUSES.get(each, each) for each in row["clause"].split(", ") if each]) or NONE
        fictitious = " (fictive)" if row["fictitious"] else ""
        rows.append(
            [
                row["label"],
                enumerate_words([reader.partner(each) for each in row["producers"]]),
                f"{span(row['periods'])}{' ; ' + row['window'] if row['window'] else ''} ({row['nature']})",
                NONE if row["perimeter"] is None else str(row["perimeter"]),
                f"{clause}{fictitious}",
                threshold_words(row["threshold"], row["threshold_of"], row["threshold_source"]),
                number(row["deliveries"]),
            ]
        )
    columns = (
        Column("Source", width=20),
        Column("Producteurs", width=17),
        Column("Périodes, fenêtre, nature", width=24),
        Column("Périmètre", width=10),
        Column("Clause", width=11),
        Column("Seuil de secret", width=19),
        Column("Envois", "right", 7),
    )
    return typeset(markdown_table(columns, rows, "Sources, périmètres, clauses de transmission et seuils de secret."))


def threshold_words(units: int | None, of: str, source: str) -> str:
    """Return a secrecy threshold in words."""
    if units is None:
        return "non déclaré : rien n’est publié"
    if of == "none" or units == 0:
        return f"aucun ({source})"
    return f"{number(units)} {_UNITS.get(of, of)} ({source})"


def audit_markdown(reader: Reader) -> str:
    """Return what the audit of secrecy examined."""
    rows = [
        [row["check"], row["verdict"] if row["count"] is None or row["verdict"] == "aucun" else number(row["count"])]
        for row in reader.publication.tables.audit.iter_rows(named=True)
    ]
    return typeset(markdown_table((Column("Contrôle du secret", width=60), Column("Résultat", "right", 20)), rows))


def colophon_markdown(reader: Reader) -> str:
    """Return the manifest: edition, version, hashes, deliveries, and the engine that rendered the document."""
    manifest = reader.publication.manifest
    engine = os.environ.get(ENGINE_VARIABLE, "non nommé")
    hashes = ", ".join(f"{name} `{value[:8]}`" for name, value in manifest.declarations)
    named = [f"`{each[:8]}`" for each in manifest.deliveries[:MOST_DELIVERIES]]
    others = "" if len(named) == len(manifest.deliveries) else " et d’autres"
    ids = f"{', '.join(named) or 'aucune'}{others}. La liste entière est dans l’édition"
    text = (
        f"Édition {manifest.edition}, données reçues au {day_words(reader.publication.as_of)}. "
        f"evalkit {manifest.evalkit}. Rendu : {engine}.\n\nEmpreintes des déclarations : "
        f"{hashes}.\n\n{counted(len(manifest.deliveries), 'livraison')} : {ids}."
    )
    return typeset(text)


def _kind(indicator: Indicator) -> str:
    version = f", v{indicator.version}" if indicator.version > 1 else ""
    return f"{_KINDS[indicator.kind]}{version}"


def _evidence(indicator: Indicator) -> str:
    evidence = indicator.evidence
    parts = [f"§ {evidence.section}" if evidence.section else "", f"l. {evidence.line}" if evidence.line else ""]
    return ", ".join(part for part in parts if part) or NONE
