"""The period of a delivery: in its rows, in the name of its file, half-years and school years included."""

from __future__ import annotations

import polars as pl
import pytest

from evalkit.declare.feed import Feed
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.periods import add_periods, resolve_period
from evalkit.store.schema import LINE, PERIOD


def feed(granularity: str, field: str | None = None, kind: str = "year") -> Feed:
    fields = [{"name": "zone", "type": "zone"}, *([{"name": field, "type": kind}] if field else [])]
    return Feed.model_validate(
        {
            "feed": "brevet",
            "label": "Brevet",
            "grain": "total",
            "nature": "exhaustif",
            "key": ["zone"],
            "period": {"granularity": granularity, "field": field},
            "fields": fields,
        }
    )


@pytest.mark.parametrize(
    ("granularity", "name", "period"),
    [
        ("semestre", "bilan_2026-S1.csv", "2026-S1"),
        ("semestre", "bilan 2026s2 v2.csv", "2026-S2"),
        ("annee_scolaire", "brevet_2025-2026.csv", "2025-2026"),
        ("annee_scolaire", "brevet 2024_2025.xlsx", "2024-2025"),
        ("trimestre", "defm_2026_T1.csv", "2026-T1"),
    ],
)
def test_a_period_is_read_in_the_name_of_a_file(granularity: str, name: str, period: str) -> None:
    assert resolve_period(feed(granularity), None, name)[0] == period


@pytest.mark.parametrize(
    ("granularity", "name"),
    [("annee_scolaire", "brevet_2023-2026.csv"), ("semestre", "bilan_2026.csv"), ("annee", "bilan_2026-S1.csv")],
)
def test_another_period_is_not_guessed(granularity: str, name: str) -> None:
    with pytest.raises(RefusedFileError):
        resolve_period(feed(granularity), None, name)


@pytest.mark.parametrize(
    ("granularity", "kind", "written", "period"),
    [
        ("annee_scolaire", "year", "2025", "2025-2026"),
        ("annee_scolaire", "month", "2026-03", "2025-2026"),
        ("semestre", "half_year", "2026-S1", "2026-S1"),
        ("semestre", "quarter", "2026-T3", "2026-S2"),
    ],
)
def test_rows_give_their_period(granularity: str, kind: str, written: str, period: str) -> None:
    rows = pl.DataFrame({LINE: [2], "zone": ["pres"], "quand": [written]})
    dated, _ = add_periods(feed(granularity, "quand", kind), rows, None)
    assert dated[PERIOD].to_list() == [period]
