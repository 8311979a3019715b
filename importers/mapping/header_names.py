"""What columns of listing files are called, and which fields a name may mean."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from config.listing import FIELD
from importers.mapping.model import TARGETS
from parsing.area import header_words
from parsing.text import compact, fold
from parsing.vocabulary.field_names import GENERIC, HEADERS, KEYS, LABELS, URL_KEYS
from parsing.vocabulary.operations import RENT
from parsing.vocabulary.units import HEADER_WORD

_BRACKETS: Final = re.compile(r"[(\[].*?[)\]]|\(.*$")
_PRICE_PER_M2: Final = re.compile(
    rf"(?:price|precio|prix|preis|prezzo|[€$£])\s*/\s*(?:{HEADER_WORD['m2']})", re.IGNORECASE
)
_RATIO: Final = re.compile(r"[$€£%/]|\bper\b", re.IGNORECASE)
_UNIT_TAIL: Final = re.compile(rf"\b(?:{'|'.join(HEADER_WORD.values())}|usd|eur|mxn|gbp|€|\$)\s*$")
_LABEL: Final = {
    field: re.compile(pattern, re.IGNORECASE) for field, pattern in LABELS.items() if field in TARGETS
}
_PER_M2: Final = frozenset(KEYS["price_per_m2"].split()) | {"pricepersqm"}
_AMOUNTS: Final = frozenset(("amount", "value", "gross", "net", "total"))
_LISTS: Final = frozenset(("image_urls", "amenities"))
_NAMED: Final = 0.95
_GENERAL: Final = 0.7
_MOST_RANKS: Final = 5  # of two names of a field the preferred one is surer
_LEAST_LIKE: Final = 0.93


@lru_cache(maxsize=1)
def _known() -> dict[str, list[tuple[str, float]]]:
    """Name → the fields it may mean, with a confidence from 0 to 1."""
    found: dict[str, dict[str, float]] = {}
    own = {"source_url": " ".join(URL_KEYS)}
    for field, line in (*HEADERS.items(), *KEYS.items(), *own.items()):
        for rank, name in enumerate(line.split() if field in TARGETS else ()):
            sure = _GENERAL if name in GENERIC else _NAMED - min(rank, _MOST_RANKS) / 100
            found.setdefault(name, {}).setdefault(field, round(sure, 2))
    for field in TARGETS:
        found.setdefault(compact(field), {})[field] = 0.98
    return {name: list(fields.items()) for name, fields in found.items()}


def meanings(column: str) -> list[tuple[str, float, str]]:
    """The fields a column's name may mean: field, how likely, why."""
    known, bare = _known(), _BRACKETS.sub(" ", column).strip()
    if _PRICE_PER_M2.fullmatch(bare):
        return [("price_per_m2", 0.9, "named so")]
    is_one_name = bare[:1].isalpha() and compact(bare) in known  # "State/County"
    if _RATIO.search(bare.replace("_", " ")) and compact(bare) not in _PER_M2 and not is_one_name:
        return []  # "$/SQUARE FEET" is neither a price nor an area
    if "[]" in column:
        return _of_list(column)
    for name, share, why in _readings(column, bare):
        if name in known:
            return [(field, round(sure * share, 2), why) for field, sure in known[name]]
    words = header_words(bare)
    labelled = [
        (field, 0.85, "labelled so")
        for field, pattern in _LABEL.items()
        if pattern.fullmatch(words) or pattern.fullmatch(column.strip())
    ]
    return labelled or _alike(compact(column))


def _of_list(column: str) -> list[tuple[str, float, str]]:
    """What the items of a list fill: by the list's own name."""
    name = compact(column.split("[]", maxsplit=1)[0].rsplit(".", 1)[-1])
    return [(field, 0.85, "a list named so") for field, _ in _known().get(name, []) if field in _LISTS]


def _readings(column: str, bare: str) -> list[tuple[str, float, str]]:
    """A header as it is, without brackets and units, and the last step of a path."""
    readings = [
        (compact(column), 1.0, "named so"),
        (compact(bare), 0.97, "named so"),
        (compact(_UNIT_TAIL.sub("", header_words(bare))), 0.95, "named so, with a unit"),
    ]
    if "." in column:
        *_, parent, last = column.replace("[]", "").split(".")
        readings.append((compact(parent + last), 0.95, "named so"))
        readings.append((compact(last), 0.85, "named so inside another"))
        if compact(last) in _AMOUNTS:
            readings.append((compact(parent), 0.85, f"{last} of what is named so"))
    return [reading for reading in readings if reading[0]]


def _alike(name: str) -> list[tuple[str, float, str]]:
    """The fields of the nearest name, where a typing error or an ending is all that differs."""
    if len(name) < 4:
        return []
    near_enough = [known for known in _known() if abs(len(known) - len(name)) <= 2]
    found = process.extractOne(name, near_enough, scorer=JaroWinkler.similarity, score_cutoff=_LEAST_LIKE)
    if found is None:
        return []
    near, likeness, _ = found
    return [(field, round(sure * likeness * 0.7, 2), f"like {near!r}") for field, sure in _known()[near]]


def is_text(target: str) -> bool:
    """Whether a field takes any text, so that values are weak evidence for it."""
    return FIELD[target].read == "text"


def names_a_rent(column: str) -> bool:
    """Whether a column of amounts is called a rent: "Monthly rent", "Kaltmiete", "renta"."""
    return any(word in RENT or word.endswith("miete") for word in fold(header_words(column)).split())
