"""An index page that is JSON: what a script of the site loads when somebody scrolls on."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import quote

from config.errors import ExtractionError
from config.source import Pagination, Source
from parsing.canonical import canonical
from parsing.staged import Issue
from scrapers.extract.embedded import MAX_ROWS, state_row
from scrapers.extract.facts import Fact, Spot, Trust
from scrapers.extract.identity import urls
from scrapers.extract.index import Index, known_hosts, said_of, told_row
from scrapers.extract.jsonpath import find_all
from scrapers.extract.numbered import following_page, page_of_cursor
from scrapers.extract.objects import read_object
from scrapers.extract.page import Page, host
from scrapers.extract.recipe import Recipe, item_facts
from scrapers.extract.subject import listing_lists

PATHS: Final = re.compile(r"\{([^{}]+)\}")
"""In the address of a listing, the JSON paths of its parts: /homes/{slug}-{id}."""
WILDCARD: Final = re.compile(r"(?:\.?\[\*\]|\.\*)$")
_LONGEST_CURSOR: Final = 4_000


def is_json(text: str, content_type: str) -> bool:
    """Whether a body is JSON, by its type or its first character."""
    return "json" in content_type.lower() or text[:200].lstrip("\ufeff \r\n\t").startswith(("{", "["))


def read_scroll(text: str, url: str, source: Source, recipe: Recipe | None = None) -> Index:
    """The listings of one answer, and the address of the next. Raises ExtractionError for what is no JSON."""
    pagination = source.pagination or Pagination(kind="scroll")
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ExtractionError(
            f"reading {url}: no JSON: {error}",
            next_step=f"open it in a browser; the pagination of {source.name} says how it is asked for",
        ) from error
    items = _items(document, pagination, url)
    page = Page("", url)
    hosts = known_hosts(url, source)
    rows: dict[str, dict[str, Any]] = {}
    told: dict[str, list[Fact]] = {}
    issues: dict[str, list[Issue]] = {}
    for place, item in enumerate(items[:MAX_ROWS]):
        row = state_row(
            read_object(item, Spot(f"json [{place}]", Trust.STATE)), _link(item, pagination), page
        )
        link = canonical(str(row.get("source_url") or ""), source.urls)
        if host(link) in hosts and link not in rows:
            facts, faults = item_facts(page, item, recipe, source)
            rows[link] = {**row, **told_row(facts, page), "source_url": link}
            told[link], issues[link] = facts, faults
    following = _following(document, pagination, url) if items else None
    return Index(
        list(rows),
        list(rows.values()),
        following,
        _total(document, pagination),
        is_last=following is None,
        is_cut=len(items) > MAX_ROWS,
        said=said_of(rows.values(), {}, told),
        is_guess=True,
        evidence={link: {fact.field: fact.where for fact in facts} for link, facts in told.items() if facts},
        issues={link: faults for link, faults in issues.items() if faults},
    )


def _items(document: Any, pagination: Pagination, url: str) -> list[dict[str, Any]]:
    if pagination.items is None:
        lists = listing_lists([("json", {"items": document} if isinstance(document, list) else document)])
        return max((nodes for _, nodes in lists), key=len, default=[])
    found = find_all(document, pagination.items)
    if not found and not find_all(document, WILDCARD.sub("", pagination.items) or "$"):
        raise ExtractionError(
            f"reading {url}: the JSON has nothing at {pagination.items}",
            next_step="correct items in the pagination of the source; it may also be an error message",
        )
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    return [each for each in found if isinstance(each, dict)]


def _link(item: dict[str, Any], pagination: Pagination) -> str | None:
    """The address of an item: what it names, what stands at the link's path, or the link with paths in it."""
    if pagination.link is None:
        return next(iter(urls(item)), None)
    if "{" not in pagination.link:
        return _text_at(item, pagination.link)
    parts = {path: _text_at(item, path) for path in PATHS.findall(pagination.link)}
    if None in parts.values():
        return None
    return PATHS.sub(lambda match: quote(str(parts[match[1]]), safe="/"), pagination.link)


def _text_at(item: dict[str, Any], path: str) -> str | None:
    found = next(iter(find_all(item, path)), None)
    return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def _following(document: Any, pagination: Pagination, url: str) -> str | None:
    if pagination.cursor is None:
        return following_page(pagination, url)
    cursor = _text_at(document, pagination.cursor) or ""
    return page_of_cursor(pagination, url, cursor) if 0 < len(cursor) <= _LONGEST_CURSOR else None


def _total(document: Any, pagination: Pagination) -> int | None:
    found = find_all(document, pagination.total) if pagination.total else []
    return int(found[0]) if found and str(found[0]).isdecimal() else None
