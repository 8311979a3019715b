"""Features of an ArcGIS answer as rows: dates as ISO 8601, places and outlines in degrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from importers.layers.answers import uncollected
from importers.layers.arcgis.facts import LayerFacts
from importers.record import LATITUDE, LOCATION_KIND, LONGITUDE, SHAPE
from parsing.shapes import (
    NOWHERE,
    Place,
    Point,
    UnusableShapeError,
    from_mercator,
    of_lines,
    of_point,
    of_polygons,
    polygons_of_rings,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400_000
_EPOCH_DAY: Final = _EPOCH.toordinal()
_FIRST_DAY, _LAST_DAY = 1 - _EPOCH_DAY, date.max.toordinal() - _EPOCH_DAY
_MERCATOR: Final = frozenset({3857, 102100, 102113, 900913})
_DEGREES: Final = frozenset({4326, 4269})
"""WGS 84, and NAD 83, which lies within two metres of it."""


def moment(value: Any) -> Any:
    """Milliseconds since 1970 as ISO 8601; midnight of UTC is a day without a time. Others as they are."""
    if value.__class__ is not int:
        if value.__class__ is not float or not value.is_integer():
            return value
        value = int(value)
    days, rest = divmod(value, _DAY)
    if not _FIRST_DAY <= days <= _LAST_DAY:
        return value
    if not rest:
        return date.fromordinal(_EPOCH_DAY + days).isoformat()
    found = _EPOCH + timedelta(days, milliseconds=rest)
    return found.isoformat(timespec="milliseconds" if value % 1000 else "seconds").replace("+00:00", "Z")


class Features:
    """Makes cells of features, and remembers what could not be used of their shapes."""

    def __init__(self, facts: LayerFacts, location_kind: str) -> None:
        self._dates = facts.dates
        self._location_kind = location_kind
        self.faults: Counter[str] = Counter()
        self.converted = False
        """Whether an answer was in web mercator although degrees were asked for."""
        self.foreign: int | None = None
        """The coordinate system of an answer whose places could not be used."""

    def of(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """The cells of the features of an answer."""
        project = self.projection(answer)
        with uncollected():
            return [self.cells(feature, project) for feature in answer["features"]]

    def cells(
        self, feature: dict[str, Any], project: Callable[[float, float], Point] | None
    ) -> dict[str, Any]:
        """The cells of one feature: its attributes, and where it is."""
        cells: dict[str, Any] = feature["attributes"]
        for name in self._dates:
            if (value := cells.get(name)) is not None:
                cells[name] = moment(value)
        place = self._place(feature.get("geometry"), project)
        if place.point is not None:
            cells[LONGITUDE], cells[LATITUDE] = place.point
            cells[LOCATION_KIND] = self._location_kind
        if place.shape is not None:
            cells[SHAPE] = place.shape
        if place.fault is not None:
            self.faults[place.fault] += 1
        return cells

    def projection(self, answer: dict[str, Any]) -> Callable[[float, float], Point] | None:
        """How the places of an answer become degrees; None where they are."""
        stated = answer.get("spatialReference") or {}
        known = stated.get("latestWkid") or stated.get("wkid")
        if known is None or known in _DEGREES:
            return None
        if known in _MERCATOR:
            self.converted = True
            return from_mercator
        self.foreign = known
        return _unknown

    def _place(self, geometry: Any, project: Callable[[float, float], Point] | None) -> Place:
        if geometry is None:
            return NOWHERE
        try:
            return _read(geometry, project)
        except UnusableShapeError as error:
            return Place(fault=str(error))
        except (LookupError, TypeError, ValueError, AttributeError):
            return Place(fault="its coordinates are not a list of numbers")


def _read(geometry: dict[str, Any], project: Callable[[float, float], Point] | None) -> Place:
    if "x" in geometry:
        x, y = geometry["x"], geometry.get("y")
        if project is not None and isinstance(x, int | float) and isinstance(y, int | float):
            x, y = project(x, y)
        return of_point(x, y)
    if "curveRings" in geometry or "curvePaths" in geometry:
        raise UnusableShapeError("it has curves")
    lists = geometry.get("rings") or geometry.get("paths") or ()
    if project is not None:
        lists = [[project(vertex[0], vertex[1]) for vertex in part] for part in lists]
    if geometry.get("rings"):
        return of_polygons(polygons_of_rings(lists))
    if geometry.get("paths"):
        return of_lines(lists)
    points = geometry.get("points")
    return of_point(*points[0][:2]) if points else NOWHERE


def _unknown(x: float, y: float) -> Point:
    raise UnusableShapeError("it is in another coordinate system")
