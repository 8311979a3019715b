"""A description of a source that is tried on pages, saved or of the site; nothing is staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import UsageError
from config.listing import FIELD
from config.source import Source
from scrapers.crawl import fetch_start
from scrapers.crawl.paging import declared_kind
from scrapers.draft import FieldFound, Nearby, PageRead, fields_found, nearby, read_page
from scrapers.draft.coverage import ids_of
from scrapers.extract import Recipe, extract_index, page_kind
from services.workflows.access import ANONYMOUS, Access
from services.workflows.source_files import check_source_facts
from services.workflows.source_pages import (
    IndexRead,
    OnPage,
    first_index,
    index_read,
    sample,
    saved_page,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A description of a source on pages: what each field gives, and the pages that give nothing.

    `index` are the index pages among them. `clashing` has the ids that several of the pages have, `rule` is
    how ids are read. `nearby` names by field the place that would find what the recipe looks for in vain.
    """

    source: Source
    pages: tuple[PageRead, ...]
    index: tuple[IndexRead, ...]
    fields: tuple[FieldFound, ...]
    rule: str | None
    clashing: tuple[str, ...]
    nearby: Mapping[str, Nearby]

    @property
    def read(self) -> int:
        """How many pages gave a listing."""
        return sum(page.error is None for page in self.pages)

    @property
    def empty_places(self) -> tuple[FieldFound, ...]:
        """The fields whose place in the recipe is empty on every page."""
        return tuple(each for each in self.fields if each.empty and each.empty == self.read)

    @property
    def empty_on_cards(self) -> tuple[str, ...]:
        """The fields that the recipe finds on no card of any index page."""
        names = dict.fromkeys(name for page in self.index for name in page.card_fields)
        return tuple(name for name in names if not any(page.card_fields.get(name) for page in self.index))

    @property
    def holds(self) -> bool:
        """Whether every page gave a listing, by an id of its own, and the recipe finds each of its fields."""
        found = not self.empty_places and not self.empty_on_cards
        return self.read == len(self.pages) and found and not self.clashing


async def check_source(
    source: Source,
    *,
    files: Sequence[Path] = (),
    url: str | None = None,
    pages: int = 5,
    access: Access = ANONYMOUS,
    on_page: OnPage = lambda done, total: None,
) -> Coverage:
    """Try a source's description on saved pages, else on pages of its site.

    Of the site the first `pages` listings of `url` are read, or of the source's start page. Raises UsageError
    where neither is given, and for a description that cannot be followed.
    """
    check_source_facts(source)
    recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
    if files:
        index, read = _saved(files, source, recipe)
    else:
        index, read = await _live(
            source, recipe, url or _start_of(source), pages, access=access, on_page=on_page
        )
    ids = ids_of(read, source.id_rule)
    counted = Counter() if ids is None else Counter(ids.ids)
    fields = fields_found(read, recipe)
    return Coverage(
        source,
        tuple(read),
        tuple(index),
        fields,
        None if ids is None else str(ids.rule),
        tuple(sorted(one for one, count in counted.items() if count > 1)),
        _nearby(fields, read, source, recipe),
    )


def _start_of(source: Source) -> str:
    if not source.start:
        raise UsageError(
            f"source {source.name} names no start page",
            next_step='give saved pages or --url, or write start = ["https://…"] into its file',
        )
    return source.start[0]


async def _live(
    source: Source, recipe: Recipe | None, url: str, pages: int, *, access: Access, on_page: OnPage
) -> tuple[list[IndexRead], list[PageRead]]:
    async with access.fetcher(source) as client:
        start = await fetch_start(client, url, source)
        if start.kind == "detail":
            return [], [read_page(start.page, source, recipe)]
        at, index = await first_index(client, start, source, recipe)
        read = await sample(client, source, index, pages, recipe=recipe, on_page=on_page)
        return [index_read(at, index, recipe)], read


def _saved(
    files: Sequence[Path], source: Source, recipe: Recipe | None
) -> tuple[list[IndexRead], list[PageRead]]:
    indexes, read = [], []
    for path in files:
        page = saved_page(path, source)
        if (declared_kind(page, page.url, source) or page_kind(page)) == "index":
            indexes.append(index_read(str(path), extract_index(page, source, recipe), recipe))
        else:
            read.append(read_page(page, source, recipe))
    return indexes, read


def _nearby(
    fields: Sequence[FieldFound], read: Sequence[PageRead], source: Source, recipe: Recipe | None
) -> dict[str, Nearby]:
    """What would find the fields that the recipe finds on no page; contacts are named without their text."""
    given = [page for page in read if page.page is not None and page.error is None]
    empty = [each.field for each in fields if each.empty and each.empty == len(given)]
    if recipe is None or not empty:
        return {}
    plain = [read_page(page.page, source, url=page.url) for page in given if page.page is not None]
    found = {}
    for name in empty:
        near = nearby(name, recipe.fields[name].at[0], plain)
        if near is not None:
            found[name] = Nearby(near.place, "") if FIELD[name].personal else near
    return found
