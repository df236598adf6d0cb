"""Outlines of plots: a point or one ring, from a phone or a map (RFC 7946).

Coordinates are WGS 84 longitude and latitude, as RFC 7946 section 4 demands; CGCS2000
agrees with it to centimetres. Maps in China may show GCJ-02, some 100 to 700 m away,
which no check here can notice: forms must say so. Numbers are decimals throughout,
rounded to 1e-7 degree (about 1 cm), and compared as integers of that step.
"""

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Literal, NoReturn

from registry.domain.quantity import decimal_text
from registry.errors import InvalidInput

Position = tuple[Decimal, Decimal]
_Grid = tuple[int, int]

MAX_POSITIONS = 500
_MAX_CHARACTERS = 64_000
_STEP = Decimal("1e-7")

# China with its islands, degrees, rounded outwards.
_WEST, _EAST, _SOUTH, _NORTH = map(Decimal, (73, 136, 3, 54))


@dataclass(frozen=True, slots=True)
class Geometry:
    """A point, or a polygon of one ring.

    Attributes:
        positions: (longitude, latitude) in degrees; a ring repeats its first at the
            end.
    """

    kind: Literal["Point", "Polygon"]
    positions: tuple[Position, ...]

    @property
    def text(self) -> str:
        """Canonical GeoJSON, the bytes that an annex holds."""
        pairs = [f"[{decimal_text(x)},{decimal_text(y)}]" for x, y in self.positions]
        inner = pairs[0] if self.kind == "Point" else f"[[{','.join(pairs)}]]"
        return f'{{"type":"{self.kind}","coordinates":{inner}}}'


def parse_geojson(text: str, field: str = "outline") -> Geometry:
    """Return the geometry of a GeoJSON Point or Polygon.

    Raises:
        InvalidInput: not such GeoJSON, outside China, too many points, holes, a ring
            that is open, crosses itself or encloses nothing.
    """
    kind, coordinates = _members(text, field)
    if kind == "Point":
        return Geometry("Point", (_position(coordinates, field),))
    if not isinstance(coordinates, list) or len(coordinates) != 1:
        raise InvalidInput.at(
            field,
            "The outline must be one closed line without holes. Draw the plot again "
            "as a single shape.",
        )
    return Geometry("Polygon", _ring(coordinates[0], field))


def _members(text: str, field: str) -> tuple[str, object]:
    """Return `type` and `coordinates` of a GeoJSON geometry."""
    found = _json(text) if len(text) <= _MAX_CHARACTERS else None
    if not isinstance(found, dict) or found.get("type") not in ("Point", "Polygon"):
        raise InvalidInput.at(
            field,
            "This is not a GeoJSON Point or Polygon of at most {most} characters. "
            "Mark the plot on the map, or export it as GeoJSON.",
            most=_MAX_CHARACTERS,
        )
    if "crs" in found:
        raise InvalidInput.at(
            field,
            'The outline names a coordinate system ("crs"). Export it in WGS 84, '
            "where GeoJSON needs no such member.",
        )
    return found["type"], found.get("coordinates")


def _json(text: str) -> object:
    """Return parsed JSON with decimals for numbers, None if it is not JSON."""

    def refuse(_: str) -> NoReturn:
        raise ValueError("NaN and Infinity are not JSON")

    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=Decimal, parse_constant=refuse
        )
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _position(given: object, field: str) -> Position:
    """Return one position; an altitude is dropped, as nothing here uses it."""
    if (
        not isinstance(given, list)
        or len(given) not in {2, 3}
        or not all(isinstance(number, Decimal) for number in given)
    ):
        raise InvalidInput.at(
            field, "A point of the outline is not a pair of longitude and latitude."
        )
    longitude, latitude = given[:2]
    if not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH):
        raise InvalidInput.at(
            field,
            "The point {longitude}, {latitude} lies outside China. GeoJSON gives the "
            "longitude first: check the order and the signs.",
            longitude=str(longitude)[:20],
            latitude=str(latitude)[:20],
        )
    return longitude.quantize(_STEP), latitude.quantize(_STEP)


def _ring(given: object, field: str) -> tuple[Position, ...]:
    """Return a closed ring, points repeated in place left out."""
    if not isinstance(given, list) or not 4 <= len(given) <= MAX_POSITIONS:
        raise InvalidInput.at(
            field,
            "The outline has {count} points; 4 to {most} are possible, the last one "
            "equal to the first. Draw it with more, or fewer, corners.",
            count=len(given) if isinstance(given, list) else 0,
            most=MAX_POSITIONS,
        )
    all_positions = [_position(position, field) for position in given]
    if all_positions[0] != all_positions[-1]:
        raise InvalidInput.at(
            field,
            "The outline is open: its last point is not its first. Close the line.",
        )
    ring = tuple(
        here
        for n, here in enumerate(all_positions)
        if n == 0 or here != all_positions[n - 1]
    )
    corners = [_grid(position) for position in ring]
    if not _doubled_area(corners) or _crosses_itself(corners):
        raise InvalidInput.at(
            field,
            "The outline crosses itself or encloses nothing. Walk round the plot once "
            "and draw it again.",
        )
    return ring


def _grid(position: Position) -> _Grid:
    """Return a position in whole steps of 1e-7 degree."""
    longitude, latitude = position
    return int(longitude.scaleb(7)), int(latitude.scaleb(7))


def _doubled_area(ring: list[_Grid]) -> int:
    """Return twice the signed area of a ring in square steps (the shoelace sum)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _crosses_itself(ring: list[_Grid]) -> bool:
    """Tell whether two edges share a point that is not their common corner.

    Neighbours need no check of their own: where the line turns back on itself, an edge
    after the next, or before the last, begins on it too, unless the ring is a triangle
    without area.
    """
    edges = list(pairwise(ring))
    return any(
        _meet(one, other)
        for (n, one), (m, other) in combinations(enumerate(edges), 2)
        if m - n not in (1, len(edges) - 1)
    )


def _side(a: _Grid, b: _Grid, c: _Grid) -> int:
    """Return above 0, 0 or below 0: c lies left of, on, or right of the line a-b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _meet(one: tuple[_Grid, _Grid], other: tuple[_Grid, _Grid]) -> bool:
    """Tell whether two segments share a point."""
    for axis in (0, 1):
        low, high = sorted((one[0][axis], one[1][axis]))
        if max(other[0][axis], other[1][axis]) < low:
            return False
        if min(other[0][axis], other[1][axis]) > high:
            return False
    # Their boxes overlap, so they meet unless one lies wholly on a side of the other.
    across = _side(*one, other[0]) * _side(*one, other[1])
    along = _side(*other, one[0]) * _side(*other, one[1])
    return across <= 0 and along <= 0


def polygon_area_m2(geometry: Geometry) -> Decimal:
    """Return the area in m², near enough to compare with the area declared.

    Plane area of degrees, scaled by the lengths of a degree on the WGS 84 ellipsoid at
    the middle latitude; the error stays below 0.1 % for a plot of a few kilometres.
    Zero for a point. Not for records: a record holds the area that was declared.
    """
    if geometry.kind == "Point":
        return Decimal(0)
    latitudes = [latitude for _, latitude in geometry.positions]
    middle = math.radians((min(latitudes) + max(latitudes)) / 2)
    north_m = 111_132.954 - 559.822 * math.cos(2 * middle)
    east_m = 111_412.84 * math.cos(middle) - 93.5 * math.cos(3 * middle)
    # The only floats here; rounding far above their last bit lets platforms agree.
    scale = Decimal(round(north_m * east_m * 10**6)).scaleb(-6)
    doubled = abs(_doubled_area([_grid(position) for position in geometry.positions]))
    return (Decimal(doubled).scaleb(-14) * scale / 2).quantize(Decimal("0.01"))
