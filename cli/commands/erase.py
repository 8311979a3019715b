"""`erase`: overwrite personal data everywhere on request, and keep it out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cli.actor import actor as account
from cli.options import ID
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.erase import render_erasure, render_erasures
from config.errors import UsageError

if TYPE_CHECKING:
    from database.handle import Database
    from services.workflows.erase import Forgotten


@click.command(
    epilog=example(
        "erase --contact - --dry-run",
        "erase --contact '+52 999 123 4567'",
        "erase --property-id A-17 --source acme",
        "erase --list",
    )
)
@click.option("--contact", metavar="VALUE", help="E-mail or phone number; - reads it from stdin.")
@click.option("--country", metavar="CC", help="Country of a phone number without country code: MX.")
@click.option("--property-id", metavar="ID", help="Listing whose personal fields are erased.")
@click.option("--source", metavar="NAME", help="Source of that listing.")
@click.option("--field", "fields", metavar="NAME", multiple=True, help="Only this field; repeatable.")
@click.option("--dry-run", is_flag=True, help="Only count what would be overwritten.")
@click.option("--actor", metavar="NAME", help="Who decided it; by default your account.")
@click.option("--list", "listed", is_flag=True, help="Show erasures; what was erased is not in them.")
@click.option("--lift", type=ID, metavar="ID", help="Let in again what this erasure keeps out.")
@click.argument("surplus", nargs=-1, metavar="")  # click would repeat it in its error, and the log keep it
@runs
async def erase(run: Run, **asked: Any) -> Result:
    """Overwrite personal data everywhere, and keep it out from now on.

    A contact is overwritten in live, history, raw rows, plans, notes and logs, in all its spellings; of a
    listing, its contact fields are. The audit says that it was done, never what was erased. It cannot be
    undone. Scrapes and imports that run go on, without it.
    """
    _require_one_way(asked)
    async with run.database() as database:
        if asked["listed"]:
            return await _list(database)
        who = asked["actor"] or account()
        if asked["lift"] is not None:
            return await _lift(database, asked["lift"], who)
        return render_erasure(await _forget(run, database, asked, who))


def _require_one_way(asked: dict[str, Any]) -> None:
    if asked["surplus"]:
        raise UsageError("erase takes its values as options", next_step="erase --contact VALUE")
    ways = [name for name in ("contact", "property_id", "listed", "lift") if asked[name] not in (None, False)]
    if len(ways) != 1:
        raise UsageError(
            "erase takes one of --contact, --property-id, --list and --lift", next_step="see erase --help"
        )
    if asked["property_id"] is not None and asked["source"] is None:
        raise UsageError(
            "--property-id needs --source: an id is unique within its source only",
            next_step="add --source NAME",
        )
    for name, given in (("--source", asked["source"]), ("--field", asked["fields"])):
        if given and asked["property_id"] is None:
            raise UsageError(
                f"{name} goes with --property-id",
                next_step="leave it out: a contact is erased everywhere",
            )


async def _forget(run: Run, database: Database, asked: dict[str, Any], who: str) -> Forgotten:
    from services.workflows.erase import forget_contact, forget_listing

    if asked["contact"] is not None:
        given = sys.stdin.readline() if asked["contact"] == "-" else asked["contact"]
        return await forget_contact(
            database, run.settings, given, actor=who, country=asked["country"], dry_run=asked["dry_run"]
        )
    return await forget_listing(
        *(database, run.settings, asked["source"], asked["property_id"]),
        actor=who,
        fields=asked["fields"],
        dry_run=asked["dry_run"],
    )


async def _list(database: Database) -> Result:
    from services.erasure import list_erasures

    return render_erasures(await list_erasures(database))


async def _lift(database: Database, erasure_id: int, who: str) -> Result:
    from services.erasure import lift_erasure

    lifted = await lift_erasure(database, erasure_id, actor=who)
    line = f"Lifted erasure {erasure_id}: what it suppressed comes in again with the next session."
    if not lifted:
        line = f"Erasure {erasure_id} is lifted already."
    return Result({"erasure_id": erasure_id, "lifted": lifted}, [line])
