"""The files of three partners on the same persons, by month, as the store keeps them: written in pieces to Parquet.

France Travail tells every person for thirty-six months from the entry, the situation reached staying as it is; the
mission locale tells the young and the Cité de l'emploi those it accompanies, for as many months. Pseudonyms are 64
hexadecimal characters.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

MONTHS = 36
FILES = ("france-travail", "mission-locale", "cite-emploi")
FIRST_YEAR = 2024
LAST_DAY = "2027-12-31"
WORDS = ("recherche", "emploi_durable", "emploi_transition", "sans_nouvelle")
_PIECES = 20
_SEED = 20_261_121


def write_world(folder: Path, persons: int) -> None:
    """Write the three files for a number of persons, one Parquet file per partner and piece.

    Args:
        folder: where; one folder per partner is made.
        persons: how many.
    """
    rng = np.random.default_rng(_SEED)
    for name in FILES:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for piece, part in enumerate(np.array_split(np.arange(persons), _PIECES)):
        people = _people(rng, part)
        for name, told in (
            (FILES[0], people),
            (FILES[1], people.filter(pl.col("age") < 26)),
            (FILES[2], people.filter(accompagnement="cite")),
        ):
            _rows(told, name).write_parquet(folder / name / f"{piece:03d}.parquet", compression="zstd")


def _people(rng: np.random.Generator, part: np.ndarray) -> pl.DataFrame:
    size = len(part)
    age = rng.integers(16, 60, size)
    young = age < 26
    inside = rng.random(size) < np.where(young, 0.45, 0.2)
    job = rng.geometric(0.02 + 0.015 * young + 0.01 * inside)
    short, lost = rng.geometric(0.02, size), rng.geometric(np.where(young, 0.02, 0.01))
    first = np.minimum(np.minimum(job, short), lost)
    word = np.where(first >= MONTHS, 0, np.where(first == job, 1, np.where(first == short, 2, 3)))
    digits = rng.integers(0, 2**62, (size, 4))
    return pl.DataFrame(
        {
            "personne": ["".join(f"{int(number):016x}" for number in row) for row in digits],
            "zone": np.array(["ouest", "centre", "est"])[rng.integers(0, 3, size)],
            "sexe": np.array(["F", "H"])[rng.integers(0, 2, size)],
            "age": age,
            "agence": rng.integers(0, 40, size),
            "accompagnement": np.where(inside, "cite", "commun"),
            "entree": rng.integers(0, 12, size),
            "duree": np.minimum(first, MONTHS),
            "mot": np.array(WORDS)[word],
            "_day": rng.integers(1, 29, size),
        }
    ).with_columns(date_entree=pl.date(FIRST_YEAR, pl.col("entree") + 1, pl.col("_day")))


def _rows(people: pl.DataFrame, name: str) -> pl.DataFrame:
    rank = pl.int_range(0, pl.len()).over("personne")
    repeated = people.select(pl.all().repeat_by(MONTHS)).explode(pl.all()).with_columns(rank.alias("rang"))
    month = pl.col("entree") + pl.col("rang")
    gone = pl.col("rang") >= pl.col("duree")
    left = pl.col("date_entree").dt.offset_by(pl.format("{}mo", "duree"))
    said = repeated.with_columns(
        mois=pl.format("{}-{}", FIRST_YEAR + month // 12, (month % 12 + 1).cast(pl.String).str.zfill(2)),
        situation=pl.when(gone).then("mot").otherwise(pl.lit(WORDS[0])),
        date_sortie=pl.when(gone & (pl.col("mot") != WORDS[0])).then(left),
    )
    columns = ["personne", "mois", "situation"]
    if name == FILES[0]:
        columns += ["date_sortie", "zone", "sexe", "age", "agence", "accompagnement", "date_entree"]
    return said.select(columns)
