"""Areas, whatever their unit, in square metres."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.area import Area, parse_area
from tests.tables import rows


@rows(
    ("text", "square_metres"),
    [
        ("110 m²", "110"), ("110m2", "110"), ("110 mts2", "110"), ("110 mts.", "110"), ("110 ㎡", "110"),
        ("1,200 m² construidos", "1200"), ("Terreno: 250 metros cuadrados", "250"), ("85,5 m²", "85.5"),
        ("1,200 sq ft", "111.48"), ("1,200 sqft", "111.48"), ("1,653 square feet", "153.57"),
        ("0.5 acres", "2023.43"), ("1 acre", "4046.86"), ("2 ha", "20000"), ("2.5 hectáreas", "25000"),
        ("30坪", "99.17"), ("10x20", "200"), ("10 x 20 m", "200"), ("10 m x 20 m", "200"),
        ("1,200 sq ft (111 m²)", "111"), ("110", "110"), (110, "110"), (110.456, "110.46"),
    ],
)  # fmt: skip
def test_area(text: object, square_metres: str) -> None:
    assert parse_area(text) == Area(Decimal(square_metres))


def test_a_bare_number_is_in_the_unit_passed() -> None:
    assert parse_area("1,200", unit="sqft").m2 == Decimal("111.48")
    assert parse_area(43560, unit="sqft") == parse_area("1 acre")


def test_a_range_has_two_ends() -> None:
    assert parse_area("36 a 101 m²") == Area(Decimal(36), Decimal(101))
    assert parse_area("1,000 - 2,000 sqft") == Area(Decimal("92.90"), Decimal("185.81"))


@pytest.mark.parametrize(
    "text", ["", "amplio", "120 foo", "101 a 36 m²", "3 recámaras", "-5", None, True, "1e999999999"]
)
def test_texts_without_an_area_are_refused(text: object) -> None:
    with pytest.raises(ParseError):
        parse_area(text)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_formatted_area_reads_back(area: Decimal) -> None:
    assert parse_area(f"{area:,.2f} m²", decimal_mark=".") == Area(area)
