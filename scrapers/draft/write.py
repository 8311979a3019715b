"""The file that describes a source: its facts, and beside them what its pages gave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from config.listing import FIELDS
from config.source import Pagination, Source
from config.text import shorten
from scrapers.draft.coverage import FieldFound, PageRead

_SAMPLE: Final = 40
_WHERE: Final = 40
_CARD_FIELDS: Final = 8
_FACTS: Final = ("name", "hosts", "start", "currency", "country", "language", "requests_per_second")


@dataclass(frozen=True, slots=True)
class Draft:
    """A source as its pages describe it.

    `listings` are those that the start page links to, `total` what it states, `next_url` where it goes on.
    `places` has by field the selector that finds its value on all pages that have one, and `rule` is how ids
    are read, in words.
    """

    source: Source
    kind: str
    listings: int
    total: int | None
    next_url: str | None
    structured: tuple[str, ...]
    pages: tuple[PageRead, ...]
    fields: tuple[FieldFound, ...]
    rule: str | None
    places: dict[str, str]
    card: str | None = None
    """The selector of the index page's cards."""
    card_fields: Mapping[str, int] = field(default_factory=dict)
    """Field → on how many cards of the index page it is stated."""
    sitemap: Pagination | None = None
    """The sitemap that names listings, where no next page was found."""

    @property
    def read(self) -> int:
        """How many pages gave a listing."""
        return sum(page.error is None for page in self.pages)

    @property
    def not_found(self) -> tuple[str, ...]:
        """The fields that weigh in completeness and that no page gave."""
        found = {each.field for each in self.fields if each.pages}
        return tuple(each.name for each in FIELDS if each.weight and each.name not in found)


def to_toml(draft: Draft) -> str:
    """The file's text: reading it gives `draft.source` back; a recipe stands in it as a comment."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield from (f"# {_line(line)}" for line in head(draft))
    yield ""
    facts = draft.source.model_dump(mode="json", exclude_defaults=True)
    yield from (f"{name} = {_value(facts[name])}" for name in _FACTS if name in facts)
    if draft.source.start:
        yield '# schedule = "0 6 * * *"   # when `schedule install` lets it be scraped'
        yield "# limits.pages = 100       # 10 is the default; what is cut off makes a session partial"
    if draft.fields:
        yield f"\n# Without a recipe, {draft.read} of {len(draft.pages)} pages gave:"
        yield from (f"#   {_line(line)}" for line in _table(draft.fields, draft.read))
    if draft.not_found:
        yield f"# Not found on any page: {', '.join(draft.not_found)}."
    if draft.source.pagination is not None:
        yield "\n[pagination]"
        yield from _table_of(draft.source.pagination)
    if draft.sitemap is not None:
        yield "\n# This sitemap names listings; what it leaves out may still be there."
        yield "# [pagination]"
        yield from (f"# {line}" for line in _table_of(draft.sitemap))
    yield "\n# A recipe says where a field stands; what it finds beats all else. Take the # off where needed."
    yield "# [recipe.fields]   # css, css@attribute, xpath:…, json:path.to.key, label:Words or url:regex"
    for name, place in draft.places.items():
        yield f"# {name} = {_value(place)}"
    yield from (f'# {name} = "label:…"' for name in draft.not_found if name not in draft.places)
    if draft.card is not None:
        yield "\n# [recipe.index]"
        yield f"# card = {_value(draft.card)}"


def _table_of(pagination: Pagination) -> Iterator[str]:
    given = pagination.model_dump(mode="json", exclude_defaults=True)
    return (f"{name} = {_value(value)}" for name, value in given.items())


def head(draft: Draft) -> Iterator[str]:
    """What the start page is, in sentences."""
    if draft.kind == "index":
        stated = "" if draft.total is None else f" and says that there are {draft.total:,}"
        onward = _onward(draft)
        yield f"The start page links to {draft.listings:,} listings{stated}; {onward}."
    else:
        yield "The start page is that of one listing."
    if draft.card_fields:
        shown = (f"{name} on {count}" for name, count in list(draft.card_fields.items())[:_CARD_FIELDS])
        where = "" if draft.card is None else f" ({draft.card})"
        yield f"Of its cards{where} state: {', '.join(shown)}."
    if draft.structured:
        yield f"Structured data: {', '.join(draft.structured)}."
    if draft.rule is not None:
        yield f"A listing's id is {draft.rule}."
    for page in draft.pages:
        if page.error is not None:
            yield f"Not read: {page.error}"


def _onward(draft: Draft) -> str:
    pagination = draft.source.pagination
    if draft.next_url is not None:
        return f"its next page is {draft.next_url}"
    if pagination is not None and pagination.kind == "pages":
        how = pagination.url if pagination.parameter is None else f"{pagination.parameter}="
        return f"no link leads on, and its further pages are asked for by {how}"
    return "no next page was found"


def _table(fields: Sequence[FieldFound], pages: int) -> Iterator[str]:
    width = max(len(each.field) for each in fields)
    for each in fields:
        sample = shorten(" · ".join(each.samples), _SAMPLE) if each.samples else "–"
        where = shorten(each.where[0], _WHERE) if each.where else ""
        unread = f"; {each.unread} not read" if each.unread else ""
        yield f"{each.field:<{width}}  {each.pages} of {pages}  {sample:<{_SAMPLE}}  {where}{unread}".rstrip()


def _value(value: Any) -> str:
    """A value as TOML: its strings, lists and numbers are JSON's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(text: str) -> str:
    """A text as a comment holds it: on one line, without control characters."""
    return "".join(char if char.isprintable() else " " for char in text)
