"""A listing-like JSON object read with the general vocabulary: whatever a portal calls its keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from parsing.area import unit_named
from parsing.text import compact, fold, words
from parsing.vocabulary.blank import is_blank, is_empty
from parsing.vocabulary.boxes import (
    AGENCY_BOXES,
    AGENT_BOXES,
    GEO_BOXES,
    HOME_BOXES,
    LAND_BOXES,
    NAME_KEYS,
    NO_PLACE,
    PLACE_BOXES,
    PRICE_BOXES,
    STREET_KEYS,
)
from parsing.vocabulary.field_names import COUNT_FIELDS, FIELD_OF, QUANTITY_FIELDS, SUFFIXES
from parsing.vocabulary.sections import SIMILAR, UNRELATED
from parsing.vocabulary.units import KEY_ENDING, WRITTEN, unit_of
from scrapers.extract.contacts import read_contact
from scrapers.extract.facts import Fact, Spot
from scrapers.extract.naming import label_fact
from scrapers.extract.offers import offer_facts, read_offers, read_price_box
from scrapers.extract.precision import precision_of
from scrapers.extract.values import (
    coordinate,
    first,
    image,
    images,
    is_link,
    is_number,
    is_scalar,
    key_name,
    measured,
    quantity,
    wordlist,
)

MAX_READ_DEPTH: Final = 5
MAX_ENTRIES: Final = 200
_LABEL_KEYS: Final = ("label", "name", "title", "key", "displayName")
_GENERAL: Final = words("name type id text body category section status size")
_POINT: Final = words("latitude longitude location_precision")
_NAMED: Final = words("title city state neighborhood agent_name agency_name address property_type")
_FLAGS: Final = words("is_featured is_premium")
_LINKS: Final = words("main_image_url image_urls virtual_tour_url video_url message_url source_url")
_UNIT_ENDINGS: Final = ("units", "unit", "unitcode", "unittext", "unitofmeasure", "uom", "measure")
_BELOW_STATE: Final = words("province provincia provincename county countyname departement department")
_NATIONS: Final = ("nation", "country", "countrycode", "countryname", "paese", "pays", "addresscountry")
_BY_REGIONS: Final = words("it ita italia italy fr fra france")
_ATTRIBUTES: Final = ("attributes", "adattributes", "propertyattributes")
_STREETS: Final = words("street streetname strasse straat calle rue via logradouro")
_HOUSE_NUMBERS: Final = (
    "streetnumber",
    "housenumber",
    "housenr",
    "hausnummer",
    "huisnummer",
    "number",
    "numero",
)
_ENGLISH_STREET: Final = re.compile(
    r"\b(?:st|street|rd|road|ave?|avenue|ln|lane|dr|drive|way|close|ct|court|blvd|place|pl|terrace)\.?$",
    re.IGNORECASE,
)
_SIZES: Final = words("sizings sizes areas surfaces floorareas")
_PLACES: Final = words("neighborhood city state")


def read_object(node: dict[str, Any], spot: Spot) -> list[Fact]:
    """Every fact the object states, the best of each field."""
    best: dict[str, Fact] = {}
    for fact in _read(node, spot):
        if fact.field not in best or _preference(fact) < _preference(best[fact.field]):
            best[fact.field] = fact
    return list(best.values())


def _preference(fact: Fact) -> tuple[bool, int]:
    return is_blank(fact.value, fact.field), fact.rank


def _read(node: dict[str, Any], spot: Spot) -> Iterator[Fact]:
    if spot.depth > MAX_READ_DEPTH:
        return
    for key, value in node.items():
        name = key_name(key)
        if is_empty(value) or is_aside_key(str(key), is_list=isinstance(value, list)):
            continue
        if name in _BELOW_STATE and _is_below_state(node):
            continue
        if isinstance(value, dict):
            yield from _read_box(name, value, spot.at(key))
        elif isinstance(value, list):
            yield from _read_list(name, value, spot.at(key))
        elif name in _STREETS and (line := _with_house_number(value, node)) is not None:
            yield spot.at(key).fact("address", line, 5)
        elif (precision := precision_of(name, value)) is not None:
            yield spot.at(key).fact("location_precision", precision)
        else:
            yield from _read_scalar(name, _with_unit(name, value, node), spot.at(key))


@lru_cache(maxsize=20_000)
def is_aside_key(key: str, *, is_list: bool = False) -> bool:
    """Whether a key holds other listings or something else than a listing; a list of attributes is none."""
    name = compact(key)
    return SIMILAR.search(key) is not None or (
        UNRELATED.match(name) is not None and not (is_list and name in _ATTRIBUTES)
    )


def _is_below_state(node: dict[str, Any]) -> bool:
    """Whether the object names a region too, and its country counts by regions: Milan's is Lombardy."""
    named = {key_name(key): value for key, value in node.items()}
    region = named.get("region", named.get("regionname"))
    if is_empty(region):
        return False
    nation = next((named[key] for key in _NATIONS if key in named), None)
    nation = first(nation, ("id", "code", "iso", "name")) if isinstance(nation, dict) else nation
    return fold(str(nation or "")) in _BY_REGIONS


def _with_unit(name: str, value: Any, node: dict[str, Any]) -> Any:
    """An area with the unit that stands in a key beside it: `livingArea: 1238, livingAreaUnits: "sqft"`."""
    if field_named(name)[0] not in QUANTITY_FIELDS or not is_number(value):
        return value
    stem = name.removesuffix("value")
    beside = {key_name(key): item for key, item in node.items() if isinstance(item, str)}
    words_of_unit = (beside.get(stem + end) or beside.get(name + end) for end in _UNIT_ENDINGS)
    unit = next((named for word in words_of_unit if word and (named := unit_named(word))), None)
    return f"{value} {WRITTEN[unit]}" if unit else value


def _read_scalar(name: str, value: Any, spot: Spot) -> Iterator[Fact]:
    field, rank, unit = field_named(name)
    if field is None or (name in _GENERAL and spot.depth > 1) or not is_plausible(field, value):
        return
    if field in {"latitude", "longitude"}:
        value = coordinate(value)
    if unit and field in QUANTITY_FIELDS and is_number(value):
        value = f"{value} {WRITTEN[unit]}"
    yield spot.fact(field, value, rank)


@lru_cache(maxsize=20_000)
def field_named(name: str) -> tuple[str | None, int, str | None]:
    """The field a key names, how good a name it is, and the unit it carries."""
    ending = KEY_ENDING.fullmatch(name)
    unit = unit_of(ending["unit"]) if ending else None
    if name in FIELD_OF:
        return *FIELD_OF[name], unit
    if ending and not name.startswith(("price", "preci")):
        return *_measured(ending["stem"], unit), unit
    return next((field for end, field in SUFFIXES if name.endswith(end)), None), 8, None


def _measured(stem: str, unit: str | None) -> tuple[str | None, int]:
    """The area that a key names before its unit; a unit alone is the building's, acres are the land's."""
    alone = "lot_size_m2" if unit in ("acre", "ha") else "covered_area_m2"
    field, rank = FIELD_OF.get(stem, FIELD_OF.get(stem + "size", ("" if stem else alone, 0)))
    return (field if field in QUANTITY_FIELDS else None), rank + (4 if unit == "m2" else 5)


def is_plausible(field: str, value: Any) -> bool:
    """Whether a scalar can be that field at all."""
    if isinstance(value, bool) or field in _FLAGS:
        return isinstance(value, bool) and field in _FLAGS
    if field in COUNT_FIELDS:
        return len(str(value)) < 40 and any(mark.isdigit() for mark in str(value))
    if field in _NAMED:
        return _is_name(value) and not (field in _PLACES and fold(value) in NO_PLACE)
    if field in {"latitude", "longitude"}:
        return coordinate(value) is not None
    return is_link(value) if field in _LINKS else field not in {"features", "amenities"}


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and not value.startswith(("http", "/")) and not is_number(value)


def _read_box(name: str, value: dict[str, Any], spot: Spot) -> Iterator[Fact]:
    field, rank, _ = field_named(name)
    if name in AGENT_BOXES or name in AGENCY_BOXES:
        yield from read_contact(name, value, spot)
    elif name in PRICE_BOXES:
        yield from read_price_box(value, spot)
    elif field in QUANTITY_FIELDS and (amount := quantity(value)) is not None:
        yield spot.fact(str(field), amount, rank)
    elif fact := label_fact(first(value, _LABEL_KEYS), measured(value), spot.where, spot.trust):
        yield fact
    elif name in LAND_BOXES and (size := _land(value)) is not None:
        yield spot.fact("lot_size_m2", size, 3)
    elif name in GEO_BOXES:
        yield from _read_point(value, spot)
    else:
        yield from _read_place_chain(value, spot)
        yield from _read_word(field, rank, value, spot)
        yield from _read(
            value, spot if name in PLACE_BOXES and ".parent" not in spot.where else spot.deeper()
        )


def _read_point(value: dict[str, Any], spot: Spot) -> Iterator[Fact]:
    """Latitude and longitude by name, or GeoJSON, which puts longitude first."""
    pair = value.get("coordinates")
    if isinstance(pair, list) and len(pair) == 2 and all(is_number(item) for item in pair):
        yield spot.at("coordinates").at(0).fact("longitude", pair[0])
        yield spot.at("coordinates").at(1).fact("latitude", pair[1])
    else:
        yield from (fact for fact in _read(value, spot.deeper()) if fact.field in _POINT)


def _read_place_chain(value: dict[str, Any], spot: Spot) -> Iterator[Fact]:
    """Places kept as `{label: "city", name: …, parent: {label: "state", name: …}}`."""
    place: Any = value
    for _ in range(6):
        if not isinstance(place, dict) or "name" not in place:
            return
        fact = label_fact(first(place, ("label", "type", "level")), place["name"], spot.where, spot.trust)
        if fact and fact.field in _PLACES:
            yield replace(fact, rank=0)
        place = place.get("parent", place.get("parentLocation"))


def _read_word(field: str | None, rank: int, value: dict[str, Any], spot: Spot) -> Iterator[Fact]:
    """A box standing for one word: `{"name": "House"}`, an address with its line, a text."""
    if field == "image_urls" and (found := images(_pictures_in(value))):
        yield spot.fact(field, found, rank)
    if field is None or field in QUANTITY_FIELDS or field in {"features", "amenities", "image_urls"}:
        return
    keys = {"address": STREET_KEYS, "description": ["text", "full", "value"]}.get(field, NAME_KEYS)
    found_word = image(value) if field == "main_image_url" else first(value, keys)
    if is_scalar(found_word) and is_plausible(field, found_word):
        yield spot.fact(field, found_word, rank + 1)


def _pictures_in(value: dict[str, Any]) -> list[Any]:
    """The pictures of a box: a list inside of it, else itself as one."""
    inner = first(value, ("urls", "items", "images", "photos", "list"))
    return inner if isinstance(inner, list) else [value]


def _read_list(name: str, value: list[Any], spot: Spot) -> Iterator[Fact]:
    field, rank, _ = field_named(name)
    if name in _SIZES and (found_size := _size(value)) is not None:
        yield spot.fact("total_area_m2", found_size, rank)
        return
    head = value[0] if len(value) == 1 else None
    if name in AGENT_BOXES or name in AGENCY_BOXES:
        if isinstance(value[0], dict):
            yield from read_contact(name, value[0], spot.at(0))
    elif field in {"image_urls", "main_image_url"}:
        if found := images(value):
            yield spot.fact("image_urls", found, rank - min(len(found) // 5, 10))
    elif offers := read_offers(value):
        yield from offer_facts(offers, spot)
    elif field in {"virtual_tour_url", "video_url"}:
        yield from (
            spot.at(i).fact(field, link, rank + i)
            for i, item in enumerate(value[:3])
            if (link := image(item))
        )
    else:
        yield from read_label_list(value, spot)
        if field in {"amenities", "features"} and (found := wordlist(value)):
            yield spot.fact(field, found, rank)
        elif name in HOME_BOXES and isinstance(head, dict):
            yield from _read(head, spot.at(0).deeper())
        elif is_scalar(head):
            yield from _read_scalar(name, head, spot.at(0))


def _keyed(label: Any, item: dict[str, Any], spot: Spot) -> Fact | None:
    """The fact of a pair whose label is a program's name: `{"key": "land_plot_surface", "value": "540"}`."""
    name = compact(label) if isinstance(label, str) else ""
    field, rank, _ = field_named(name)
    value = measured(item)
    if field is None or name in _GENERAL or not is_scalar(value) or not is_plausible(field, value):
        return None
    return spot.fact(field, value, rank + 10)


def _land(value: dict[str, Any]) -> Any:
    """The size in a box of the land: `{"surface": 240}`."""
    named = ((field_named(key_name(key)), item) for key, item in value.items() if is_scalar(item))
    found = ((unit, item) for (field, _, unit), item in named if field in QUANTITY_FIELDS)
    return next(
        (f"{item} {WRITTEN[unit]}" if unit and is_number(item) else item for unit, item in found), None
    )


def _with_house_number(street: Any, node: dict[str, Any]) -> str | None:
    """A street with the house number that stands in a key beside it, in the order of its language."""
    beside = {key_name(key): item for key, item in node.items() if is_scalar(item)}
    number = next((str(beside[key]) for key in _HOUSE_NUMBERS if key in beside), "")
    if not isinstance(street, str) or not number or any(map(str.isdigit, street)) or not number[:1].isdigit():
        return None
    return f"{number} {street}" if _ENGLISH_STREET.search(street) else f"{street} {number}"


def _size(value: list[Any]) -> Any:
    """The one size of a list that has it in several units: `[{"unit": "sqm", "minimumSize": 110}, …]`."""
    sizes = [quantity(item) for item in value if isinstance(item, dict)]
    named = [str(size) for size in sizes if isinstance(size, str) and any(map(str.isalpha, size))]
    return next((size for size in named if size.endswith(WRITTEN["m2"])), named[0] if named else None)


def read_label_list(value: list[Any], spot: Spot) -> Iterator[Fact]:
    """Facts kept as a list: `{"label": "Bedrooms", "value": 3}` or `"Bedrooms: 3"`."""
    for i, item in enumerate(value[:MAX_ENTRIES]):
        where = spot.at(i).where
        if isinstance(item, dict):
            label = first(item, _LABEL_KEYS)
            fact = label_fact(label, measured(item), where, spot.trust) or _keyed(label, item, spot.at(i))
            inner = first(item, ("text", "items", "values"))
            if fact:
                yield fact
            elif isinstance(inner, list):
                yield from read_label_list([word for word in inner if isinstance(word, str)], spot.at(i))
        elif isinstance(item, str) and 3 < len(item) < 80 and ":" in item:
            label, _, text = item.partition(":")
            if fact := label_fact(label, text.strip(), where, spot.trust):
                yield fact
