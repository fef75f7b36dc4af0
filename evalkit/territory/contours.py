"""The contours of the zones of a contract, read from GeoJSON: what a map draws, never what a right depends on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from evalkit.errors import DeclarationError, Place, Problem
from evalkit.territory.zones import Territory

Ring: TypeAlias = tuple[tuple[float, float], ...]
"""A closed line: longitudes and latitudes, in degrees (WGS 84)."""

Polygon: TypeAlias = tuple[Ring, ...]
"""An outline, then its holes."""

_DIGITS = 5
"""Decimals kept of a degree: about a metre."""

_CODE_KEYS = ("code_qp", "code_qpv", "codeqp", "codeqpv", "code", "codgeo", "insee", "insee_com", "code_insee", "siren")
"""Properties that official files give their code under, lower case; the first that a feature has decides."""

_ZONE_KEY = "zone"
_VINTAGE_KEY = "vintage"


@dataclass(frozen=True, slots=True)
class Contour:
    """Where a zone is.

    Attributes:
        zone: id of the zone.
        vintage: year of the perimeter that it follows, when its code says so.
        polygons: its parts.
    """

    zone: str
    vintage: int | None
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class Contours:
    """The contours of some zones of one contract.

    Attributes:
        by_zone: the contour of each zone by id, sorted.
        source: where they come from, as the files say it.
    """

    by_zone: Mapping[str, Contour] = field(default_factory=dict)
    source: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self.by_zone)


@dataclass(frozen=True, slots=True)
class Feature:
    """A surface of a GeoJSON file, with what the file says of it."""

    properties: Mapping[str, object]
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class GeoFile:
    """A GeoJSON file that was read: its surfaces and its source."""

    place: Place
    features: tuple[Feature, ...]
    source: str = ""


def read_geojson(content: bytes, place: Place) -> GeoFile:
    """Read a GeoJSON file in degrees (RFC 7946).

    Args:
        content: its bytes.
        place: its name, for messages.

    Returns:
        Its features that are surfaces; its ``source`` member, when it has one.

    Raises:
        DeclarationError: it is no GeoJSON collection of surfaces (``EVK-D062``), or its coordinates are not degrees
            (``EVK-D063``).
    """
    try:
        tree = json.loads(content)
        found = [each for each in tree["features"] if each["geometry"]["type"] in {"Polygon", "MultiPolygon"}]
        features = tuple(Feature(dict(each.get("properties") or {}), _polygons(each["geometry"])) for each in found)
    except (KeyError, TypeError, ValueError, IndexError):
        message, repair = "Ce fichier n’est pas du GeoJSON.", "Exportez-le en GeoJSON (FeatureCollection, WGS 84)."
        raise DeclarationError(Problem("EVK-D062", message, place, repair=repair)) from None
    if not features:
        message, repair = "Ce fichier ne contient aucune surface.", "Exportez les contours, pas les centres."
        raise DeclarationError(Problem("EVK-D062", message, place, repair=repair))
    _check_degrees(features, place)
    source = tree.get("source")
    return GeoFile(place, features, source if isinstance(source, str) else "")


def contours_of(files: Iterable[GeoFile], territory: Territory) -> Contours:
    """Return the contours of the zones of a contract; features of other places are left aside.

    A feature belongs to the zone that its ``zone`` property names, else to the one that bears its official code. Of
    two perimeters of one zone, the latest is kept; the features of one perimeter are its parts.
    """
    owners = _codes(territory)
    parts: dict[str, dict[int, list[Polygon]]] = {}
    sources: dict[str, None] = {}
    for file in files:
        for feature in file.features:
            zone, vintage = _owner(feature.properties, owners, territory)
            if zone:
                parts.setdefault(zone, {}).setdefault(vintage or 0, []).extend(feature.polygons)
                sources.setdefault(file.source)
    kept = {zone: Contour(zone, max(known) or None, tuple(known[max(known)])) for zone, known in sorted(parts.items())}
    return Contours(kept, " ; ".join(source for source in sources if source))


def contour_problems(file: GeoFile, territory: Territory) -> Iterator[Problem]:
    """Return a problem (``EVK-D064``) when a file has no contour of any zone of the contract."""
    if not contours_of((file,), territory):
        message = "Aucun de ces contours n’est celui d’une zone du contrat."
        repair = f"Donnez le code officiel de la zone (propriété « code »), ou son identifiant (« {_ZONE_KEY} »)."
        yield Problem("EVK-D064", message, file.place, repair=repair)


def geojson_of(contours: Contours) -> str:
    """Return contours as GeoJSON, the same text for the same contours; :func:`read_geojson` reads it back."""
    features = [
        {
            "type": "Feature",
            "properties": {_ZONE_KEY: each.zone, _VINTAGE_KEY: each.vintage},
            "geometry": {"type": "MultiPolygon", "coordinates": each.polygons},
        }
        for each in contours.by_zone.values()
    ]
    tree = {"type": "FeatureCollection", "source": contours.source, "features": features}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")) + "\n"


def _polygons(geometry: Mapping[str, Any]) -> tuple[Polygon, ...]:
    surfaces = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    polygons = tuple(tuple(_ring(line) for line in surface) for surface in surfaces)
    if not all(polygon and all(polygon) for polygon in polygons):
        raise ValueError
    return polygons


def _ring(line: Sequence[Sequence[float]]) -> Ring:
    points = [(round(float(point[0]), _DIGITS), round(float(point[1]), _DIGITS)) for point in line]
    if len(points) < 4:
        raise ValueError(len(points))
    return tuple(points)


def _check_degrees(features: Iterable[Feature], place: Place) -> None:
    points = (point for each in features for polygon in each.polygons for ring in polygon for point in ring)
    wrong = next((point for point in points if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90)), None)
    if wrong is not None:
        message = "Les coordonnées ne sont pas des degrés."
        repair = "Exportez les contours en WGS 84 (EPSG:4326), que le GeoJSON demande."
        raise DeclarationError(Problem("EVK-D063", message, place, f"{wrong[0]:g} ; {wrong[1]:g}", repair))


def _codes(territory: Territory) -> Mapping[str, tuple[str, int | None]]:
    """Return the zone and the vintage that each official code says."""
    known: dict[str, tuple[str, int | None]] = {}
    for zone in territory.zones.values():
        if zone.code:
            known[zone.code] = (zone.id, None)
        known |= {each.code: (zone.id, each.vintage) for each in zone.perimeters if each.code}
    return known


def _owner(
    properties: Mapping[str, object], owners: Mapping[str, tuple[str, int | None]], territory: Territory
) -> tuple[str, int | None]:
    """Return the zone that a feature is the contour of, and its vintage; no zone when it is of another place."""
    named = properties.get(_ZONE_KEY)
    if isinstance(named, str) and named in territory.zones:
        vintage = properties.get(_VINTAGE_KEY)
        return named, vintage if isinstance(vintage, int) else None
    lower = {str(key).lower(): str(value) for key, value in properties.items() if value is not None}
    code = next((lower[key] for key in _CODE_KEYS if key in lower), "")
    return owners.get(code, ("", None))
