"""Which field a label names, and whether what stands beside it can be its value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from config.sieve import fits_none
from parsing.operation import operation_of
from parsing.phrase import phrase
from parsing.price import states_no_price
from parsing.status import is_off_market
from parsing.text import digits, fold, squeeze, words
from parsing.vocabulary.counts import ROOMS_IN
from parsing.vocabulary.field_names import COUNT_FIELDS, LABELS, MAYBE_STATUS, QUANTITY_FIELDS
from parsing.vocabulary.units import TEXT_WORD
from scrapers.extract.contacts import is_company
from scrapers.extract.facts import Fact, Trust

NUMBER: Final = r"\d[\d.,’'\s]{0,20}(?:½)?(?:(?: ?[-–+] ?| (?:to|a|al|à|bis|tot|do|até) )\d[\d.,]{0,20})?\+?"
NAMED: Final = "|".join(
    f"(?P<{name}>{words})" for name, words in {**LABELS, "maybe_status": MAYBE_STATUS}.items()
)
LEAD: Final = (
    r"(?:(?:number|no\.?|total|n[uú]mero|n[°º]|aantal|anzahl|liczba|antal|nombre|nb\.?|po[cč]et)"
    r" (?:of |d[ei] |der )?)?"
)
_LABEL: Final = re.compile(
    rf"{LEAD}(?:(?P<unit>{TEXT_WORD})\s*(?:de )?)?(?:{NAMED})"
    rf"(?:\s*[(\[,]\s*(?:in )?(?P<after>{TEXT_WORD})\s*[)\]]?)?(?: ?\(?(?:ca|approx|circa|env"
    rf"|aprox)\.?\)?)?\s*[:#]?",
    re.IGNORECASE,
)
_UNIT_ONLY: Final = re.compile(rf"(?:(?:approx\.?|approximate) )?(?P<unit>{TEXT_WORD})", re.IGNORECASE)
VALUE_LABEL: Final = re.compile(
    rf"(?P<number>{NUMBER})\s*(?:(?P<unit>{TEXT_WORD})\s*(?:de )?)?(?:{NAMED})", re.IGNORECASE
)
_COUNTED_FIRST: Final = re.compile(rf"(?:{VALUE_LABEL.pattern})(?![^\W\d_])", re.IGNORECASE)
_IS_NO_LABEL: Final = fits_none(_LABEL)
_IS_NO_UNIT: Final = fits_none(_UNIT_ONLY)
QUANTITY: Final = re.compile(rf"(?P<number>{NUMBER})\s*(?P<unit>{TEXT_WORD})?", re.IGNORECASE)
_ABOUT: Final = re.compile(
    r"^(?:ca\.?|circa|approx(?:\.|imately)?|about|env(?:\.|iron)?|aprox\.?|~|≈|±)\s*(?=\d)", re.IGNORECASE
)
"""Words before a measure that is rounded."""
_AND: Final = re.compile(r"\s*(?:,|;|\+|&|\b(?:and|en|und|et|e|y|i|och|og)\b)", re.IGNORECASE)
_UNIT_NEEDED: Final = re.compile(r"construction|konstruktion|wonen|built", re.IGNORECASE)
"""Labels of an area, and as often of something else, such as a material or a year."""
_MAYBE_STATUS: Final = re.compile(MAYBE_STATUS, re.IGNORECASE)
_LESS_USUAL: Final = re.compile(r"total bath|(?:superficie|area) util")
"""Labels of a count or an area that another one of the same page states better."""
_FEET: Final = re.compile(r"\bsq(?:uare|\.)? ?(?:f(?:ee|oo)?t|footage)", re.IGNORECASE)
_TOILETS: Final = re.compile(r"\b(?:wcs?|toilets?|toilettes?|steps?|stufen)\b", re.IGNORECASE)
SPAN: Final = re.compile(r"\d+ ?[-–] ?\d+")
ROOM: Final = phrase(*(word for forms in ROOMS_IN.values() for word in forms))
"""Words for rooms that are bedrooms in some countries alone: the number keeps its word."""
NAMES: Final = frozenset({"agent_name", "agency_name"})
_ALIKE: Final = {
    "bathrooms": ("half_bathrooms",),
    "half_bathrooms": ("bathrooms",),
    "floor_number": ("total_floors",),
    "total_floors": ("floor_number",),
}
_ICONS: Final[dict[str, str]] = {
    **dict.fromkeys(
        words("bed beds bedroom bedrooms recamara recamaras dormitorio dormitorios habitaciones"), "bedrooms"
    ),
    **dict.fromkeys(words("bath baths bathroom bathrooms bathtub shower bano banos"), "bathrooms"),
    **dict.fromkeys(words("garage garages parking car carport cochera estacionamiento"), "parking"),
}
_TYPES_TOO: Final = words("terreno lote lot land plot garage garaje cochera piso planta stellplatz vaga")
"""Labels that are a type of property as well."""
_PLAIN_TEXT: Final = words(
    "property_type address neighborhood city state postal_code agent_name agency_name agent_phone"
    " property_id listing_date standard_status operation_type price"
)


def is_label(text: str) -> bool:
    """Whether the whole text is a known label."""
    return as_label(text) is not None


@lru_cache(maxsize=20_000)
def as_label(text: str) -> re.Match[str] | None:
    """A text as a label; the pages of a site have the same ones."""
    return None if _IS_NO_LABEL(text) else _LABEL.fullmatch(text)


@lru_cache(maxsize=20_000)
def as_unit(text: str) -> re.Match[str] | None:
    return None if _IS_NO_UNIT(text) else _UNIT_ONLY.fullmatch(text)


def icon_label(classes: str) -> str | None:
    """The label an icon's class names stand for."""
    for token in re.split(r"[\s_\-]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", classes)):
        if token.lower() in _ICONS:
            return _ICONS[token.lower()]
    return None


def field_of(label: str) -> str | None:
    """The field a label names."""
    found = as_label(squeeze(label))
    return _named(found) if found else None


def label_fact(label: Any, value: Any, where: str, trust: Trust) -> Fact | None:
    """The fact a label and the value beside it state, if the label is known and the value can be one."""
    if not isinstance(label, str) or len(label) > 60 or isinstance(value, bool) or value is None:
        return None
    match = as_label(squeeze(label))
    field = _named(match) if match else None
    if match is None or field is None or not isinstance(value, (str, int, float)):
        return None
    text = str(value).strip().removeprefix(":").strip()
    if _MAYBE_STATUS.fullmatch(squeeze(label).rstrip(" :")):
        if is_off_market(text):
            return Fact("standard_status", text, trust, f"{where} ({squeeze(label)!r})", 30)
        if field == "standard_status":
            return None
    if field == "standard_status" and operation_of(text) is not None and not is_off_market(text):
        field = "operation_type"  # "Status: For sale"
    if field in COUNT_FIELDS and (own := _COUNTED_FIRST.match(text)) and _named(own) == field:
        text = own[0] if _AND.match(text, own.end()) else text  # "1 bathroom and 1 separate toilet"
    if not _may_be(field, text) or (
        field in QUANTITY_FIELDS and _UNIT_NEEDED.fullmatch(label.strip(" :")) and not _UNIT_ONLY.search(text)
    ):
        return None
    unit = (
        match["unit"]
        or match["after"]
        or ("sq ft" if field in QUANTITY_FIELDS and _FEET.search(label) else None)
    )
    if unit and not _UNIT_ONLY.search(text):
        text = f"{text} {unit}"
    if field == "bedrooms" and text.isdigit() and (word := ROOM.search(fold(label))) is not None:
        text = f"{text} {word[0]}"
    rank = 35 if _LESS_USUAL.match(fold(label)) else 30
    return Fact(field, text, trust, f"{where} ({squeeze(label)!r})", rank)


def has_figure(title: str) -> bool:
    """Whether a title holds a number, which a label does not; the ² of a unit is none."""
    return any(map(str.isdecimal, _UNIT_ONLY.sub("", title)))


def _may_be(field: str, text: str) -> bool:
    has_number = any(mark.isdigit() for mark in text)
    if field in QUANTITY_FIELDS:
        return QUANTITY.match(_ABOUT.sub("", text, count=1)) is not None and len(text) <= 40
    if field in COUNT_FIELDS:
        return has_number and len(text) <= 40 and not _counts_another(field, text)
    if field == "price":
        return (len(digits(text)) > 2 or states_no_price(text)) and len(text) <= 40
    if field in {"agent_phone", "property_id", "listing_date", "postal_code"}:
        return has_number and len(text) <= 60
    if field in _PLAIN_TEXT and _is_its_word(field, text):
        return True
    is_ended = text[-1:] in (".", ":", "?") and not (field in NAMES and is_company(text))
    return field in _PLAIN_TEXT and 1 < len(text) <= 120 and not is_ended and not is_label(text)


def _is_its_word(field: str, text: str) -> bool:
    """Whether a text is an operation or a type, though a label is written so too: "Rent", "Land"."""
    if field == "operation_type":
        return operation_of(text) is not None
    return field == "property_type" and fold(text) in _TYPES_TOO


def _counts_another(field: str, text: str) -> bool:
    """Whether a count says itself what it counts, and that is something else: "2 WCs", "Age: 7 - 11"."""
    said = VALUE_LABEL.fullmatch(text)
    if said is not None:
        return _named(said) not in (field, *_ALIKE.get(field, ()))
    return _TOILETS.search(text) is not None or (field == "age_years" and SPAN.fullmatch(text) is not None)


def measured(match: re.Match[str]) -> str | None:
    """The field that a number and its label name; "273 m² built" is an area, and no year."""
    field = _named(match)
    if match["unit"] is None or field in QUANTITY_FIELDS:
        return field
    return "covered_area_m2" if field == "construction_year" else None


def _named(match: re.Match[str]) -> str | None:
    name = next((name for name in LABELS if match[name] is not None), None)
    return "standard_status" if match["maybe_status"] is not None else name
