"""The id of a listing: spelled as the source spells it, refused where a spreadsheet has rounded it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parsing.identity import read_id
from tests.tables import rows


@rows(
    ("cell", "identity"),
    [
        ("A-1", "A-1"),
        (" 7001 ", "7001"),
        ("7001.0", "7001"),
        (7001.0, "7001"),
        (7001, "7001"),
        ("007.0", "007"),
        ("12.1", "12.1"),
        ("1.50", "1.50"),
        ("v2.0", "v2.0"),
        ("12E5", "12E5"),
        ("1E+A", "1E+A"),
        (2**53 - 1.0, "9007199254740991"),
        (2**63, "9223372036854775808"),
        (Decimal("12345678901234567890"), "12345678901234567890"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_an_id_has_one_spelling_whatever_a_program_took_it_for(cell: Any, identity: str) -> None:
    assert read_id(cell) == (identity, None)


@pytest.mark.parametrize(
    "cell", ["1.91431E+18", "1,91431E+18", "2E+17", "9e+20", 1.2345678901234568e16, 2.0**53]
)
def test_an_id_that_lost_digits_is_none(cell: Any) -> None:
    identity, problem = read_id(cell)
    assert identity == ""
    assert problem is not None
    assert "lost digits" in problem


@pytest.mark.parametrize("cell", ["", " ", None, "n/a", float("nan")])
def test_a_blank_is_no_id(cell: Any) -> None:
    identity, problem = read_id(cell)
    assert is_no_id(identity)
    assert problem is not None


def is_no_id(identity: str) -> bool:
    return identity in ("", "n/a", "nan")
