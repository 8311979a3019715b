"""`status`: how the sources stand, what waits, and how far the views have followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cli.options import only_source_option
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.views.sync import counted, red, short


@click.command(epilog=example("status", "status --source acme --json"))
@only_source_option
@runs
async def status(run: Run, *, source: str | None) -> Result:
    """Show sources, last syncs and what waits.

    Also the plans that were refused, and how current the views are.
    """
    from services.staging.sources import require_source
    from services.workflows.daily import PropertySyncOrchestrator

    async with run.database() as database:
        await require_source(database, source)
        found = await PropertySyncOrchestrator(database).get_sync_dashboard_data(source=source)
        address = str(database.address)
    mode = "embedded" if run.settings.database_url is None else "direct"
    document = {"database": {"mode": mode, "address": address}, **found}
    return Result(document, [f"Database: {address} ({mode})", *_told(found)])


def _told(found: dict[str, Any]) -> Iterator[object]:
    if not found["sources"]:
        yield "No sources yet.    next: scrape --url URL, or demo"
        return
    names = ("active", "inactive", "removed", "quarantined", "pending", "held", "last_sync")
    yield table(
        ["source", *(name.replace("_", " ") for name in names)],
        ((row["name"], *(row[name] for name in names)) for row in found["sources"]),
    )
    if found["recent_syncs"]:
        yield table(
            ["session", "source", "sync", "rows", "new", "updated", "removed", "quality", "ended", "why"],
            (_sync_line(row) for row in found["recent_syncs"]),
            title="Last syncs",
        )
    if found["pending"]:
        yield f"{counted(len(found['pending']), 'session')} waiting    next: sync-pending"
    if any(row["held"] for row in found["sources"]):
        yield red("A refused plan waits for a decision    next: plans list")
    yield _views(found["views"])
    yield from (
        red(f"{row['name']} cannot follow the feed: {row['error']}")
        for row in found["subscribers"]
        if row["error"]
    )


def _sync_line(row: dict[str, Any]) -> tuple[object, ...]:
    names = ("total_scraped", "new_properties", "updated_properties", "removed_properties")
    return (
        short(row["session_id"]),
        row["source"],
        row["sync_status"],
        *(row[name] for name in names),
        row["data_quality_score"],
        row["completed_at"],
        row["error_summary"],
    )


def _views(views: dict[str, Any] | None) -> str:
    if views is None:
        return "The feed has not begun."
    behind = views["feed_position"] - (views["position"] or 0)
    if not behind:
        return f"Views are current (feed position {views['feed_position']})."
    return f"Views are {counted(behind, 'change set')} behind    next: doctor"
