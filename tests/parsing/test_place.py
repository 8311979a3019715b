"""Coordinates, however they are written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.place import parse_coordinates, parse_latitude, parse_longitude
from tests.tables import rows

PLACE = (Decimal("20.67"), Decimal("-103.35"))


@rows(
    "value",
    [
        "20.67,-103.35", "20.67, -103.35", "(20.67; −103.35)", "20.67 -103.35", "POINT(-103.35 20.67)",
        "20°40'12\"N 103°21'0\"W", "20° 40.2' N, 103° 21' W", [20.67, "-103.35"], (Decimal("20.67"), -103.35),
        {"lat": 20.67, "lng": -103.35}, {"latitude": "20.67", "longitude": "-103.35"},
        {"type": "Point", "coordinates": [-103.35, 20.67]},
    ],
)  # fmt: skip
def test_a_pair(value: Any) -> None:
    assert parse_coordinates(value) == PLACE


@rows(
    "value", ["", "20.67",  "Zapopan", "95,-103", "20,-181", "1,2,3", [1], {}, {"lat": 1}, None, 5,
              "20°61'N 10°W", ["nan", 1], [float("nan"), 1]],
)  # fmt: skip
def test_texts_without_a_pair_are_refused(value: Any) -> None:
    with pytest.raises(ParseError):
        parse_coordinates(value)


def test_one_coordinate_is_rounded_to_eight_places_and_bounded() -> None:
    assert str(parse_latitude("20,123456785")) == "20.12345679"
    assert parse_longitude("103°21'W") == Decimal("-103.35")
    for value in ("90.1", -91, "x", True):
        with pytest.raises(ParseError):
            parse_latitude(value)


@given(
    st.decimals(min_value=-90, max_value=90, places=8), st.decimals(min_value=-180, max_value=180, places=8)
)  # fmt: skip
def test_a_written_pair_reads_back(latitude: Decimal, longitude: Decimal) -> None:
    assert parse_coordinates(f"{latitude:f},{longitude:f}") == (latitude, longitude)
