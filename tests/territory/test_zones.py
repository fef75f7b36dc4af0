"""Names of zones are recognised as partners write them, and never guessed."""

import pytest

from evalkit.declare.contract import Perimeter, Zone, ZoneKind
from evalkit.territory.zones import OUTSIDE, UNKNOWN, Territory, members, normalise_name, zone_names


def zone(zone_id, kind=ZoneKind.QPV, **rest):
    return Zone(id=zone_id, label=rest.pop("label", zone_id), kind=kind, **rest)


TERRITORY = Territory(
    {
        "aubepins": zone(
            "aubepins",
            label="Aubépins",
            aliases=("Aubépains",),
            perimeters=(Perimeter(vintage=2015, code="QP071001"), Perimeter(vintage=2024, code="QN07101I")),
            within=("ville",),
        ),
        "pres": zone("pres", label="Prés-Saint-Jean", within=("ville",)),
        "stade": zone("stade", ZoneKind.LEAVING, aliases=("Quartier",), within=("ville",)),
        "plateau": zone("plateau", ZoneKind.WATCHED, aliases=("Quartier",), within=("ville",)),
        "ville": zone("ville", ZoneKind.COMMUNE, within=("agglo",)),
        "agglo": zone("agglo", ZoneKind.EPCI),
    }
)


@pytest.mark.parametrize("written", ["AUBEPINS", "aubépins ", "Aubépains", "QN07101I", "qp071001", "Aubé-pins"])
def test_a_zone_is_recognised_under_its_names(written):
    assert zone_names(TERRITORY)[normalise_name(written)] == "aubepins"


def test_a_name_that_two_zones_share_is_not_guessed():
    assert normalise_name("Quartier") not in zone_names(TERRITORY)


def test_containment_goes_up_to_the_top():
    assert TERRITORY.containing("aubepins") == {"ville", "agglo"}


def test_members_of_declared_and_derived_zones():
    values = ["aubepins", "pres", "stade", "ville", OUTSIDE, UNKNOWN]
    assert members(TERRITORY, "qpv").holds(values) == ("aubepins", "pres")
    assert members(TERRITORY, "hors-qpv").holds(values) == ("stade", "ville", OUTSIDE)
    assert members(TERRITORY, "ville").holds(values) == ("aubepins", "pres", "stade", "ville")
    with pytest.raises(KeyError):
        members(TERRITORY, "nulle-part")
