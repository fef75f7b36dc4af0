"""Maps: what is drawn, what is hatched, what is said to those who do not see it, and nothing without contours."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from evalkit.present.maps.atlas import draw_locator, draw_maps
from evalkit.present.maps.choropleth import ZoneMap, choropleth, class_limits, mapped
from evalkit.present.maps.locator import has_locator, locator_map
from evalkit.present.maps.shapes import Surface, frame_of, middle_of, plane_of, scale_length, shape, signed_area
from evalkit.present.page import Page
from evalkit.present.reading import Reader
from evalkit.publish.edition import CONTOURS_FILE, read_edition, write_edition
from evalkit.publish.publish import publish
from evalkit.territory.contours import Contour, Contours
from tests.publish.fixture.results import confidential

from .reader import synthetic

REAL = Path(__file__).parents[3] / "shared" / "data" / "qpv2024_contours_4dec.json.gz"
DURABLE = synthetic().publication.declared.indicators[0]
HERE = (4.8, 46.8)


def square(east: float, north: float, side: float) -> tuple[tuple[float, float], ...]:
    """A square whose corner is so many hundredths of a degree away."""
    x, y, s = HERE[0] + east / 100, HERE[1] + north / 100, side / 100
    corners = ((x, y), (x + s, y), (x + s, y + s), (x, y + s), (x, y))
    return tuple((round(east, 5), round(north, 5)) for east, north in corners)


PLACES = {"agglomeration": (-5, -5, 12), "prairie": (0, 0, 1), "temoin-01": (3, 3, 1), "tilleuls": (2, 0, 1)}
CONTOURS = Contours({zone: Contour(zone, 2024, ((square(*at),),)) for zone, at in PLACES.items()}, "essai")


def drawn(contours: Contours = CONTOURS) -> Reader:
    publication = synthetic().publication
    return Reader(replace(publication, declared=replace(publication.declared, contours=contours)))


def with_values(reader: Reader, **values: float | None) -> Reader:
    """The reader where the durable exits of zones in 2026 are others; None takes the line away."""
    tables = reader.publication.tables
    here = (pl.col("indicator") == DURABLE.id) & (pl.col("period") == "2026") & (pl.col("breakdown") == "")
    frame = tables.observations
    for zone, value in values.items():
        mine = here & (pl.col("zone") == zone)
        changed = pl.when(mine).then(pl.lit(value)).otherwise(pl.col("value")).alias("value")
        frame = frame.filter(~mine) if value is None else frame.with_columns(changed)
    return Reader(replace(reader.publication, tables=replace(tables, observations=frame)))


def map_of(reader: Reader) -> ZoneMap:
    maps = mapped(reader, reader.publication.declared.indicators)
    return next(each for each in maps if each.indicator.id == DURABLE.id)


def words(reader: Reader, each: ZoneMap) -> tuple[str, list[str], list[tuple[str, ...]]]:
    """The alternative text, every text of the drawing, and the data rows of one map."""
    chart = choropleth(reader, [each])
    found = [str(text.get_text()) for text in chart.figure.findobj(Text) if text.get_text()]
    return chart.alt_text, found, [row for group in chart.data.groups for row in group.rows]


def test_a_plane_keeps_distances_and_a_hole_is_left_empty() -> None:
    contour = Contour("prairie", 2024, ((square(0, 0, 10), square(4, 4, 2)[::-1]),))
    plane = plane_of([contour])
    points = plane.points(contour.polygons[0][0])
    # A tenth of a degree is 11.13 km north; east, it is that times the cosine of 46.85 degrees.
    assert np.ptp(points[:, 1]) == pytest.approx(11.132)
    assert np.ptp(points[:, 0]) == pytest.approx(11.132 * np.cos(np.radians(46.85)))
    assert signed_area(points) == pytest.approx(np.ptp(points[:, 0]) * np.ptp(points[:, 1]))
    assert middle_of(contour, plane) == pytest.approx((0, 0), abs=1e-9)


def test_the_ways_in_which_a_file_turns_its_lines_change_nothing() -> None:
    one = Contour("prairie", None, ((square(0, 0, 10), square(4, 4, 2)),))
    other = Contour("prairie", None, ((square(0, 0, 10)[::-1], square(4, 4, 2)[::-1]),))
    plane = plane_of([one])
    for each in (one, other):
        rings = shape(each, plane, Surface("red", "black")).get_path().vertices.reshape(2, 5, 2)
        # The renderer fills by winding number: a hole is what turns the other way.
        assert signed_area(rings[0]) > 0 > signed_area(rings[1])


@pytest.mark.parametrize(("width", "length"), [(3.0, 0.5), (8.0, 2.0), (40.0, 10.0), (400.0, 100.0), (0.2, 0.1)])
def test_a_scale_is_round_and_takes_about_a_quarter(width: float, length: float) -> None:
    assert scale_length(width) == pytest.approx(length)


def test_a_frame_holds_what_must_be_seen() -> None:
    plane = plane_of(CONTOURS.by_zone.values())
    frame = frame_of(CONTOURS.by_zone.values(), plane)
    for each in CONTOURS.by_zone.values():
        points = plane.points(each.polygons[0][0])
        assert frame.left < points[:, 0].min() and points[:, 0].max() < frame.right
        assert frame.bottom < points[:, 1].min() and points[:, 1].max() < frame.top


def test_the_locator_map_names_the_quarters_and_what_surrounds_them() -> None:
    chart = locator_map(drawn())
    said = "en foncé, La Prairie et Les Tilleuls ; en beige, 1 zone témoin ; autour, en gris, Agglomération"
    assert said in chart.alt_text.replace("\u00a0", " ").replace("\u202f", " ")
    texts = {str(text.get_text()) for text in chart.figure.findobj(Text)}
    assert {"La Prairie", "Les Tilleuls", "quartiers prioritaires", "zones témoins", "Agglomération"} <= texts
    assert [row[1] for row in chart.data.groups[0].rows] == ["La Prairie", "Les Tilleuls"]


def test_the_map_of_one_quarter_names_no_other() -> None:
    chart = locator_map(drawn(), "tilleuls")
    texts = {str(text.get_text()) for text in chart.figure.findobj(Text)}
    assert "Les Tilleuls" in texts and "La Prairie" not in texts
    assert "La Prairie" not in chart.alt_text
    assert [row[1] for row in chart.data.groups[0].rows] == ["Les Tilleuls"]


def test_a_value_is_written_on_its_zone_and_told_in_the_text_and_the_data() -> None:
    reader = drawn()
    alt, texts, rows = words(reader, map_of(reader))
    assert "Les Tilleuls, 31,6\u202f%" in alt
    values = {row[0]: row[2] for row in rows}
    assert values["Les Tilleuls"] == "31,6"  # 31 of 98
    assert any("Les Tilleuls\n31,6" in text for text in texts)
    assert {"Ensemble des QPV", "Hors QPV"} <= set(values)


def masked(reader: Reader) -> Reader:
    """The reader where the last value of Les Tilleuls is secret, as a publication writes it."""
    tables = reader.publication.tables
    mine = (pl.col("indicator") == DURABLE.id) & (pl.col("period") == "2026") & (pl.col("zone") == "tilleuls")
    nothing = [pl.when(mine).then(None).otherwise(pl.col(each)).alias(each) for each in ("value", "numerator", "n")]
    secret = pl.when(mine).then(pl.lit("secret")).otherwise(pl.col("confidentiality")).alias("confidentiality")
    frame = tables.observations.with_columns(*nothing, secret)
    return Reader(replace(reader.publication, tables=replace(tables, observations=frame)))


def test_a_masked_zone_is_hatched_and_named_secret_everywhere() -> None:
    reader = masked(drawn())
    each = map_of(reader)
    alt, texts, rows = words(reader, each)
    assert "Les Tilleuls, secret" in alt
    assert "Les Tilleuls\nsecret" in texts and "secret" in texts  # on the zone, and in the legend
    assert {row[0]: row[2] for row in rows}["Les Tilleuls"] == "secret"
    hatches = {patch.get_hatch() for patch in choropleth(reader, [each]).figure.axes[0].patches}
    assert hatches == {None, "/////"}


@pytest.mark.parametrize("words_more", [0, 6, 14])
@pytest.mark.parametrize("is_masked", [False, True])
def test_no_heading_and_no_legend_of_a_map_is_cut(words_more: int, is_masked: bool) -> None:
    reader = masked(drawn()) if is_masked else drawn()
    each = map_of(reader)
    longer = each.indicator.model_copy(update={"label": f"{each.indicator.label}{' encore un mot' * words_more}"})
    figure = choropleth(reader, [replace(each, indicator=longer)] * 4).figure
    FigureCanvasAgg(figure).draw()
    for text in figure.findobj(Text):
        if text.get_text() and text.get_visible():
            box = text.get_window_extent()
            assert box.y0 >= 0 and box.y1 <= figure.bbox.y1 and box.x1 <= figure.bbox.x1, text.get_text()


def test_a_missing_zone_is_drawn_as_missing_and_never_as_secret() -> None:
    reader = with_values(drawn(), tilleuls=None)
    alt, texts, rows = words(reader, map_of(reader))
    assert "Les Tilleuls, n.\u00a0d." in alt
    assert "n.\u00a0d." in texts and "secret" not in texts
    assert {row[0]: row[2] for row in rows}["Les Tilleuls"] == "n.\u00a0d."


def test_only_what_does_not_grow_with_a_zone_is_mapped() -> None:
    kinds = {type(each.indicator.measure).__name__ for each in mapped(drawn(), drawn().publication.declared.indicators)}
    assert kinds <= {"RatioMeasure", "DurationMeasure", "SurveyMeasure", "PublishedMeasure"} and kinds


def test_classes_have_about_as_many_zones_and_no_value_in_two() -> None:
    assert class_limits([1.0, 1.0, 2.0, 3.0]) == (1.0, 2.0, 3.0, 3.0)
    limits = class_limits([float(value) for value in range(20)])
    assert limits == (0.0, 4.0, 8.0, 12.0, 16.0, 19.0)
    assert class_limits([]) == ()


def test_without_contours_a_report_has_no_map_and_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page(synthetic())
    draw_locator(page)
    draw_maps(page, synthetic().publication.declared.indicators)
    assert capsys.readouterr().out == ""
    assert not has_locator(drawn(Contours({"agglomeration": CONTOURS.by_zone["agglomeration"]})))


def test_an_edition_keeps_its_contours_and_has_another_name(tmp_path: Path) -> None:
    source = confidential()
    bare, whole = (
        publish(replace(source, declarations=replace(source.declarations, contours=each)))
        for each in (Contours(), CONTOURS)
    )
    assert bare.manifest.edition != whole.manifest.edition
    folder = write_edition(whole, tmp_path)
    assert (folder / CONTOURS_FILE).is_file()
    assert read_edition(folder).declared.contours == CONTOURS
    assert not (write_edition(bare, tmp_path) / CONTOURS_FILE).exists()


def test_the_real_contours_of_a_large_town_are_drawn() -> None:
    if not REAL.is_file():
        pytest.skip("real-data: no contours of the QPV")
    known = {each["code"]: each["g"] for each in json.loads(gzip.decompress(REAL.read_bytes()))["qpvs"]}
    shapes = [known["QN07102I"], known["QN07101I"]]  # Prés-Saint-Jean and Aubépins, Chalon-sur-Saône
    polygons = [tuple(tuple(tuple((x, y) for x, y in ring) for ring in polygon) for polygon in each) for each in shapes]
    zones = dict(zip(("prairie", "tilleuls"), polygons, strict=True))
    reader = drawn(Contours({zone: Contour(zone, 2024, each) for zone, each in sorted(zones.items())}, "ANCT"))
    plane = plane_of(reader.publication.declared.contours.by_zone.values())
    (x1, y1), (x2, y2) = (middle_of(each, plane) for each in reader.publication.declared.contours.by_zone.values())
    # Prés-Saint-Jean lies about 1.7 km east and 0.7 km north of Aubépins.
    assert 1.0 < x1 - x2 < 2.5 and 0.2 < y1 - y2 < 1.5
    assert "La Prairie" in locator_map(reader).alt_text
