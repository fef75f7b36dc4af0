"""What the returns of a cohort say: exits at each wave among those who entered, by proof, class and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import PROOF_WORDS, ROLES
from evalkit.declare.model import months_of
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.present.words.cells import FREE, MISSING, SECRET
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import number, percent
from evalkit.typography import NO_BREAK, typeset

EVERYBODY, PLACE, REST = "ensemble", "zone", "en cours"
_TOWARDS = {
    "durable": "cohorts.returns.towards_durable",
    "transition": "cohorts.returns.towards_transition",
    "positive": "cohorts.returns.towards_positive",
}
_ORDER = ("durable", "transition", "positive", REST, "lost")


def towards(exit_: str) -> str:
    """Return an exit with its article: « un emploi durable »."""
    return say(_TOWARDS[exit_])


def chart_caption(cohort: Cohort) -> str:
    """Return the caption of the figure of a cohort of returns."""
    return typeset(say("cohorts.returns.chart", towards=towards(cohort.outcome or "durable")))


def is_drawn(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the returns hold the outcome of two waves, or by two proofs, to draw."""
    return len(outcome_rows(reader, cohort)) > 1


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
        return say("cohorts.returns.incomplete")
    return typeset("\n\n".join(tables))


def _exit_table(found: pl.DataFrame, proof: str) -> str:
    waves = sorted(found["wave"].unique(), key=months_of)
    cells = {(row["exit"], row["wave"]): row for row in found.iter_rows(named=True)}
    entrants = {wave: _entrants(cells, wave) for wave in waves}
    rows = [[say("cohorts.returns.column_entered"), *(entrants[wave] for wave in waves)]]
    exits = [name for name in _ORDER if any((name, wave) in cells for wave in waves)]
    rows += [
        [
            (say("cohorts.returns.rest") if name == REST else ROLES[name]).capitalize(),
            *(share(cells.get((name, wave))) for wave in waves),
        ]
        for name in exits
    ]
    columns = (
        Column(say("cohorts.returns.column_situation"), width=34),
        *(Column(say("cohorts.returns.column_wave", wave=wave_words(wave)), "right", 16) for wave in waves),
    )
    told = say("cohorts.returns.by_proof", proof=PROOF_WORDS.get(proof, proof)) if proof else ""
    caption = say("cohorts.returns.caption_exits", told=told)
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
        between = say("cohorts.returns.interval", low=number(100 * row["low"], 1), high=number(100 * row["high"], 1))
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
    columns = (
        Column("", width=34),
        *(Column(say("cohorts.returns.column_wave", wave=wave_words(wave)), "right", 16) for wave in waves),
    )
    caption = say("cohorts.returns.caption_classes", exit=ROLES[cohort.outcome or "durable"])
    return typeset(grouped_markdown(GroupedTable(columns, groups), caption))


def _criterion(breakdown: object, proof: object) -> str:
    words = {PLACE: say("cohorts.returns.residence"), "age": say("cohorts.returns.age"), "sexe": "Sexe", "rsa": "RSA"}
    told = words.get(str(breakdown), str(breakdown).capitalize())
    return say("cohorts.returns.read_by", told=told, proof=PROOF_WORDS.get(str(proof), str(proof))) if proof else told


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


def _masked_waves(reader: Reader, cohort: Cohort) -> set[str]:
    """Return the waves whose outcome came and may not be published."""
    found = returns_of(reader, cohort).filter(
        pl.col("breakdown") == EVERYBODY, pl.col("exit") == cohort.outcome, pl.col("confidentiality") != FREE
    )
    return set(found["wave"])


def return_sentences(reader: Reader, cohort: Cohort) -> Iterator[str]:
    """Give what a committee keeps of returns: the outcome at the longest wave, by proof, its doubt, the waves due."""
    rows = outcome_rows(reader, cohort)
    if not rows:
        yield say("cohorts.returns.no_rate")
        return
    last = rows[-1]["wave"]
    for row in [row for row in rows if row["wave"] == last]:
        told = (
            say("cohorts.returns.after_proof", proof=PROOF_WORDS.get(row["proof"], row["proof"]))
            if row["proof"]
            else ""
        )
        yield (
            say(
                "cohorts.returns.rate",
                rate=percent(row["rate"], 1),
                count=number(row["count"]),
                entrants=number(row["entrants"]),
                towards=towards(cohort.outcome or "durable"),
                last=wave_words(last),
                told=told,
            )
        )
        if row["best"] is not None and row["best"] > row["worst"]:
            yield (say("cohorts.returns.bounds", worst=percent(row["worst"], 1), best=percent(row["best"], 1)))
    yield (say("cohorts.returns.counted_by_partner"))
    later = [wave for wave in sorted(cohort.waves, key=months_of) if months_of(wave) > months_of(last)]
    masked = _masked_waves(reader, cohort)
    for key, waves in (
        ("cohorts.returns.masked", [wave for wave in later if wave in masked]),
        ("cohorts.returns.later", [wave for wave in later if wave not in masked]),
    ):
        if waves:
            yield say(key, waves=say("cohorts.returns.nor").join(wave_words(wave) for wave in waves))
    count = findings_of(reader, cohort).height
    if count:
        yield say("cohorts.returns.one_finding") if count == 1 else say("cohorts.returns.findings", count=number(count))


def findings_of(reader: Reader, cohort: Cohort) -> pl.DataFrame:
    """Return what does not hold in the returns of a cohort."""
    return reader.publication.tables.cohort_findings.filter(cohort=cohort.cohort)


def findings_markdown(reader: Reader, cohort: Cohort) -> str:
    """Return what does not hold in the returns, place by place; a sentence when everything does."""
    found = findings_of(reader, cohort)
    if not found.height:
        return say("cohorts.returns.agree")
    rows = [[row["place"], row["message"], row["code"]] for row in found.iter_rows(named=True)]
    columns = (
        Column(say("cohorts.returns.column_where"), width=30),
        Column(say("cohorts.returns.column_finding"), width=52),
        Column(say("cohorts.returns.column_code"), width=14),
    )
    caption = say("cohorts.returns.caption_findings")
    return typeset(markdown_table(columns, rows, caption))
