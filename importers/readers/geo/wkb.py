"""Well-known binary as GeoJSON: points, lines and polygons, in two dimensions or more."""

from __future__ import annotations

import struct
from struct import unpack_from
from typing import Any, Final

_TYPES: Final = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
_DAMAGED: Final = "damaged or unknown binary"
_HAS_ID: Final = 0x20000000
_HAS_Z: Final = 0x80000000
_HAS_M: Final = 0x40000000


def geometry_of(data: bytes | None) -> dict[str, Any] | None:
    """The GeoJSON geometry that binary holds; of an unknown kind or damaged, one without coordinates."""
    if not data:
        return None
    try:
        return _Reader(data).geometry()
    except (LookupError, ValueError, RecursionError, struct.error):
        return {"type": _DAMAGED, "coordinates": [None]}


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def geometry(self) -> dict[str, Any]:
        order = "<" if self._data[self._at] else ">"
        (code,) = unpack_from(f"{order}I", self._data, self._at + 1)
        self._at += 5
        if code & _HAS_ID:
            self._at += 4
        extra = bool(code & _HAS_Z) + bool(code & _HAS_M)
        base = code & 0x0FFFFFFF
        extra += {0: 0, 1: 1, 2: 1, 3: 2}.get(base // 1000, 0)
        kind = _TYPES[base % 1000]
        size = 2 + extra
        if kind == "Point":
            found = self._points(order, size, 1)[0]
            return {"type": kind, "coordinates": [] if found[0] != found[0] else found}
        count = self._count(order)
        if kind == "LineString":
            return {"type": kind, "coordinates": self._points(order, size, count)}
        if kind == "Polygon":
            rings = [self._points(order, size, self._count(order)) for _ in range(count)]
            return {"type": kind, "coordinates": rings}
        parts = [self.geometry() for _ in range(count)]
        if kind == "GeometryCollection":
            return {"type": kind, "geometries": parts}
        return {"type": kind, "coordinates": [part["coordinates"] for part in parts]}

    def _count(self, order: str) -> int:
        (count,) = unpack_from(f"{order}I", self._data, self._at)
        self._at += 4
        if count > len(self._data):
            raise ValueError("more parts than bytes")
        return int(count)

    def _points(self, order: str, size: int, count: int) -> list[tuple[float, float]]:
        numbers = unpack_from(f"{order}{size * count}d", self._data, self._at)
        self._at += 8 * size * count
        return list(zip(numbers[::size], numbers[1::size], strict=True))
