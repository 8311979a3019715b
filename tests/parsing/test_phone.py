"""Phones in E.164, Mexico's old prefixes repaired."""

from __future__ import annotations

import pytest

from config.errors import ParseError
from parsing.phone import parse_phone
from tests.tables import rows


@rows(
    "text",
    [
        "55 1234 5678",
        "(55) 1234-5678",
        "+52 55 1234 5678",
        "+52 1 55 1234 5678",
        "5215512345678",
        "525512345678",
        "044 55 1234 5678",
        "045 55 1234 5678",
        "01 55 1234 5678",
        "+52 01 55 1234 5678",
        "0052 55 1234 5678",
        "tel:+525512345678",
        "55 1234 5678 ext. 12",
        5512345678,
        "1 55 1234 5678",
    ],
)
def test_mexican_numbers_have_ten_digits_after_any_prefix(text: object) -> None:
    assert parse_phone(text, country="MX") == "+525512345678"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("01 800 123 4567", "MX", "+528001234567"),
        ("(999) 123-45-67", "MX", "+529991234567"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("+1 415-555-2671", "MX", "+14155552671"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", None, "+442079460018"),
        ("0034 912 345 678", None, "+34912345678"),
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("030 901820", "DE", "+4930901820"),
    ],
)
def test_other_numbers(text: str, country: str | None, number: str) -> None:
    assert parse_phone(text, country=country) == number


@pytest.mark.parametrize(
    "text", ["", "ver teléfono", "123", "55 1234", "+52 00 1234 5678", None, True, 1.5, "9" * 40]
)
def test_what_cannot_be_dialled_is_refused(text: object) -> None:
    with pytest.raises(ParseError):
        parse_phone(text, country="MX")
