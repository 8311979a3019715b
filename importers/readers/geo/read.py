"""Opens a file of shapes by the library of its format."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from importers.options import ReadOptions
from importers.record import Notes, Table


def read_geo(path: Path, name: str, options: ReadOptions, notes: Notes, stack: ExitStack) -> Table:
    """Return the rows of a shapefile, GeoPackage or GeoParquet file. Raises ImportFileError."""
    if options.format == "geoparquet":
        from importers.readers.geo.geoparquet import read_geoparquet  # noqa: PLC0415 loaded where it is met

        return read_geoparquet(path, name, options, notes, stack)
    from importers.readers.geo.vector import read_vector  # noqa: PLC0415

    return read_vector(path, name, options, notes, stack)
