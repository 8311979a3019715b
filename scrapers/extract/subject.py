"""Which object of a page's JSON state is the listing the page is about: never one beside it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from parsing.text import compact, words
from parsing.vocabulary.blank import is_blank, is_blank_anywhere
from parsing.vocabulary.field_names import FIELD_OF
from parsing.vocabulary.sections import SIMILAR, UNRELATED
from scrapers.extract.facts import LEVEL, Fact, Spot, Trust
from scrapers.extract.hydration import states
from scrapers.extract.identity import Identity, identify, urls
from scrapers.extract.loading import walk
from scrapers.extract.objects import read_object
from scrapers.extract.page import Page, once
from scrapers.extract.values import key_name

MEASURED: Final = words("price bedrooms bathrooms covered_area_m2 total_area_m2 lot_size_m2")
CORE: Final = MEASURED | words("latitude property_type description address image_urls title parking_spaces")
LEAST_WITHOUT_ID: Final = 2.5
MAX_READ: Final = 12
"""Of the objects that carry the page's id or url, so many are read whole."""

Found = tuple[float, dict[str, Any], str]


@once
def state_facts(page: Page) -> list[Fact]:
    """Facts of the page's own listing from its JSON states."""
    chosen = choose(page)
    return read_object(chosen[0], _spot(chosen[1])) if chosen else []


@once
def choose(page: Page) -> tuple[dict[str, Any], str] | None:
    """The richest object that carries the page's id or url; else the only listing-like one there is."""
    own: list[tuple[dict[str, Any], str, int]] = []
    unknown: list[Found] = []
    for name, state in states(page):
        for node, path, depth in walk(state, name):
            if len(node) < 3 or is_aside(path):
                continue
            whose = identify(node, page)
            if whose is Identity.OWN:
                own.append((node, path, depth))
            elif whose is Identity.UNKNOWN and not path.endswith("]"):
                score = _outline(node)
                if score >= LEAST_WITHOUT_ID:
                    unknown.append((score - depth / 100, node, path))
    likely = sorted(own, key=lambda found: -_outline(found[0]))[:MAX_READ] if len(own) > MAX_READ else own
    read = [(_richness(node, path) - depth / 100, node, path) for node, path, depth in likely]
    best = max([found for found in read if found[0] > 0] or unknown, key=lambda found: found[0], default=None)
    return best[1:] if best else None


def listing_lists(found: list[tuple[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Lists of listing-like objects with addresses, the richest first: an index page's own."""
    lists: list[tuple[float, str, list[dict[str, Any]]]] = []
    for name, state in found:
        for node, path, _ in walk(state, name):
            for key, value in node.items():
                if not isinstance(value, list) or len(value) < 2 or is_aside(f"{path}.{key}"):
                    continue
                nodes = [item for item in value if isinstance(item, dict) and urls(item)]
                score = sum(_outline(item) for item in nodes[:100])
                if score >= 2 * LEAST_WITHOUT_ID:
                    lists.append((score, f"{path}.{key}", nodes))
    best = max(lists, key=lambda entry: entry[0], default=None)
    return [best[1:]] if best else []


def _spot(path: str) -> Spot:
    return Spot(f"hydration {path}", Trust.STATE)


def is_aside(path: str) -> bool:
    """Whether the path of an object leads through other listings or unrelated objects."""
    steps = path.replace("]", "").replace("[", ".").split(".")[1:]
    return any(map(_leads_aside, steps))


@lru_cache(maxsize=10_000)
def _leads_aside(step: str) -> bool:
    return bool(SIMILAR.search(step) or UNRELATED.match(compact(step)))


def _richness(node: dict[str, Any], path: str) -> float:
    """How much of a listing an object states: what stands at its top counts whole, what is nested in part."""
    facts = [fact for fact in read_object(node, _spot(path)) if not is_blank(fact.value, fact.field)]
    if not any(fact.field in MEASURED for fact in facts):
        return 0.0
    return sum(0.6 ** (fact.rank // LEVEL) for fact in facts)


def _outline(node: dict[str, Any], worth: float = 1.0) -> float:
    """A quick estimate of the same from the keys alone."""
    found: dict[str, float] = {}
    _count(node, worth, found, 0)
    return sum(found.values()) if found.keys() & MEASURED else 0.0


def _count(node: dict[str, Any], worth: float, found: dict[str, float], depth: int) -> None:
    for key, value in node.items():
        name = key_name(key)
        if is_blank_anywhere(value) or UNRELATED.match(name) or SIMILAR.search(str(key)):
            continue
        field = FIELD_OF.get(name, ("",))[0]
        if field in CORE:
            found[field] = max(found.get(field, 0.0), worth)
        if isinstance(value, dict) and depth < 3:
            _count(value, worth * 0.6, found, depth + 1)
