"""Where a field stands that a recipe looks for in vain: the place on the same pages that would find it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parsing.nearest import nearest
from parsing.text import squeeze
from scrapers.draft.coverage import PageRead
from scrapers.draft.places import places
from scrapers.extract import Page
from scrapers.extract.hydration import states
from scrapers.extract.jsonpath import find_all
from scrapers.extract.loading import walk
from scrapers.extract.lookup import Scope, checked, values_at

_NAME: Final = re.compile(r"([.#])([A-Za-z_][\w-]*)")
_LABEL: Final = re.compile(r"(?:label|text) \(?'([^':]{2,40})[':]")
"""Where a value was found that a label names."""
_LEAST_PAGES: Final = 2
_MOST_NAMES: Final = 2_000
_PLAIN_KEY: Final = re.compile(r"[^.\[\]'\"?@()]+")


@dataclass(frozen=True, slots=True)
class Nearby:
    """A place that finds something, and the first text that it finds."""

    place: str
    text: str


def proposed(pages: Sequence[PageRead]) -> dict[str, str]:
    """Field → a place that finds its value on all of these pages that have one: a selector, else a label."""
    given = [page for page in pages if page.page is not None and page.error is None]
    found = places([(page.page.tree.html or "", texts_of(page)) for page in given if page.page])
    names = dict.fromkeys(name for page in given for name in texts_of(page))
    labelled = {name: _labelled(name, given, _LEAST_PAGES) for name in names if name not in found}
    return {**found, **{name: place for name, place in labelled.items() if place is not None}}


def nearby(field: str, place: str, pages: Sequence[PageRead]) -> Nearby | None:
    """The place that finds a field's value on these pages, else the one with the names most like these.

    The pages are those read without the recipe.
    """
    stated = [
        (page.page, text) for page in pages if page.page and (text := texts_of(page).get(field)) is not None
    ]
    if stated:
        found = places([(page.tree.html or "", {field: text}) for page, text in stated], least_pages=1)
        other = found.get(field) or _labelled(field, pages, 1) or _in_json(stated)
        if other is not None:
            return Nearby(other, stated[0][1])
    return _alike(place, [page.page for page in pages if page.page])


def texts_of(page: PageRead) -> dict[str, str]:
    """The fields of a page that have one text, as it stands there."""
    return {
        name: squeeze(str(value))
        for name, value in page.raw.items()
        if name in page.values and isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }


def _labelled(field: str, pages: Sequence[PageRead], least: int) -> str | None:
    """The label beside which a field's value was found on each page that has one."""
    have = [(page.page, texts_of(page)[field]) for page in pages if page.page and field in texts_of(page)]
    words = [match[1] for page in pages if (match := _LABEL.match(page.evidence.get(field, "")))]
    if len(have) < least or not words:
        return None
    place = f"label:{words[0].rstrip(': ')}"
    is_everywhere = all(_holds(str(next(values_at(Scope(page), place), "")), text) for page, text in have)
    return place if is_everywhere else None


def _holds(found: str, text: str) -> bool:
    """Whether what stands beside a label is a value, or all of it but the label."""
    return found != "" and (found == text or text.endswith(found))


def _in_json(stated: Sequence[tuple[Page, str]]) -> str | None:
    """The path in the pages' JSON states that leads to their texts."""
    page, text = stated[0]
    for path in _paths(page, text):
        if all(_is_at(other, path.removeprefix("json:"), wanted) for other, wanted in stated):
            return path
    return None


def _paths(page: Page, text: str) -> Iterator[str]:
    for _, state in states(page):
        for node, path, _ in walk(state, "$"):
            keys = (key for key, value in node.items() if _is_text(value, text))
            yield from (f"json:{path}.{key}" for key in keys if _PLAIN_KEY.fullmatch(str(key)))


def _is_at(page: Page, path: str, text: str) -> bool:
    return any(_is_text(value, text) for _, state in states(page) for value in find_all(state, path)[:1])


def _is_text(value: Any, text: str) -> bool:
    return (
        isinstance(value, (str, int, float)) and not isinstance(value, bool) and squeeze(str(value)) == text
    )


def _alike(place: str, pages: Sequence[Page]) -> Nearby | None:
    """The selector with each name that no page has written as the one most like it."""
    if not pages or place.partition(":")[0] in ("url", "json", "label", "xpath"):
        return None
    known = {".": set[str](), "#": set[str]()}
    for page in pages:
        for node in page.tree.css("[class], [id]")[:_MOST_NAMES]:
            known["."].update((node.attributes.get("class") or "").split())
            known["#"].update([node.attributes.get("id") or ""])

    def spelled(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        return match[0] if name in known[kind] else f"{kind}{nearest(name, sorted(known[kind])) or name}"

    css, at, attribute = place.partition("@")
    other = f"{_NAME.sub(spelled, css)}{at}{attribute}"
    try:
        checked(other)
    except ValueError:
        return None
    found = next((str(value) for page in pages for value in values_at(Scope(page), other)), None)
    return None if other == place or found is None else Nearby(other, found)
