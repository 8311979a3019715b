"""Proposes a county's file from one layer: its type by its address, its fields by its columns' names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlsplit

from config.clock import utc_now
from config.county.guesses import guessed
from config.county.keys import KEY_RULES
from config.county.layout import parse_county
from config.county.model import LAYERS
from config.errors import UsageError
from importers.layers import open_layer
from importers.layers.rows import first_rows
from services.workflows.access import ANONYMOUS, Access

_SAMPLE: Final = 20
_SHOWN: Final = 40
_TYPES: Final = {
    ".csv": "delimited",
    ".txt": "delimited",
    ".tsv": "delimited",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "geopackage",
    ".parquet": "geoparquet",
    ".shp": "shapefile",
    ".zip": "shapefile",
}
_ARCGIS: Final = re.compile(r"/(?:MapServer|FeatureServer)(?:/|$)", re.I)


@dataclass(frozen=True, slots=True)
class CountyDraft:
    """A proposed county's file, and what it rests on."""

    text: str
    type: str
    rows: int | None
    """How many rows the layer says it has."""
    kinds: dict[str, dict[str, str]]
    """Kind → field → column."""
    unused: list[str]
    """Columns that nothing is made of, each with a value of it where one was seen."""


async def draft_county(
    where: str,
    *,
    name: str,
    state: str,
    county_fips: str,
    layer: str = "parcels",
    kind: str | None = None,
    access: Access = ANONYMOUS,
) -> CountyDraft:
    """Look at a layer, by its url or path, and propose a file. Raises UsageError and FetchError."""
    address = "url" if urlsplit(where).scheme in ("http", "https") else "path"
    facts: dict[str, Any] = {"type": kind or _type_of(where), address: where}
    placeholder = {"properties": {"parcel_id": "PARCEL"}}
    trial = {"name": name, "state": state, "county_fips": county_fips}
    county = parse_county({**trial, "layers": {layer: {**facts, "kinds": placeholder}}})
    async with open_layer(county.layers[0], access) as rows:
        sample = await first_rows(rows, _SAMPLE)
        columns = [each for each in rows.columns if not each.startswith("@")]
        expected, title = rows.expected, rows.dialect.get("title")
    kinds = guessed(columns)
    if "property_records" in kinds and "roll_year" not in kinds["property_records"]:
        kinds["property_records"]["roll_year"] = str(utc_now().year)
    used = {column for fields in kinds.values() for column in fields.values()}
    unused = [_with_value(each, [row.cells for row in sample]) for each in columns if each not in used]
    head = [*_county_lines(trial), *_layer_lines(layer, facts, title)]
    text = "\n".join([*head, *_kind_lines(layer, kinds, columns), *_unused_lines(unused)]) + "\n"
    return CountyDraft(text, facts["type"], expected, kinds, unused)


def _type_of(where: str) -> str:
    path = urlsplit(where).path
    if _ARCGIS.search(path):
        return "arcgis"
    if "/resource/" in path:
        return "socrata"
    found = _TYPES.get(PurePath(path).suffix.lower())
    if found is None:
        raise UsageError(
            f"{where} does not show what type of layer it is",
            next_step=f"say it with --type: {', '.join(LAYERS)}",
        )
    return found


def _with_value(column: str, rows: list[dict[str, Any]]) -> str:
    value = next((str(row[column]).strip() for row in rows if str(row.get(column) or "").strip()), "")
    return f"{column} ({value[:30]})" if value else column


def _county_lines(county: dict[str, str]) -> Iterator[str]:
    for key in ("state", "county_fips"):
        yield f"{key} = {_quoted(county[key])}"
    yield 'time_zone = "America/New_York"'
    yield ""
    if county["county_fips"] not in KEY_RULES:
        yield "# How parcel ids are written: length, order (RTS or STR), letters. See docs/county.md."
        yield from ("# [key]", "# length = 15", "")


def _layer_lines(layer: str, facts: dict[str, Any], title: str | None) -> Iterator[str]:
    yield f"[layers.{layer}]"
    for key, value in facts.items():
        yield f"{key} = {_quoted(str(value))}"
    if title:
        yield f"title = {_quoted(title)}"
    yield '# schedule = "0 2 * * *"'


def _kind_lines(layer: str, kinds: dict[str, dict[str, str]], columns: list[str]) -> Iterator[str]:
    for kind, fields in kinds.items():
        yield from ("", f"[layers.{layer}.kinds.{kind}]")
        for field, column in fields.items():
            if field == "roll_year" and column not in columns:
                yield f"roll_year = {{ const = {column} }}  # no column says it: set the year of the roll"
            else:
                yield f"{field} = {_quoted(column)}"
    if not kinds:
        yield from ("", f"[layers.{layer}.kinds.properties]", "# parcel_id = …")


def _unused_lines(unused: list[str]) -> Iterator[str]:
    """What is left, as a comment: a value of a layer is no TOML."""
    if unused:
        yield from ("", "# Columns that nothing is made of yet:")
        yield from (f"#   {_plain(each)}" for each in unused[:_SHOWN])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else " " for char in escaped) + '"'


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
