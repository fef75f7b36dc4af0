"""The synthesis of a cohort for a committee: what was found in a few sentences, what it is not, what is still asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.cohort_questions import protocol_questions
from evalkit.declare.cohort_words import MODES, RETURN_LIMITS
from evalkit.declare.model import months_of
from evalkit.present.cells import FREE
from evalkit.present.cohort_returns import TOWARDS, has_returns, return_sentences
from evalkit.present.cohorts import ACCOMPANIED, cohort_row, contrast_sentence
from evalkit.present.dates import wave_words
from evalkit.present.numbers import number, percent
from evalkit.present.reading import Reader
from evalkit.typography import typeset


def find_cohort(reader: Reader, cohort: str) -> Cohort:
    """Return a cohort of the edition: the one that is named, else the first.

    Args:
        reader: the publication.
        cohort: its id; empty for the first.
    """
    declared = reader.publication.declared.cohorts
    return next((each for each in declared if each.cohort == cohort), declared[0])


def essentials_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return what a committee should keep, one sentence a line: the rate, those lost, the gap, or why there is none."""
    sentences = list(_essentials(reader, cohort))
    return typeset("\n".join(f"- {sentence}" for sentence in sentences))


def _essentials(reader: Reader, cohort: Cohort) -> Iterator[str]:
    row = cohort_row(reader, cohort)
    if row is None:
        yield "Cette cohorte n’a pas été suivie."
        return
    if has_returns(reader, cohort):
        yield from return_sentences(reader, cohort)
        return
    if row["refusal"]:
        yield f"**Pas de résultat à présenter.** {row['refusal']}"
    last = _last_rate(reader, cohort)
    if last is None and row["refusal"]:
        return
    if last is not None:
        yield _rate_sentence(cohort, last)
        if last["best"] is not None and last["best"] > last["worst"]:
            yield (
                "Si aucune, puis si toutes les personnes sans nouvelle avaient trouvé, ce taux irait de "
                f"{number(100 * last['worst'], 1)} à {percent(last['best'], 1)}."
            )
    yield from _gap_sentences(reader, cohort)
    if row["lost"] is not None:
        yield f"{percent(row['lost'])} des personnes accompagnées sont sans nouvelle : leur devenir est inconnu."


def _rate_sentence(cohort: Cohort, row: dict[str, Any]) -> str:
    between = f" (intervalle à 95 % : {number(100 * row['low'], 1)} à {percent(row['high'], 1)})"
    return (
        f"**{percent(row['rate'], 1)}** des personnes accompagnées sont sorties vers {TOWARDS[cohort.rows.outcome]}, "
        f"{wave_words(row['wave'])} après leur entrée{between if row['low'] < row['high'] else ''}. "
        f"{number(row['at_risk'])} personnes ont été suivies jusque-là."
    )


def _last_rate(reader: Reader, cohort: Cohort) -> dict[str, Any] | None:
    """Return the published rate of the outcome of the accompanied at the longest wave that is free."""
    if cohort.mode is not Mode.INDIVIDUAL:
        return None
    rates = reader.publication.tables.rates.filter(
        (pl.col("cohort") == cohort.cohort)
        & (pl.col("group") == ACCOMPANIED)
        & (pl.col("exit") == cohort.outcome)
        & (pl.col("confidentiality") == FREE)
    )
    return max(rates.iter_rows(named=True), key=lambda row: months_of(row["wave"]), default=None)


def _gap_sentences(reader: Reader, cohort: Cohort) -> Iterator[str]:
    contrasts = reader.publication.tables.contrasts.filter(pl.col("cohort") == cohort.cohort)
    rows = sorted(contrasts.iter_rows(named=True), key=lambda row: months_of(row["wave"]))
    if rows:
        yield contrast_sentence(rows[-1])
    elif cohort.against is None:
        yield "Personne ne leur est comparé : ce taux décrit, et ne dit rien de ce que l’accompagnement a changé."
    else:
        yield "La comparaison prévue n’a pas pu être faite : l’annexe dit pourquoi."


def limits_markdown(cohort: Cohort, *, by_returns: bool = False) -> str:
    """Return what the synthesis does not say, whatever the result.

    Args:
        cohort: the cohort.
        by_returns: it was followed by the totals that partners send.
    """
    lines = [
        "Ce qui est vrai de ces personnes ne l’est pas de tous les habitants des quartiers.",
        "Une sortie sans preuve n’est pas comptée comme une sortie vers l’emploi.",
    ]
    if by_returns:
        lines = [lines[0], *RETURN_LIMITS]
    elif cohort.mode is not Mode.INDIVIDUAL:
        lines = [MODES[cohort.mode]]
    if cohort.against is not None and not by_returns:
        lines.append(
            "Les deux groupes sont semblables sur ce qui est mesuré à l’entrée. Ils peuvent différer par le reste : "
            "motivation, santé, choix des conseillers."
        )
    if cohort.protocol.limits:
        lines.insert(0, f"{cohort.protocol.limits.rstrip('.')}.")
    return typeset("\n".join(f"- {line}" for line in lines))


def method_markdown(cohort: Cohort, *, by_returns: bool = False) -> str:
    """Return how the numbers are made, for a reader who knows statistics.

    Args:
        cohort: the cohort.
        by_returns: it was followed by the totals that partners send.
    """
    if by_returns:
        return _method_of_returns()
    lines = [MODES[cohort.mode]]
    if cohort.mode is Mode.INDIVIDUAL:
        lines.append(
            "Un taux est la part, parmi les personnes suivies pendant tout le délai, de celles qui ont eu cette "
            "sortie : une incidence cumulée, les sorties étant concurrentes ; jamais un moins Kaplan-Meier. Son "
            "intervalle est celui de Wilson."
        )
    if cohort.against is not None:
        weights = {
            "entropy": "par entropie (Hainmueller, 2012) : mêmes moyennes à l’entrée, exactement",
            "propensity": "par les cotes du score de propension, tronquées au 99e centile, puis corrigé par régression",
        }[cohort.against.method]
        lines.append(
            f"Le groupe de comparaison est pondéré {weights}. L’erreur de l’écart tient compte des poids estimés ; "
            "l’intervalle est celui de Student, à l’effectif équivalent moins un."
        )
    lines.append("Tout ce qui est imprimé est passé par le secret statistique de la publication.")
    return typeset(" ".join(lines))


def _method_of_returns() -> str:
    lines = [
        MODES[Mode.RETURNS],
        "Un taux est le rapport de deux effectifs du partenaire, à la même vague : les sorties, et les personnes "
        "entrées. Les effectifs des quartiers sont additionnés, jamais ceux de deux moyens de preuve. Une source "
        "exhaustive n’a pas d’intervalle ; un sondage a celui de Wilson ; des volontaires n’en ont pas. Les bornes "
        "disent le taux si aucune, puis si toutes les personnes sans nouvelle avaient connu la sortie. Une ligne qui "
        "ne peut pas être est écartée, et dite.",
        "Tout ce qui est imprimé est passé par le secret statistique de la publication.",
    ]
    return typeset(" ".join(lines))


def lacks_markdown(cohort: Cohort) -> str:
    """Return what the protocol still lacks, as questions to the partners."""
    questions = list(protocol_questions(cohort))
    if not questions:
        return "Rien : le protocole est complet."
    return "\n".join(f"{rank}. {question}" for rank, question in enumerate(questions, start=1))


def has_balance(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds a balance table with both sides to draw."""
    found = reader.publication.tables.balance.filter(
        (pl.col("cohort") == cohort.cohort) & pl.col("smd_before").is_not_null()
    )
    return found.height > 0
