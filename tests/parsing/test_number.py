"""Numbers in the notation of every country."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.number import decimal_mark_of, parse_integer, parse_number
from tests.tables import rows


@rows(
    ("text", "number"),
    [
        ("1,653 ", "1653"), ("5 beds", "5"), ("3½", "3.5"), ("½", "0.5"), ("2.5", "2.5"), ("12.0", "12.0"),
        ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1'250'000", "1250000"), ("12 500", "12500"),
        ("45,00,000", "4500000"), ("1.653", "1.653"), ("0.125", "0.125"), ("-3", "-3"), ("1e3", "1000"),
        ("Recámaras: 3", "3"), ("3+", "3"), ("١٢", "12"), (7, "7"), (2.5, "2.5"), (Decimal("1.50"), "1.50"),
    ],
)  # fmt: skip
def test_one_number_is_read(text: object, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(("mark", "number"), [(".", "1.653"), (",", "1653"), (None, "1.653")])
def test_the_decimal_mark_settles_a_point_before_three_digits(mark: str | None, number: str) -> None:
    assert parse_number("1.653", decimal_mark=mark) == Decimal(number)


@pytest.mark.parametrize(("mark", "number"), [(".", "1653"), (",", "1.653"), (None, "1653")])
def test_the_decimal_mark_settles_a_comma_before_three_digits(mark: str | None, number: str) -> None:
    assert parse_number("1,653", decimal_mark=mark) == Decimal(number)


@rows(
    "text",
    ["", "varias", "1 a 3", "2-3 beds", "3+1", "1,23,4", "1.2.3", "1.234,5,6", "1" * 41, "1e999999999", "5⁄0",
     float("nan"), Decimal("sNaN"), Decimal("1e999999999"), True, None, [1], "x" * 2000],
)  # fmt: skip
def test_what_is_not_one_number_is_refused(text: object) -> None:
    with pytest.raises(ParseError):
        parse_number(text)


def test_an_integer_is_a_number_without_a_rest() -> None:
    assert parse_integer("12.0") == 12
    with pytest.raises(ParseError):
        parse_integer("2.5")


@given(
    st.decimals(min_value=0, max_value=10**12, places=2),
    st.sampled_from([(",.", "."), (".,", ","), ("’,", ",")]),
)
def test_a_formatted_number_reads_back(number: Decimal, dress: tuple[str, str]) -> None:
    marks, decimal_mark = dress
    text = f"{number:,.2f}".translate(str.maketrans(",.", marks))
    assert parse_number(text, decimal_mark=decimal_mark) == number


@given(st.integers(min_value=-(10**30), max_value=10**30))
def test_an_integer_reads_back_under_any_mark(number: int) -> None:
    for mark in (".", ",", None):
        assert parse_integer(str(number), decimal_mark=mark) == number


@pytest.mark.parametrize(
    ("countries", "mark"),
    [("ES DE KZ GE DZ CI MC PY", ","), ("MX US GB CH BN MU", ".")],
)
def test_a_country_has_its_decimal_mark(countries: str, mark: str) -> None:
    assert {decimal_mark_of(country) for country in countries.split()} == {mark}
    assert decimal_mark_of(None) is None
