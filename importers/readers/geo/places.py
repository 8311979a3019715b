"""The place of a shape in degrees: projected where its file is, refused where nobody says from what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from importers.errors import ImportFileError
from importers.record import LATITUDE, LOCATION_KIND, LONGITUDE, SHAPE, Notes
from parsing.shapes import Place, place_of

_DEGREES: Final = frozenset({"EPSG:4326", "OGC:CRS84", "CRS84"})
_INSTALL: Final = 'install them: pip install "property-manager[geo]"'


def missing_extra(what: str, error: ImportError) -> ImportFileError:
    """The error for a file that needs the libraries of the extra `geo`."""
    return ImportFileError(
        f"{what} needs libraries that are not installed ({error.name})", next_step=_INSTALL
    )


class Places:
    """Adds to rows the places of their shapes, and counts those that have none."""

    def __init__(self, name: str, crs: str | None, options_crs: str | None, notes: Notes) -> None:
        """`crs` is what the file says; without it, what its layer says. Raises ImportFileError."""
        if crs and options_crs and not _same(crs, options_crs):
            notes.warnings.append(f"{name} says that it is in {_shown(crs)}; {options_crs} is passed over.")
        self._name = name
        self._transform = _transform(name, crs or options_crs)
        self._faults: Counter[str] = Counter()
        self._notes = notes

    def add(self, cells: dict[str, Any], geometry: Any) -> None:
        """Add the place of a GeoJSON geometry to the cells of its row."""
        if geometry is None:
            return
        place = self._place(geometry)
        if place.point is not None:
            cells[LONGITUDE], cells[LATITUDE] = place.point
            is_area = place.shape is not None and place.shape["type"].endswith("Polygon")
            cells[LOCATION_KIND] = "centroid" if is_area else "point"
        if place.shape is not None:
            cells[SHAPE] = place.shape
        if place.fault is not None:
            self._faults[place.fault] += 1

    def report(self) -> None:
        """Say of how many rows the shape could not be used, and why."""
        for fault, times in self._faults.most_common(5):
            self._notes.warnings.append(f"Shapes without a place: {times:,}, as {fault}.")

    def _place(self, geometry: Any) -> Place:
        if self._transform is None or not geometry.get("coordinates"):
            return place_of(geometry)
        try:
            moved = {**geometry, "coordinates": _moved(geometry["coordinates"], self._transform)}
        except (LookupError, TypeError, ValueError):
            return Place(fault="its coordinates are not a list of numbers")
        return place_of(moved)


def _transform(name: str, crs: str | None) -> Any:
    """What turns coordinates into degrees; None where they are. Raises ImportFileError."""
    if crs is None:
        raise ImportFileError(
            f"{name} does not say in which coordinate system its shapes are",
            next_step='say it in the layer\'s options: crs = "EPSG:2881", as its publisher states',
        )
    if crs in _DEGREES:
        return None
    try:
        from pyproj import CRS, Transformer  # noqa: PLC0415 of the extra geo, only where shapes are projected
        from pyproj.exceptions import CRSError  # noqa: PLC0415
    except ImportError as error:
        raise missing_extra(f"{name}, which is in {_shown(crs)},", error) from error
    try:
        found = CRS.from_user_input(crs)
    except CRSError as error:
        raise ImportFileError(
            f"{name} is in a coordinate system that is not known: {_shown(crs)}",
            next_step='say which it is in the layer\'s options: crs = "EPSG:2881"',
        ) from error
    if found.to_epsg() == 4326:
        return None
    return Transformer.from_crs(found, CRS.from_epsg(4326), always_xy=True).transform


def _moved(coordinates: Any, transform: Any) -> Any:
    """The same nesting of coordinates, in degrees; a ring at once, as a call costs more than its points."""
    first = coordinates[0]
    if isinstance(first, Sequence):
        if isinstance(first[0], Sequence):
            return [_moved(part, transform) for part in coordinates]
        xs, ys = transform([float(each[0]) for each in coordinates], [float(each[1]) for each in coordinates])
        return list(zip(xs, ys, strict=True))
    return transform(float(first), float(coordinates[1]))


def _same(one: str, other: str) -> bool:
    try:
        from pyproj import CRS  # noqa: PLC0415
    except ImportError:
        return one == other
    return bool(CRS.from_user_input(one).equals(CRS.from_user_input(other)))


def _shown(crs: str) -> str:
    return crs if len(crs) <= 60 else crs[:60] + "…"
