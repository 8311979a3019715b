"""`quarantine`: the rows that could not go live, why; another try once the cause is fixed, or an end."""

from __future__ import annotations

from typing import Any

import click

from cli.actor import actor
from cli.options import ID, only_source_option, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.planned import render_sync
from cli.views.quarantine import render_discarded, render_quarantine, render_quarantined, render_syncs
from config.errors import UsageError


@click.group(
    epilog=example(
        "quarantine list --source acme",
        "quarantine show 12",
        "quarantine reprocess --rule bedrooms_range",
        'quarantine discard 12 --reason "a test listing of the portal"',
    )
)
def quarantine() -> None:
    """Look at rows set aside; try them again, or discard them."""


_rule = click.option("--rule", metavar="NAME", help="Only rows that this rule set aside.")
_session = click.option("--session-id", metavar="ID", help="Only this session, by the start of its id.")


@quarantine.command(
    name="list", epilog=example("quarantine list --source acme", "quarantine list --after 120")
)
@only_source_option
@_session
@_rule
@click.option(
    "--status",
    type=click.Choice(["open", "replaced", "reprocessed", "discarded", "all"]),
    default="open",
    show_default=True,
    help="What became of them.",
)
@click.option(
    "--after", type=click.IntRange(0, ID.max), default=0, metavar="ID", help="Continue after this row."
)
@rows_option
@runs
async def list_(
    run: Run,
    *,
    source: str | None,
    session_id: str | None,
    rule: str | None,
    status: str,
    after: int,
    limit: int,
) -> Result:
    """List rows that could not go live, with the rule and the reason; and how many there are by status."""
    from services.reports.find import find_session
    from services.reports.quarantine import count_quarantine, list_quarantine

    async with run.database() as database:
        session = None if session_id is None else await find_session(database, session_id)
        chosen: Any = {"source": source, "session_id": session, "rule": rule}
        wanted = None if status == "all" else status
        found = await list_quarantine(database, **chosen, status=wanted, after=after, limit=limit + 1)
        counts = await count_quarantine(database, **chosen)
    given = {"--source": source, "--session-id": session_id, "--rule": rule, "--status": status}
    asked = [word for name, value in given.items() if value not in (None, "open") for word in (name, value)]
    return render_quarantine(found[:limit], counts, asked, more=len(found) > limit)


@quarantine.command(epilog=example("quarantine show 12"))
@click.argument("row", type=ID)
@runs
async def show(run: Run, *, row: int) -> Result:
    """Show one row that was set aside: why, what was staged, and its raw content."""
    from services.reports.quarantine import show_quarantined

    async with run.database() as database:
        found = await show_quarantined(database, row)
    return render_quarantined(found)


@quarantine.command(
    epilog=example(
        "quarantine reprocess --source acme",
        "quarantine reprocess --rule bedrooms_range",
        "quarantine reprocess --source acme 12 --accept-prices",
    )
)
@click.option("--source", metavar="NAME", help="The source whose rows are tried again.")
@_rule
@_session
@click.option(
    "--accept-prices",
    is_flag=True,
    help="The prices of these ROWS are right, however far from the source's others.",
)
@click.argument("rows", nargs=-1, type=ID)
@runs
async def reprocess(
    run: Run,
    *,
    source: str | None,
    rule: str | None,
    session_id: str | None,
    rows: tuple[int, ...],
    accept_prices: bool,
) -> Result:
    """Parse rows again from their raw content, after a rule, a mapping or a parser was fixed.

    Those of a source become a session of their own, which is synced; each keeps the time it was fetched at.
    Without ROWS: all that are open of the source, the rule and the session that are named.
    """
    from services.reports.find import find_session
    from services.workflows.reprocess import reprocess as read_again
    from services.workflows.reprocess import reprocess_all

    if accept_prices and not (rows and source):
        raise UsageError(
            "--accept-prices is of single rows of a source, and none is named",
            next_step="name the rows whose prices you have looked at: see quarantine list",
        )
    _require_choice(source, rule, session_id, rows)
    async with run.database() as database:
        session = None if session_id is None else await find_session(database, session_id)
        chosen: Any = {"ids": list(rows) or None, "session_id": session, "rule": rule, "actor": actor()}
        if source is None:
            return render_syncs(await reprocess_all(database, **chosen))
        return render_sync(await read_again(database, source, **chosen, accept_prices=accept_prices))


@quarantine.command(
    epilog=example(
        'quarantine discard 12 13 --reason "test listings of the portal"',
        'quarantine discard --source acme --rule latitude_range --reason "plots at sea"',
    )
)
@only_source_option
@_rule
@_session
@click.option("--reason", metavar="TEXT", required=True, help="Why nobody will make them usable.")
@click.argument("rows", nargs=-1, type=ID)
@runs
async def discard(
    run: Run,
    *,
    source: str | None,
    rule: str | None,
    session_id: str | None,
    reason: str,
    rows: tuple[int, ...],
) -> Result:
    """Discard rows that nobody will make usable.

    They are kept with their text, who discarded them, when and why, and are still counted. What the source
    shows later of the same listing is judged anew.
    """
    from services.reports.find import find_session
    from services.workflows.discard import discard_rows

    _require_choice(source, rule, session_id, rows)
    async with run.database() as database:
        session = None if session_id is None else await find_session(database, session_id)
        chosen: Any = {"source": source, "session_id": session, "rule": rule, "ids": rows or None}
        number = await discard_rows(database, actor=actor(), reason=reason, **chosen)
    return render_discarded(number, reason)


def _require_choice(*given: object) -> None:
    if not any(given):
        raise UsageError(
            "say which rows: by number, --source, --rule or --session-id", next_step="see quarantine list"
        )
