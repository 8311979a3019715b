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
    from services.workflows.source_draft import Coverage

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
    yield f"{coverage.read} of {counted(len(coverage.pages), 'page')} gave a listing."
    if coverage.fields:
        yield _fields(coverage.fields, coverage.read)
    yield from _unread(coverage.fields)
    if coverage.rule is not None:
        yield f"A listing's id is {coverage.rule}."
    yield from _faults(coverage)
    if coverage.holds and coverage.source.start:
        yield next_line(f"scrape --source {which} --max-pages 1 --dry-run")


def _faults(coverage: Coverage) -> Iterator[str]:
    for each in coverage.empty_places:
        yield red(f"The recipe finds nothing on any page for {each.field}: {_place(coverage, each.field)}")
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


def _place(coverage: Coverage, name: str) -> str:
    return str((coverage.source.recipe or {}).get("fields", {}).get(name))


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
