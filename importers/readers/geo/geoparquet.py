"""Reads GeoParquet: Parquet whose metadata says which column is the shape, and in which coordinate system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from importers.errors import ImportFileError
from importers.options import ReadOptions
from importers.readers.geo.places import Places
from importers.readers.geo.wkb import geometry_of
from importers.readers.parquet import read_parquet
from importers.readers.unpack import unpack
from importers.record import PLACE, Notes, Record, Skipped, Table

_DEGREES: Final = "OGC:CRS84"
"""What a column without a coordinate system is in."""


def read_geoparquet(path: Path, name: str, options: ReadOptions, notes: Notes, stack: ExitStack) -> Table:
    """Return the rows of a GeoParquet file. Raises ImportFileError."""
    file = unpack(path, name, options, notes, stack)
    about = _about(file.local(), name)
    column = str(about.get("primary_column"))
    facts = (about.get("columns") or {}).get(column) or {}
    if (encoding := facts.get("encoding")) != "WKB":
        raise ImportFileError(
            f"{name} has its shapes as {encoding}", next_step="export it with WKB, as most programs do"
        )
    crs = facts.get("crs", _DEGREES)
    places = Places(name, crs if crs is None or isinstance(crs, str) else _known(crs), options.crs, notes)
    table = read_parquet(file, options, notes)
    columns = [each for each in table.columns if each != column]
    table.items = _rows(table.items, column, places)
    table.columns = [*columns, *PLACE]
    table.format = "geoparquet"
    return table


def _about(path: Path, name: str) -> dict[str, Any]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        metadata = pq.read_schema(path).metadata or {}
        found = json.loads(metadata[b"geo"])
    except (KeyError, ValueError, pa.ArrowException, OSError) as error:
        raise ImportFileError(
            f"{name} is no GeoParquet: it does not say which column is the shape",
            next_step="a Parquet file without shapes is a layer of type delimited",
        ) from error
    return found if isinstance(found, dict) else {}


def _known(crs: Any) -> str:
    """A coordinate system as its code where its description has one, else the description."""
    code = crs.get("id") if isinstance(crs, dict) else None
    if isinstance(code, dict) and "authority" in code:
        return f"{code['authority']}:{code.get('code')}"
    return json.dumps(crs)


def _rows(items: Iterator[Record | Skipped], column: str, places: Places) -> Iterator[Record | Skipped]:
    for item in items:
        if not isinstance(item, Skipped):
            geometry = item.cells.pop(column, None)
            if isinstance(geometry, bytes):
                places.add(item.cells, geometry_of(geometry))
        yield item
    places.report()
