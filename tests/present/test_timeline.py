from __future__ import annotations

import pytest

from evalkit.present.timeline import DataLine, places, time_table, year_ticks


def quarters(first: int, last: int) -> list[str]:
    return [f"{year}-T{quarter}" for year in range(first, last + 1) for quarter in range(1, 5)]


def test_a_hole_keeps_its_width() -> None:
    assert places(["2026", "2024", "2029"]) == {"2024": 0, "2026": 2, "2029": 5}
    assert places(["2025-T4", "2026-T2"]) == {"2025-T4": 0, "2026-T2": 2}
    assert places(["2025-12", "2026-01"]) == {"2025-12": 0, "2026-01": 1}


def test_what_is_no_period_has_no_place() -> None:
    assert places(["", "2019-2023"]) == {}


@pytest.mark.parametrize(
    ("periods", "most", "expected"),
    [
        (["2024", "2025", "2026"], 5, ([0, 1, 2], ["2024", "2025", "2026"])),
        ([str(year) for year in range(2019, 2028)], 5, ([0, 2, 4, 6, 8], ["2019", "2021", "2023", "2025", "2027"])),
        (quarters(2019, 2027)[:34], 5, ([0, 8, 16, 24, 32], ["2019", "2021", "2023", "2025", "2027"])),
        (quarters(2025, 2026)[2:], 5, ([2], ["2026"])),  # the axis begins in the third quarter of 2025
        (["2026-T2", "2026-T3"], 5, ([0, 1], ["T2\n2026", "T3\n2026"])),
    ],
)
def test_years_stand_under_their_first_period(
    periods: list[str], most: int, expected: tuple[list[int], list[str]]
) -> None:
    assert year_ticks(places(periods), most) == expected


def test_a_hole_is_missing_and_what_lies_outside_a_series_is_not_expected() -> None:
    quarterly = DataLine("Tous", {"2024-T4": "1", "2025-T1": "2", "2026-T1": "3"})
    yearly = DataLine("Prés", {"2024": "7", "2025": "secret"})
    table = time_table([("*Un*", [quarterly]), ("*Deux*", [yearly])])
    assert [column.heading for column in table.columns] == ["Série", "2024", "2025", "2026"]
    assert [group.rows for group in table.groups] == [
        (("Tous, T1", "–", "2", "3"), ("Tous, T4", "1", "n.\u00a0d.", "–")),
        (("Prés", "7", "secret", "–"),),
    ]
