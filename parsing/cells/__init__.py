"""One cell in, one column value out: a reader for each `Field.read`, bounded by what the column can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from config.errors import ParseError
from config.listing import Field
from config.source import Source
from parsing.area import Area, parse_area
from parsing.currency import parse_currency
from parsing.dates import parse_date, parse_timestamp
from parsing.flags import parse_boolean
from parsing.json_text import dump_canonical, quoted
from parsing.links import LONGEST_URL, parse_email, parse_url
from parsing.memo import Reader
from parsing.number import decimal_mark_of, parse_integer, parse_number
from parsing.operation import parse_operation
from parsing.period import parse_period
from parsing.phone import is_e164, parse_phone
from parsing.place import parse_coordinates, parse_degrees
from parsing.staged import Unreadable
from parsing.status import parse_standard_status
from parsing.text import plain, repair
from parsing.vocabulary.blank import BLANKS, LONGEST, STATES, is_blank


@dataclass(frozen=True, slots=True)
class Note:
    """A value that needs a word beside it: it was blank, repaired, clipped or derived."""

    value: Any
    kind: str
    why: str


BLANK: Final = Note(None, "blank", "blank")

LONGEST_TEXT: Final = 10_000_000
LONGEST_LABEL: Final = 200  # labels are grouped and indexed by; an index entry has less than 2,700 bytes
LABELS: Final = frozenset(
    ("property_type", "operation_type", "standard_status", "neighborhood", "city", "state", "postal_code",
     "currency", "price_period", "location_precision")
)  # fmt: skip
_MOST_INTEGER: Final = 2**31
_FEWEST_PHONE_DIGITS: Final = 5
_NUMERIC: Final = re.compile(r"numeric\((\d+),(\d+)\)")
_DASHED: Final = re.compile(
    r"\s*[-–—―−]+ ?[^\W\d_][^\d]*"
).fullmatch  # "— beds": a dash where a number belongs
_LIST_MARKS: Final = re.compile(r"[\n|;•·]")
_URL_MARKS: Final = re.compile(r"[\s|]+|,\s*(?=(?:https?:)?//)|;\s*(?=(?:https?:)?//)")
_URL_KEYS: Final = ("url", "contentUrl", "MediaURL", "src", "href", "image")
_FIVE_DIGIT_CODES: Final = frozenset(("MX", "US", "ES", "DE", "FR", "IT"))
_COUNT_WORDS: Final[dict[str, dict[str, int]]] = {
    "bedrooms": {"studio": 0, "estudio": 0, "studio apartment": 0, "monolocale": 0},
    "floor_number": {
        "pb": 0, "planta baja": 0, "ground": 0, "ground floor": 0, "eg": 0, "erdgeschoss": 0,
        "rez-de-chaussee": 0, "bajo": 0, "terreo": 0, "rdc": 0, "basement": -1, "sotano": -1,
    },
    "age_years": {"a estrenar": 0, "nuevo": 0, "nueva": 0, "new": 0, "brand new": 0, "new build": 0},
}  # fmt: skip


def make_reader(field: Field, source: Source) -> Reader:
    """The reader of one column for one source, everything that does not depend on the cell settled now."""
    if numeric := _NUMERIC.fullmatch(field.sql):
        precision, scale = int(numeric[1]), int(numeric[2])
        return _decimal_reader(field.read, source, precision - scale, scale)
    if field.name == "state":
        return _state_reader()
    if field.name == "postal_code":
        return _postal_code_reader(source.country)
    if field.read == "integer":
        return _integer_reader(field.name, source)
    if field.read in ("text", "gps"):
        return _text_reader(LONGEST_LABEL if field.name in LABELS else LONGEST_TEXT)
    return _other_reader(field, source)


def _other_reader(field: Field, source: Source) -> Reader:
    country = source.country
    label = _text_reader(LONGEST_LABEL)
    readers: dict[str, Reader] = {
        "operation": _operation_reader(label),
        "standard_status": _worded(parse_standard_status, label),
        "currency": _currency_reader(source),
        "period": _from_text(parse_period),
        "boolean": _boolean,
        "date": _date_reader(country),
        "timestamp": _timestamp_reader(country),
        "url": _source_url if field.name == "source_url" else _url,
        "urls": _urls,
        "email": _email,
        "phone": _phone_reader(country),
        "json": _json,
        "list": _list,
    }
    return readers[field.read]


def decimal_mark(source: Source) -> str | None:
    """The mark a source's numbers use: as it says, else its country's."""
    return source.decimal_mark or decimal_mark_of(source.country)


# Text


def _text_reader(longest: int) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str and value.isprintable() and len(value) <= longest:
            if len(value) <= LONGEST and value in BLANKS:
                return BLANK
            if value[0] != " " and value[-1] != " ":
                return value
        return _careful_text(value, longest)

    return read


def _careful_text(value: Any, longest: int) -> Any:
    text, repaired = repair(as_text(value))
    if is_blank(text):
        return BLANK
    if len(text) > longest:
        return Note(text[:longest].rstrip(), "clipped", f"longer than {longest} characters")
    return Note(text, "repaired", "NUL or half characters replaced") if repaired else text


def as_text(value: Any) -> str:
    """What a scalar says, as text; a list of scalars is joined. Structures are no text."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        number = parse_number(value)
        return str(int(number)) if number == number.to_integral_value() else str(number)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple) and all(
        isinstance(item, str | int | float | Decimal) for item in value
    ):
        return ", ".join(map(as_text, value))
    raise ParseError(value, "not a text")


def _from_text(parse: Callable[[str], Any]) -> Reader:
    def read(value: Any) -> Any:
        text = value if type(value) is str else as_text(value)
        if is_blank(text):
            return BLANK
        return parse(text if text.isprintable() else repair(text)[0])

    return read


def _worded(parse: Callable[[str], str], label: Reader) -> Reader:
    """Few different words come again and again: remember what each was read as."""
    known: dict[str, str] = {}

    def read(value: Any) -> Any:
        if type(value) is str and value in known:
            return known[value]
        text = label(value)
        if isinstance(text, Note):
            return text
        parsed = parse(text)
        if type(value) is str and len(known) < 1000:
            known[value] = parsed
        return parsed

    return read


def _operation_reader(label: Reader) -> Reader:
    joined = _worded(parse_operation, label)
    return lambda value: joined(" / ".join(map(str, value)) if isinstance(value, list | tuple) else value)


def _currency_reader(source: Source) -> Reader:
    def read(text: str) -> str:
        code = parse_currency(text, currency=source.currency, country=source.country)
        if code is None:
            raise ParseError(text, "not a currency")
        return code

    return _worded(read, _text_reader(LONGEST_LABEL))


def _state_reader() -> Reader:
    """North Carolina and North Dakota are no blanks here."""
    label = _text_reader(LONGEST_LABEL)
    return lambda value: value.strip() if isinstance(value, str) and value.strip() in STATES else label(value)


def _postal_code_reader(country: str | None) -> Reader:
    label = _text_reader(LONGEST_LABEL)

    def read(value: Any) -> Any:
        text = label(value)
        if country in _FIVE_DIGIT_CODES and type(text) is str and len(text) in (3, 4) and text.isdigit():
            return Note(text.zfill(5), "repaired", "leading zeros restored")
        return text

    return read


# Numbers


def _number_parser(read: str, source: Source) -> Callable[[Any], Decimal]:
    mark = decimal_mark(source)
    if read in ("latitude", "longitude"):
        return parse_degrees
    if read == "area":
        return lambda value: _low_end(parse_area(value, decimal_mark=mark))
    return lambda value: _amount(value, mark, source)


def _low_end(area: Area) -> Decimal:
    if area.maximum is not None and area.maximum != area.m2:
        raise _Ranged(area.m2)
    return area.m2


class _Ranged(Exception):
    """Not an error: a value that needs a word beside it."""

    def __init__(self, low: Decimal) -> None:
        self.low = low


def _amount(value: Any, mark: str | None, source: Source) -> Decimal:
    from parsing.price import parse_price  # noqa: PLC0415 - money texts only, the module is large

    if not isinstance(value, str):
        return parse_number(value)
    price = parse_price(
        value, currency=source.currency, country=source.country, decimal_mark=source.decimal_mark
    )
    amount = price.amount if price.amount is not None else price.per_m2
    if amount is None:
        raise ParseError(value, "no amount in it")
    return amount


def _decimal_reader(kind: str, source: Source, whole_digits: int, scale: int) -> Reader:
    """Numbers rounded to the column's scale and inside its range."""
    parse = _number_parser(kind, source)
    quantum, limit = Decimal(1).scaleb(-scale), Decimal(10) ** whole_digits
    zero = Decimal(0).quantize(quantum)
    least, most = Decimal(0) if kind == "area" else 1 - limit, limit - 1

    def bounded(number: Decimal) -> Decimal:
        try:
            rounded = number.quantize(quantum, ROUND_HALF_UP)
            fits = -limit < rounded < limit
        except InvalidOperation as error:
            raise ParseError(str(number), "not a number the column can hold") from error
        if not fits:
            raise ParseError(str(number), f"not below {limit}")
        return rounded or zero

    def read(value: Any) -> Any:
        if isinstance(value, str) and (is_blank(value) or _DASHED(value)):
            return BLANK
        try:
            return bounded(parse(value))
        except _Ranged as ranged:
            return Note(bounded(ranged.low), "derived", "the lower end of a range")

    def fast(value: Any) -> Any:
        if type(value) is Decimal and least <= value <= most:
            return value.quantize(quantum, ROUND_HALF_UP) or zero
        return read(value)

    return fast


def _integer_reader(name: str, source: Source) -> Reader:
    words, mark = _COUNT_WORDS.get(name, {}), decimal_mark(source)
    halves = name == "bathrooms"

    def careful(value: Any) -> Any:
        if isinstance(value, str):
            if is_blank(value) or _DASHED(value):
                return BLANK
            if (word := words.get(plain(value))) is not None:
                return word
        if halves:
            number = parse_number(value, decimal_mark=mark)
            if number % 1 == Decimal("0.5") and 0 < number < _MOST_INTEGER:
                return number
        return bounded(parse_integer(value, decimal_mark=mark))

    def bounded(number: int) -> int:
        if not -_MOST_INTEGER <= number < _MOST_INTEGER:
            raise ParseError(str(number)[:50], "out of the range of an integer column")
        return number

    def read(value: Any) -> Any:
        if type(value) is int and -_MOST_INTEGER <= value < _MOST_INTEGER:
            return value
        if type(value) is str and len(value) < 10 and value.isascii() and value.isdigit():
            return int(value)
        return careful(value)

    return read


def _boolean(value: Any) -> Any:
    if value is True or value is False:
        return value
    if isinstance(value, str) and is_blank(value):
        return BLANK
    return parse_boolean(value)


# Days and moments


def _date_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is date:
            return value
        if isinstance(value, str) and is_blank(value):
            return BLANK
        return parse_date(value, country=country)

    return read


def _timestamp_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is datetime and value.tzinfo is UTC:
            return value
        if isinstance(value, str) and is_blank(value):
            return BLANK
        return parse_timestamp(value, country=country)

    return read


# Links and contacts


_CLEAN_URL: Final = r"https?://[a-zA-Z0-9_.-]++(?::\d{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*+)?"
_IS_CLEAN_URL: Final = re.compile(_CLEAN_URL, re.ASCII).fullmatch
_MAY_JOIN: Final = re.compile(r"[,;|]").search
_ARE_CLEAN_URLS: Final = re.compile(rf"{_CLEAN_URL}(?:\n{_CLEAN_URL})*", re.ASCII).fullmatch


def _url(value: Any) -> Any:
    if type(value) is str and len(value) <= LONGEST_URL and _IS_CLEAN_URL(value):
        return value
    text = as_text(_url_in(value))
    return BLANK if is_blank(text) else parse_url(repair(text)[0])


def _source_url(value: Any) -> Any:
    """As `_url`, and the address this program gives to rows that came without one."""
    if isinstance(value, str) and value.startswith("import:") and value.isprintable():
        return value
    return _url(value)


def _url_in(value: Any) -> Any:
    if isinstance(value, Mapping):
        return next((value[key] for key in _URL_KEYS if value.get(key)), "")
    if isinstance(value, list | tuple) and len(value) == 1:
        return _url_in(value[0])
    return value


def _urls(value: Any) -> Any:
    if type(value) is list:
        try:
            lines = "\n".join(value)
        except TypeError:  # something in it is not a text
            lines = ""
        if _ARE_CLEAN_URLS(lines) and len(lines) <= LONGEST_URL and lines.count("\n") == len(value) - 1:
            return '["' + '","'.join(value) + '"]'
    if type(value) is str and value.startswith("http") and len(value) <= LONGEST_URL:
        lines = value.replace(", ", "\n")
        if not _MAY_JOIN(lines) and _ARE_CLEAN_URLS(lines):
            return '["' + lines.replace("\n", '","') + '"]'
    return _careful_urls(value)


def _careful_urls(value: Any) -> Any:
    items = _items(value, _URL_MARKS)
    if items is None:
        return BLANK
    good, bad = [], 0
    for item in items:
        try:
            url = _url(item)
        except ParseError:
            bad += 1
            continue
        if url is not BLANK:
            good.append(url)
    if bad and not good:
        raise ParseError(value, "no absolute http(s) address in it")
    text = "[" + ",".join(map(quoted, good)) + "]"
    return Note(text, "repaired", f"{bad} of {len(items)} addresses cannot be used") if bad else text


_IS_CLEAN_EMAIL: Final = re.compile(
    r"[\w+-]++(?:\.[\w+-]++)*+@(?:[a-zA-Z\d]++\.)++[a-zA-Z]{2,63}", re.ASCII
).fullmatch
_LONGEST_CLEAN_EMAIL: Final = 64
_careful_email: Final = _from_text(parse_email)


def _email(value: Any) -> Any:
    if type(value) is str and len(value) <= _LONGEST_CLEAN_EMAIL and _IS_CLEAN_EMAIL(value):
        return value
    return _careful_email(value)


def _phone_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str and is_e164(value):
            return value
        if isinstance(value, str) and is_blank(value):
            return BLANK
        try:
            return parse_phone(value, country=country)
        except ParseError:
            text = _careful_text(value, LONGEST_LABEL)
            if isinstance(text, str) and sum(map(str.isdigit, text)) >= _FEWEST_PHONE_DIGITS:
                return text  # a number with a typing error still tells one agent from another
            raise

    return read


# JSON


def _json(value: Any) -> Any:
    if isinstance(value, Unreadable):
        raise ParseError(value, value.why)
    if isinstance(value, str):
        if is_blank(value):
            return BLANK
        parsed = _decoded(value)
        value = parsed if parsed is not None else _split(value, None)
    return BLANK if value in ([], {}, ()) else _dumped(value)


def _list(value: Any) -> Any:
    if type(value) is list and value and _are_clean_texts(value):
        return _dumped(value)
    items = [item for item in _items(value, None) or [] if not _is_empty(item)]
    return _dumped(items) if items else BLANK


def _are_clean_texts(items: list[Any]) -> bool:
    try:
        return "".join(items).isprintable() and all(map(str.strip, items))
    except TypeError:  # something in it is not a text
        return False


def _is_empty(item: Any) -> bool:
    """Whether nothing is left of a list's item once it has been cleaned."""
    return item is None or (isinstance(item, str) and not repair(item)[0])


def _dumped(value: Any) -> Any:
    try:
        text, repaired = dump_canonical(value)
    except ValueError as error:
        raise ParseError("", str(error) or "not JSON") from error
    return Note(text, "repaired", "characters or keys that JSON columns refuse") if repaired else text


def _items(value: Any, marks: re.Pattern[str] | None) -> list[Any] | None:
    """A list out of whatever holds one: JSON or separated text, a set, the true keys of a mapping."""
    if isinstance(value, str):
        if is_blank(value):
            return None
        decoded = _decoded(value)
        value = decoded if decoded is not None else _split(value, marks)
    if isinstance(value, Mapping):
        if marks is not None:
            return [value]
        return [
            key if item is True else f"{key}: {item}"
            for key, item in value.items()
            if item not in (False, None, "")
        ]
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if not isinstance(value, list | tuple):
        raise ParseError(value, "not a list")
    return list(value) or None


def _decoded(text: str) -> Any:
    """The JSON a text holds, None where it holds none; a broken one is an error, not a word list."""
    start = text.lstrip()[:1]
    if start not in ("[", "{"):
        return None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ParseError(text, "broken JSON") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _split(text: str, marks: re.Pattern[str] | None) -> list[str]:
    if marks is None:
        marks = _LIST_MARKS if _LIST_MARKS.search(text) else re.compile(",")
    parts: Iterable[str] = (part.strip() for part in marks.split(repair(text)[0]))
    return [part for part in parts if part]


def read_coordinates(value: Any) -> tuple[Decimal, Decimal]:
    """(latitude, longitude) of a gps cell, whatever its shape."""
    if isinstance(value, Mapping) and not isinstance(value, dict):
        value = dict(value)
    return parse_coordinates(value)
