"""A source's description: drafted from its pages, or tried on some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, red
from config.text import shorten

if TYPE_CHECKING:
    from scrapers.draft import Draft, FieldFound, PageRead
    from services.workflows.source_trial import Coverage

_SAMPLE: Final = 32
_SHOWN: Final = 5


def render_draft(draft: Draft, path: Path, *, by_name: bool) -> Result:
    """A draft, where it was written, and how to go on."""
    return Result(_draft_document(draft, path), list(_draft_lines(draft, path, by_name=by_name)))


def render_coverage(coverage: Coverage, which: str) -> Result:
    """What a description gives on its pages; exit code 1 where it does not hold."""
    document = {
        "success": coverage.holds,
        "source": coverage.source.model_dump(mode="json"),
        "pages": _pages(coverage.pages),
        "fields": [asdict(each) for each in coverage.fields],
        "rule": coverage.rule,
        "clashing": coverage.clashing,
        "empty_places": [each.field for each in coverage.empty_places],
        "nearby": {name: asdict(near) for name, near in coverage.nearby.items()},
        "index": [asdict(each) for each in coverage.index],
        "empty_on_cards": list(coverage.empty_on_cards),
    }
    return Result(document, list(_coverage_lines(coverage, which)), 0 if coverage.holds else 1)


def _draft_document(draft: Draft, path: Path) -> dict[str, Any]:
    return {
        "success": True,
        "path": str(path),
        "source": draft.source.model_dump(mode="json", exclude_defaults=True),
        **{name: getattr(draft, name) for name in ("kind", "listings", "total", "next_url", "structured")},
        "pages": _pages(draft.pages),
        "fields": [asdict(each) for each in draft.fields],
        "not_found": draft.not_found,
        "rule": draft.rule,
        "places": draft.places,
        "card": draft.card,
        "card_fields": draft.card_fields,
        "sitemap": None if draft.sitemap is None else draft.sitemap.model_dump(exclude_defaults=True),
    }


def _pages(pages: Sequence[PageRead]) -> list[dict[str, Any]]:
    return [{"url": page.url, "error": page.error, "values": len(page.values)} for page in pages]


def _draft_lines(draft: Draft, path: Path, *, by_name: bool) -> Iterator[object]:
    from scrapers.draft.write import head

    yield from head(draft)
    if draft.fields:
        yield _fields(draft.fields, draft.read)
    yield from _unread(draft.fields)
    if draft.not_found:
        yield f"Not found on any page: {', '.join(draft.not_found)}."
    named = draft.source.name if by_name else str(path)
    yield f"Wrote {path}: look at it, and take the # off the lines of the recipe that you need."
    yield f"to try it: {command(f'sources check {named}')}"
    if draft.source.start:
        yield next_line(f"scrape --source {named} --max-pages 1 --dry-run")


def _coverage_lines(coverage: Coverage, which: str) -> Iterator[object]:
    yield from _index_pages(coverage)
    yield f"{coverage.read} of {counted(len(coverage.pages), 'page')} gave a listing."
    if coverage.fields:
        yield _fields(coverage.fields, coverage.read)
    yield from _unread(coverage.fields)
    if coverage.rule is not None:
        yield f"A listing's id is {coverage.rule}."
    yield from _faults(coverage)
    if coverage.holds and coverage.source.start:
        yield next_line(f"scrape --source {which} --max-pages 1 --dry-run")


def _index_pages(coverage: Coverage) -> Iterator[str]:
    """What the index pages lead to, and how many of their cards have the recipe's fields."""
    for page in coverage.index:
        onward = "no next page" if page.next_url is None else f"its next page is {page.next_url}"
        yield f"{page.url} links to {counted(page.listings, 'listing')}; {onward}."
        if page.card_fields:
            shown = ", ".join(f"{name} on {count}" for name, count in page.card_fields.items())
            yield f"Of its cards the recipe finds {shown}."


def _faults(coverage: Coverage) -> Iterator[str]:
    for each in coverage.empty_places:
        place = _place(coverage, each.field)
        if each.empty_sample is not None:
            yield red(f"The recipe can read no page's {each.field}, such as {each.empty_sample}")
        else:
            yield red(f"The recipe finds nothing on any page for {each.field}: {place}")
        if (near := coverage.nearby.get(each.field)) is not None:
            text = f' "{shorten(near.text, _SAMPLE)}"' if near.text else " it"
            yield f"  {near.place} would find{text}"
    for name in coverage.empty_on_cards:
        yield red(f"The recipe finds nothing on any card for {name}: {_place(coverage, name, of_cards=True)}")
    if coverage.clashing:
        shown = ", ".join(coverage.clashing[:_SHOWN])
        yield red(f"{counted(len(coverage.clashing), 'id')} of several pages: {shown}")
    for page in coverage.pages:
        if page.error is not None:
            yield red(f"{page.url}: {page.error}")


def _unread(fields: Sequence[FieldFound]) -> Iterator[str]:
    """The cells that are no values, one of each field."""
    for each in fields:
        if each.unread_sample is not None:
            yield f"{each.field}: {counted(each.unread, 'cell')} not read, such as {each.unread_sample}"


def _place(coverage: Coverage, name: str, *, of_cards: bool = False) -> str:
    recipe = coverage.source.recipe or {}
    place = (recipe.get("index", {}) if of_cards else recipe).get("fields", {}).get(name)
    return str(place.get("at") if isinstance(place, dict) else place)


def _fields(fields: Sequence[FieldFound], pages: int) -> object:
    rows = [
        (
            *(each.field, f"{each.pages} of {pages}", each.unread or None),
            *(
                shorten(each.samples[0], _SAMPLE) if each.samples else None,
                each.where[0] if each.where else None,
            ),
        )
        for each in fields
    ]
    return table(["field", "pages", "not read", "first value", "where"], rows)
