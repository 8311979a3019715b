"""The tables of docs/county.md: every id and address reads as the page says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.county.keys import KEY_RULES
from config.errors import DoubtError, ParseError
from parsing.parcels.addresses import usps
from parsing.parcels.keys import read_key

PAGE = (Path(__file__).parents[3] / "docs" / "county.md").read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    """The cells of a table of the page, without its head."""
    lines = PAGE.partition(f"<!-- {name} -->")[2].partition("<!-- end -->")[0].strip().splitlines()[2:]
    assert lines, name
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def key_of(cell: str, order: Any) -> str:
    try:
        key = read_key(cell, KEY_RULES["12095"], order)
    except ParseError as error:
        return f"{'doubtful' if isinstance(error, DoubtError) else 'none'}: {error.why}"
    assert key is not None
    return key.text if key.note is None else f"{key.text}`: {key.note}"


def test_every_id_of_the_page_has_the_key_that_it_says() -> None:
    assert [(cell, key_of(cell, order)) for cell, order, _ in rows("keys")] == [
        (cell, key) for cell, _, key in rows("keys")
    ]


def test_every_address_of_the_page_has_the_form_that_it_says() -> None:
    for text, line, unit in rows("addresses"):
        found = usps(text)
        assert (found and found.line, found and found.unit) == (
            None if line == "–" else line,
            None if unit == "–" else unit,
        ), text
