"""Days and moments: ISO 8601, epochs, mail dates, day-first or month-first by country, month names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

from config.errors import ParseError
from parsing.number import parse_number
from parsing.text import one_line, plain

_MONTHS: Final = (
    "january jan enero ene januar janner janvier janv gennaio gen janeiro januari styczen",
    "february feb febrero februar fevrier fevr fev febbraio fevereiro februari luty",
    "march mar marzo marz mars marco maart marzec mrz",
    "april apr abril abr avril avr aprile kwiecien",
    "may mayo mai maggio mag maio mei maj",
    "june jun junio juni juin giugno giu junho czerwiec",
    "july jul julio juli juillet juil luglio lug julho lipiec",
    "august aug agosto ago aout augustus sierpien",
    "september sep sept septiembre set setiembre septembre settembre setembro wrzesien",
    "october oct octubre oktober okt octobre ottobre ott outubro out pazdziernik",
    "november nov noviembre novembre novembro listopad",
    "december dec diciembre dic dezember dez decembre dicembre dezembro grudzien",
)
_MONTH_OF: Final = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_MONTH_FIRST: Final = frozenset(("US", "PH", "PR", "GU", "VI"))
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/. 年](\d{1,2})[-/. 月](\d{1,2})日?")
_NUMERIC: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_DAY_NAME: Final = r"(?:[^\W\d_]{2,10}\.?,? )?"
_DAY_MONTH: Final = re.compile(
    rf"{_DAY_NAME}(\d{{1,2}})(?:st|nd|rd|th|º|er|\.)?[ -](?:de )?([^\W\d_]+)\.?,?[ -](?:de |del )?(\d{{4}})"
)
_MONTH_DAY: Final = re.compile(rf"{_DAY_NAME}([^\W\d_]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})")
_TIME: Final = re.compile(r"[ T,]+(?:at |a las )?\d{1,2}:\d{2}.*$")
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
    line = one_line(value)
    if line.isascii() and line.isdigit():
        return _from_digits(line)
    found = _calendar_day(_TIME.sub("", line), country)
    return found if found is not None else _moment(line).date()


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
    try:
        return _moment(line)
    except ParseError:
        day = parse_date(line, country=country) if not _TIME.search(line) else None
        if day is None:
            raise
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ParseError(moment.isoformat(), "outside the years 1 to 9999") from error


def _moment(line: str) -> datetime:
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
    """Seconds, milliseconds or microseconds since 1970, distinguished by their number of digits."""
    whole = int(parse_number(value))
    for fewest, most, unit in _EPOCH_UNITS:
        if 10 ** (fewest - 1) <= abs(whole) < 10**most:
            return _EPOCH + timedelta(microseconds=whole * (1_000_000 // unit))
    raise ParseError(value, "not a date")


def _calendar_day(line: str, country: str | None) -> date | None:
    if found := _ISO_DAY.fullmatch(line) or _YEAR_FIRST.fullmatch(line):
        year, month, day = map(int, found.groups())
        return _day(line, year, month, day)
    if found := _NUMERIC.fullmatch(line):
        return _numeric(line, found, country)
    words = plain(line)
    if found := _DAY_MONTH.fullmatch(words):
        return _named(line, found[3], found[2], found[1])
    if found := _MONTH_DAY.fullmatch(words):
        return _named(line, found[3], found[1], found[2])
    return None


def _numeric(line: str, found: re.Match[str], country: str | None) -> date:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if len(found[3]) == 2:
        year += 2000 if year < 70 else 1900
    month_first = country in _MONTH_FIRST
    if (first if month_first else second) > 12:
        month_first = not month_first  # 3/25 cannot be a month 25
    return _day(line, year, *((first, second) if month_first else (second, first)))


def _named(line: str, year: str, month: str, day: str) -> date:
    number = _MONTH_OF.get(month)
    if number is None:
        raise ParseError(line, "no month by that name")
    return _day(line, int(year), number, int(day))


def _day(line: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ParseError(line, "no such day") from error
