"""A layer of an ArcGIS server: all of it, or a reason why not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from config.county.layout import AnyLayer, parse_county
from config.errors import FetchError
from importers.layers import open_layer
from importers.layers.rows import LayerRows
from importers.record import Record
from tests.arcgis import FAILED, PARCEL_FIELDS, TOKEN_REQUIRED, ArcGIS, parcels, serving
from tests.importers.layers.conftest import Reaching


def layer_at(url: str, **options: Any) -> AnyLayer:
    county = parse_county(
        {
            "name": "sample-fl",
            "state": "FL",
            "county_fips": "12095",
            "layers": {
                "parcels": {
                    "type": "arcgis",
                    "url": url,
                    "kinds": {"properties": {"parcel_id": "PARCEL"}},
                    "options": options,
                }
            },
        }
    )
    return county.layers[0]


async def read(layer: ArcGIS, reaching: Reaching, **options: Any) -> tuple[list[Record], LayerRows]:
    async with serving(layer), open_layer(layer_at(layer.url, **options), reaching) as rows:
        return [record async for record in rows], rows


def of(count: int, **how: Any) -> ArcGIS:
    return ArcGIS(PARCEL_FIELDS, parcels(count), **how)


WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "pages": ({}, {}),
    "as many as fill its pages": ({"most": 5}, {}),
    "pages cut below its limit": ({"cut": 3}, {}),
    "pages cut without a flag": ({"cut": 3, "flags": False}, {}),
    "no flag, as many as fill its pages": ({"most": 5, "flags": False}, {}),
    "empty pages that others follow": ({"empty_pages": 2}, {}),
    "a page wanted larger than allowed": ({}, {"page": 5000}),
    "gaps in its object ids": ({"ids": [*range(10, 30), *range(500, 505)]}, {}),
    "no order": ({"ordered": False}, {}),
    "no pages": ({"paged": False}, {}),
    "no pages, answers cut": ({"paged": False, "cut": 3, "flags": False}, {}),
    "no object id": ({"oid": None}, {}),
    "errors that pass": (
        {"faults": {3: FAILED, 4: "<title>Be right back</title>", 6: b'{"features": [{"a'}},
        {},
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_every_feature_comes_once_however_a_server_gives_its_pages(
    way: str, reaching: Reaching
) -> None:
    how, options = WAYS[way]
    records, rows = await read(of(25, **how), reaching, **options)
    assert sorted(record.cells["PARCEL"] for record in records) == [f"292201{n:09}" for n in range(1, 26)]
    assert (rows.incomplete, rows.expected, rows.records_read) == (None, 25, 25)
    assert [record.number for record in records] == list(range(1, 26))


def renumbered(layer: ArcGIS) -> None:
    layer.ids = layer.ids[5:] + layer.ids[:5]
    layer.publish()


def shorter(layer: ArcGIS) -> None:
    layer.features, layer.ids = layer.features[:-2], layer.ids[:-2]
    layer.publish()


def another_field(layer: ArcGIS) -> None:
    layer.features = [({**attributes, "BEDS": 3}, place) for attributes, place in layer.features]
    layer.publish()


def edited(layer: ArcGIS) -> None:
    layer.edited = 2


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "published anew": ({"before": {5: renumbered}}, "features that were looked at again were others"),
    "features removed": ({"before": {5: shorter}}, "it had 25 features, then 23"),
    "a field added": ({"before": {4: another_field}}, "a page has BEDS, against its own description"),
    "edited": ({"edited": 1, "before": {4: edited}}, "its features were edited"),
    "the same page twice": ({"same_page": True}, "the same page twice"),
    "the same page twice, no object id": ({"same_page": True, "oid": None}, "the same page twice"),
    "no count": ({"counts": False}, "does not say how many features it has"),
    "an error for good": (
        {"faults": dict.fromkeys(range(4, 40), FAILED)},
        "after 10 features: .*error 500: Error performing query operation",
    ),
    "a token wanted under way": ({"faults": {4: TOKEN_REQUIRED}}, "after 10 features: .*error 499: Token"),
    "nothing but empty pages": (
        {"empty_pages": 10_000},
        "25 of the 25 features that the layer listed did not come",
    ),
    "empty pages, no object id": ({"empty_pages": 10_000, "oid": None}, "more follows and gives nothing"),
}


@pytest.mark.parametrize("way", BROKEN)
async def test_a_layer_that_did_not_come_whole_says_why(way: str, reaching: Reaching) -> None:
    how, why = BROKEN[way]
    _, rows = await read(of(25, **how), reaching)
    assert rows.incomplete is not None
    assert re.search(why, rows.incomplete), rows.incomplete


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a where of another layer": ({}, {"where": "NO_SUCH = 1"}, "'where' parameter is invalid"),
    "a token wanted": ({"faults": {1: TOKEN_REQUIRED}}, {}, "499: Token Required"),
    "a web page": (
        {"faults": dict.fromkeys(range(1, 9), "<html><title>Under &amp; over</title>")},
        {},
        "a web page where JSON was expected: Under & over",
    ),
    "no layer": ({"faults": {1: {"layers": [{"id": 0, "name": "Parcels"}]}}}, {}, "is no layer of features"),
}


@pytest.mark.parametrize("way", REFUSED)
async def test_a_layer_that_cannot_be_read_is_refused_before_its_first_row(
    way: str, reaching: Reaching
) -> None:
    how, options, why = REFUSED[way]
    with pytest.raises((FetchError, Exception), match=why):
        await read(of(25, **how), reaching, **options)


async def test_an_empty_layer_is_empty_and_whole(reaching: Reaching) -> None:
    for paged in (True, False):
        records, rows = await read(of(0, paged=paged), reaching)
        assert (records, rows.incomplete, rows.expected) == ([], None, 0)


async def test_a_question_too_long_for_a_url_goes_as_a_form(reaching: Reaching) -> None:
    layer = of(25)
    wanted = ", ".join(f"'292201{number:09}'" for number in range(10, 210))
    records, rows = await read(layer, reaching, where=f"PARCEL IN ({wanted})")
    assert (len(records), rows.incomplete) == (16, None)
    assert set(layer.methods) == {"GET", "POST"}


async def test_a_page_that_a_server_cannot_make_is_asked_for_smaller(reaching: Reaching) -> None:
    layer = of(250, most=200, faults=dict.fromkeys(range(3, 7), FAILED))
    records, rows = await read(layer, reaching)
    assert (len(records), rows.incomplete) == (250, None)
    assert "pages of 200 features" in rows.warnings[0]


FIELDS = {
    "PARCEL": "esriFieldTypeString",
    "SALE_DATE": "esriFieldTypeDate",
    "EDITED": "esriFieldTypeDate",
    "RECORDED": "esriFieldTypeDateOnly",
    "ACCOUNT": "esriFieldTypeBigInteger",
    "STAMP": "esriFieldTypeDouble",
}
BLANK = {
    "PARCEL": " ",
    "SALE_DATE": None,
    "EDITED": -2209161600000,
    "RECORDED": None,
    "STAMP": 20170417.142044,
}


async def test_cells_are_as_the_server_has_them_but_for_dates_as_iso_8601(reaching: Reaching) -> None:
    sold = {
        "PARCEL": "292820000000001",
        "SALE_DATE": 1766016000000,
        "EDITED": 1766077800123,
        "RECORDED": "2025-12-18",
        "ACCOUNT": 9007199254740993,
    }
    ends = {"PARCEL": "x", "SALE_DATE": 253402214400000, "EDITED": 10**17}
    rows_of = [({**dict.fromkeys(FIELDS), **row}, None) for row in (sold, BLANK, ends)]
    records, _ = await read(ArcGIS(FIELDS, rows_of, geometry=None), reaching)
    first, second, third = ({name: record.cells[name] for name in FIELDS} for record in records)
    assert first == {**sold, "SALE_DATE": "2025-12-18", "EDITED": "2025-12-18T17:10:00.123Z", "STAMP": None}
    assert second == {**dict.fromkeys(FIELDS), **BLANK, "EDITED": "1899-12-30"}
    assert (third["SALE_DATE"], third["EDITED"]) == ("9999-12-31", 10**17)


SQUARE = [[-81.4, 28.5], [-81.4, 28.6], [-81.3, 28.6], [-81.3, 28.5], [-81.4, 28.5]]
HOLE = [[-81.38, 28.52], [-81.32, 28.52], [-81.32, 28.58], [-81.38, 28.58], [-81.38, 28.52]]
BEND = [[0, 0], [0, 9], [1, 9], [1, 1], [9, 1], [9, 0], [0, 0]]
MERCATOR = {"x": -9059995.41, "y": 3312679.84}


def places(cells: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(cells.get(name) for name in ("@latitude", "@longitude", "@location_kind"))


async def test_places_are_degrees_inside_their_shapes_or_left_out_with_the_reason(reaching: Reaching) -> None:
    geometries = [
        {"rings": [SQUARE]},
        {"rings": [SQUARE, HOLE]},
        {"rings": [[[x / 100 - 81, y / 100 + 28] for x, y in BEND]]},
        {"curveRings": [[[-81.4, 28.5], {"c": [[-81.3, 28.5], [-81.35, 28.4]]}]]},
        {"rings": [[["NaN", "NaN"]] * 4]},
        {"rings": [[[1500000, 500000], [1500100, 500000], [1500100, 500100], [1500000, 500000]]]},
        None,
    ]
    layer = ArcGIS(
        PARCEL_FIELDS,
        [(dict.fromkeys(PARCEL_FIELDS), each) for each in geometries],
        geometry="esriGeometryPolygon",
    )
    records, rows = await read(layer, reaching)
    whole, holed, bent, *others = [record.cells for record in records]
    assert places(whole) == (28.55, -81.35, "centroid")
    assert whole["@shape"]["coordinates"] == [[(x, y) for x, y in reversed(SQUARE)]]
    latitude, longitude, _ = places(holed)
    assert 28.5 < latitude < 28.6 and -81.4 < longitude < -81.3
    assert not (28.52 < latitude < 28.58 and -81.38 < longitude < -81.32)
    latitude, longitude, _ = places(bent)
    assert longitude <= -80.99 or latitude <= 28.01
    assert [places(cells) for cells in others] == [(None, None, None)] * 4
    assert sorted(rows.warnings) == [
        "Shapes without a place: 1, as 1500000, 500000 are no degrees.",
        "Shapes without a place: 1, as a coordinate is no number.",
        "Shapes without a place: 1, as it has curves.",
    ]
    assert rows.incomplete is None


async def test_an_answer_in_another_coordinate_system_is_never_taken_for_degrees(reaching: Reaching) -> None:
    points = [(dict.fromkeys(PARCEL_FIELDS), each) for each in (MERCATOR, {"x": "NaN", "y": "NaN"})]
    records, rows = await read(ArcGIS(PARCEL_FIELDS, points, answers_in=102100), reaching)
    assert places(records[0].cells) == (pytest.approx(28.5, abs=0.1), pytest.approx(-81.39, abs=0.1), "point")
    assert places(records[1].cells) == (None, None, None)
    assert rows.warnings == ["The server answered in web mercator; places were converted to degrees."]
    fields = {"USER_PARCEL": "esriFieldTypeString"}
    for answers_in, kind in ((2236, None), (4326, "geocode")):
        point = {"x": -81.39, "y": 28.5}
        records, rows = await read(
            ArcGIS(fields, [({"USER_PARCEL": "1"}, point)], answers_in=answers_in), reaching
        )
        assert records[0].cells.get("@location_kind") == kind
        assert ("coordinate system 2236" in " ".join(rows.warnings)) == (kind is None)
