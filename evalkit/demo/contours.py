"""Made-up contours for the zones of the demonstration, so that its reports show maps."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence

from evalkit.declare.contract import Zone, ZoneKind
from evalkit.demo.places import Place

SOURCE = "fictifs, pour la démonstration, ils ne décrivent aucun lieu réel"

CONTOURS_FILE = "contours-demonstration.geojson"

_CENTRE = (4.853, 46.785)
_KM_BY_DEGREE = 111.32
_CORNERS = 48
_SURROUNDINGS = {ZoneKind.EPCI: 13.0, ZoneKind.COMMUNE: 3.4}
"""Radius in kilometres of what holds the QPV."""
_QPV_RING, _WATCHED_RING, _NEAR_RING, _FAR_RING = 1.7, 2.3, 5.4, 9.6
"""Distance to the centre of the QPV, of watched zones, of control neighbourhoods and of control communes."""
_KM_BY_ROOT_RESIDENT = 0.0092
_COMMUNE_IS_WIDER = 2.2


def contours_geojson(zones: Sequence[Zone], places: Sequence[Place]) -> str:
    """Return a GeoJSON of made-up contours: round shapes on rings around a centre, larger where more people live.

    Args:
        zones: the declared zones.
        places: those where rows are simulated.
    """
    shapes = [*_surroundings(zones), *_rings(zones, places)]
    features = [
        {
            "type": "Feature",
            "properties": {"zone": zone, "fictif": True},
            "geometry": {"type": "Polygon", "coordinates": [line]},
        }
        for zone, line in sorted(shapes)
    ]
    tree = {"type": "FeatureCollection", "source": SOURCE, "features": features}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")) + "\n"


Line = list[list[float]]


def _surroundings(zones: Sequence[Zone]) -> Iterator[tuple[str, Line]]:
    for rank, zone in enumerate(zones):
        if zone.kind in _SURROUNDINGS and not zone.control:
            yield zone.id, _blob((0.0, 0.0), _SURROUNDINGS[zone.kind], rank)


def _rings(zones: Sequence[Zone], places: Sequence[Place]) -> Iterator[tuple[str, Line]]:
    kinds = {zone.id: zone.kind for zone in zones}
    watched = {ZoneKind.QPV: _QPV_RING, ZoneKind.COMMUNE: _FAR_RING, ZoneKind.NEIGHBOURHOOD: _NEAR_RING}
    by_ring: dict[float, list[Place]] = {}
    for place in places:
        by_ring.setdefault(watched.get(kinds[place.id], _WATCHED_RING), []).append(place)
    for ring, mine in sorted(by_ring.items()):
        for rank, place in enumerate(mine):
            angle = 2 * math.pi * (rank + 0.3 * ring) / len(mine)
            middle = (ring * math.cos(angle), ring * math.sin(angle))
            wider = _COMMUNE_IS_WIDER if kinds[place.id] is ZoneKind.COMMUNE else 1.0
            yield place.id, _blob(middle, wider * _KM_BY_ROOT_RESIDENT * math.sqrt(place.residents), rank + 1)


def _blob(middle: tuple[float, float], radius: float, phase: int) -> Line:
    """Return a round and uneven line, in degrees, that turns as GeoJSON asks."""
    line = []
    for corner in range(_CORNERS):
        angle = 2 * math.pi * corner / _CORNERS
        reach = radius * (1 + 0.13 * math.sin(3 * angle + phase) + 0.07 * math.sin(5 * angle + 2.1 * phase))
        line.append(_degrees(middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)))
    return [*line, line[0]]


def _degrees(east: float, north: float) -> list[float]:
    longitude, latitude = _CENTRE
    along = _KM_BY_DEGREE * math.cos(math.radians(latitude))
    return [round(longitude + east / along, 5), round(latitude + north / _KM_BY_DEGREE, 5)]
