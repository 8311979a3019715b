"""What a column's values look like: whether a field could hold them, and which field they suggest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from config.errors import ParseError
from config.listing import FIELD
from config.source import Source
from parsing.address import normal_address
from parsing.cells import Note, as_text, make_reader, read_coordinates
from parsing.counts import Bathrooms
from parsing.memo import Reader
from parsing.status import STANDARD
from parsing.street_words import SUFFIXES
from parsing.vocabulary.blank import is_blank_anywhere

_UNREADABLE: Final = (ParseError, ArithmeticError, ValueError, RecursionError)
_ANY: Final = Source(name="sample", country="US", currency="USD")
_OF_NO_COUNTRY: Final = Source(name="sample", currency="USD")
"""For areas: which unit a bare one is in is decided later."""
_OF_COMMAS: Final = Source(name="sample", currency="USD", decimal_mark=",")
"""Where "1.245" is more than a thousand: which mark a file's numbers have is decided over all of them."""
_POSTAL: Final = re.compile(r"[A-Z]{0,2}\d[A-Z\d]{0,3}(?:[ -]?[A-Z\d]{2,4})?", re.IGNORECASE)
_IMAGE: Final = re.compile(
    r"https?://\S+\.(?:jpe?g|png|webp|avif|gif)(?:[?#]\S*)?$|https?://\S*(?:photo|image|img|pic)\S*$",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"[^\w\s]{0,2}[$€£¥₹]\s?\d[\d.,  ]*|\d[\d.,  ]*\s?[€£]")
_BETWEEN: Final[dict[str, tuple[float, float]]] = {
    "price": (50, 10**11), "price_max": (50, 10**11), "bedrooms": (0, 60), "bathrooms": (0, 60),
    "half_bathrooms": (0, 30), "parking_spaces": (0, 300), "construction_year": (1500, 2100),
    "total_floors": (0, 200), "floor_number": (-6, 200), "age_years": (0, 600), "total_area_m2": (1, 10**9),
    "covered_area_m2": (1, 10**7), "lot_size_m2": (0, 10**10), "price_per_m2": (0.1, 10**7),
}  # fmt: skip
_WORDS_ONLY: Final = frozenset(("city", "state", "neighborhood", "agent_name", "property_type", "currency"))
_MOST_READ: Final = 200


@lru_cache(maxsize=100)
def _reader(target: str) -> Reader:
    field = FIELD[target]
    return make_reader(field, _OF_NO_COUNTRY if field.read == "area" else _ANY)


@lru_cache(maxsize=100)
def _comma_reader(target: str) -> Reader:
    return make_reader(FIELD[target], _OF_COMMAS)


def filled(cells: Sequence[Any]) -> list[Any]:
    """The cells that are not blank, at most as many as are worth reading."""
    return [cell for cell in cells if not is_blank_anywhere(cell)][:_MOST_READ]


def fit(target: str, cells: Sequence[Any]) -> float:
    """The share of the cells that the field could hold."""
    return sum(_fits(target, cell) for cell in cells) / len(cells) if cells else 0.0


def _fits(target: str, cell: Any) -> bool:
    if target == "gps_coordinates":
        return _reads(read_coordinates, cell) is not None
    if target in ("latitude", "longitude") and not (isinstance(cell, float | Decimal) or "." in str(cell)):
        return False
    value = _reads(_reader(target), cell)
    if value is None and FIELD[target].read == "area":
        value = _reads(_comma_reader(target), cell)
    if value is None:
        return False
    if target in _BETWEEN:
        least, most = _BETWEEN[target]
        count = value.full if isinstance(value, Bathrooms) else value
        return bool(least <= count <= most)
    return _is_plausible(target, value)


def _reads(reader: Callable[[Any], Any], cell: Any) -> Any:
    try:
        value = reader(cell)
    except _UNREADABLE:
        return None
    return value.value if isinstance(value, Note) else value


def _is_plausible(target: str, value: Any) -> bool:
    plausible: dict[str, Callable[[Any], bool]] = {
        "standard_status": lambda text: text in STANDARD,
        "operation_type": lambda text: text in ("sale", "rent"),
        "postal_code": lambda text: _POSTAL.fullmatch(text) is not None,
        "address": lambda text: len(text) <= 200 and not text.isdigit() and "://" not in text,
        "title": lambda text: not text.isdigit() and "://" not in text and len(text) <= 300,
        "description": lambda text: " " in text and "://" not in text[:8],
        "main_image_url": lambda text: _IMAGE.match(text) is not None,
        "image_urls": lambda text: text.startswith('["http'),
        "features": lambda _text: True,
        "agency_name": lambda text: not text.replace("-", "").isdigit(),
    }
    if target in _WORDS_ONLY:
        return not any(map(str.isdigit, value)) and len(value) <= 80
    return plausible.get(target, lambda _value: True)(value)


def by_shape(cells: Sequence[Any]) -> tuple[str, float, str] | None:
    """The field that the values alone suggest."""
    if cells and all(isinstance(cell, dict) and "coordinates" in cell for cell in cells):
        return "gps_coordinates", 0.8, "GeoJSON points"
    texts = [text for cell in cells if isinstance(cell, str) and (text := cell.strip())]
    if len(texts) < len(cells) or not texts:
        return None
    for target, sure, why, looks in _SHAPES:
        share = sum(bool(looks(text)) for text in texts) / len(texts)
        if share >= 0.8:
            return target, round(sure * share, 2), f"looks like {why}"
    return None


def _is_street(text: str) -> bool:
    words = (normal_address(text, country="US") or "").replace(",", "").split()
    return len(words) > 2 and words[0][0].isdigit() and any(word in SUFFIXES for word in words[2:])


_SHAPES: Final[tuple[tuple[str, float, str, Callable[[str], Any]], ...]] = (
    ("agent_email", 0.6, "e-mail addresses", lambda text: "@" in text and fit("agent_email", [text])),
    ("main_image_url", 0.6, "pictures", _IMAGE.match),
    ("operation_type", 0.6, "sale or rent", lambda text: fit("operation_type", [text])),
    ("source_url", 0.55, "links", lambda text: text.startswith(("http://", "https://"))),
    ("gps_coordinates", 0.6, "coordinates", lambda text: "," in text and fit("gps_coordinates", [text])),
    ("price", 0.6, "amounts of money", _MONEY.fullmatch),
    ("bedrooms", 0.6, "numbers of beds", re.compile(r"[\d—-]+ (?:beds?|bd|rec\.?|bedrooms?)").fullmatch),
    ("bathrooms", 0.6, "numbers of baths", re.compile(r"[\d.—-]+ (?:ba(?:ths?|throoms?|ños?)?)").fullmatch),
    ("total_area_m2", 0.55, "areas", re.compile(r"[\d.,]+ ?(?:m2|m²|sq ?ft|sqft)").fullmatch),
    ("address", 0.5, "street addresses", _is_street),
)


def looks_like_picture(text: str) -> bool:
    """Whether a link leads to a picture."""
    return _IMAGE.match(text) is not None


def as_texts(cells: Sequence[Any]) -> list[str]:
    """The scalar cells as text."""
    found = []
    for cell in cells:
        try:
            found.append(as_text(cell).strip())
        except _UNREADABLE:
            continue
    return found
