"""Contours have dates; a zone is kept, moves, enters or leaves."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from evalkit.cli.zone_tables import KIND_WORDS
from evalkit.declare.contract import QPV_2024_CODE, Perimeter, ZoneKind
from evalkit.territory.controls import control_units
from evalkit.territory.perimeters import (
    Movement,
    ZoneChange,
    change_of,
    perimeter_on,
    qpv_on,
    stable_qpv,
    vintage_on,
    zone_changes,
)
from tests.territory.places import territory

DAY = dt.date
REAL = Path(os.environ.get("EVALKIT_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="real-data: the folder of EVALKIT_REAL_DATA is absent")


@pytest.mark.parametrize(
    ("code", "vintage", "begins", "ends"),
    [
        ("QP071001", 2015, DAY(2015, 1, 1), DAY(2023, 12, 31)),
        ("QN07101I", 2024, DAY(2024, 1, 1), None),
        ("QP974048", 2015, DAY(2015, 1, 1), DAY(2024, 12, 31)),
        ("QN97401I", 2024, DAY(2025, 1, 1), None),
        ("QN98701M", 2024, DAY(2025, 1, 1), None),
        ("QN02A03N", 2024, DAY(2024, 1, 1), None),
    ],
)
def test_a_generation_holds_from_its_decree_to_the_next(code, vintage, begins, ends):
    """Decrees 2014-1750, 2023-1314 (metropolitan), 2024-1212 (overseas)."""
    perimeter = Perimeter(vintage=vintage, code=code)
    assert (perimeter.begins, perimeter.ends) == (begins, ends)
    assert perimeter.holds_on(begins)
    assert not perimeter.holds_on(begins - dt.timedelta(days=1))


def test_the_communes_of_mayotte_have_their_own_days():
    """Act 2025-797: from 11 August 2025 to 1 January 2030."""
    mayotte = Perimeter.model_validate(
        {"vintage": 2024, "code": "QN97651C", "from": "2025-08-11", "until": "2029-12-31", "change": "new"}
    )
    assert mayotte.holds_on(DAY(2025, 8, 11))
    assert not mayotte.holds_on(DAY(2025, 8, 10))
    assert not mayotte.holds_on(DAY(2030, 1, 1))
    with pytest.raises(ValidationError, match="finit avant de commencer"):
        Perimeter.model_validate({"vintage": 2024, "code": "QN97651C", "from": "2025-08-11", "until": "2025-01-01"})


def test_who_is_a_qpv_depends_on_the_day():
    zones = territory()
    assert qpv_on(zones, DAY(2023, 12, 31)) == ("bouge", "garde", "sort")
    assert qpv_on(zones, DAY(2024, 1, 1)) == ("bouge", "entre", "garde")
    assert qpv_on(zones, DAY(2014, 12, 31)) == ()


def test_the_contour_of_a_day():
    zones = territory().zones
    bouge = perimeter_on(zones["bouge"], DAY(2023, 6, 1)), perimeter_on(zones["bouge"], DAY(2024, 6, 1))
    assert [each.code if each else None for each in bouge] == ["QP071002", "QN07102M"]
    assert perimeter_on(zones["entre"], DAY(2023, 6, 1)) is None
    assert perimeter_on(zones["sort"], DAY(2024, 6, 1)) is None
    assert perimeter_on(zones["ville"], DAY(2024, 6, 1)) is None


def test_every_movement_is_told_with_its_day_and_its_codes():
    new_year = DAY(2024, 1, 1)
    assert zone_changes(territory()) == (
        ZoneChange("bouge", Movement.MOVED, new_year, "QP071002", "QN07102M"),
        ZoneChange("entre", Movement.ENTERING, new_year, "", "QN07103N"),
        ZoneChange("garde", Movement.KEPT, new_year, "QP071001", "QN07101I"),
        ZoneChange("sort", Movement.LEAVING, new_year, "QP071003", ""),
    )
    assert change_of(territory(), "ville") is None
    sorti = change_of(territory(), "sort")
    assert sorti is not None
    assert sorti.movement is Movement.LEAVING


@pytest.mark.parametrize(
    ("zone", "year", "vintage"),
    [("bouge", 2023, 2015), ("bouge", 2024, 2024), ("sort", 2025, 2024), ("ville", 2023, 2015), ("ville", 2025, 2024)]
)  # fmt: skip
def test_a_figure_follows_the_generation_of_its_day(zone, year, vintage):
    assert vintage_on(territory().zones[zone], DAY(year, 12, 31)) == vintage


def test_a_zone_overseas_follows_the_contour_of_2015_one_year_more():
    """Decree 2024-1212 is in force on 1 January 2025."""
    overseas = territory(
        bouge={
            "perimeters": [
                {"vintage": 2015, "code": "QP974001"},
                {"vintage": 2024, "code": "QN97401M", "change": "moved"},
            ]
        }
    ).zones["bouge"]
    assert [vintage_on(overseas, DAY(year, 12, 31)) for year in (2023, 2024, 2025)] == [2015, 2015, 2024]
    assert vintage_on(None, DAY(2024, 12, 31)) == 2024


def test_only_a_kept_contour_is_stable():
    assert stable_qpv(territory()) == ("garde",)
    unknown = territory(garde={"perimeters": []})
    assert stable_qpv(unknown) == ()


def test_control_units_say_what_weakens_them():
    units = {each.zone: each for each in control_units(territory(), ("bouge", "entre"))}
    assert sorted(units) == ["poche", "sort", "veille", "voisine"]
    assert [zone for zone, unit in units.items() if not unit.is_usable] == ["voisine"]
    assert units["voisine"].remarks[0] == "contient « Entré »"
    assert "2,5 %" in units["poche"].remarks[0]
    assert "traité avant" in units["sort"].remarks[0]
    assert "vigilance" in units["veille"].remarks[0]


def test_a_control_inside_a_compared_zone_is_of_no_use():
    inside = territory(**{"veille": {"within": ["bouge"]}})
    (unit,) = [each for each in control_units(inside, ("bouge",)) if each.zone == "veille"]
    assert not unit.is_usable
    assert unit.remarks[0] == "est dans « Bougé »"


def test_every_kind_of_zone_has_its_french_word():
    assert set(KIND_WORDS) == set(ZoneKind)


@needs_real_data
def test_every_code_of_the_official_list_has_its_form_its_letter_and_its_days():
    """Edition of January 2026: 1,362 in metropolitan France, 222 overseas; 341 kept, 1,087 moved, 139 new, 17 whole."""
    codes = [line.split(";")[0] for line in (REAL / "qpv2024_liste.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert all(QPV_2024_CODE.match(code) for code in codes)
    assert Counter(code[-1] for code in codes) == {"I": 341, "M": 1087, "N": 139, "C": 17}
    begins = Counter(Perimeter(vintage=2024, code=code).begins for code in codes)
    assert begins == {DAY(2024, 1, 1): 1362, DAY(2025, 1, 1): 222}
