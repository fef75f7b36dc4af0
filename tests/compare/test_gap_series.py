"""A described gap: its breaks cut it, and no word says why it moved."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from evalkit.compare.gap_series import gap_series
from evalkit.declare.feed import Break

DATA = Path(__file__).parents[3] / "shared" / "data"
CAUSAL = {"effet", "impact", "grâce", "cause", "dû", "permis"}
RUPTURE = Break.model_validate({"date": "2018-01-01", "text": "Révision du calcul des revenus."})


def test_a_break_cuts_the_series():
    here, there = (
        {str(2016 + rank): value for rank, value in enumerate(each)} for each in ((1, 2, 4, 9), (2, 2, 2, 2))
    )
    lines = list(gap_series((("zone", here), ("tout", there)), "Taux", [RUPTURE], contains=True).lines())
    assert [line for line in lines if "a bougé de" in line] == [
        "De\N{NO-BREAK SPACE}2016 à\N{NO-BREAK SPACE}2017, sans rupture de la source, l’écart a bougé de +1,00.",
        "De\N{NO-BREAK SPACE}2018 à\N{NO-BREAK SPACE}2019, sans rupture de la source, l’écart a bougé de +5,00.",
    ]
    assert any("1er\N{NO-BREAK SPACE}janvier\N{NO-BREAK SPACE}2018" in line for line in lines)
    assert any("contient" in line for line in lines)
    assert not CAUSAL & {word.strip(".,") for line in lines for word in line.split()}


def test_only_common_periods_are_compared():
    found = gap_series((("a", {"2019": 1.0, "2020": 2.0}), ("b", {"2020": 5.0})), "Taux")
    assert found.gaps == (("2020", -3.0),)


def median(name: str, code: str, column: str) -> float:
    table = pl.read_csv(gzip.decompress((DATA / name).read_bytes()), separator=";", infer_schema=False)
    value = table.filter(pl.col("CODGEO") == code)[column].item()
    return float("".join(value.split()).replace(",", "."))


@pytest.mark.skipif(not DATA.exists(), reason="real-data: ../shared/data is absent")
def test_disposable_income_of_a_qpv_against_grand_chalon():
    """Insee, Filosofi 2017 to 2019, disposable income per consumption unit on both sides."""
    years = ("2017", "2018", "2019")
    here = {year: median(f"insee_revn_qp15_{year}.csv.gz", "QP071003", "DISP_Q2") for year in years}
    there = {year: median(f"insee_filosofi_epci_{year}_disp.csv.gz", "247100589", f"Q2{year[2:]}") for year in years}
    assert (there["2017"], there["2019"]) == (20680, 21480), "as the files print them"
    found = gap_series(
        (("Prés Saint-Jean", here), ("Le Grand Chalon", there)), "Revenu disponible médian", [RUPTURE], contains=True
    )
    assert [period for period, _ in found.gaps] == list(years)
    assert all(-12_000 < gap < -4_000 for _, gap in found.gaps)
    text = "\n".join(found.lines())
    assert "contient" in text
    assert "aucun test" in text
    assert not CAUSAL & set(text.replace(".", " ").split())
