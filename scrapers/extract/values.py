"""Small shapes JSON values come in: quantities with units, coordinates, pictures, words in a box."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, TypeGuard

from parsing.area import unit_named
from parsing.text import compact
from parsing.vocabulary.blank import is_blank_anywhere
from parsing.vocabulary.boxes import IMAGE_KEYS, NAME_KEYS
from parsing.vocabulary.units import WRITTEN

MAX_PICTURES: Final = 500
MAX_WORDS: Final = 200
_LINK: Final = re.compile(r"^(?:https?:)?/?/\S+$|\.(?:jpe?g|png|webp|avif)(?:\?|$)", re.IGNORECASE)
_SIZED: Final = re.compile(r"(\d{2,4})x(\d{2,4})")
_NUMBER: Final = re.compile(r"\s*-?[\d.,]+\s*")
_AMOUNT_KEYS: Final = ("value", "amount", "size", "area", "minValue", "min", "number", "minimumSize")
_UNIT_KEYS: Final = ("unitText", "unitCode", "unit", "units", "measure", "uom", "type")


@lru_cache(maxsize=50_000)
def key_name(key: object) -> str:
    """The compact name of a key: a site's pages have the same ones."""
    return compact(str(key))


def first(value: dict[str, Any], keys: Iterable[str]) -> Any:
    """The value of the first of these keys that is not blank, in any spelling."""
    names = {key_name(key): item for key, item in value.items() if not is_blank_anywhere(item)}
    return next((names[compact(key)] for key in keys if compact(key) in names), None)


def is_number(value: Any) -> TypeGuard[str | int | float]:
    """Whether a value is a number or the text of one."""
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_scalar(value: Any) -> TypeGuard[str | int | float]:
    """Whether a value is a text or number."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def is_link(value: Any) -> bool:
    """Whether a value can be an address."""
    return isinstance(value, str) and _LINK.search(value) is not None


def quantity(value: Any) -> str | int | float | None:
    """`{"value": 110, "unitCode": "MTK"}` as "110 m²"; a text or number as it is."""
    if not isinstance(value, dict):
        return value if is_scalar(value) else None
    amount = first(value, _AMOUNT_KEYS)
    if not is_scalar(amount):
        return None
    unit = first(value, _UNIT_KEYS)
    named = unit_named(str(unit)) if unit else None
    return f"{amount} {WRITTEN[named]}" if named else amount


def measured(value: dict[str, Any]) -> Any:
    """The value of a label's box, with the unit that stands beside it."""
    amount = first(value, ("valueLabel", "value", "text", "displayValue", "val"))
    unit = first(value, _UNIT_KEYS[:5])
    return f"{amount} {unit}" if unit and is_number(amount) else amount


def coordinate(value: Any) -> str | int | float | None:
    """A coordinate as given, or out of the base64 some sites keep it in."""
    if is_number(value):
        return value
    if not isinstance(value, str):
        return None
    try:
        text = base64.b64decode(value, validate=True).decode("ascii")
        float(text)
    except ValueError:
        return None
    return text


def images(value: list[Any]) -> list[str]:
    """The pictures in a list, each at its largest, in order, once."""
    found = []
    for item in value[:MAX_PICTURES]:
        inner = item.get("photos") or item.get("images") if isinstance(item, dict) else None
        if isinstance(inner, list):
            found.extend([link for link in map(image, inner[:MAX_PICTURES]) if link])
        elif link := image(item):
            found.append(link)
    return list(dict.fromkeys(found))


def image(item: Any) -> str | None:
    """One picture's address, the largest it offers."""
    if isinstance(item, str):
        return item if is_link(item) else None
    if not isinstance(item, dict):
        return None
    links = {key: value for key, value in item.items() if is_link(value)}
    if links:
        return str(links[max(links, key=_worth)])
    inner = (value for value in item.values() if isinstance(value, dict))
    return next((str(link) for value in inner for link in value.values() if is_link(link)), None)


def _worth(key: str) -> tuple[int, int]:
    name = compact(key)
    sized = _SIZED.search(key)
    area = int(sized[1]) * int(sized[2]) if sized else 0
    wanted = [i for i, word in enumerate(reversed(IMAGE_KEYS)) if name.startswith(compact(word))]
    return area, max(wanted, default=-1)


def word(value: Any) -> Any:
    """The word a box stands for, or the value itself."""
    return first(value, (*NAME_KEYS, "feature")) if isinstance(value, dict) else value


def wordlist(value: list[Any]) -> list[str]:
    """The words of a list."""
    found = [word(item) for item in value[:MAX_WORDS]]
    return [item for item in found if isinstance(item, str) and 1 < len(item) < 200]
