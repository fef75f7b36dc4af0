"""Contours on a page: degrees to kilometres, outlines with their holes, a scale, and the place of a name."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evalkit.present.messages.catalogue import say
from evalkit.present.words.numbers import number
from evalkit.territory.contours import Contour, Polygon, Ring

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from numpy.typing import NDArray

_KM_BY_DEGREE = 111.32
"""Length of a degree of the equator; local maps are a few tens of kilometres wide, where a plane is exact enough."""

_MARGIN = 0.06
_SCALE_SHARE = 0.28
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Plane:
    """A flat map around one point: east and north, in kilometres.

    Attributes:
        longitude: of the point, in degrees.
        latitude: of the point, in degrees.
    """

    longitude: float
    latitude: float

    def points(self, ring: Ring) -> NDArray[np.float64]:
        """Return the points of a line, shape (points, 2), in kilometres."""
        degrees = np.asarray(ring, dtype=np.float64) - (self.longitude, self.latitude)
        scale = (_KM_BY_DEGREE * math.cos(math.radians(self.latitude)), _KM_BY_DEGREE)
        flat: NDArray[np.float64] = degrees * scale
        return flat


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows: its sides, in kilometres."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """Return the distance from side to side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return the distance from bottom to top."""
        return self.top - self.bottom

    def no_taller_than(self, share: float) -> Frame:
        """Return the frame, wider when its height is more than a share of its width."""
        missing = max(0.0, self.height / share - self.width) / 2
        return Frame(self.left - missing, self.right + missing, self.bottom, self.top)


@dataclass(frozen=True, slots=True)
class Surface:
    """How a zone is filled and lined; a hatching is told without its colour."""

    fill: str
    line: str
    width: float = 0.7
    hatch: str = ""

    def words(self) -> dict[str, Any]:
        """Return the words of matplotlib for it."""
        return {"facecolor": self.fill, "edgecolor": self.line, "linewidth": self.width, "hatch": self.hatch or None}


def plane_of(contours: Iterable[Contour]) -> Plane:
    """Return the plane whose centre is that of some contours."""
    points = [point for each in contours for polygon in each.polygons for point in polygon[0]]
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return Plane((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)


def frame_of(contours: Iterable[Contour], plane: Plane, least: float = 1.0) -> Frame:
    """Return the frame that holds some contours, with a margin.

    Args:
        contours: what must be seen.
        plane: the plane of the map.
        least: the smallest side, in kilometres.
    """
    corners = np.concatenate([plane.points(polygon[0]) for each in contours for polygon in each.polygons])
    (left, bottom), (right, top) = corners.min(axis=0), corners.max(axis=0)
    side = max(float(right - left), float(top - bottom), least)
    across, up = max(right - left, side / 2) / 2, max(top - bottom, side / 2) / 2
    middle, centre = (left + right) / 2, (bottom + top) / 2
    room = side * _MARGIN
    return Frame(middle - across - room, middle + across + room, centre - up - 3 * room, centre + up + room)


def shape(contour: Contour, plane: Plane, surface: Surface) -> PathPatch:
    """Return the drawing of a contour, its holes left empty.

    Args:
        contour: the contour.
        plane: the plane of the map.
        surface: how it is filled and lined.
    """
    from matplotlib.patches import PathPatch  # noqa: PLC0415

    return PathPatch(_path(contour, plane), **surface.words())


def _path(contour: Contour, plane: Plane) -> Path:
    """Return outlines that turn one way and holes the other, whatever the file says: so is the inside told."""
    from matplotlib.path import Path  # noqa: PLC0415

    rings = [
        _turned(plane.points(ring), is_hole=place > 0)
        for polygon in contour.polygons
        for place, ring in enumerate(polygon)
    ]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _turned(points: NDArray[np.float64], is_hole: bool) -> NDArray[np.float64]:
    return points if (signed_area(points) < 0) == is_hole else points[::-1]


def signed_area(points: NDArray[np.float64]) -> float:
    """Return the area inside a closed line, negative when it turns as a clock does."""
    x, y = points[:, 0], points[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2


def middle_of(contour: Contour, plane: Plane) -> tuple[float, float]:
    """Return where the name of a zone stands: the centre of gravity of its largest part."""

    def area(polygon: Polygon) -> float:
        return abs(signed_area(plane.points(polygon[0])))

    points = plane.points(max(contour.polygons, key=area)[0])
    total = signed_area(points)
    if not total:
        return float(points[:, 0].mean()), float(points[:, 1].mean())
    x, y = points[:, 0], points[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    return (
        float(np.sum((x[:-1] + x[1:]) * cross)) / (6 * total),
        float(np.sum((y[:-1] + y[1:]) * cross)) / (6 * total),
    )


def show_frame(axes: Axes, frame: Frame) -> None:
    """Give a map its sides, the same scale both ways, and a bar that says how long a distance is."""
    axes.set_xlim(frame.left, frame.right)
    axes.set_ylim(frame.bottom, frame.top)
    axes.set_aspect("equal")
    axes.set_axis_off()
    length = scale_length(frame.width)
    left, low = frame.left + 0.03 * frame.width, frame.bottom + 0.025 * frame.height
    axes.plot([left, left + length], [low, low], color="#333333", linewidth=1.6, solid_capstyle="butt")
    said = say(
        "maps.shapes.scale",
        length=number(length, 0 if length >= 1 else 1),
    )
    axes.annotate(said, (left, low), xytext=(0, 3), textcoords="offset points", fontsize=6.8, color="#333333")


def scale_length(width: float) -> float:
    """Return a round distance that takes about a quarter of a map, in kilometres."""
    wanted = max(width * _SCALE_SHARE, 0.1)
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(nice * power for nice in _NICE if nice * power <= wanted)
