"""Days and moments: ISO 8601, epochs, mail dates, day-first or month-first by country, month names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.calendars import day_of_other_calendar
from parsing.number import parse_number
from parsing.text import fold, one_line, plain
from parsing.vocabulary.days import LISTED, LISTED_ON, MONTHS

_MONTH_OF: Final = {fold(word): number for number, words in enumerate(MONTHS, 1) for word in words.split()}
_MONTH_FIRST: Final = frozenset(("US", "PH", "PR", "GU", "VI"))
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})(?:[-/. 年년]|\. |年 |년 )(\d{1,2})(?:[-/. 月월]|\. |月 |월 )(\d{1,2})[日일.]?"
)
_NUMERIC: Final = re.compile(r"(\d{1,2})(?P<mark>[-/. ])(\d{1,2})(?P=mark)(\d{4}|\d{2})\.?")
_DAY_NAME: Final = r"(?:[^\W\d_]{2,10}\.?,? )?"
_YEAR: Final = r"['’]?(\d{4}|\d{2})(?: ?г\.?| [rр]\.)?"
_DAY_MONTH: Final = re.compile(
    rf"{_DAY_NAME}(\d{{1,2}})(?:st|nd|rd|th|[oº]|er|\.)?"
    rf"(?:[ /-]|(?=[^\W\d_]{{3}}))(?:de )?([^\W\d_]+)\.?,?[ /-]?(?:de |del )?{_YEAR}"
)
_MONTH_DAY: Final = re.compile(rf"{_DAY_NAME}([^\W\d_]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}")
_YEAR_MONTH_DAY: Final = re.compile(r"(\d{4})\.?[ /-]([^\W\d_]+)\.?[ /-](\d{1,2})\.?")
_TIME: Final = re.compile(
    r"[ T,-]+(?:at |a las |um |à )?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r" ?([ap])?\.?(?:m\.?)?(?: ?(?:Z|UTC|GMT))?$",
    re.IGNORECASE,
)
_TIME_OF: Final = re.compile(r"[ T,-]+(?:at |a las )?\d{1,2}:\d{2}.*$")
_JSON_DATE: Final = re.compile(r"/?Date\((-?\d{9,16})(?:[+-]\d{4})?\)/?")
_NUMBER: Final = re.compile(r"-?(?:\d{9,16}|\d{5})(?:\.\d{1,6})?")
_LED: Final = re.compile(
    rf"(?:{'|'.join(LISTED)}|(?=(?:le|el) \d))(?: ?(?:{'|'.join(LISTED_ON)}))?:? ?"
    r"(?=\d|[^\W\d_]{3,9}\.? \d)",
    re.IGNORECASE,
)
_NEVER: Final = frozenset((date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1970, 1, 1)))
"""Days that programs write for none."""
_WEEK: Final = re.compile(r"\d{4}-?W\d{2}")
_EARLIEST: Final = 1800
"""No listing is older: other calendars and programs' empty dates have such years …"""
_LATEST_EPOCH: Final = 2100
"""… and telephone numbers are such seconds."""
_SPREADSHEET: Final = date(1899, 12, 30)
_SERIALS: Final = (36_526, 54_789)
"""Days of a spreadsheet that are read: 2000 to 2049. Other numbers of five digits are no dates."""
_YEAR_MAY_LEAD: Final = frozenset(("JP", "CN", "KR", "TW", "HU", "LT", "SE", "CA", "ZA", "MN"))
_EITHER: Final = frozenset(("CA", "MY", "KE", "GH", "ZA"))
"""Where 3/4 is written for both days."""
_BUDDHIST: Final = 543
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_UNITS: Final = ((9, 10, 1), (12, 13, 1_000), (15, 16, 1_000_000))


def parse_date(value: object, *, country: str | None = None) -> date:
    """A day; the time of a moment is dropped, and `country` decides between 3/4 and 4/3."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_number(value).date()
    if not isinstance(value, str):
        raise ParseError(value, "not a date")
    line = _LED.sub("", one_line(value), count=1)
    if line.isascii() and line.isdigit():
        return _from_digits(line)
    if (moment := _written_number(line)) is not None:
        return moment.date()
    found = _calendar_day(_TIME_OF.sub("", line), country)
    return _meant(line, found if found is not None else _moment(line).date())


def _meant(line: str, day: date) -> date:
    """The day, unless it is one that programs write where there is none."""
    if day in _NEVER:
        raise DoubtError(line, "a day that programs write for none", [day])
    return day


def parse_timestamp(value: object, *, country: str | None = None) -> datetime:
    """A moment in UTC; one without a zone is taken as UTC, a bare day as its start."""
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        raise ParseError(value, "not a date and time")
    line = one_line(value)
    if line.isascii() and line.isdigit() and len(line) != 8:
        return _from_number(int(line))
    return _written_number(line) or _written_moment(line, country)


def _written_moment(line: str, country: str | None) -> datetime:
    """The moment of a line: ISO and mail dates first, else a day and its time."""
    try:
        return _moment(line)
    except ParseError:
        time = _TIME.search(line)
        if time is None and _TIME_OF.search(line):
            raise
        day = _calendar_day(line if time is None else line[: time.start()], country)
        if day is None:
            raise
        return datetime(day.year, day.month, day.day, *_hours(line, time), tzinfo=UTC)


def _hours(line: str, time: re.Match[str] | None) -> tuple[int, int, int]:
    """Hour, minute and second of a written time."""
    if time is None:
        return 0, 0, 0
    hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
    if time[4] is not None:
        if not 1 <= hour <= 12:
            raise ParseError(line, "no such time")
        hour = hour % 12 + (12 if time[4].lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ParseError(line, "no such time")
    return hour, minute, second


def _written_number(line: str) -> datetime | None:
    """The moment of a number with a point, or of JSON's /Date(…)/."""
    if found := _JSON_DATE.fullmatch(line):
        return _from_number(int(found[1]))
    return _from_number(Decimal(line)) if _NUMBER.fullmatch(line) else None


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ParseError(moment.isoformat(), "outside the years 1 to 9999") from error


def _moment(line: str) -> datetime:
    if _WEEK.fullmatch(line):
        raise ParseError(line, "a week, not a day")
    try:
        return _utc(datetime.fromisoformat(line))
    except ValueError:
        pass  # not ISO: the other common form is a mail date
    try:
        return _utc(parsedate_to_datetime(line))
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise ParseError(line, "not a date") from error


def _from_digits(digits: str) -> date:
    if len(digits) == 8:
        return _day(digits, int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return _from_number(int(digits)).date()


def _from_number(value: float | Decimal) -> datetime:
    """Seconds, milliseconds or microseconds since 1970, or a spreadsheet's day, by the number of digits."""
    whole = int(parse_number(value))
    if _SERIALS[0] <= whole < _SERIALS[1]:
        day = _SPREADSHEET + timedelta(days=whole)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    for fewest, most, unit in _EPOCH_UNITS:
        if 10 ** (fewest - 1) <= abs(whole) < 10**most:
            moment = _EPOCH + timedelta(microseconds=whole * (1_000_000 // unit))
            if moment.year < _LATEST_EPOCH:
                return moment
    raise ParseError(value, "not a date")


def _calendar_day(line: str, country: str | None) -> date | None:
    if found := _ISO_DAY.fullmatch(line) or _YEAR_FIRST.fullmatch(line):
        year, month, day = map(int, found.groups())
        return _day(line, year, month, day)
    if found := _NUMERIC.fullmatch(line):
        return _numeric(line, found, country)
    words = plain(line)
    if (other := day_of_other_calendar(line, words, country)) is not None:
        return _day(line, *other)
    return _in_words(line, words)


def _in_words(line: str, words: str) -> date | None:
    """The day of a line that names its month."""
    if found := _DAY_MONTH.fullmatch(words):
        return _named(line, found[3], found[2], found[1])
    if found := _MONTH_DAY.fullmatch(words):
        return _named(line, found[3], found[1], found[2])
    found = _YEAR_MONTH_DAY.fullmatch(words)
    return None if found is None else _named(line, found[1], found[2], found[3])


def _numeric(line: str, found: re.Match[str], country: str | None) -> date:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        if country in _YEAR_MAY_LEAD:
            raise DoubtError(line, "which of the three is the year is not said")
        year = _full_year(year)
    elif country == "TH" and year > 2400:
        year -= _BUDDHIST
    month_first = country in _MONTH_FIRST
    if (first if month_first else second) > 12:
        month_first = not month_first  # 3/25 cannot be a month 25
    elif first <= 12 and second <= 12 and first != second and _is_either(found["mark"], country):
        raise DoubtError(
            line, "which is the day and which the month is not said",
            (_day(line, year, second, first), _day(line, year, first, second)),
        )  # fmt: skip
    return _day(line, year, *((first, second) if month_first else (second, first)))


def _is_either(mark: str, country: str | None) -> bool:
    """Whether the day may lead or follow; between points it leads, but where the month is used to lead."""
    if mark == ".":
        return country in _MONTH_FIRST
    return country is None or country in _EITHER


def _full_year(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _named(line: str, year: str, month: str, day: str) -> date:
    number = _MONTH_OF.get(month)
    if number is None:
        raise ParseError(line, "no month by that name")
    full = int(year) if len(year) == 4 else _full_year(int(year))
    return _day(line, full, number, int(day))


def _day(line: str, year: int, month: int, day: int) -> date:
    if year < _EARLIEST:
        raise ParseError(line, "a year of another calendar, or none")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ParseError(line, "no such day") from error
