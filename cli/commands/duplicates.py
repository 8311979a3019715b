"""`duplicates`: which listings are of one home, what says so, and what people decide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from cli.actor import actor
from cli.options import ID, limit_option, only_source_option
from cli.progress import compared
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.duplicates import (
    render_events,
    render_found,
    render_home,
    render_kept_apart,
    render_merged,
    render_pair,
    render_pairs,
    render_undone,
)

if TYPE_CHECKING:
    from services.duplicates.pairs import State


class _Probability(click.FloatRange):
    """More than 0, up to 1."""

    def __init__(self) -> None:
        super().__init__(0, 1, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):  # it is neither below nor above a limit
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


_probability = _Probability()
_reason = click.option("--reason", metavar="TEXT", help="Why; it stays with the decision.")
_listing = click.argument("listing", metavar="LISTING")


@click.group(
    epilog=example(
        "duplicates find",
        "duplicates list",
        "duplicates show acme/A-7 other/4711",
        "duplicates merge acme/A-7 other/4711",
    )
)
def duplicates() -> None:
    """Find listings of one home; merge them or keep them apart.

    A listing is named by its source and id, acme/A-7, or by the start of its listing id.
    """


@duplicates.command(epilog=example("duplicates find", "duplicates find --merge-at 1 --review-at 0.8"))
@click.option(
    "--merge-at",
    type=_probability,
    default=0.9,
    show_default=True,
    help="From which probability on homes are merged.",
)
@click.option(
    "--review-at",
    type=_probability,
    default=0.5,
    show_default=True,
    help="From which probability on a pair waits for you.",
)
@runs
async def find(run: Run, *, merge_at: float, review_at: float) -> Result:
    """Compare what has changed since the last time, and merge what is surely one home.

    Listings that share an address, a pin, a picture, an agent, a title, or price and size are compared. A
    pair is never merged by itself where house or unit numbers, bedrooms or floors differ, where one source
    shows both, or where nothing but words and figures agrees: it waits, see duplicates list.
    """
    from services.duplicates import find_duplicates

    async with run.database() as database:
        with compared(run) as progress:
            found = await find_duplicates(
                database, merge_at=merge_at, review_at=review_at, actor=actor(), progress=progress
            )
    return render_found(found, review_at)


@duplicates.command(
    name="list", epilog=example("duplicates list", "duplicates list --state merged --source acme")
)
@click.option(
    "--state",
    type=click.Choice(["review", "merged", "apart"]),
    default="review",
    show_default=True,
    help="Those that wait for you, are of one home, or were kept apart.",
)
@click.option(
    "--least",
    type=_probability,
    default=0.5,
    show_default=True,
    help="Of those that wait, from which probability on.",
)
@only_source_option
@limit_option
@runs
async def list_(run: Run, *, state: State, least: float, source: str | None, limit: int) -> Result:
    """List pairs of listings, the likeliest first."""
    from services.duplicates import list_pairs

    async with run.database(reading=True) as database:
        pairs = await list_pairs(database, state=state, least=least, source=source, limit=limit + 1)
    return render_pairs(pairs[:limit], state, more=len(pairs) > limit)


@duplicates.command(epilog=example("duplicates show acme/A-7 other/4711"))
@click.argument("left", metavar="LISTING")
@click.argument("right", metavar="LISTING")
@runs
async def show(run: Run, *, left: str, right: str) -> Result:
    """Show two listings side by side, and what each comparison says.

    The weights are bits: each doubles the odds that the home is one, or halves them where it is negative.
    """
    from services.duplicates import find_listing, show_pair

    async with run.database(reading=True) as database:
        pair = await show_pair(
            database, await find_listing(database, left), await find_listing(database, right)
        )
    return render_pair(pair)


@duplicates.command(epilog=example("duplicates home acme/A-7"))
@_listing
@runs
async def home(run: Run, *, listing: str) -> Result:
    """Show the home that a listing is of: its listings, and its fields.

    Each field has the value that counts most, with the listing that it comes from and why. Listings on the
    market come first, then those of the source that is trusted most (`trust` in the source's file, 0 to 100,
    50 by default), then those seen last. A pinned value comes before all; no value never comes before one.
    """
    from services.duplicates import find_listing, home_fields, show_home

    async with run.database(reading=True) as database:
        named = await find_listing(database, listing)
        home_id, sides = await show_home(database, named)
        fields = await home_fields(database, named)
    return render_home(home_id, sides, fields)


@duplicates.command(
    epilog=example(
        "duplicates merge acme/A-7 other/4711", 'duplicates merge acme/A-7 b2 --reason "same photos"'
    )
)
@click.argument("listings", metavar="LISTING...", nargs=-1, required=True)
@_reason
@runs
async def merge(run: Run, *, listings: tuple[str, ...], reason: str | None) -> Result:
    """Say that listings are of one home. Later syncs and finds keep to it."""
    from services.duplicates import find_listing, merge_listings, show_home

    async with run.database() as database:
        named = [await find_listing(database, each) for each in listings]
        event = await merge_listings(database, named, actor=actor(), reason=reason)
        home_id, sides = await show_home(database, named[0])
    return render_merged(event, home_id, sides)


@duplicates.command(
    epilog=example("duplicates split acme/A-7", "duplicates split acme/A-7 --from other/4711")
)
@_listing
@click.option(
    "--from", "others", metavar="LISTING", multiple=True, help="Only from this one; may be repeated."
)
@_reason
@runs
async def split(run: Run, *, listing: str, others: tuple[str, ...], reason: str | None) -> Result:
    """Say that a listing is another home than the others of its home, or than those named.

    It leaves the home they share. Later finds do not bring them together again.
    """
    from services.duplicates import find_listing, keep_apart

    async with run.database() as database:
        named = [await find_listing(database, each) for each in others]
        event = await keep_apart(
            database, await find_listing(database, listing), named or None, actor=actor(), reason=reason
        )
    return render_kept_apart(event, listing)


@duplicates.command(epilog=example("duplicates log", "duplicates log --before 40"))
@click.option("--before", type=ID, metavar="ID", help="Continue before this decision.")
@limit_option
@runs
async def log(run: Run, *, before: int | None, limit: int) -> Result:
    """List what was merged, kept apart and taken back, by whom, the newest first."""
    from services.duplicates import list_events

    async with run.database(reading=True) as database:
        events = await list_events(database, before=before, limit=limit + 1)
    return render_events(events[:limit], more=len(events) > limit)


@duplicates.command(epilog=example("duplicates undo 12"))
@click.argument("decision", type=ID)
@runs
async def undo(run: Run, *, decision: int) -> Result:
    """Take back a decision of duplicates log.

    Listings that a merge brought together are kept apart from then on, or the next find would merge them.
    """
    from services.duplicates import undo as undo_decision

    async with run.database() as database:
        event = await undo_decision(database, decision, actor=actor())
    return render_undone(decision, event)
