"""Coordinates in degrees, in the ways they are written."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from config.errors import ParseError
from parsing.number import parse_number
from parsing.text import one_line

_SCALE: Final = Decimal("0.00000001")
_DEGREES: Final = (
    r"(\d{1,3}(?:[.,]\d+)?)\s*°\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’´]\s*)?"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|''|′′)\s*)?"
)
_DECIMAL: Final = re.compile(r"-?\d{1,3}\.\d{1,20}", re.ASCII).fullmatch
_DMS: Final = re.compile(rf"([NSEWO])?\s*(-)?{_DEGREES}([NSEWO])?", re.IGNORECASE)
_PLAIN: Final = re.compile(
    r"(?:POINT ?)?[(\[]?\s*([-+−]?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*([-+−]?\d{1,3}(?:\.\d+)?)\s*[)\]]?",
    re.IGNORECASE,
)


def parse_latitude(value: object) -> Decimal:
    """Degrees north, −90 … 90, to eight decimals."""
    return _bounded(value, 90)


def parse_longitude(value: object) -> Decimal:
    """Degrees east, −180 … 180, to eight decimals."""
    return _bounded(value, 180)


def parse_degrees(value: object) -> Decimal:
    """Degrees as given, to eight decimals; a quality rule checks whether such a place exists."""
    if isinstance(value, str) and _DECIMAL(value):
        degrees = Decimal(value)
    elif isinstance(value, str):
        line = one_line(value)
        found = _DMS.fullmatch(line)
        degrees = _from_dms(found) if found else parse_number(line.replace(",", ".").replace("−", "-"))
    else:
        degrees = parse_number(value)
    try:
        return degrees.quantize(_SCALE, ROUND_HALF_UP) + 0
    except InvalidOperation as error:
        raise ParseError(str(degrees), "not degrees") from error


def _bounded(value: object, most: int) -> Decimal:
    degrees = parse_degrees(value)
    if not -most <= degrees <= most:
        raise ParseError(
            value if isinstance(value, str) else str(degrees), f"not between −{most} and {most} degrees"
        )
    return degrees


def _from_dms(found: re.Match[str]) -> Decimal:
    before, minus, degrees, minutes, seconds, after = found.groups()
    part = [Decimal((text or "0").replace(",", ".")) for text in (degrees, minutes, seconds)]
    if part[1] >= 60 or part[2] >= 60:
        raise ParseError(found[0], "minutes and seconds end at 59")
    value = part[0] + part[1] / 60 + part[2] / 3600
    return -value if minus or (before or after or "").upper() in ("S", "W", "O") else value


def parse_coordinates(value: object) -> tuple[Decimal, Decimal]:
    """(latitude, longitude) from "lat,lon", degrees and minutes, `POINT(lon lat)`, a pair or a mapping."""
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, list | tuple) and len(value) == 2:
        return parse_latitude(value[0]), parse_longitude(value[1])
    if isinstance(value, dict):
        return _from_mapping(value)
    raise ParseError(value, "not a pair of coordinates")


def _from_text(text: str) -> tuple[Decimal, Decimal]:
    line = one_line(text)
    if found := _PLAIN.fullmatch(line):
        first, second = found.groups()
        if line[:5].upper() == "POINT":
            first, second = second, first
        return parse_latitude(first), parse_longitude(second)
    halves = list(_DMS.finditer(line))
    if len(halves) == 2:
        return parse_latitude(halves[0][0]), parse_longitude(halves[1][0])
    raise ParseError(text, "not a pair of coordinates")


def _from_mapping(value: dict[object, object]) -> tuple[Decimal, Decimal]:
    point = value.get("coordinates")
    if value.get("type") == "Point" and isinstance(point, list | tuple) and len(point) >= 2:
        return parse_latitude(point[1]), parse_longitude(point[0])  # GeoJSON puts the longitude first
    for lat, lon in (("latitude", "longitude"), ("lat", "lng"), ("lat", "lon"), ("lat", "long")):
        if lat in value and lon in value:
            return parse_latitude(value[lat]), parse_longitude(value[lon])
    raise ParseError("", "no latitude and longitude in it")
