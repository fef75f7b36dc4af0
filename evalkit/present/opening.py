"""The opening of a report: what it is about, and what it cannot say."""

from __future__ import annotations

from evalkit.french_dates import day_words, period_in_words, span_in_words
from evalkit.present.numbers import counted
from evalkit.present.reading import Reader
from evalkit.typography import typeset


def front_matter(reader: Reader, zone: str | None = None) -> dict[str, str]:
    """Return what the front matter of a report takes from the edition: subtitle, date, notice of a demonstration.

    Args:
        reader: the publication.
        zone: the zone of a report on one zone, which then gives its name to the report.
    """
    publication = reader.publication
    texts = {"subtitle": publication.declared.contract.label, "date": publication.as_of.isoformat()}
    if zone is not None:
        texts["title"] = typeset(f"Portrait de quartier : {reader.zone(zone)}")
    if publication.demonstration:
        texts["notice"] = typeset("Données synthétiques : démonstration, aucun résultat réel.")
    return texts


def about(reader: Reader) -> str:
    """Return the paragraph that says what the report is about: contract, territory, date, edition."""
    declared = reader.publication.declared
    contract, territory = declared.contract, declared.territory
    quarters = [territory.label(zone) for zone in territory.qpv]
    pilots = f", piloté par {enumerate_words(contract.pilots)}" if contract.pilots else ""
    residents = sum(zone.residents or 0 for zone in declared.zones if zone.id in territory.qpv)
    years = {
        max(p.year for p in zone.populations)
        for zone in declared.zones
        if zone.id in territory.qpv and zone.populations
    }
    people = ""
    if residents and len(years) == 1:
        people = f" Ils comptent ensemble {counted(residents, 'habitant')} (population {years.pop()})."
    kept = counted(len(quarters), "quartier prioritaire", "quartiers prioritaires")
    text = (
        f"Ce rapport porte sur le {contract.label}{pilots}. Il suit {kept} de la politique de la ville (QPV) : "
        f"{enumerate_words(quarters)}.{people} Il s’appuie sur les données reçues au "
        f"{day_words(reader.publication.as_of)} et reproduit l’édition {reader.publication.manifest.edition}, "
        "conservée avec ses déclarations."
    )
    questions = [f"- {question.text}" for question in contract.questions]
    asked = "\n\nLes questions posées à l’évaluation :\n\n" + "\n".join(questions) if questions else ""
    return typeset(text + asked)


def cannot_say(reader: Reader) -> str:
    """Return the limits of the report, those of its design first, then those of these data."""
    tables = reader.publication.tables
    lines = [
        "Il ne mesure pas « l’effet d’être un quartier prioritaire » : ces quartiers ont été choisis parce qu’ils "
        "allaient moins bien, et un rapprochement avec le reste de l’agglomération peut venir de là.",
        "Une évolution n’est pas un effet. Seules les comparaisons de la section qui leur est consacrée rapprochent "
        "une évolution de celle de zones témoins, et chacune dit ce qu’elle permet ou non de conclure.",
        "Un lieu n’est pas une personne : les habitants d’un quartier changent d’une année à l’autre.",
    ]
    if tables.cohorts.height:
        lines.append(
            "Le suivi de cohorte compare des personnes accompagnées à d’autres qui ne l’ont pas été ; la motivation "
            "et le choix des conseillers ne sont pas mesurés."
        )
    lines += [
        f"La série « {reader.source(row['feed']).get('label', row['feed'])} » est rompue le {day_words(row['date'])} "
        f"({row['text'].rstrip('.')}) : aucune évolution n’est donnée de part et d’autre."
        for row in tables.breaks.filter(reader.publication.tables.breaks["date"] <= reader.publication.as_of).iter_rows(
            named=True
        )
    ]
    return typeset("\n".join(f"- {line}" for line in lines))


def synthetic_notice(reader: Reader) -> str:
    """Return the warning of a demonstration; empty when the data are real."""
    if not reader.publication.demonstration:
        return ""
    text = (
        "**Données synthétiques.** Tous les résultats de ce rapport sont calculés sur des fichiers inventés pour la "
        "démonstration. Ils ne disent rien du territoire réel, de ses partenaires ni de leurs actions. Les clauses "
        "de transmission et les zones témoins marquées « fictive » n’existent pas."
    )
    return typeset(f"::: {{.callout-warning}}\n{text}\n:::")


def enumerate_words(words: tuple[str, ...] | list[str]) -> str:
    """Return words joined as French does: « a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def span(periods: list[str]) -> str:
    """Return the first and the last of some sorted periods in words."""
    if not periods:
        return "aucune période"
    if len(periods) == 1:
        return period_in_words(periods[0])
    return span_in_words(periods[0], periods[-1])
