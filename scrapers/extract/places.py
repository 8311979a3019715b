"""Where a home is, by what a page says of the home's own address in other places than its listing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from config.sieve import finds_none
from parsing.text import fold, squeeze, words
from parsing.vocabulary.boxes import AGENCY_BOXES, AGENT_BOXES
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Spot, Trust
from scrapers.extract.hydration import states
from scrapers.extract.identity import Identity, identify
from scrapers.extract.loading import walk
from scrapers.extract.objects import read_object
from scrapers.extract.page import Page
from scrapers.extract.sameness import sameness
from scrapers.extract.subject import is_aside

_PLACE: Final = words("latitude longitude postal_code city")
_PERSONS: Final = AGENT_BOXES | AGENCY_BOXES
_LEAST_ADDRESS: Final = 8
_MOST_ADDRESS: Final = 160
_MOST_CODE: Final = 12
_NUMBER: Final = r"['\"]?(-?\d{1,3}\.\d{3,})"
_ASSIGNED: Final = re.compile(
    rf"(?<![A-Za-z])\w{{0,20}}?lat(?:itude)?['\"]?\s*[:=]\s*{_NUMBER}['\"]?\s*[,;]?\s*"
    rf"(?:(?:var|let|const)\s+)?['\"]?\w{{0,20}}?(?:lng|lon|long|longitude)['\"]?\s*[:=]\s*{_NUMBER}",
    re.IGNORECASE,
)
_CALL: Final = rf"(?:LatLng|latLng)?\(\s*\[?\s*{_NUMBER}['\"]?\s*,\s*{_NUMBER}"
_CENTRED: Final = re.compile(rf"(?:center['\"]?\s*[:=]\s*(?:new\s+)?[\w.]*?|setCenter|setView){_CALL}")
_MARKED: Final = re.compile(
    rf"(?<!center: )(?<!center:)(?<!center = )(?:new\s+google\.maps\.|L\.marker|L\.){_CALL}"
)
_MARKS_NOTHING: Final = finds_none(_ASSIGNED, _MARKED, _CENTRED)
_ADDRESS_PLACES: Final = (
    'address, [itemprop="address"], [class*="address" i], [data-testid*="address" i], [class*="direccion" i],'
    ' [class*="adresse" i], [class*="indirizzo" i]'
)
_NO_ADDRESS: Final = re.compile(
    r"@|https?:|\btel\b|phone|e-?mail|[:?!]|\w{3,}\.$|privacy|privacidad|approximat|\bexact|aproximad|upon"
    r" request"
    r"|auf anfrage|nicht angegeben|hidden|oculta",
    re.IGNORECASE,
)
"""In a text that says something of an address and is none."""
_AGENTS: Final = re.compile(r"agen[tc]|broker|office|contact|seller|realtor|branch|anunciante", re.IGNORECASE)
_MAX_CLIMB: Final = 6


def companion_facts(page: Page, facts: list[Fact]) -> Iterator[Fact]:
    """Places in the page's data that belong to the listing's own address, or a town to its postal code.

    Where two of them differ in a field, neither is believed.
    """
    addresses = {_key(fact.value) for fact in facts if fact.field == "address"}
    addresses = {address for address in addresses if len(address) >= _LEAST_ADDRESS}
    codes = {_key(fact.value) for fact in facts if fact.field == "postal_code"}
    found: dict[str, list[Fact]] = defaultdict(list)
    if not addresses and not codes:
        return
    marks = {_mark(str(fact.value)) for fact in facts if fact.field == "address"}
    code_marks = {_mark(code) for code in codes}
    for name, state in states(page):
        for node, path, _ in walk(state, name):
            own = [value for value in node.values() if isinstance(value, (str, int, float))]
            is_placed = _has(own, addresses, marks, _MOST_ADDRESS)
            if len(node) < 2 or not (is_placed or _has(own, codes, code_marks, _MOST_CODE)):
                continue
            placed = _placed(node, path, is_placed=is_placed)
            if is_aside(path) or _of_a_person(path) or identify(node, page) is Identity.FOREIGN:
                continue
            for fact in placed:
                found[fact.field].append(fact)
    for field, stated in found.items():
        if len({sameness(field, fact.value) for fact in stated}) == 1:
            yield stated[0]


def _placed(node: dict[str, Any], path: str, *, is_placed: bool) -> list[Fact]:
    """The places that an object with the listing's address states; with its postal code alone, the town."""
    if is_placed:
        return [fact for fact in _read(node, path) if fact.field in _PLACE]
    own = {key: value for key, value in node.items() if isinstance(value, (str, int, float))}
    return [fact for fact in _read(own, path) if fact.field == "city"]


def _has(values: list[Any], keys: set[str], marks: set[str], longest: int) -> bool:
    """Whether one of an object's values is one of the keys. A mark of it tells most that are not."""
    for value in values:
        text = value.lower() if isinstance(value, str) else str(value)
        if len(text) <= longest and any(mark in text for mark in marks) and _key(text) in keys:
            return True
    return False


def _mark(address: str) -> str:
    """A part of an address that every way of writing it has: its number, else its longest plain word."""
    parts: list[str] = re.findall(r"\d+", address) or re.findall(r"[a-z]+", address.lower())
    return max(parts, key=len, default="")


def _read(node: dict[str, Any], path: str) -> list[Fact]:
    return read_object(node, Spot(f"hydration {path}", Trust.META))


def _of_a_person(path: str) -> bool:
    return bool(_PERSONS & set(re.split(r"[.\[\]]+", path.lower())))


def _key(value: Any) -> str:
    return squeeze(re.sub(r"\W+", " ", fold(str(value))))


def script_places(page: Page) -> Iterator[Fact]:
    """The place that the page's scripts mark on a map, if it is one: `var lat = 42.85; var lng = -106.28;`.

    Where a map is centred counts last: it may be the town's middle, or where the site's office is.
    """
    scripts = [
        script.text
        for script in page.scripts
        if "json" not in script.kind and "__next_f" not in script.text and not _MARKS_NOTHING(script.text)
    ]
    for pattern in (_ASSIGNED, _MARKED, _CENTRED):
        found = [match for text in scripts for match in pattern.finditer(text)]
        places = {(match[1][:6], match[2][:6]): (match[1], match[2]) for match in found if _is_place(match)}
        if len(places) == 1:
            ((latitude, longitude),) = places.values()
            yield Fact("latitude", latitude, Trust.TEXT, "script")
            yield Fact("longitude", longitude, Trust.TEXT, "script")
        if places:
            return


def _is_place(match: re.Match[str]) -> bool:
    return abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180


def address_facts(page: Page, visible: Content) -> Iterator[Fact]:
    """The text of the one element that calls itself the address, in the listing's part of the page."""
    texts: dict[str, str] = {}
    for element in page.tree.css(_ADDRESS_PLACES):
        start, end = visible.span(element)
        text = squeeze(" ".join(chunk.text for chunk in visible.chunks[start:end] if not chunk.hint))
        text = re.sub(r"\s+([,;)])", r"\1", text)
        if (
            not _LEAST_ADDRESS <= len(text) <= _MOST_ADDRESS
            or _NO_ADDRESS.search(text)
            or _is_agents(element)
        ):
            continue
        texts.setdefault(_key(text), text)
    longest = max(texts, key=len, default="")
    if longest and all(key in longest for key in texts):
        yield Fact("address", texts[longest], Trust.TEXT, "address element", 40)


def _is_agents(element: Any) -> bool:
    node = element
    for _ in range(_MAX_CLIMB):
        if node is None or node.tag in {"body", "main", "html"}:
            return False
        if _AGENTS.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"):
            return True
        node = node.parent
    return False
