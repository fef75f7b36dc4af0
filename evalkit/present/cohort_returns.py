"""What the returns of a cohort say: exits at each wave among those who entered, by proof, class and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import PROOF_WORDS, ROLES
from evalkit.declare.model import months_of
from evalkit.present.cells import FREE, MISSING, SECRET
from evalkit.present.dates import wave_words
from evalkit.present.numbers import number, percent
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.typography import NO_BREAK, typeset

EVERYBODY, PLACE, REST = "ensemble", "zone", "en cours"
TOWARDS = {
    "durable": "un emploi durable",
    "transition": "un emploi de transition",
    "positive": "une formation ou une autre sortie positive",
}
CHART_CAPTION = (
    "Part sortie vers l’emploi étudié, parmi les personnes entrées ; le trait va jusqu’au taux qu’auraient toutes les "
    "personnes sans nouvelle si elles avaient trouvé"
)
_EXITS = {**ROLES, REST: "autre situation, sans sortie comptée"}
_ORDER = ("durable", "transition", "positive", REST, "lost")


def returns_of(reader: Reader, cohort: Cohort) -> pl.DataFrame:
    """Return the published returns of a cohort; without rows for a cohort whose persons are seen, or not followed."""
    return reader.publication.tables.returns.filter(cohort=cohort.cohort)


def has_returns(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds returns of a cohort."""
    return returns_of(reader, cohort).height > 0


def returns_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the exits at each wave, for everybody: one table per proof, an exit a row, a wave a column."""
    found = returns_of(reader, cohort).filter(breakdown=EVERYBODY)
    tables = [_exit_table(found.filter(proof=proof), proof) for proof in sorted(found["proof"].unique())]
    if not tables:
        return "Aucune vague n’est complète : seules les zones qui le sont sont données plus bas."
    return typeset("\n\n".join(tables))


def _exit_table(found: pl.DataFrame, proof: str) -> str:
    waves = sorted(found["wave"].unique(), key=months_of)
    cells = {(row["exit"], row["wave"]): row for row in found.iter_rows(named=True)}
    entrants = {wave: _entrants(cells, wave) for wave in waves}
    rows = [["Personnes entrées", *(entrants[wave] for wave in waves)]]
    exits = [name for name in _ORDER if any((name, wave) in cells for wave in waves)]
    rows += [[_EXITS[name].capitalize(), *(share(cells.get((name, wave))) for wave in waves)] for name in exits]
    columns = (Column("Situation", width=34), *(Column(f"À {wave_words(wave)}", "right", 16) for wave in waves))
    told = f", sorties constatées par {PROOF_WORDS.get(proof, proof)}" if proof else ""
    caption = (
        f"Effectifs comptés par le partenaire à chaque vague{told}. Part des personnes entrées, et nombre entre "
        "parenthèses."
    )
    return markdown_table(columns, rows, caption)


def _entrants(cells: dict[tuple[str, str], dict[str, Any]], wave: str) -> str:
    known = [row["entrants"] for (_, at), row in cells.items() if at == wave and row["entrants"] is not None]
    return number(known[0]) if known else SECRET


def share(row: dict[str, Any] | None) -> str:
    """Return a share with its count; with its interval when the source is a sample."""
    if row is None:
        return MISSING
    if row["confidentiality"] != FREE:
        return SECRET
    between = ""
    if row["low"] is not None and row["low"] < row["high"]:
        between = f" [{number(100 * row['low'], 1)} à {number(100 * row['high'], 1)}]"
    return f"{percent(row['rate'], 1)} ({number(row['count'])}){between}".replace(" ", NO_BREAK)


def classes_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return the outcome by place and by class, at each wave; empty when the partner sends no class."""
    found = returns_of(reader, cohort).filter(pl.col("breakdown") != EVERYBODY, pl.col("exit") == cohort.outcome)
    if not found.height:
        return ""
    waves = sorted(found["wave"].unique(), key=months_of)
    several = found["proof"].n_unique() > 1
    groups = tuple(
        Group(f"*{_criterion(breakdown, proof if several else '')}*", _class_rows(reader, rows, waves))
        for (breakdown, proof), rows in found.sort("breakdown", "proof", "word").group_by(
            "breakdown", "proof", maintain_order=True
        )
    )
    columns = (Column("", width=34), *(Column(f"À {wave_words(wave)}", "right", 16) for wave in waves))
    caption = f"Part sortie vers : {ROLES[cohort.outcome or 'durable']}, parmi les personnes entrées, par classe."
    return typeset(grouped_markdown(GroupedTable(columns, groups), caption))


def _criterion(breakdown: object, proof: object) -> str:
    words = {PLACE: "Quartier de résidence à l’entrée", "age": "Âge", "sexe": "Sexe", "rsa": "RSA"}
    told = words.get(str(breakdown), str(breakdown).capitalize())
    return f"{told}, par {PROOF_WORDS.get(str(proof), str(proof))}" if proof else told


def _class_rows(reader: Reader, rows: pl.DataFrame, waves: list[str]) -> tuple[tuple[str, ...], ...]:
    cells = {(row["word"], row["wave"]): row for row in rows.iter_rows(named=True)}
    is_place = rows["breakdown"][0] == PLACE
    return tuple(
        (reader.zone(word) if is_place else _class_word(word), *(share(cells.get((word, wave))) for wave in waves))
        for word in sorted({word for word, _ in cells})
    )


def _class_word(word: str) -> str:
    return {"F": "Femmes", "H": "Hommes"}.get(word, word.replace("_", " "))


def outcome_rows(reader: Reader, cohort: Cohort) -> list[dict[str, Any]]:
    """Return the published outcome of everybody, wave by wave then proof by proof; masked waves are left out."""
    found = returns_of(reader, cohort).filter(
        pl.col("breakdown") == EVERYBODY, pl.col("exit") == cohort.outcome, pl.col("confidentiality") == FREE
    )
    return sorted(found.iter_rows(named=True), key=lambda row: (months_of(row["wave"]), row["proof"]))


def return_sentences(reader: Reader, cohort: Cohort) -> Iterator[str]:
    """Give what a committee keeps of returns: the outcome at the longest wave, by proof, its doubt, the waves due."""
    rows = outcome_rows(reader, cohort)
    if not rows:
        yield "Aucun taux d’ensemble n’est publié : l’annexe dit ce qui manque ou ne concorde pas."
        return
    last = rows[-1]["wave"]
    for row in [row for row in rows if row["wave"] == last]:
        told = f", d’après {PROOF_WORDS.get(row['proof'], row['proof'])}" if row["proof"] else ""
        yield (
            f"**{percent(row['rate'], 1)}** des personnes entrées ({number(row['count'])} sur "
            f"{number(row['entrants'])}) sont sorties vers {TOWARDS[cohort.outcome or 'durable']}, "
            f"{wave_words(last)} après leur entrée{told}."
        )
        if row["best"] is not None and row["best"] > row["worst"]:
            yield (
                "Si aucune, puis si toutes les personnes sans nouvelle avaient trouvé, ce taux irait de "
                f"{percent(row['worst'], 1)} à {percent(row['best'], 1)}."
            )
    yield (
        "Le partenaire a compté : personne n’est suivi ligne à ligne, et personne ne leur est comparé. Ces taux "
        "décrivent ; ils ne disent rien de ce que l’accompagnement a changé."
    )
    later = [wave for wave in sorted(cohort.waves, key=months_of) if months_of(wave) > months_of(last)]
    if later:
        yield f"Pas encore de taux d’ensemble à {' ni à '.join(wave_words(wave) for wave in later)}."
    count = findings_of(reader, cohort).height
    if count:
        if count == 1:
            yield "Un point ne concorde pas dans les effectifs reçus : l’annexe le dit, avec sa place."
        else:
            yield f"{number(count)} points ne concordent pas dans les effectifs reçus : l’annexe dit lesquels, et où."


def findings_of(reader: Reader, cohort: Cohort) -> pl.DataFrame:
    """Return what does not hold in the returns of a cohort."""
    return reader.publication.tables.cohort_findings.filter(cohort=cohort.cohort)


def findings_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return what does not hold in the returns, place by place; a sentence when everything does."""
    found = findings_of(reader, cohort)
    if not found.height:
        return "Les effectifs reçus concordent : mêmes entrées à chaque vague, situations et classes qui font le total."
    rows = [[row["place"], row["message"], row["code"]] for row in found.iter_rows(named=True)]
    columns = (Column("Où", width=30), Column("Ce qui ne concorde pas", width=52), Column("Code", width=14))
    caption = "Ce qui ne concorde pas dans les effectifs reçus ; tout le reste est calculé."
    return typeset(markdown_table(columns, rows, caption))
