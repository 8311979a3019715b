"""The database's own state: sizes, statistics, connections; and what maintaining it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.program import command
from cli.render import Result, table
from cli.text import counted
from config.text import format_bytes, format_span

if TYPE_CHECKING:
    from database.maintain import Maintained
    from services.reports.database import DatabaseStats, TableStats


def render_stats(found: DatabaseStats, *, limit: int) -> Result:
    """The database, its largest tables, and what to do about those that need it."""
    document = {
        "version": found.version,
        "database": found.database,
        "bytes": found.bytes,
        "connections": {
            "here": found.connections,
            "of_server": found.connections_of_server,
            "most": found.connections_most,
        },
        "statistics_since": found.statistics_since,
        "extensions": found.extensions,
        "postgis": {"installed": found.postgis, "available": found.postgis_available},
        "tables": found.tables,
    }
    return Result(document, list(_lines(found, limit)))


def _lines(found: DatabaseStats, limit: int) -> Iterator[object]:
    yield f"PostgreSQL {found.version}, database {found.database}: {format_bytes(found.bytes)}."
    others = found.connections_of_server - found.connections
    beside = f", {others:,} to others of the server" if others else ""
    yield f"{counted(found.connections, 'connection')}{beside}; {found.connections_most:,} at most."
    known = ", ".join(f"{name} {version}" for name, version in sorted(found.extensions.items()))
    yield f"Extensions: {known}. PostGIS: {_postgis(found)}."
    shown = found.tables[:limit]
    rest = f", the largest {len(shown):,} of {len(found.tables):,}" if len(shown) < len(found.tables) else ""
    now = datetime.now(UTC)
    yield table(
        ["table", "size", "of it indexes", "rows", "dead", "vacuumed", "analyzed"],
        [_row(each, now) for each in shown],
        title=f"Tables{rest}; rows are those of the server's statistics",
    )
    for each in found.tables:
        for hint in each.hints:
            ours = hint.next_step.startswith("db ")
            yield f"{each.name}: {hint.why}: {command(hint.next_step) if ours else hint.next_step}"


def _postgis(found: DatabaseStats) -> str:
    if found.postgis is not None:
        return found.postgis
    there = found.postgis_available
    return "not installed" if there is None else f"not installed, {there} is available"


def _row(each: TableStats, now: datetime) -> tuple[object, ...]:
    ages = (
        "never" if at is None else f"{format_span(now - at)} ago"
        for at in (each.vacuumed_at, each.analyzed_at)
    )
    return (
        *(each.name, format_bytes(each.bytes), format_bytes(each.index_bytes)),
        *(each.rows, each.dead_rows, *ages),
    )


def render_maintained(done: Sequence[Maintained]) -> Result:
    """What was vacuumed, and what that changed; tables without a difference are counted."""
    document = {"tables": done, "skipped": [each.table for each in done if each.skipped]}
    freed = sum(each.bytes_before - each.bytes_after for each in done)
    dead = sum(max(each.dead_before - each.dead_after, 0) for each in done)
    worked = [each for each in done if not each.skipped]
    text: list[object] = []
    changed = [
        each
        for each in worked
        if each.dead_before != each.dead_after or each.bytes_before != each.bytes_after
    ]
    if changed:
        text.append(
            table(
                ["table", "rows", "dead before", "dead now", "size before", "size now"],
                [
                    (
                        *(each.table, each.rows, each.dead_before, each.dead_after),
                        *(format_bytes(each.bytes_before), format_bytes(each.bytes_after)),
                    )
                    for each in changed
                ],
            )
        )
    gone = f": {dead:,} dead rows gone" if dead else ""
    gone += f", {format_bytes(freed)} given back" if freed > 0 else ""
    text.append(f"Vacuumed and analyzed {counted(len(worked), 'table')}{gone}.")
    text += [
        f"{each.table}: skipped, somebody else holds it at the moment; try again later."
        for each in done
        if each.skipped
    ]
    return Result(document, text)
