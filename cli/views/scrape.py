"""A scrape: what it covered, and its sync."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.program import command, next_line
from cli.render import Result
from cli.text import counted, red, short
from cli.views.pauses import pause_lines
from cli.views.preview import planned_lines, preview_document
from cli.views.sync import PARTLY_DONE, REFUSED, decision_lines, document_of, unread_lines
from cli.views.verification import is_doubtful, verification_document, verification_lines

if TYPE_CHECKING:
    from config.errors import PropertyManagerError
    from services.reports.previews import Preview
    from services.staging.ids import NamedPages
    from services.workflows.scrape import ScrapeResult


def render_scrape(scraped: ScrapeResult, preview: Preview | None = None) -> Result:
    """One scrape, and its sync unless that was left out; of a dry run what was read."""
    document = document_of(scrape_session(scraped), scraped.sync, unread=scraped.unread)
    document["verification"] = verification_document(scraped.verification)
    document["pause"] = None if scraped.pause is None else asdict(scraped.pause)
    lines = list(_lines(scraped, preview))
    return Result(document | preview_document(preview), lines, _exit_code(scraped))


def together(scrapes: Sequence[Result]) -> Result:
    """Several scrapes of one command, in their order; the exit code is the gravest."""
    if len(scrapes) == 1:
        return scrapes[0]
    codes = {one.exit_code for one in scrapes}
    gravest = REFUSED if REFUSED in codes else max(codes)
    document = {"success": gravest == 0, "scrapes": [one.document for one in scrapes]}
    return Result(document, [line for one in scrapes for line in one.text], gravest)


def render_not_started(url: str, error: PropertyManagerError) -> Result:
    """One of several start pages that gave nothing; the others were scraped all the same."""
    document = {
        "success": False,
        "url": url,
        "error": {"code": error.code, "message": error.message, "next": error.next_step},
    }
    lines = [
        red(f"{url}: {error.message}"),
        *([] if error.next_step is None else [next_line(error.next_step)]),
    ]
    return Result(document, lines, PARTLY_DONE)


def scrape_session(scraped: ScrapeResult) -> dict[str, Any]:
    """The value of "session" in what `scrape --json` prints."""
    names = ("source", "kind", "rows", "pages", "failed", "verdict", "reason")
    session = {"id": scraped.session_id, **{name: getattr(scraped, name) for name in names}}
    session["pages_kept"] = None if scraped.pages_kept is None else asdict(scraped.pages_kept)
    if scraped.ids is None:
        return {**session, "ids": None}
    proposed = None if scraped.ids.proposed is None else str(scraped.ids.proposed)
    return {**session, "ids": {**asdict(scraped.ids), "proposed": proposed}}


def _lines(scraped: ScrapeResult, preview: Preview | None) -> Iterator[object]:
    session = short(scraped.session_id)
    pages = "the page of one listing" if scraped.kind == "detail" else counted(scraped.pages, "index page")
    read = f"{counted(scraped.rows, 'row')} from {pages} of {scraped.source}"
    reason = f" ({scraped.reason})" if scraped.reason else ""
    yield f"Session {session}: {read}, {scraped.verdict}{reason}."
    yield from pause_lines(scraped.pause)
    yield from _id_lines(scraped.ids)
    if scraped.failed:
        why = command(f"session-details --session-id {session}")
        yield f"{counted(scraped.failed, 'page')} failed; why: {why}"
    if scraped.pages_kept is not None and scraped.pages_kept.left_out:
        yield f"note: {counted(scraped.pages_kept.left_out, 'page')} not kept: {scraped.pages_kept.reason}"
    if scraped.sync is None:
        yield "Staged, not synced."
        yield from unread_lines(scraped.unread)
        yield next_line(f"sync --session-id {session}")
    else:
        yield from planned_lines(scraped.sync, preview)
    if scraped.verification is not None:
        yield from verification_lines(scraped.verification)
    if scraped.not_verified is not None:
        yield f"note: listings that are missing were not asked whether they are gone: {scraped.not_verified}"


def _id_lines(ids: NamedPages | None) -> list[str]:
    """What a new or changed rule for ids is; the usual one goes without saying."""
    if ids is not None and ids.unused is not None:
        return [f"A listing's id is {ids.rule}; the source's own id_rule is not followed, {ids.unused}."]
    if ids is None or not (ids.is_new or ids.instead_of or ids.plan_id):
        return []
    if ids.plan_id is not None:
        plan = short(ids.plan_id)
        known = counted(ids.moves, "known listing")
        return [
            f"The ids fit better by another rule: {ids.proposed}. {known} would get another id; until "
            "that is approved they keep their own.",
            f"to see it: {command(f'plans show {plan}')}",
            *decision_lines(plan),
        ]
    if ids.instead_of:
        return [
            f"A new listing's id is {ids.rule}: {ids.instead_of} does not tell homes apart. "
            "Listings that are known by their address keep their ids."
        ]
    return [f"A listing's id is {ids.rule}, from now on."]


def _exit_code(scraped: ScrapeResult) -> int:
    held = scraped.sync is not None and scraped.sync.status == "held"
    if held or scraped.verdict == "suspect" or is_doubtful(scraped.verification):
        return REFUSED
    return PARTLY_DONE if scraped.failed else 0
