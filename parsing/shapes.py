"""Shapes in degrees of WGS 84: outlines as GeoJSON, a place inside each, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import atan, degrees, exp, isfinite, pi
from typing import Any, Final, NamedTuple

Point = tuple[float, float]
"""Longitude, latitude."""
Ring = list[Point]
Polygon = list[Ring]
"""The outer ring and its holes."""

_EARTH: Final = 6_378_137.0
"""Metres: the radius that web mercator takes the earth for."""
_DIGITS: Final = 8
"""About a millimetre."""


class Place(NamedTuple):
    """What a geometry says of where a row is."""

    point: Point | None = None
    shape: dict[str, Any] | None = None
    """A polygon or lines as GeoJSON; a point is no shape."""
    fault: str | None = None
    """Why there is no place although there is a geometry."""


NOWHERE: Final = Place()


class UnusableShapeError(ValueError):
    """The geometry cannot be read; the text says why."""


def place_of(geometry: Any) -> Place:
    """The place of a GeoJSON geometry in degrees; null and empty ones are nowhere, without a fault."""
    if geometry is None:
        return NOWHERE
    try:
        return _place(geometry)
    except UnusableShapeError as error:
        return Place(fault=str(error))
    except (LookupError, TypeError, ValueError):
        return Place(fault="its coordinates are not a list of numbers")


def _place(geometry: dict[str, Any]) -> Place:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        members = geometry.get("geometries") or []
        if len(members) != 1:
            raise UnusableShapeError("it is a collection of several geometries")
        return _place(members[0])
    if not coordinates:
        return NOWHERE
    if kind == "Point":
        return Place(_point(coordinates))
    if kind == "MultiPoint":
        return Place(_point(coordinates[0]))
    if kind in ("Polygon", "MultiPolygon"):
        parts = [coordinates] if kind == "Polygon" else coordinates
        return of_polygons([[_ring(ring) for ring in part] for part in parts])
    if kind in ("LineString", "MultiLineString"):
        return of_lines([coordinates] if kind == "LineString" else coordinates)
    raise UnusableShapeError(f"there is no geometry of type {kind!r}")


def of_point(x: Any, y: Any) -> Place:
    """The place of a point; one without numbers is nowhere."""
    if x is None or y is None or x == "NaN" or y == "NaN":
        return NOWHERE
    try:
        return Place(_point((x, y)))
    except UnusableShapeError as error:
        return Place(fault=str(error))


def of_lines(lines: Iterable[Sequence[Any]]) -> Place:
    """The place of lines: the middle vertex of the longest of them."""
    found = [[_point(vertex) for vertex in line] for line in lines]
    longest = max(found, key=len)
    shape: dict[str, Any] = {"type": "MultiLineString", "coordinates": found}
    if len(found) == 1:
        shape = {"type": "LineString", "coordinates": found[0]}
    return Place(longest[len(longest) // 2], shape)


def of_polygons(polygons: list[Polygon]) -> Place:
    """The place of polygons: the centroid of the largest, or, where that is outside, a point inside."""
    polygons = [part for part in (_kept_rings(part) for part in polygons) if part]
    if not polygons:
        raise UnusableShapeError("none of its rings has three corners")
    if len(polygons) == 1 and len(polygons[0]) == 1:
        return _of_ring(polygons[0][0])
    wound = [[_wound(ring, outer=not at) for at, ring in enumerate(part)] for part in polygons]
    if len(wound) == 1:
        return Place(_inside(wound[0]), {"type": "Polygon", "coordinates": wound[0]})
    largest = max(wound, key=lambda part: abs(_area(part[0])))
    return Place(_inside(largest), {"type": "MultiPolygon", "coordinates": wound})


def _of_ring(ring: Ring) -> Place:
    """The place of one ring, which most parcels are: its area and its centroid in one pass."""
    x0, y0 = ring[0]
    area = across = up = px = py = 0.0
    for x, y in ring:
        dx, dy = x - x0, y - y0
        cross = px * dy - dx * py
        area += cross
        across += (px + dx) * cross
        up += (py + dy) * cross
        px, py = dx, dy
    if area < 0:
        ring = ring[::-1]
    shape = {"type": "Polygon", "coordinates": [ring]}
    if area:
        centre = round(x0 + across / (3 * area), _DIGITS), round(y0 + up / (3 * area), _DIGITS)
        if _contains([ring], centre):
            return Place(centre, shape)
    return Place(_inside([ring]), shape)


def polygons_of_rings(rings: Sequence[Sequence[Any]]) -> list[Polygon]:
    """Polygons of Esri's rings: outer ones run clockwise; a hole is that of the smallest ring around it."""
    outers: list[Polygon] = []
    holes: list[Ring] = []
    if len(rings) == 1:
        return [[_ring(rings[0])]]
    for given in rings:
        ring = _ring(given)
        if _area(ring) <= 0:
            outers.append([ring])
        else:
            holes.append(ring)
    for hole in holes:
        around = [part for part in outers if _holds(part[0], hole)]
        if around:
            min(around, key=lambda part: abs(_area(part[0]))).append(hole)
        else:  # wound the wrong way: it is in nothing, so that it is no hole
            outers.append([hole])
    return outers


def from_mercator(x: float, y: float) -> Point:
    """Degrees of a point in metres of web mercator."""
    return degrees(x / _EARTH), degrees(2 * atan(exp(y / _EARTH)) - pi / 2)


def _ring(given: Sequence[Any]) -> Ring:
    """A ring whose corners are degrees, each of two numbers; checked as a whole, as there are many."""
    xs, ys = [vertex[0] for vertex in given], [vertex[1] for vertex in given]
    try:
        good = isfinite(sum(xs) + sum(ys))
        good = good and (not xs or (max(map(abs, xs)) <= 180 and max(map(abs, ys)) <= 90))
    except TypeError:
        good = False
    return list(zip(xs, ys, strict=True)) if good else [_point(vertex) for vertex in given]


def _point(given: Any) -> Point:
    x, y = float(given[0]), float(given[1])
    if not (isfinite(x) and isfinite(y)):
        raise UnusableShapeError("a coordinate is no number")
    if not -180.0 <= x <= 180.0 or not -90.0 <= y <= 90.0:
        raise UnusableShapeError(f"{x:.10g}, {y:.10g} are no degrees")
    return round(x, _DIGITS), round(y, _DIGITS)


def _kept_rings(part: Polygon) -> Polygon:
    """The rings with three corners or more, closed; nothing without the outer one."""
    closed = [ring if ring and ring[0] == ring[-1] else [*ring, *ring[:1]] for ring in part]
    if not closed or len(closed[0]) < 4:
        return []
    return [ring for ring in closed if len(ring) >= 4]


def _area(ring: Ring) -> float:
    """Twice the area, positive where the ring runs anticlockwise; from its first corner, for exactness."""
    x0, y0 = ring[0]
    total = 0.0
    px = py = 0.0
    for x, y in ring:
        dx, dy = x - x0, y - y0
        total += px * dy - dx * py
        px, py = dx, dy
    return total


def _wound(ring: Ring, *, outer: bool) -> Ring:
    """The ring as RFC 7946 winds it: outer ones anticlockwise."""
    return ring if (_area(ring) >= 0) == outer else ring[::-1]


def _holds(ring: Ring, hole: Ring) -> bool:
    """Whether a ring is around another, by the corners that are not on it."""
    corners = set(ring)
    probe = next((vertex for vertex in hole if vertex not in corners), hole[0])
    return _contains([ring], probe)


def _inside(polygon: Polygon) -> Point:
    centre = _centroid(polygon)
    if centre is not None and _contains(polygon, centre):
        return round(centre[0], _DIGITS), round(centre[1], _DIGITS)
    outer = polygon[0]
    south, north = min(y for _, y in outer), max(y for _, y in outer)
    for share in (0.5, 0.25, 0.75, 0.375, 0.625):
        latitude = south + (north - south) * share
        crossed = sorted(_crossings(polygon, latitude))
        spans = [(b - a, (a + b) / 2) for a, b in zip(crossed[::2], crossed[1::2], strict=False)]
        if spans and max(spans)[0] > 0:
            return round(max(spans)[1], _DIGITS), round(latitude, _DIGITS)
    return outer[0]


def _centroid(polygon: Polygon) -> Point | None:
    """The centroid of the outer ring less its holes; None where it has no area."""
    x0, y0 = polygon[0][0]
    area = across = up = 0.0
    for ring in polygon:  # holes run the other way, so that they count negatively
        px, py = ring[-1][0] - x0, ring[-1][1] - y0
        for x, y in ring:
            dx, dy = x - x0, y - y0
            cross = px * dy - dx * py
            area += cross
            across += (px + dx) * cross
            up += (py + dy) * cross
            px, py = dx, dy
    return (x0 + across / (3 * area), y0 + up / (3 * area)) if area else None


def _contains(polygon: Polygon, point: Point) -> bool:
    """Whether a point is in a polygon and in none of its holes."""
    at, latitude = point
    inside = False
    for ring in polygon:
        px, py = ring[-1]
        for x, y in ring:
            if (py > latitude) != (y > latitude) and px + (latitude - py) * (x - px) / (y - py) > at:
                inside = not inside
            px, py = x, y
    return inside


def _crossings(polygon: Polygon, latitude: float) -> Iterator[float]:
    """Where the rings cross a latitude."""
    for ring in polygon:
        px, py = ring[-1]
        for x, y in ring:
            if (py > latitude) != (y > latitude):
                yield px + (latitude - py) * (x - px) / (y - py)
            px, py = x, y
