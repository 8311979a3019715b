"""Days and moments, however they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.dates import parse_date, parse_timestamp
from tests.tables import rows

MARCH_FOURTH = date(2024, 3, 4)
START = datetime(1800, 1, 2)  # noqa: DTZ001 - Hypothesis adds the zone
END = datetime(9999, 12, 30)  # noqa: DTZ001


@rows(
    ("text", "country"),
    [
        ("2024-03-04", None),
        ("2024-03-04T10:00:00Z", None),
        ("2024-03-04 23:59", None),
        ("2024/3/4", None),
        ("20240304", None),
        ("1709510400", None),
        (1709510400, None),
        (1709510400000, None),
        (1709510400.5, None),
        ("4/3/2024", "MX"),
        ("3/4/2024", "US"),
        ("04.03.24", "DE"),
        ("4-3-2024", "ES"),
        ("3/4/2024 10:00 AM", "US"),
        ("Mon, 04 Mar 2024 10:00:00 GMT", None),
        ("March 4, 2024", None),
        ("Mar 4th 2024", None),
        ("4 March 2024", None),
        ("4 de marzo de 2024", None),
        ("4 marzo, 2024", None),
        ("lunes, 4 de marzo de 2024", None),
        ("4. März 2024", None),
        ("4 mars 2024", None),
        ("2024年3月4日", None),
        (MARCH_FOURTH, None),
        (datetime(2024, 3, 4, 9, tzinfo=UTC), None),
    ],
)
def test_a_day(text: object, country: str | None) -> None:
    assert parse_date(text, country=country) == MARCH_FOURTH


def test_an_unambiguous_day_needs_no_country() -> None:
    assert parse_date("25/3/2024", country="US") == parse_date("3/25/2024", country="MX") == date(2024, 3, 25)


@rows(
    "text",
    [
        "",
        "TBD",
        "soon",
        "32/1/2024",
        "13/13/2024",
        "2024-02-30",
        "0000-01-01",
        "4 brumaire 2024",
        "99999999",
        5,
        25000,
        -1,
        float("nan"),
        True,
        None,
        [2024],
        "1" * 300,
    ],
)
def test_texts_without_a_day_are_refused(text: object) -> None:
    with pytest.raises(ParseError):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-04T10:00:00Z", datetime(2024, 3, 4, 10, tzinfo=UTC)),
        ("2024-03-04T10:00:00.123456-06:00", datetime(2024, 3, 4, 16, 0, 0, 123456, tzinfo=UTC)),
        ("2024-03-04T10:00:00", datetime(2024, 3, 4, 10, tzinfo=UTC)),
        ("Mon, 04 Mar 2024 10:00:00 +0100", datetime(2024, 3, 4, 9, tzinfo=UTC)),
        (1709510400000, datetime(2024, 3, 4, tzinfo=UTC)),
        ("4/3/2024", datetime(2024, 3, 4, tzinfo=UTC)),
        (MARCH_FOURTH, datetime(2024, 3, 4, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_utc(text: object, moment: datetime) -> None:
    read = parse_timestamp(text, country="MX")
    assert (read, read.tzinfo) == (moment, UTC)


def test_a_moment_outside_the_calendar_is_refused() -> None:
    with pytest.raises(ParseError):
        parse_timestamp(datetime.min.replace(tzinfo=timezone(timedelta(hours=3))))


@given(st.datetimes(min_value=START, max_value=END, timezones=st.just(UTC)))
def test_written_moments_read_back(moment: datetime) -> None:
    assert parse_timestamp(moment.isoformat()) == moment
    assert parse_timestamp(format_datetime(moment)) == moment.replace(microsecond=0)
    assert (
        parse_date(f"{moment:%d/%m/%Y}", country="GB")
        == parse_date(f"{moment:%m/%d/%Y}", country="US")
        == moment.date()
    )
