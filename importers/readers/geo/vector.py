"""Reads a shapefile or a GeoPackage by GDAL, in batches; its blanks are read from the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from importers.errors import ChoiceNeededError, DamagedFileError, ImportFileError
from importers.options import ReadOptions
from importers.readers.geo.dbf import Answers, open_answers
from importers.readers.geo.places import Places, missing_extra
from importers.readers.geo.wkb import geometry_of
from importers.record import PLACE, Notes, Record, Skipped, Table

_BATCH: Final = 500
_ZIP: Final = b"PK\x03\x04"


def read_vector(path: Path, name: str, options: ReadOptions, notes: Notes, stack: ExitStack) -> Table:
    """Return the rows of one layer of a file. Raises ImportFileError."""
    try:
        import pyogrio  # noqa: PLC0415 of the extra geo
        from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415
        from pyogrio.raw import open_arrow  # noqa: PLC0415
    except ImportError as error:
        raise missing_extra(f"a {options.format}", error) from error
    pyogrio.set_gdal_config_options({"OGR_STROKE_CURVE": "TRUE"})  # curves as lines of many corners
    where = _where(path)
    try:
        layer = _layer(name, pyogrio.list_layers(where), options.sheet)
        about, batches = stack.enter_context(
            open_arrow(
                where,
                layer=layer,
                encoding=options.encoding,
                return_fids=True,
                batch_size=_BATCH,
                use_pyarrow=True,
            )
        )
    except (DataSourceError, DataLayerError) as error:
        raise DamagedFileError(
            f"{name} cannot be read as a {options.format}: {str(error).partition(chr(10))[0]}",
            next_step="give the .zip with its .shp, .dbf and .prj, or the .gpkg, as its publisher has it",
        ) from error
    places = Places(name, about["crs"], options.crs, notes)
    fields = [str(each) for each in about["fields"]]
    answers = open_answers(path, stack) if options.format == "shapefile" else None
    shape = about["geometry_name"] or "wkb_geometry"
    source = _Source(name, fields, shape, places, answers)
    facts = {"layer": layer, "crs": about["crs"] or options.crs}
    return Table(
        str(options.format), source.rows(batches, notes), [*fields, *PLACE], about.get("encoding"), facts
    )


def _where(path: Path) -> str:
    """How GDAL names the file: one that is a zip, whatever its name, by what is in it."""
    with path.open("rb") as file:
        return f"/vsizip/{{{path}}}" if file.read(4) == _ZIP else str(path)


def _layer(name: str, found: Any, wanted: str | None) -> str:
    layers = [str(row[0]) for row in found]
    if wanted is not None:
        if wanted not in layers:
            raise ImportFileError(
                f"{name} has no layer {wanted!r}", next_step=f"it has {', '.join(layers[:20])}"
            )
        return wanted
    if not layers:
        raise ImportFileError(f"{name} holds no layer of shapes")
    if len(layers) > 1:
        raise ChoiceNeededError(
            f"{name} holds {len(layers)} layers: {', '.join(layers[:20])}",
            choices=layers,
            next_step="say which one in the layer's options: layer = …",
        )
    return layers[0]


@dataclass(slots=True)
class _Source:
    """What is known of a layer before its first row."""

    name: str
    fields: list[str]
    shape: str
    places: Places
    answers: Answers | None

    def rows(self, batches: Any, notes: Notes) -> Iterator[Record | Skipped]:
        number = 0
        try:
            for batch in batches:
                columns = {each: batch.column(each).to_pylist() for each in batch.schema.names}
                shapes = columns.get(self.shape) or [None] * batch.num_rows
                ids = columns.get("OGC_FID") or columns.get("fid") or range(number, number + batch.num_rows)
                for at in range(batch.num_rows):
                    number += 1
                    cells = {each: columns[each][at] for each in self.fields}
                    if self.answers is not None:
                        cells.update(self.answers.of(ids[at]))
                    self.places.add(cells, geometry_of(shapes[at]))
                    yield Record(number, number, cells)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 GDAL and Arrow raise many kinds at a damaged row
            notes.incomplete = f"{self.name}, row {number + 1}: {str(error).partition(chr(10))[0]}"
        self.places.report()
