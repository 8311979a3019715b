"""What docs/mappings.md shows by example is what is read."""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.source import Source
from importers.mapping.load import parse_mapping
from tests.importers.mapping.rows import values

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


@pytest.mark.parametrize(("fields", "row", "read"), EXAMPLE.findall(PAGE))
def test_an_example_is_read_as_the_page_says(fields: str, row: str, read: str) -> None:
    given = parse_mapping(tomllib.loads(f'id = "id"\n[fields]\n{fields}'), name="example")
    expected = json.loads(read)
    found = values(given, json.loads(row), INDIA)
    assert {field: plain(found[field]) for field in expected} == expected
