"""Days and moments of county records: epochs of map servers, ISO and US dates, in the county's time zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from config.county.columns import Form
from config.errors import DoubtError, ParseError
from parsing.cells.note import BLANK
from parsing.dates import parse_date, parse_timestamp
from parsing.memo import Reader
from parsing.number import parse_number
from parsing.parcels.marks import NONE
from parsing.vocabulary.blank import is_blank

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = frozenset(
    (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31))
)
"""Days that programs write for none."""
_EARLIEST, _LATEST = date(1800, 1, 1), date(2100, 1, 1)
_DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.(\d{1,6}))?")
_US: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII).fullmatch
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_SPELT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].+)?", re.ASCII).fullmatch
_ZONED: Final = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:?\d\d)$| (?:UTC|GMT)$")
_EPOCH_TEXT: Final = re.compile(r"-?\d{9,14}").fullmatch
_NO_DAY: Final = re.compile(r"[0/\-. :TZ]+").fullmatch

_Moment = tuple[date, datetime | None]
"""A day, and the moment where one is said."""


def day_reader(zone: ZoneInfo, form: Form | None = None) -> Reader:
    """A reader of days, as ISO text; a moment is the day that it falls on in the county."""

    def read(value: Any) -> Any:
        if type(value) is str and form is None:
            if _ISO(value):
                return _likely(value, _of_parts(value, *value.split("-")))
            if (found := _US(value)) and found[3] != "0000":
                return _likely(value, _of_parts(value, found[3], found[1], found[2]))
        if _is_none(value):
            return BLANK
        return _likely(value, _read(value, zone, form)[0])

    return read


def moment_reader(zone: ZoneInfo, form: Form | None = None) -> Reader:
    """A reader of moments, as ISO text in UTC; a bare day is its start in the county."""

    def read(value: Any) -> Any:
        if _is_none(value):
            return BLANK
        day, moment = _read(value, zone, form)
        _likely(value, day)
        if moment is None:
            moment = datetime.combine(day, time(), zone)
        return moment.astimezone(UTC).isoformat()

    return read


def month_reader(has_day: bool) -> Callable[[Any, Any, Any], Any]:
    """A reader of a day in columns of its year, month and day; zeros say that there is none."""

    def read(year: Any, month: Any, day: Any) -> Any:
        parts = [None if is_blank(part) else _whole(part) for part in (year, month, day)]
        if not parts[0]:
            return BLANK if parts[0] is None else NONE
        text = "-".join(str(part) for part in parts[: 3 if has_day else 2] if part is not None)
        if not parts[1]:
            raise ParseError(text, "a year without its month")
        return _likely(text, _of_parts(text, parts[0], parts[1], parts[2] or 1))

    return read


def _whole(value: Any) -> int:
    if type(value) is str and len(value) < 5 and value.isascii() and value.isdigit():
        return int(value)
    number = parse_number(value, decimal_mark=".")
    if number != number.to_integral_value() or not 0 <= number <= 9999:
        raise ParseError(str(value), "no year, month or day")
    return int(number)


def _is_none(value: Any) -> bool:
    return is_blank(value) or (isinstance(value, str) and _NO_DAY(value.strip()) is not None)


def _likely(given: Any, day: date) -> str:
    """The day as text, unless it is one that programs write for none, or centuries off."""
    if day in _NEVER:
        raise DoubtError(str(given), "a day that programs write for none", [day])
    if not _EARLIEST <= day < _LATEST:
        raise DoubtError(str(given), f"a day of the year {day.year}", [day])
    return day.isoformat()


def _of_parts(text: str, year: str | int, month: str | int, day: str | int) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise ParseError(text, "no such day") from error


def _read(value: Any, zone: ZoneInfo, form: Form | None) -> _Moment:
    if isinstance(value, datetime):
        return _of_moment(value, zone)
    if isinstance(value, date):
        return value, None
    if isinstance(value, bool):
        raise ParseError(str(value), "yes or no, not a day")
    if isinstance(value, int | float | Decimal):
        return _of_number(value, zone, form)
    if not isinstance(value, str):
        raise ParseError(value, "not a day")
    return _of_text(" ".join(value.split()), zone, form)


def _of_text(line: str, zone: ZoneInfo, form: Form | None) -> _Moment:
    if _SPELT(line):
        form = None  # a reader of layers has made a day of the number already
    elif form in ("epoch_ms", "epoch_s") or (_EPOCH_TEXT(line) and form != "digits"):
        return _of_number(parse_number(line), zone, form)
    if found := _DIGITS.fullmatch(line):
        return _of_parts(line, *found.group(1, 2, 3)), None
    if form == "digits":
        raise ParseError(line, "not a day in digits, as 20170417 is")
    country = "GB" if form == "day_first" else "US"
    if ":" not in line:
        return parse_date(line, country=country), None
    moment = parse_timestamp(line, country=country)
    # the zone that the text names, else the county's own
    return _of_moment(moment if _ZONED.search(line) else moment.replace(tzinfo=zone), zone)


def _of_number(value: float | Decimal, zone: ZoneInfo, form: Form | None) -> _Moment:
    """A number is a map server's milliseconds, or eight digits of a day with a time behind the point."""
    number = parse_number(value)
    if form not in ("epoch_ms", "epoch_s") and (found := _DIGITS.fullmatch(f"{number:f}")):
        return _of_parts(str(value), *found.group(1, 2, 3)), None
    if form == "digits":
        raise ParseError(str(value), "not a day in digits, as 20170417 is")
    if form is None and 0 < abs(number) < 10**8:
        raise ParseError(str(value), "a number that is no day; the layer's file may say its form")
    try:
        moment = _EPOCH + timedelta(milliseconds=float(number) * (1000 if form == "epoch_s" else 1))
    except OverflowError as error:
        raise ParseError(str(value), "outside the years 1 to 9999") from error
    return _of_moment(moment, zone)


def _of_moment(moment: datetime, zone: ZoneInfo) -> _Moment:
    """A day stored as a moment is midnight of Greenwich, which in the county is still the day before."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    at_greenwich = moment.astimezone(UTC)
    if at_greenwich.time() == time():
        return at_greenwich.date(), at_greenwich
    return moment.astimezone(zone).date(), at_greenwich
