"""Which fields the pages of a source give: on how many, from where, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from config.errors import ExtractionError
from config.listing import FIELD, FIELDS
from config.source import Source
from parsing.rows import CellReader
from parsing.staged import Issue
from scrapers.extract import Page, Recipe, extract_listing
from scrapers.extract.recipe import NOTHING_THERE
from scrapers.ids import Choice, Rule, Seen, choose

_SAMPLES: Final = 3
_UNREAD: Final = ("unparseable", "doubtful")
_PROVENANCE: Final = frozenset(("source_url", "page_number", "scraped_at"))


@dataclass(frozen=True, slots=True)
class PageRead:
    """One detail page as it would be staged; `error` says why it gives no listing.

    `raw` has the texts as the page states them, `values` what they are read as, both by listing field.
    """

    url: str
    page: Page | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FieldFound:
    """A field on the pages that were tried: `pages` have a value, `unread` a cell that is none or doubtful.

    Contacts have no samples. `empty` counts the pages on which the recipe finds nothing at the field's
    place.
    """

    field: str
    pages: int
    samples: tuple[str, ...]
    where: tuple[str, ...]
    """Places of the values, the commonest first."""
    unread: int = 0
    empty: int = 0
    unread_sample: str | None = None
    """The first cell that is no value, and why; none of a contact."""
    empty_sample: str | None = None
    """The first text at its place that the recipe cannot read, and why; none of a contact."""


def read_page(
    page: Page,
    source: Source,
    recipe: Recipe | None = None,
    *,
    url: str | None = None,
    listed: Mapping[str, str] | None = None,
) -> PageRead:
    """Read a detail page as a scrape would; a page without a listing is read as an error.

    `listed` is what the list that leads to it says of the listing.
    """
    url = url or page.url
    try:
        found = extract_listing(page, source, recipe, listed)
    except ExtractionError as error:
        return PageRead(url, page, error=error.message)
    row = CellReader(source).read(
        found.certain, url=url, page_number=None, fetched_at=datetime.now(UTC), evidence=found.evidence
    )
    values = {
        each.name: value
        for each, value in zip(FIELDS, row.values, strict=True)
        if value is not None and each.name not in _PROVENANCE
    }
    return PageRead(url, page, found.raw, values, found.evidence, (*row.issues, *found.issues))


def fields_found(pages: Sequence[PageRead], recipe: Recipe | None = None) -> tuple[FieldFound, ...]:
    """Every field that a page gives, or that the recipe names, in the order of the listing's fields."""
    named = frozenset(recipe.fields) if recipe else frozenset()
    found = []
    for name in FIELD:
        have = [page for page in pages if name in page.values and name in page.evidence]
        unread = sum(_has(page, name, *_UNREAD) for page in pages)
        empty = sum(_is_empty(page, name) for page in pages) if name in named else 0
        if have or unread or name in named:
            found.append(
                FieldFound(
                    name,
                    len(have),
                    _samples(have, name),
                    tuple(place for place, _ in _places(have, name).most_common()),
                    unread,
                    empty,
                    _unread_sample(pages, name),
                    _empty_sample(pages, name) if empty else None,
                )
            )
    return tuple(found)


def ids_of(pages: Sequence[PageRead], declared: str | None = None) -> Choice | None:
    """The rule by which a scrape of these pages alone would read their ids: the declared one if it holds."""
    seen = [
        Seen(page.url, page.raw.get("stated_ids") or {}, page.values) for page in pages if page.error is None
    ]
    previous = None if declared is None else Rule.parsed(declared)
    return choose(seen, previous) if seen else None


def _samples(pages: Sequence[PageRead], name: str) -> tuple[str, ...]:
    """The first values; none of a contact, which is not to be shown or kept in a file."""
    if FIELD[name].personal:
        return ()
    return tuple(dict.fromkeys(str(page.values[name]) for page in pages))[:_SAMPLES]


def _unread_sample(pages: Sequence[PageRead], name: str) -> str | None:
    for page in pages if not FIELD[name].personal else ():
        for issue in page.issues:
            if issue["field"] == name and issue["kind"] in _UNREAD:
                return f'"{issue["text"]}": {issue["why"]}'
    return None


def _is_empty(page: PageRead, name: str) -> bool:
    """Whether the recipe gives no value of a field, whatever else of the page does."""
    return _has(page, name, "missing") and not page.evidence.get(name, "").startswith("recipe ")


def _empty_sample(pages: Sequence[PageRead], name: str) -> str | None:
    for page in pages if not FIELD[name].personal else ():
        for issue in page.issues:
            if issue["field"] == name and issue["kind"] == "missing" and issue["why"] != NOTHING_THERE:
                return f'"{issue["text"]}": {issue["why"]}'
    return None


def _has(page: PageRead, name: str, *kinds: str) -> bool:
    return any(issue["field"] == name and issue["kind"] in kinds for issue in page.issues)


def _places(pages: Sequence[PageRead], name: str) -> Counter[str]:
    return Counter(page.evidence[name] for page in pages if name in page.evidence)
