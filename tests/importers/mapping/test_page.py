"""The page about mapping files names every key of a mapping, and its examples are valid."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from importers.mapping import shipped_mappings
from importers.mapping.load import parse_mapping
from importers.mapping.model import Cell, FileDate, Mapping, Options
from importers.mapping.parse import PARSERS
from tests.tables import rows

PAGE = (Path(__file__).resolve().parents[3] / "docs/mappings.md").read_text(encoding="utf-8")
KEYS = [
    info.alias or name
    for model in (Mapping, Options, Cell, FileDate)
    for name, info in model.model_fields.items()
    if name != "on"  # what stands for the whole table
]


@rows("name", [*KEYS, *PARSERS, *shipped_mappings()])
def test_everything_has_its_place_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_are_mappings(example: str) -> None:
    assert parse_mapping(tomllib.loads(example), name="example").fields
