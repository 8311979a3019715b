"""A sample's columns with their cells, nested values as paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from importers.mapping.paths import ABSENT, getter
from parsing.text import repair

_DEEPEST: Final = 3
_MOST: Final = 500


def flattened(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> tuple[list[str], dict[str, list[Any]]]:
    """Paths in order, and for each its cell in every row (None where absent)."""
    paths: dict[str, None] = {}
    for column in columns:
        if not repair(column)[1]:  # no mapping file could hold such a name
            paths |= dict.fromkeys(_paths(column, [row.get(column) for row in rows], 1))
    kept = list(paths)[:_MOST]
    return kept, {path: _cells(path, rows) for path in kept}


def _cells(path: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    get = getter(path)
    return [None if (value := get(row)) is ABSENT else value for row in rows]


def _paths(path: str, cells: Sequence[Any], depth: int) -> list[str]:
    """The path itself, or those of what it holds: keys of objects, keys of a list's objects."""
    objects = [cell for cell in cells if isinstance(cell, Mapping)]
    items = [item for cell in cells if isinstance(cell, list) for item in cell if isinstance(item, Mapping)]
    if depth > _DEEPEST or not (objects or items) or _is_place(objects):
        return [path]
    inside, path = (objects, path) if objects else (items, f"{path}[]")
    keys = dict.fromkeys(key for each in inside for key in each if isinstance(key, str) and "." not in key)
    return [
        found
        for key in keys
        for found in _paths(f"{path}.{key}", [each.get(key) for each in inside], depth + 1)
    ]


def _is_place(objects: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these are GeoJSON geometries, which are read whole: their pairs are longitude first."""
    return bool(objects) and all("type" in each and "coordinates" in each for each in objects)
