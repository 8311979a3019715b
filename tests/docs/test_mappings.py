"""What docs/mappings.md shows by example is what is read."""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.errors import UsageError
from config.source import Source
from importers.mapping import load_mapping
from importers.mapping.load import parse_mapping
from tests.importers.mapping.rows import mapping, values
from tests.tables import rows

PAGE = (Path(__file__).parents[2] / "docs" / "mappings.md").read_text(encoding="utf-8")
INDIA = Source(name="acme", currency="INR", country="IN")
EXAMPLE = re.compile(r"^\| `(.+?)` \| `(\{.*?\})` \| `(\{.*\})` \|$", re.MULTILINE)


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return json.loads(value) if isinstance(value, str) and value.startswith("[") else value


def test_there_are_examples_of_every_key_of_a_field() -> None:
    lines = " ".join(fields for fields, *_ in EXAMPLE.findall(PAGE))
    assert {key for key in ("factor", "unit", "pattern", "base", "map") if f"{key} =" in lines} == {
        "factor", "unit", "pattern", "base", "map",
    }  # fmt: skip


@rows(("fields", "row", "read"), EXAMPLE.findall(PAGE))
def test_an_example_is_read_as_the_page_says(fields: str, row: str, read: str) -> None:
    given = parse_mapping(tomllib.loads(f'id = "id"\n[fields]\n{fields}'), name="example")
    expected = json.loads(read)
    found = values(given, json.loads(row), INDIA)
    assert {field: plain(found[field]) for field in expected} == expected


FIRST = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_first_example_reads_a_row_as_its_comments_say() -> None:
    given = parse_mapping(tomllib.loads(FIRST))
    cells = {
        "Clave": "C-7", "Titulo": "Casa", "Precio oferta": "", "Precio": "1,850,000", "Calle": "Calle 5",
        "direccion": {"municipio": "Puebla"}, "Numero": 12, "Colonia": "Centro", "Construccion": "1,000",
        "fotos": [{"url": "https://a.example/1.jpg"}, {"url": "https://a.example/2.jpg"}],
    }  # fmt: skip
    row = values(given, cells)
    assert (row["property_id"], row["price"], row["currency"], row["city"]) == (
        "C-7", 1_850_000, "MXN", "Puebla",
    )  # fmt: skip
    assert row["address"] == "Calle 5 12 Centro"
    assert row["image_urls"] == '["https://a.example/1.jpg","https://a.example/2.jpg"]'
    assert row["covered_area_m2"] == Decimal("92.90")


def test_the_error_of_the_page_is_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = re.sub(r"price = \[.*?\]", 'price = { from = "Precio", parse = "prize" }', FIRST)
    monkeypatch.chdir(tmp_path)
    Path("acme.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_mapping("acme.toml")
    assert f"```\n{refused.value.message}\n```" in PAGE


def test_a_cell_goes_through_the_keys_in_the_order_of_the_page() -> None:
    price = {
        "from": "p",
        "pattern": r"\((\w+)\)",
        "map": {"forty": "40"},
        "factor": 100_000,
        "parse": "number",
    }
    area = {"from": "a", "map": {"ten": "10"}, "factor": 10, "unit": "guntha", "parse": "area"}
    given = mapping(fields={"price": price, "lot_size_m2": area}, defaults={"operation_type": "sale"})
    row = values(given, {"p": "asks (forty)", "a": "ten"}, INDIA)
    assert (row["price"], row["lot_size_m2"]) == (4_000_000, Decimal("10117.14"))


def test_a_table_inside_from_has_nothing_of_the_outer_one_but_the_base() -> None:
    given = mapping(
        base="https://a.example/",
        fields={
            "price": {"from": [{"from": "full"}, "lakh"], "factor": 100_000},
            "source_url": {"from": [{"from": "path"}, "url"]},
        },
    )
    full = values(given, {"full": "4500000", "lakh": "45", "path": "/7"}, INDIA)
    lakh = values(given, {"full": "", "lakh": "45", "path": "/7"}, INDIA)
    assert (full["price"], lakh["price"], full["source_url"]) == (4_500_000, 4_500_000, "https://a.example/7")
