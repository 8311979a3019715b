"""What stands in the file is what stands in live, digit by digit, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest

from config.listing import FIELDS
from parsing.formulas import restored
from services.export.columns import COLUMNS
from tests.catalogue import Catalogue, homes
from tests.services.export.conftest import Export

HARMLESS = re.compile(r"[+-]\d[\d ]*([.,]\d+)?")
NAMES = [column.name for column in COLUMNS]


async def live(catalogue: Catalogue) -> list[dict[str, Any]]:
    """The listings with JSON columns as their text, by id."""
    columns = ", ".join(f"{field.name}::text" if field.sql == "jsonb" else field.name for field in FIELDS)
    rows = await catalogue.superuser.fetch(
        f"select source, {columns}, status, first_seen_at, last_seen_at from public.listings"
        " order by source, property_id"
    )
    return [dict(row) for row in rows]


def test_all_listing_columns_between_the_source_and_how_it_stands() -> None:
    listing = [field.name for field in FIELDS]
    assert ["source", *listing, "status", "first_seen_at", "last_seen_at"] == NAMES


async def test_parquet_holds_the_very_values(awkward: Catalogue, export: Export) -> None:
    table = pq.read_table(io.BytesIO(await export("parquet")))
    assert table.to_pylist() == await live(awkward)


async def test_csv_is_rfc_4180_with_nulls_as_empty_cells(awkward: Catalogue, export: Export) -> None:
    text = (await export("csv", raw=True)).decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == NAMES
    for cells, row in zip(rows, await live(awkward), strict=True):
        assert dict(zip(NAMES, cells, strict=True)) == {name: as_text(value) for name, value in row.items()}


async def test_csv_holds_no_text_that_a_spreadsheet_would_run(awkward: Catalogue, export: Export) -> None:
    """Numbers stay numbers, and phones of digits and blanks are read as they are."""
    rows = list(csv.DictReader(io.StringIO((await export("csv")).decode(), newline="")))
    numeric = {column.name for column in COLUMNS if column.sql not in ("text", "jsonb")}
    for row, values in zip(rows, await live(awkward), strict=True):
        for name, cell in row.items():
            if name in numeric or cell == as_text(values[name]):
                assert name in numeric or cell[:1] not in set("=+-@＝\t\r") or HARMLESS.fullmatch(cell), cell
            else:
                assert "'" in cell
                assert restored(cell) == values[name]
    by_id = {row["property_id"]: row for row in rows}
    assert by_id["A-1"]["floor_number"] == "-1"
    assert by_id["A-11"]["agent_phone"] == "+525512345678"
    assert by_id["A-10"]["title"] == "''=1+1"
    assert by_id["A-10"]["description"] == "x;'\"=1+1\"\n'- alberca (2)\n'@SUM(1)"


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


async def test_an_empty_text_differs_from_a_null(catalogue: Catalogue, export: Export) -> None:
    await catalogue.run(homes(1))
    await catalogue.superuser.execute("update public.properties_live set neighborhood = ''")
    text = (await export("csv")).decode()
    assert ',"",Mérida,,' in text.splitlines()[1]


@pytest.mark.parametrize("form", ["json", "jsonl"])
async def test_json_keeps_types_and_every_digit(form: Any, awkward: Catalogue, export: Export) -> None:
    text = (await export(form)).decode()
    lines = text.split("\n")[:-1]
    documents = lines if form == "jsonl" else [line.removesuffix(",") for line in lines[1:-1]]
    rows = [json.loads(document, parse_float=Decimal) for document in documents]
    for given, row in zip(rows, await live(awkward), strict=True):
        assert list(given) == NAMES
        for field in FIELDS:
            value = row[field.name]
            if field.sql == "jsonb" and value is not None:
                value = json.loads(value, parse_float=Decimal)
            if hasattr(value, "isoformat"):
                value = value.isoformat()
            assert given[field.name] == value, field.name
    if form == "json":
        assert len(json.loads(text)) == len(rows)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
async def test_an_empty_catalogue_is_an_empty_table(form: Any, export: Export) -> None:
    written = await export(form)
    match form:
        case "csv":
            assert written.decode() == ",".join(NAMES) + "\n"
        case "json":
            assert json.loads(written) == []
        case "jsonl":
            assert written == b""
        case "parquet":
            assert pq.read_table(io.BytesIO(written)).num_rows == 0
