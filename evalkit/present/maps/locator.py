"""Where the zones of a contract are: the map that a report opens with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.declare.contract import ZoneKind
from evalkit.present.chart import Chart, drawing, spread
from evalkit.present.maps.shapes import Frame, Plane, Surface, frame_of, middle_of, plane_of, shape, show_frame
from evalkit.present.messages.catalogue import noun, say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import NONE
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, tally
from evalkit.territory.contours import Contour
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 5.6
_TALLEST = 2.6
_LEGEND = 0.35
_QPV = Surface("#0b3c5d", "#ffffff", 0.6)
_OTHER_QPV = Surface("#9db4c5", "#ffffff", 0.6)
_CONTROL = Surface("#d9cfc0", "#8d7f68", 0.5)
_AROUND = (Surface("#f4f4f2", "#8a8a85"), Surface("#e4e4df", "#8a8a85"))
_MOST_NAMED = 12
"""Beyond so many, names are numbers that the table of data explains."""

_AROUND_KINDS = (ZoneKind.EPCI, ZoneKind.URBAN_UNIT, ZoneKind.COMMUNE)


def has_locator(reader: Reader, zone: str | None = None) -> bool:
    """Tell whether there is a map to draw: a contour of the zone, or of one QPV at least."""
    drawn = reader.publication.declared.contours.by_zone
    wanted = (zone,) if zone is not None else reader.publication.declared.territory.qpv
    return any(each in drawn for each in wanted)


def locator_map(reader: Reader, zone: str | None = None) -> Chart:
    """Draw where the QPV are in their commune and their agglomération, control units in a light tone.

    Args:
        reader: the publication, of which :func:`has_locator` says that it has contours.
        zone: for a report on one zone, the one that is shown strongly, in the nearest place that holds it; the other
            QPV are neither named nor numbered.
    """
    scene = _scene(reader, zone)
    plane = plane_of(scene.subjects)
    frame = frame_of(scene.framed, plane).no_taller_than(_TALLEST / _WIDTH)
    with drawing(_WIDTH, _WIDTH * frame.height / frame.width + _LEGEND) as (figure, (axes,)):
        for contour, surface in scene.layers:
            axes.add_patch(shape(contour, plane, surface))
        show_frame(axes, frame)
        _write_names(axes, reader, scene.subjects, (plane, frame))
        _legend(axes, reader, scene)
    return Chart(figure, _sentence(reader, scene), _data(reader, scene.subjects))


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a locator map shows: what surrounds, control units, the QPV that it is about and the others."""

    around: tuple[Contour, ...]
    controls: tuple[Contour, ...]
    subjects: tuple[Contour, ...]
    others: tuple[Contour, ...]

    @property
    def framed(self) -> tuple[Contour, ...]:
        """Return what must be seen whole."""
        return (*self.around, *self.controls, *self.subjects)

    @property
    def layers(self) -> Iterator[tuple[Contour, Surface]]:
        """Give each contour with its look, from the ground up."""
        yield from ((each, _AROUND[min(rank, 1)]) for rank, each in enumerate(self.around))
        for contours, surface in ((self.controls, _CONTROL), (self.others, _OTHER_QPV), (self.subjects, _QPV)):
            yield from ((each, surface) for each in contours)


def _scene(reader: Reader, zone: str | None) -> _Scene:
    declared = reader.publication.declared
    drawn, territory = declared.contours.by_zone, declared.territory
    around = tuple(
        drawn[each.id]
        for kind in _AROUND_KINDS
        for each in declared.zones
        if each.kind is kind and each.id in drawn and not each.control
    )
    qpv = tuple(drawn[each] for each in territory.qpv if each in drawn)
    if zone is None:
        return _Scene(around, tuple(drawn[each] for each in territory.controls if each in drawn), qpv, ())
    holders = tuple(each for each in around if each.zone in territory.containing(zone))
    others = tuple(each for each in qpv if each.zone != zone)
    return _Scene(holders[-1:], (), (drawn[zone],), others)


def source_words(reader: Reader) -> str:
    """Return where the contours come from, as a caption says it; nothing when the file does not say."""
    source = reader.publication.declared.contours.source
    return typeset(say("maps.locator.outlines", source=source.rstrip("."))) if source else ""


def _write_names(axes: Axes, reader: Reader, subjects: Sequence[Contour], map_: tuple[Plane, Frame]) -> None:
    """Write names beside the zones, apart from each other, each tied to its zone by a thin line."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    plane, frame = map_
    middles = [middle_of(each, plane) for each in subjects]
    if len(subjects) > _MOST_NAMED:
        halo = [withStroke(linewidth=2.0, foreground="white")]
        for rank, middle in enumerate(middles, start=1):
            text = axes.annotate(str(rank), middle, xytext=(5, 4), textcoords="offset points", fontsize=7.5)
            text.set(color="#16232d", path_effects=halo)
        return
    centre = (frame.left + frame.right) / 2
    for is_right in (False, True):
        mine = [place for place, (x, _) in enumerate(middles) if (x > centre) == is_right]
        heights = spread([middles[place][1] for place in mine], [0.055 * frame.height] * len(mine))
        for place, height in zip(mine, heights, strict=True):
            x = middles[place][0] + (0.07 if is_right else -0.07) * frame.width
            _write_name(axes, reader.zone(subjects[place].zone), middles[place], (x, height))


def _write_name(axes: Axes, name: str, zone: tuple[float, float], text: tuple[float, float]) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    axes.annotate(
        name,
        zone,
        xytext=text,
        ha="left" if text[0] > zone[0] else "right",
        va="center",
        fontsize=8.5,
        fontweight="bold",
        color="#16232d",
        arrowprops={"arrowstyle": "-", "color": "#16232d", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0},
        path_effects=[withStroke(linewidth=2.4, foreground="white")],
    )


def _legend(axes: Axes, reader: Reader, scene: _Scene) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415

    shown = [(_QPV, noun("maps.locator.subjects", len(scene.subjects)))]
    shown += [(_OTHER_QPV, say("maps.locator.others"))] if scene.others else []
    shown += [(_CONTROL, say("maps.locator.controls"))] if scene.controls else []
    shown += [(_AROUND[min(rank, 1)], reader.zone(each.zone)) for rank, each in enumerate(scene.around[:2])]
    handles = [Patch(**surface.words(), label=label) for surface, label in shown]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=4, fontsize=7.2)


def _sentence(reader: Reader, scene: _Scene) -> str:
    names = enumerate_words([reader.zone(each.zone) for each in scene.subjects])
    said = [say("maps.locator.dark", names=names)]
    said += [say("maps.locator.light", others=tally("maps.locator.light_others", len(scene.others)))]
    said += [say("maps.locator.beige", controls=tally("maps.locator.beige_controls", len(scene.controls)))]
    said += [say("maps.locator.around", zones=enumerate_words([reader.zone(each.zone) for each in scene.around]))]
    there = (True, bool(scene.others), bool(scene.controls), bool(scene.around))
    kept = [words for words, is_there in zip(said, there, strict=True) if is_there]
    return typeset(say("maps.locator.locator", parts=" ; ".join(kept)))


def _data(reader: Reader, subjects: Sequence[Contour]) -> GroupedTable:
    zones = reader.publication.declared.territory.zones
    columns = (
        Column("N°", "right", 4),
        Column(say("maps.locator.column_quarter"), width=30),
        Column(say("maps.locator.column_code"), width=12),
        Column(say("maps.locator.column_perimeter"), width=10),
        Column(say("maps.locator.column_residents"), "right", 10),
    )
    rows = tuple(
        (
            str(rank),
            reader.zone(each.zone),
            _code(reader, each),
            str(each.vintage or NONE),
            number(zones[each.zone].residents or 0) if zones[each.zone].residents else "n. d.",
        )
        for rank, each in enumerate(subjects, start=1)
    )
    return GroupedTable(columns, (Group("", rows),))


def _code(reader: Reader, contour: Contour) -> str:
    zone = reader.publication.declared.territory.zones[contour.zone]
    vintage = contour.vintage or max((each.vintage for each in zone.perimeters), default=0)
    codes = (each.code for each in zone.perimeters if each.vintage == vintage)
    return next(codes, zone.code) or NONE
