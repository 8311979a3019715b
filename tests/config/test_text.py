"""Values as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from config.text import format_day, format_minute, format_time, format_value
from tests.tables import rows

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@rows(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (1998, "1998"),
        (10_000, "10,000"),
        (1_234_567, "1,234,567"),
        (-4_400_000.0, "-4,400,000"),
        (Decimal("1830000.00"), "1,830,000"),
        (Decimal("12000.50"), "12,000.50"),
        (Decimal("NaN"), "NaN"),
        (float("inf"), "inf"),
        (0.5, "0.5"),
        (-89.59251, "-89.59251"),
        (NINE, "2026-01-05 09:00:00 UTC"),
        ("a  b", "a  b"),
        (["alberca", {"n": 1}], '["alberca", {"n": 1}]'),
    ],
)
def test_a_value_as_text(value: Any, text: str) -> None:
    assert format_value(value) == text


def test_a_long_text_is_cut_to_one_line() -> None:
    assert format_value("a\n  b", longest=5) == "a b"
    assert format_value("abcdef", longest=5) == "abcd…"
    assert format_value(["abcdef"], longest=5) == '["ab…'


def test_times_are_in_utc_and_say_so() -> None:
    local = datetime.fromisoformat("2026-01-05T03:00:30-06:00")
    assert format_time(local) == "2026-01-05 09:00:30 UTC"
    assert format_minute(local) == "2026-01-05 09:00 UTC"
    assert format_day(datetime.fromisoformat("2026-01-05T23:00:00-06:00")) == "2026-01-06"
