"""Coordinates in degrees, in the ways they are written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from config.errors import DoubtError, ParseError
from parsing.number import is_money, parse_number
from parsing.phrase import phrase
from parsing.text import fold, one_line
from parsing.vocabulary.places import BOXES, COMPASS, OEST, OST, Box

_SCALE: Final = Decimal("0.00000001")
_DECIMAL: Final = re.compile(r"-?\d{1,3}\.\d{1,20}", re.ASCII).fullmatch
_MACHINE: Final = re.compile(r"-?\d{1,3}(?:\.\d+)?e-?\d{1,2}", re.ASCII).fullmatch
_NUMBER: Final = r"\d{1,3}(?:[.,]\d+)?"
_ONE: Final = re.compile(
    rf"(?P<lead>[nsewo])?\.?\s*(?P<sign>[-+−])?\s*(?P<degrees>{_NUMBER})\s*(?:(?:°|º|deg|d)\s*)?"
    rf"(?:(?P<minutes>{_NUMBER})\s*(?:['′’´`m]|min)\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*(?:\"|″|”|''|′′|s(?=\s|$|[nsewo])|sec)\s*)?(?P<trail>[nsewo])?\.?"
)
_POINT: Final = re.compile(r"(?:srid=4326;)?\s*point ?z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)")
_URI: Final = re.compile(r"geo: ?([-+]?\d{1,3}\.\d+),([-+]?\d{1,3}\.\d+)(?:[,;?].*)?")
_MAP_LINK: Final = re.compile(
    r"!3d(-?\d{1,3}\.\d+)!4d(-?\d{1,3}\.\d+)|"
    r"(?:[?&](?:q|query|ll|daddr|destination|cp)=(?:loc:)?|/@|/place/|/dir//?)"
    r"(-?\d{1,3}\.\d+)(?:,|~|%2c|\+)+(-?\d{1,3}\.\d+)"
)
"""A link to a map, of the home itself (`!3d…!4d…`) or of what the map shows."""
_WHOLE_AND_MINUTES: Final = re.compile(r"([nsewo]) ?(\d{1,3})[ °]+(\d{1,2}\.\d+)'?")
"""As navigators show it: "N40 26.767"."""
_LABELS: Final = re.compile(
    r"lat(?:itude?|itud)?[\s:=]{0,3}(?P<first>[^a-z]*[nsewo]?)[\s,;/|]{0,3}"
    r"(?:lon(?:g(?:itude?|itud)?)?|lng)[\s:=]{0,3}(?P<second>.*)"
)
_LABEL: Final = re.compile(r"^(?:lat(?:itude|itud)?|lon(?:g(?:itude|itud)?)?|lng)[\s:=]*")
_BY_POINTS: Final = re.compile(
    r"[(\[]?\s*([-+−]?\d{1,3}(?:\.\d+)?)\s*[,;/| ]\s*([-+−]?\d{1,3}(?:\.\d+)?)\s*[)\]]?"
)
_BY_COMMAS: Final = re.compile(r"[(\[]?\s*([-+−]?\d{1,3},\d+)\s*[,;/| ]\s*([-+−]?\d{1,3},\d+)\s*[)\]]?")
_TWO_WHOLE: Final = re.compile(r"\d{1,3},\d{1,3}")
_LETTER: Final = re.compile(r"(?<![a-z])[nsewo](?![a-z])")
_NAMES: Final = [
    (re.compile(rf"{phrase(*map(re.escape, map(fold, names)), end='').pattern}(?![^\W\d_])"), letter)
    for letter, names in COMPASS.items()
]
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_AXIS: Final = {"n": "latitude", "s": "latitude", "e": "longitude", "w": "longitude"}
_MOST: Final = {"latitude": 90, "longitude": 180}

Pair = tuple[Decimal, Decimal]
"""Latitude and longitude."""


def parse_latitude(value: object, *, country: str | None = None) -> Decimal:
    """Degrees north, −90 … 90, to eight decimals."""
    return _bounded(value, "latitude", country)


def parse_longitude(value: object, *, country: str | None = None) -> Decimal:
    """Degrees east, −180 … 180, to eight decimals."""
    return _bounded(value, "longitude", country)


def parse_degrees(value: object, axis: str = "", *, country: str | None = None) -> Decimal:
    """Degrees north or east as given, to eight decimals; a quality rule checks whether such a place exists.

    A letter decides the sign, and has to belong to the `axis`. O is the west in Spanish, French and Italian,
    the east in German and Dutch: by `country`, and in doubt without one.
    """
    if isinstance(value, str):
        if _DECIMAL(value):
            return _quantized(Decimal(value))
        if is_money(value):
            raise ParseError(value, "money, not degrees")
        line = _LABEL.sub("", _lettered(value)).strip()
        if minutes := _WHOLE_AND_MINUTES.fullmatch(line):
            line = f"{minutes[1]} {minutes[2]}° {minutes[3]}'"
        found = _ONE.fullmatch(line)
        if found is not None:
            return _quantized(_signed(found, axis, country))
        if _MACHINE(line):
            return _quantized(Decimal(line))
        if _WORD.search(line) or _LETTER.search(line):
            raise ParseError(value, "not degrees")
        return _quantized(parse_number(line.replace(",", ".").replace("−", "-")))
    return _quantized(parse_number(value))


def _lettered(text: str) -> str:
    """The folded line, with the names of directions as letters."""
    line = fold(one_line(text))
    if _WORD.search(line) or not line.isascii():
        for pattern, letter in _NAMES:
            line = pattern.sub(letter, line)
    return line


def _quantized(degrees: Decimal) -> Decimal:
    try:
        return degrees.quantize(_SCALE, ROUND_HALF_UP) + 0
    except InvalidOperation as error:
        raise ParseError(str(degrees), "not degrees") from error


def _bounded(value: object, axis: str, country: str | None) -> Decimal:
    degrees, most = parse_degrees(value, axis, country=country), _MOST[axis]
    if not -most <= degrees <= most:
        raise ParseError(
            value if isinstance(value, str) else str(degrees), f"not between −{most} and {most} degrees"
        )
    return degrees


def _signed(found: re.Match[str], axis: str, country: str | None) -> Decimal:
    parts = [Decimal((found[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")]
    if parts[1] >= 60 or parts[2] >= 60:
        raise ParseError(found[0], "minutes and seconds end at 59")
    if found["lead"] and found["trail"]:
        raise ParseError(found[0], "two directions")
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    is_minus = found["sign"] in ("-", "−")
    letter = _direction(found[0], degrees, found["lead"] or found["trail"], country)
    if letter is None:
        return -degrees if is_minus else degrees
    if axis and _AXIS[letter] != axis:
        raise ParseError(found[0], f"{letter.upper()} is no direction of a {axis}")
    if is_minus and letter in ("n", "e"):
        raise DoubtError(found[0], "the sign and the direction contradict each other", [-degrees, degrees])
    return -degrees if letter in ("s", "w") else degrees


def _direction(text: str, degrees: Decimal, letter: str | None, country: str | None) -> str | None:
    if letter != "o":
        return letter
    if country in OEST:
        return "w"
    if country in OST:
        return "e"
    raise DoubtError(text, "O is the west in Spanish and French, the east in German", [-degrees, degrees])


def parse_coordinates(value: object, *, country: str | None = None) -> Pair:
    """(latitude, longitude) from "lat,lon", degrees and minutes, `POINT(lon lat)`, GeoJSON, a mapping.

    A bare list may be in the order of GeoJSON: where both orders are on the globe, the one in the `country`
    is meant, and without one neither.
    """
    if isinstance(value, str):
        return _from_text(value, country)
    if isinstance(value, list | tuple) and len(value) in (2, 3):
        return _from_list(value[:2], country)
    if isinstance(value, dict):
        return _from_mapping(value, country)
    raise ParseError(value, "not a pair of coordinates")


def _from_text(text: str, country: str | None) -> Pair:
    if text.lstrip()[:1] in ("{", "[") and (decoded := _decoded(text)) is not None:
        return parse_coordinates(decoded, country=country)
    linked = _from_link(text)
    return linked if linked is not None else _written_pair(text, country)


def _written_pair(text: str, country: str | None) -> Pair:
    line = _lettered(text)
    if point := _POINT.fullmatch(line):
        return parse_latitude(point[2]), parse_longitude(point[1])
    if labelled := _LABELS.fullmatch(line):
        return _both(labelled["first"].strip(" ,;"), labelled["second"], country)
    if found := _BY_POINTS.fullmatch(line):
        if _TWO_WHOLE.fullmatch(line):
            raise DoubtError(text, "one number or two", [line.replace(",", "."), line.replace(",", ", ")])
        return parse_latitude(found[1]), parse_longitude(found[2])
    if found := _BY_COMMAS.fullmatch(line):
        return parse_latitude(found[1]), parse_longitude(found[2])
    first, second = _halves(text, line)
    return _both(first, second, country)


def _from_link(text: str) -> Pair | None:
    """The place of a geo URI, or of a link to a map; the marked place goes before the map's middle."""
    line = text.strip().lower()
    if (uri := _URI.fullmatch(line)) is not None:
        return parse_latitude(uri[1]), parse_longitude(uri[2])
    if not line.startswith(("http://", "https://")):
        return None
    found = min(_MAP_LINK.finditer(line), key=lambda match: match[1] is None, default=None)
    if found is None:
        raise ParseError(text, "a link that states no place")
    return parse_latitude(found[1] or found[3]), parse_longitude(found[2] or found[4])


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None  # "[20.67; -103.35]" is a pair as well


def _halves(text: str, line: str) -> tuple[str, str]:
    """The two coordinates of a line with directions or with signs for degrees."""
    letters = [found.start() for found in _LETTER.finditer(line)]
    if len(letters) == 2:
        cut = letters[1] if letters[0] < _first_digit(line) else letters[0] + 1
        return line[:cut].strip(" ,;/|"), line[cut:].strip(" ,;/|")
    halves = [half for half in re.split(r"(?<=[\"″”'′°])[\s,;]+(?=[-−]?\d{1,3}\s*[°º])", line) if half]
    if len(halves) == 2:
        return halves[0], halves[1]
    raise ParseError(text, "not a pair of coordinates")


def _first_digit(line: str) -> int:
    found = re.search(r"\d", line)
    return len(line) if found is None else found.start()


def _both(first: str, second: str, country: str | None) -> Pair:
    """Two written coordinates in the order that their directions give, else the latitude first."""
    if _has_axis(first, "ew") or _has_axis(second, "ns"):
        first, second = second, first
    return parse_latitude(first, country=country), parse_longitude(second, country=country)


def _has_axis(text: str, letters: str) -> bool:
    found = _LETTER.search(text)
    return found is not None and found[0] in letters


def _from_list(pair: list[object] | tuple[object, ...], country: str | None) -> Pair:
    one, other = parse_degrees(pair[0]), parse_degrees(pair[1])
    orders = [each for each in ((one, other), (other, one)) if abs(each[0]) <= 90 and abs(each[1]) <= 180]
    if not orders:
        raise ParseError(f"{one}, {other}", "no place on the globe")
    box = BOXES.get(country or "")
    inside = [order for order in orders if box is not None and is_in(order, box)]
    if len(orders) == 1 or one == other:
        return orders[0]
    if len(inside) == 1:
        return inside[0]
    readings = [f"latitude {latitude.normalize():f}, longitude {longitude.normalize():f}"
                for latitude, longitude in orders]  # fmt: skip
    raise DoubtError(f"{one}, {other}", "latitude first, or longitude first as in GeoJSON", readings)


def _from_mapping(value: dict[object, object], country: str | None) -> Pair:
    point = value.get("coordinates")
    if value.get("type") == "Point" and isinstance(point, list | tuple) and len(point) >= 2:
        return parse_latitude(point[1]), parse_longitude(point[0])  # GeoJSON puts the longitude first
    if value.get("type") == "Feature" and isinstance(geometry := value.get("geometry"), dict):
        return _from_mapping(geometry, country)
    for lat, lon in (("latitude", "longitude"), ("lat", "lng"), ("lat", "lon"), ("lat", "long")):
        if lat in value and lon in value:
            return parse_latitude(value[lat], country=country), parse_longitude(value[lon], country=country)
    raise ParseError("", "no latitude and longitude in it")


def is_in(place: Pair, box: Box) -> bool:
    """Whether a place is in a country's box, half a degree around it included."""
    latitude, longitude = place
    return box.south <= latitude + 1 <= box.north + 2 and box.west <= longitude + 1 <= box.east + 2


@dataclass(frozen=True, slots=True)
class Misplaced:
    """What is wrong with a place, and where it may be meant to be."""

    why: str
    readings: tuple[str, ...] = ()
    is_blank: bool = False


def misplaced(latitude: Decimal, longitude: Decimal, box: Box | None) -> Misplaced | None:
    """What is wrong with a place by itself: 0, 0 is none, and its numbers may be swapped or lack a sign.

    `box` is the country's: a place outside of it is doubted only where such a slip explains it.
    """
    if latitude == 0 or longitude == 0:
        both = latitude == longitude
        return Misplaced("0, 0 is no place" if both else "one of two coordinates is 0", is_blank=both)
    if 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
        return Misplaced("no latitude, but a longitude", _swapped(latitude, longitude))
    if box is None or is_in((latitude, longitude), box):
        return None
    return _slip(latitude, longitude, box)


def _slip(latitude: Decimal, longitude: Decimal, box: Box) -> Misplaced | None:
    """The slip that took a place out of its country, if one alone explains it."""
    if is_in((longitude, latitude), box):
        return Misplaced("in the country only if the two are swapped", _swapped(latitude, longitude))
    for place in ((latitude, -longitude), (-latitude, longitude), (-latitude, -longitude)):
        if is_in(place, box):
            return Misplaced("in the country only with another sign", (_written(*place),))
    return None


def _swapped(latitude: Decimal, longitude: Decimal) -> tuple[str, ...]:
    return (_written(longitude, latitude), _written(latitude, longitude))


def _written(latitude: Decimal, longitude: Decimal) -> str:
    return f"{latitude.normalize():f}, {longitude.normalize():f}"
