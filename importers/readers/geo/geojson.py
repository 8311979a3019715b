"""Reads GeoJSON feature by feature: properties as cells, and the place of the geometry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from importers.options import ReadOptions
from importers.readers.encoding import Encoding
from importers.readers.geo.places import Places
from importers.readers.json_rows import read_json
from importers.readers.unpack import InputFile
from importers.record import PLACE, Notes, Record, Skipped, Table

_NAMED: Final = re.compile(r'"crs"\s*:\s*\{.{0,200}?"name"\s*:\s*"((?:urn|EPSG|OGC)[^"]*)"', re.S)
_CODE: Final = re.compile(r"(EPSG|OGC):.*?([\w.]+)$")
_DEGREES: Final = "EPSG:4326"


def read_geojson(file: InputFile, encoding: Encoding, head: str, options: ReadOptions, notes: Notes) -> Table:
    """Return the features of a collection, or of one feature a line. Raises ImportFileError."""
    rows = "features" if '"features"' in head else None
    table = read_json(file, encoding, head, replace(options, format=None, rows=rows), notes)
    crs = _crs(head)
    if crs is None:
        crs = None if options.crs else _DEGREES
    places = Places(file.name, crs, options.crs, notes)
    columns: list[str] = []
    return replace(table, format="geojson", items=_features(table.items, columns, places), columns=columns)


def _crs(head: str) -> str | None:
    """The coordinate system that a collection names, as older GeoJSON does: urn:ogc:def:crs:EPSG::2236."""
    found = _NAMED.search(head)
    if found is None:
        return None
    code = _CODE.search(found[1])
    return found[1] if code is None else f"{code[1]}:{code[2]}"


def _features(
    items: Iterator[Record | Skipped], columns: list[str], places: Places
) -> Iterator[Record | Skipped]:
    known: set[str] = set()
    for item in items:
        if isinstance(item, Skipped) or item.problem:
            yield item
            continue
        properties = item.cells.get("properties")
        if not isinstance(properties, dict):
            yield item._replace(problem=f"line {item.line}: a feature without properties")
            continue
        cells: dict[str, Any] = dict(properties)
        places.add(cells, item.cells.get("geometry"))
        if not known.issuperset(cells):
            columns.extend(name for name in cells if name not in known)
            known.update(cells)
        yield item._replace(cells=cells)
    columns.extend(name for name in PLACE if name not in known)
    places.report()
