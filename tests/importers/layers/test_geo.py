"""Files of shapes: places in degrees, whatever the file is in; blanks and digits as they stand."""

from __future__ import annotations

import json
import struct
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
from pyproj import Transformer

from config.county.layout import parse_county
from config.errors import UsageError
from importers.layers import LayerRows, open_layer
from importers.record import Record
from tests.importers.layers.conftest import Reaching

CORNERS = [(-81.40, 28.50), (-81.39, 28.50), (-81.39, 28.51), (-81.40, 28.51), (-81.40, 28.50)]
FEET, MERCATOR = "EPSG:2236", "EPSG:3857"


def wkb(corners: list[tuple[float, float]]) -> bytes:
    flat = [number for corner in corners for number in corner]
    return struct.pack(f"<BIII{len(flat)}d", 1, 3, 1, len(corners), *flat)


def moved(crs: str) -> list[tuple[float, float]]:
    to = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return [to.transform(*corner) for corner in CORNERS]


def written(
    path: Path, driver: str, crs: str | None, corners: list[tuple[float, float]], **more: Any
) -> Path:
    """A file of two rows, the second without a shape."""
    pyogrio.raw.write(
        path,
        np.array([wkb(corners), None], dtype=object),
        [np.array(["292820000000001", "292820000000002"], dtype=object), np.array([412_000, 0])],
        np.array(["PARCEL", "JV"]),
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
        **more,
    )
    return path


async def read(path: Path, kind: str, **options: Any) -> tuple[list[Record], LayerRows]:
    layer = {
        "type": kind,
        "path": str(path),
        "options": options,
        "kinds": {"properties": {"parcel_id": "PARCEL"}},
    }
    county = {"name": "sample-fl", "state": "FL", "county_fips": "12095", "layers": {"file": layer}}
    async with open_layer(parse_county(county).layers[0], Reaching()) as rows:
        return [record async for record in rows], rows


def geojson(crs: str | None, corners: list[tuple[float, float]]) -> str:
    named = (
        {}
        if crs is None
        else {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs[:5]}:{crs[4:]}"}}}
    )
    shape = {"type": "Polygon", "coordinates": [corners]}
    features = [
        {"type": "Feature", "properties": {"PARCEL": "292820000000001", "JV": 412_000}, "geometry": shape},
        {"type": "Feature", "properties": {"PARCEL": "292820000000002", "JV": 0}, "geometry": None},
    ]
    return json.dumps({"type": "FeatureCollection", **named, "features": features})


def parquet(path: Path, crs: str | None, corners: list[tuple[float, float]]) -> Path:
    known = (
        {}
        if crs == "EPSG:4326"
        else {"crs": None if crs is None else {"id": {"authority": "EPSG", "code": int(crs[5:])}}}
    )
    about = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", **known}}}
    table = pa.table(
        {
            "PARCEL": ["292820000000001", "292820000000002"],
            "JV": [412_000, 0],
            "geometry": [wkb(corners), None],
        }
    )
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)
    return path


def made(folder: Path, kind: str, crs: str | None, corners: list[tuple[float, float]]) -> Path:
    if kind == "geojson":
        path = folder / "parcels.geojson"
        path.write_text(geojson(crs, corners))
        return path
    if kind == "geoparquet":
        return parquet(folder / "parcels.parquet", crs, corners)
    if kind == "geopackage":
        return written(folder / "parcels.gpkg", "GPKG", crs, corners)
    return written(folder / "parcels.shp", "ESRI Shapefile", crs, corners)


KINDS = ("geojson", "geoparquet", "geopackage", "shapefile")


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("kind", KINDS)
async def test_places_are_degrees_whatever_the_file_is_in(kind: str, tmp_path: Path) -> None:
    for crs in ("EPSG:4326", FEET, MERCATOR) if kind == "geojson" else (FEET,):
        folder = tmp_path / crs[5:]
        folder.mkdir()
        corners = CORNERS if crs == "EPSG:4326" else moved(crs)
        records, rows = await read(made(folder, kind, crs, corners), kind)
        assert (rows.incomplete, rows.warnings, rows.format) == (None, [], kind)
        assert [record.cells["PARCEL"] for record in records] == ["292820000000001", "292820000000002"]
        first = records[0].cells
        assert (first["@latitude"], first["@longitude"]) == pytest.approx((28.505, -81.395), abs=1e-5)
        assert (first["@location_kind"], first["@shape"]["type"]) == ("centroid", "Polygon")
        assert "@latitude" not in records[1].cells


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
async def test_feet_without_a_name_are_never_taken_for_degrees(tmp_path: Path) -> None:
    path = made(tmp_path, "shapefile", None, moved(FEET))
    with pytest.raises(UsageError, match="does not say in which coordinate system"):
        await read(path, "shapefile")
    records, _ = await read(path, "shapefile", crs=FEET)
    assert records[0].cells["@latitude"] == pytest.approx(28.505, abs=1e-5)
    records, rows = await read(made(tmp_path, "geojson", None, moved(FEET)), "geojson")
    assert "@latitude" not in records[0].cells
    assert "are no degrees" in rows.warnings[0]


async def test_a_blank_in_a_shapefile_is_no_answer_and_digits_stay(tmp_path: Path) -> None:
    path = made(tmp_path, "shapefile", "EPSG:4326", CORNERS)
    head = struct.pack("<B3BIHH20x", 3, 126, 1, 1, 2, 32 + 3 * 32 + 1, 1 + 15 + 1 + 20)
    fields = [("PARCEL", "C", 15), ("HOMESTEAD", "L", 1), ("ALT_KEY", "N", 20)]
    for name, kind, width in fields:
        head += struct.pack("<11sc4xBB14x", name.encode(), kind.encode(), width, 0)
    rows = b" 292820000000001 12345678901234567890" + b" 292820000000002T" + b"*" * 20
    path.with_suffix(".dbf").write_bytes(head + b"\r" + rows + b"\x1a")
    packed = tmp_path / "parcels.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for each in tmp_path.glob("parcels.*"):
            if each != packed:
                archive.write(each, each.name)
    records, _ = await read(packed, "shapefile")
    assert [(record.cells["HOMESTEAD"], record.cells["ALT_KEY"]) for record in records] == [
        (None, Decimal("12345678901234567890")),
        (True, None),
    ]


async def test_a_file_that_is_none_of_its_type_is_named(tmp_path: Path) -> None:
    path = tmp_path / "parcels.gpkg"
    path.write_bytes(b"SQLite format 3\0" + bytes(200))
    with pytest.raises(UsageError, match=r"parcels\.gpkg cannot be read as a geopackage"):
        await read(path, "geopackage")
