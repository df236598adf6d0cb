"""Outlines of plots."""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.geometry import Geometry, parse_geojson, polygon_area_m2
from registry.errors import InvalidInput

# A field near Qujing, walked with a phone.
SQUARE = [
    [103.79, 25.49],
    [103.8, 25.49],
    [103.8, 25.5],
    [103.79, 25.5],
    [103.79, 25.49],
]


def geojson(coordinates: object, kind: str = "Polygon") -> str:
    return json.dumps({"type": kind, "coordinates": coordinates})


def test_a_polygon_is_read_and_written_canonically() -> None:
    geometry = parse_geojson(geojson([SQUARE]))
    assert geometry.kind == "Polygon"
    assert geometry.text == (
        '{"type":"Polygon","coordinates":[[[103.79,25.49],[103.8,25.49],[103.8,25.5],'
        "[103.79,25.5],[103.79,25.49]]]}"
    )


def test_a_point_is_read_and_its_altitude_dropped() -> None:
    geometry = parse_geojson(geojson([103.79, 25.49, 1881.3], "Point"))
    assert geometry.text == '{"type":"Point","coordinates":[103.79,25.49]}'
    assert polygon_area_m2(geometry) == 0


def test_digits_beyond_a_centimetre_are_rounded_as_decimals() -> None:
    text = '{"type":"Point","coordinates":[103.123456750000001,25.0]}'
    assert parse_geojson(text).positions == ((Decimal("103.1234568"), Decimal("25")),)


@given(st.decimals(74, 134, places=7), st.decimals(4, 53, places=7))
@settings(max_examples=60, deadline=None)
def test_a_point_reads_back_from_its_canonical_text(x: Decimal, y: Decimal) -> None:
    geometry = Geometry("Point", ((x, y),))
    back = parse_geojson(geometry.text)
    assert back == geometry
    assert back.text == geometry.text
    assert all(type(number) is Decimal for number in back.positions[0])


@given(
    st.integers(3, 12),
    st.integers(1, 500),
    st.decimals(80, 130, places=4),
    st.decimals(20, 50, places=4),
)
@settings(max_examples=60, deadline=None)
def test_every_regular_outline_is_accepted(
    corners: int, size: int, x: Decimal, y: Decimal
) -> None:
    turns = [2 * math.pi * n / corners for n in range(corners)]
    ring = [
        [float(x) + size * 1e-5 * math.cos(a), float(y) + size * 1e-5 * math.sin(a)]
        for a in turns
    ]
    geometry = parse_geojson(geojson([[*ring, ring[0]]]))
    assert parse_geojson(geometry.text) == geometry
    assert polygon_area_m2(geometry) > 0


def test_a_point_repeated_in_place_is_left_out() -> None:
    doubled = [SQUARE[0], *SQUARE]
    assert parse_geojson(geojson([doubled])) == parse_geojson(geojson([SQUARE]))


def test_the_area_agrees_with_the_sphere_and_ignores_direction() -> None:
    area = polygon_area_m2(parse_geojson(geojson([SQUARE])))
    # Zone of the sphere between two latitudes, mean Earth radius 6,371,008.8 m.
    south, north = math.radians(25.49), math.radians(25.5)
    sphere = 6_371_008.8**2 * math.radians(0.01) * (math.sin(north) - math.sin(south))
    assert abs(float(area) / sphere - 1) < 0.005
    assert polygon_area_m2(parse_geojson(geojson([SQUARE[::-1]]))) == area


def test_the_area_agrees_with_the_ellipsoid() -> None:
    # One 0.01 degree cell on WGS 84 by the radii of curvature M and N.
    a, e2 = 6_378_137.0, 0.00669437999014
    middle = math.radians(25.495)
    root = math.sqrt(1 - e2 * math.sin(middle) ** 2)
    meridian, parallel = a * (1 - e2) / root**3, a / root * math.cos(middle)
    cell = meridian * parallel * math.radians(0.01) ** 2
    area = polygon_area_m2(parse_geojson(geojson([SQUARE])))
    assert abs(float(area) / cell - 1) < 0.0001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"type":"LineString","coordinates":[[103,25],[104,25]]}',
        '{"type":"Feature","geometry":null}',
        '{"type":"Point","coordinates":[NaN,25]}',
        '{"type":"Point","coordinates":[1e9999999999999999999,25]}',
        '{"type":["Point"],"coordinates":[103,25]}',
        "[" * 50_000,
        " " * 64_001 + geojson([103, 25], "Point"),
    ],
)
def test_what_is_not_a_point_or_polygon_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a GeoJSON Point or Polygon"):
        parse_geojson(text)


def test_another_coordinate_system_is_refused() -> None:
    text = '{"type":"Point","coordinates":[103,25],"crs":{"type":"name"}}'
    with pytest.raises(InvalidInput, match="WGS 84"):
        parse_geojson(text)


@pytest.mark.parametrize(
    "coordinates", [None, 103, [103], ["103", "25"], [103, True], [103, 25, 1, 1]]
)
def test_a_position_is_a_pair_of_numbers(coordinates: object) -> None:
    with pytest.raises(InvalidInput, match="not a pair"):
        parse_geojson(geojson(coordinates, "Point"))


@pytest.mark.parametrize(
    "position", [[25.49, 103.79], [-103.79, 25.49], [103.79, -25.49], [139.7, 35.7]]
)
def test_a_point_outside_china_is_refused(position: list[float]) -> None:
    with pytest.raises(InvalidInput, match="outside China"):
        parse_geojson(geojson(position, "Point"))


@pytest.mark.parametrize("count", [0, 3, 501])
def test_a_ring_has_four_to_five_hundred_points(count: int) -> None:
    with pytest.raises(InvalidInput, match=f"has {count} points"):
        parse_geojson(geojson([[[103.79, 25.49]] * count]))


def test_a_ring_that_is_no_list_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has 0 points"):
        parse_geojson(geojson([{"0": 103}]))


def test_an_open_ring_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is open"):
        parse_geojson(geojson([[*SQUARE[:-1], [103.791, 25.491]]]))


@pytest.mark.parametrize("coordinates", [None, [], [SQUARE, SQUARE]])
def test_holes_and_missing_rings_are_refused(coordinates: object) -> None:
    with pytest.raises(InvalidInput, match="one closed line"):
        parse_geojson(geojson(coordinates))


@pytest.mark.parametrize(
    "ring",
    [
        pytest.param([[0, 0], [2, 2], [2, 0], [0, 1], [0, 0]], id="bow tie"),
        pytest.param([[0, 0], [2, 0], [1, 0], [1, 2], [0, 0]], id="turns back"),
        pytest.param([[1, 0], [2, 2], [0, 1], [1, 2], [1, 0]], id="crosses"),
        pytest.param(
            [[0, 0], [2, 0], [2, 2], [1, 0], [0, 2], [0, 0]], id="touches an edge"
        ),
        pytest.param([[0, 0], [1, 1], [2, 2], [0, 0]], id="flat"),
        pytest.param([[0, 0], [0, 0], [0, 0], [0, 0]], id="one point"),
        pytest.param([[1, 0], [1, 1], [0, 0], [2, 0], [1, 0]], id="last turns back"),
    ],
)
def test_a_ring_that_crosses_itself_or_is_flat_is_refused(
    ring: list[list[int]],
) -> None:
    moved = [[103 + x / 1000, 25 + y / 1000] for x, y in ring]
    with pytest.raises(InvalidInput, match="crosses itself or encloses nothing"):
        parse_geojson(geojson([moved]))


def test_a_ring_of_five_hundred_points_is_checked() -> None:
    turns = [2 * math.pi * n / 499 for n in range(499)]
    ring = [[103 + 0.01 * math.cos(a), 25 + 0.01 * math.sin(a)] for a in turns]
    assert len(parse_geojson(geojson([[*ring, ring[0]]])).positions) == 500
