"""A number and its label in one text: "4 beds", "Lot size: 300 m²"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from config.sieve import finds_none, fits_none
from parsing.text import fold, squeeze
from parsing.vocabulary.field_names import COUNT_FIELDS, LABELS, QUANTITY_FIELDS
from parsing.vocabulary.units import TEXT_WORD, unit_of
from scrapers.extract.chunks import Chunk
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.naming import (
    LEAD,
    NAMED,
    NUMBER,
    QUANTITY,
    ROOM,
    SPAN,
    VALUE_LABEL,
    label_fact,
    measured,
)

_LABEL_NUMBER: Final = re.compile(
    rf"{LEAD}(?:{NAMED})\s*:?\s+(?P<number>{NUMBER})\s*(?P<unit>{TEXT_WORD})?", re.IGNORECASE
)
_COUNTS_NOTHING: Final = fits_none(VALUE_LABEL)
_NAMES_NO_NUMBER: Final = fits_none(_LABEL_NUMBER)
_HAS_NO_UNIT: Final = finds_none(re.compile(rf"(?:[\d.,’'\s½+](?:{TEXT_WORD}))", re.IGNORECASE))
_PARTS: Final = re.compile(r"\s*[·•|\u2022]\s*|\s{2,}")
_IN_BRACKETS: Final = re.compile(r"\d \w+ \((\d{1,2} \w+)\)")
"""What of a count is more exactly another: "5 rooms (3 bedrooms)"."""
_CONVERTED: Final = re.compile(rf"(?<=\w) ?[(/] ?{NUMBER} ?(?:{TEXT_WORD}) ?\)?$", re.IGNORECASE)
"""The same measure in another unit: "128 m² (1,378 sq ft)"."""
FIGURE: Final = re.compile(r"\d")
_STOREY: Final = re.compile(
    rf"(?P<floor>\d{{1,2}})(?:ª|º|°|\.|st|nd|rd|th|er|[eè]me|e)? (?:{LABELS['floor_number']})"
    r"(?: (?:exterior|interior|(?:with|without|con|sin|com|sem|avec|sans|mit|ohne) \w+|flat|apartment)){0,2}",
    re.IGNORECASE,
)
"""The storey of a home: "5th floor exterior with lift"."""
_NAMES_NO_FIGURE: Final = finds_none(
    re.compile(
        rf"(?:{'|'.join(LABELS[name] for name in LABELS if name in COUNT_FIELDS | QUANTITY_FIELDS)}"
        rf"|{LABELS['construction_year']}|{LABELS['floor_number']})",
        re.IGNORECASE,
    )
)
"""A text without any of the words that name a number of a home."""
_NUMERIC: Final = COUNT_FIELDS | QUANTITY_FIELDS


@lru_cache(maxsize=20_000)
def counts_in(text: str) -> tuple[Fact, ...]:
    """What a text holds, label and value both: "4 beds", "Lot size: 300 m²", parted by dots or bars."""
    return () if ":" not in text and _NAMES_NO_FIGURE(text) else tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Fact]:
    for piece in (*_PARTS.split(text), *_IN_BRACKETS.findall(text)):
        part = _CONVERTED.sub("", piece)
        if len(part) > 80:
            continue
        match = _count_in(part)
        if match and (field := measured(match)) in _NUMERIC:
            number = squeeze(match["number"])
            if field == "bedrooms" and (word := ROOM.search(fold(part))) is not None:
                number = f"{number} {word[0]}"  # what it counts depends on the country
            if field == "age_years" and SPAN.fullmatch(number):  # whom a school takes
                continue
            yield Fact(str(field), _with_unit(number, match["unit"]), Trust.TEXT, f"text {part!r}", 20)
        elif (storey := _STOREY.fullmatch(part)) is not None:
            yield Fact("floor_number", storey["floor"], Trust.TEXT, f"text {part!r}", 20)
        elif ":" in part:
            label, _, value = part.partition(":")
            fact = label_fact(label, value.strip(), "label", Trust.TEXT)
            if fact:
                yield fact


@lru_cache(maxsize=20_000)
def _count_in(part: str) -> re.Match[str] | None:
    """A number and its label, in this order or the other."""
    is_number_first = part[:1].isdigit()
    if (_COUNTS_NOTHING if is_number_first else _NAMES_NO_NUMBER)(part):
        return None
    return (VALUE_LABEL if is_number_first else _LABEL_NUMBER).fullmatch(part)


def bare_areas(chunks: list[Chunk]) -> Iterator[Fact]:
    """The only area without a label on the page; several would be ambiguous."""
    areas: list[str] = []
    for chunk in chunks:
        if not chunk.hint and FIGURE.search(chunk.text):
            areas += _areas_in(chunk.text)
    if len(set(areas)) == 1:
        yield Fact("total_area_m2", areas[0], Trust.GUESS, f"text {areas[0]!r}", 90)


@lru_cache(maxsize=20_000)
def _areas_in(text: str) -> tuple[str, ...]:
    """The parts of a text that are a number and a unit of a home's area."""
    if _HAS_NO_UNIT(text):
        return ()
    short = (part for part in _PARTS.split(text) if len(part) < 30)
    found = ((part, QUANTITY.fullmatch(part)) for part in short)
    return tuple(
        part
        for part, match in found
        if match and match["unit"] and unit_of(match["unit"]) not in ("acre", "ha")
    )


def _with_unit(number: str, unit: str | None) -> str:
    return f"{number} {unit}" if unit else number
