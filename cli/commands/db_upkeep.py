"""`db stats` and `db maintain`: how large the database is, and its tables vacuumed and analyzed."""

from __future__ import annotations

import click

from cli.progress import maintained
from cli.render import Result
from cli.run import Run, example, runs


@click.command(epilog=example("db stats", "db stats --limit 10 --json"))
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="How many tables to show; --json has all.",
)
@runs
async def stats(run: Run, *, limit: int) -> Result:
    """Show how large the database and its tables are.

    Of each table, the largest first: its size and that of its indexes, its rows and dead rows by the server's
    statistics, when it was vacuumed and analyzed last, and what to do where that is too long ago or much of
    it is empty. Beside them the server's version, connections and extensions, PostGIS among them. No table
    is read for it.
    """
    from cli.views.database import render_stats
    from services.reports.database import database_stats

    async with run.database(reading=True) as database:
        found = await database_stats(database)
    return render_stats(found, limit=limit)


@click.command(epilog=example("db maintain", "db maintain --table county.properties"))
@click.option("--table", metavar="NAME", help="Only this table, as db stats names it.")
@runs
async def maintain(run: Run, *, table: str | None) -> Result:
    """Vacuum and analyze the tables, the smallest first.

    The server does so by itself when enough has changed; this does it now, as after a first load or a large
    removal. It needs the login that owns the tables. Readers and syncs go on meanwhile; a table that somebody
    else maintains at the moment is skipped and named.
    """
    from cli.views.database import render_maintained
    from database.maintain import chosen_tables
    from database.maintain import maintain as vacuum

    async with run.database() as database, database.admin() as conn:
        tables = await chosen_tables(conn, table)
        done = []
        with maintained(run) as shown:
            shown(tables[0], 1, len(tables))
            async for each in vacuum(conn, tables):
                done.append(each)
                if len(done) < len(tables):
                    shown(tables[len(done)], len(done) + 1, len(tables))
    return render_maintained(done)
