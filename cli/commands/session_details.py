"""`session-details`: one session, whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from cli.options import session_option
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.views.sync import red, short

_HEAD: Final = (
    *("id", "session_name", "source", "kind", "base_url", "scope", "status", "error_message"),
    *("verdict", "verdict_reason", "sync_status", "properties_found", "properties_inserted"),
    *("properties_updated", "pages_scraped", "total_pages", "pages_failed", "started_at", "completed_at"),
)


@click.command(name="session-details", epilog=example("session-details --session-id 5c1f"))
@session_option
@runs
async def session_details(run: Run, *, session_id: str) -> Result:
    """Show one session whole.

    What it covered, the pages that failed, its plans and its syncs.
    """
    from services.reports import sessions
    from services.reports.find import find_session

    async with run.database() as database:
        found = await sessions.session_details(database, await find_session(database, session_id))
    return Result(found, list(_told(found)))


def _told(found: dict[str, Any]) -> Iterator[object]:
    yield table(["session", ""], [(name, found[name]) for name in _HEAD if found.get(name) is not None])
    if found["interrupted"]:
        yield red(f"It was interrupted    next: scrape --resume {short(found['id'])}")
    if found["errors"]:
        errors = [(e["type"], e["url"], e["message"], e["retries"], e["resolved"]) for e in found["errors"]]
        yield table(["error", "url", "message", "retries", "resolved"], errors, title="Pages that failed")
    if found["plans"]:
        plans = [
            (short(p["id"]), p["status"], "; ".join(reason["sentence"] for reason in p["reasons"]) or None)
            for p in found["plans"]
        ]
        yield table(["plan", "status", "why"], plans, title="Plans")
    if found["syncs"]:
        names = ("sync_status", "total_scraped", "new_properties", "updated_properties", "error_summary")
        syncs = [tuple(sync[name] for name in names) for sync in found["syncs"]]
        yield table(["sync", "rows", "new", "updated", "why"], syncs, title="Syncs")
