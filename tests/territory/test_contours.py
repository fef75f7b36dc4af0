"""Contours: whose they are, what is refused, and the same text for the same contours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evalkit.declare.contract import Zone
from evalkit.errors import DeclarationError, Place
from evalkit.territory.contours import contour_problems, contours_of, geojson_of, read_geojson
from evalkit.territory.zones import Territory
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.find import shipped_workspace

REAL = Path(__file__).parents[3] / "shared" / "data" / "qpv2024_contours_4dec.json.gz"
HERE = Place("indicators/essai/contours.geojson")
SQUARE = [[4.0, 46.0], [4.1, 46.0], [4.1, 46.1], [4.0, 46.1], [4.0, 46.0]]
HOLE = [[4.02, 46.02], [4.04, 46.02], [4.04, 46.04], [4.02, 46.02]]

PRES = {
    "id": "pres",
    "label": "Prés",
    "kind": "qpv",
    "perimeters": [{"vintage": 2015, "code": "QP071003"}, {"vintage": 2024, "code": "QN07102I"}],
}
VILLE = {"id": "ville", "label": "Ville", "kind": "commune", "code": "71076"}
TERRITORY = Territory({str(each["id"]): Zone.model_validate(each) for each in (PRES, VILLE)})


def feature(rings: object = (SQUARE,), kind: str = "Polygon", **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


def collection(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def test_a_feature_is_of_the_zone_that_bears_its_code() -> None:
    qpv = feature([[SQUARE, HOLE]], "MultiPolygon", code_qp="QN07102I", insee_com="71076", nom="Un autre nom")
    elsewhere = feature(code_qp="QN07101I")
    found = contours_of([read_geojson(collection(qpv, elsewhere, source="ANCT"), HERE)], TERRITORY)
    assert list(found.by_zone) == ["pres"]
    assert found.by_zone["pres"].vintage == 2024
    assert [len(ring) for ring in found.by_zone["pres"].polygons[0]] == [5, 4]
    assert found.source == "ANCT"


def test_of_two_perimeters_the_latest_is_kept_and_its_features_are_its_parts() -> None:
    parts = [feature(code="QP071003"), feature(code="QN07102I"), feature(CODE="QN07102I")]
    found = contours_of([read_geojson(collection(*parts), HERE)], TERRITORY)
    assert (found.by_zone["pres"].vintage, len(found.by_zone["pres"].polygons)) == (2024, 2)


def test_the_same_contours_are_the_same_text_and_are_read_back() -> None:
    files = [read_geojson(collection(feature(zone="ville"), feature(code="QP071003"), source="Essai"), HERE)]
    found = contours_of(files, TERRITORY)
    text = geojson_of(found)
    assert contours_of([read_geojson(text.encode(), HERE)], TERRITORY) == found
    assert geojson_of(contours_of(files, TERRITORY)) == text
    assert not contours_of([], TERRITORY)


@pytest.mark.parametrize(
    ("content", "code", "received"),
    [
        (b"pas du json", "EVK-D062", ""),
        (b'{"features": [{"geometry": null}]}', "EVK-D062", ""),
        (b"\xff\xfe\x00", "EVK-D062", ""),
        (collection(), "EVK-D062", ""),
        (collection(feature([[4.0, 46.0]], "Point")), "EVK-D062", ""),
        (collection(feature([SQUARE[:3]], code="QN07102I")), "EVK-D062", ""),
        (collection(feature([[[x * 1e5, y * 1e5] for x, y in SQUARE]])), "EVK-D063", "400000 ; 4.6e+06"),
    ],
)
def test_what_is_no_contour_is_refused_with_its_file(content: bytes, code: str, received: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_geojson(content, HERE)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place, problem.received) == (code, HERE, received)


def test_a_file_of_other_places_is_told() -> None:
    (problem,) = contour_problems(read_geojson(collection(feature(code="QN99999I")), HERE), TERRITORY)
    assert problem.code == "EVK-D064"
    assert not list(contour_problems(read_geojson(collection(feature(code="71076")), HERE), TERRITORY))


def test_the_real_contours_of_2024_find_every_qpv_that_the_contracts_declare_with_its_code() -> None:
    if not REAL.is_file():
        pytest.skip("real-data: no contours of the QPV")
    known = json.loads(gzip.decompress(REAL.read_bytes()))["qpvs"]
    national = collection(*(feature(each["g"], "MultiPolygon", code_qp=each["code"]) for each in known))
    file = read_geojson(national, HERE)
    assert len(file.features) == 1584  # the QPV of 2024, overseas included
    for declared in open_workspace(shipped_workspace()).contracts.values():
        codes = {
            zone.id
            for zone in declared.territory.zones.values()
            if any(each.vintage == 2024 and each.code for each in zone.perimeters)
        }
        assert set(contours_of([file], declared.territory).by_zone) == codes, declared.contract.contract
