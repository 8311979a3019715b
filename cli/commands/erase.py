"""`erase`: overwrite personal data everywhere on request, and keep it out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cli.actor import actor as account
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.text import counted
from config.errors import UsageError

if TYPE_CHECKING:
    from database.direct import Database
    from services.workflows.erase import Forgotten

_KINDS = {"email": "an e-mail address", "phone": "a phone number", "listing": "a listing's personal data"}


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
@click.option("--lift", type=int, metavar="ID", help="Let in again what this erasure keeps out.")
@click.argument("surplus", nargs=-1, metavar="")  # click would repeat it in its error, and the log keep it
@runs
async def erase(run: Run, **asked: Any) -> Result:
    """Overwrite personal data everywhere, and keep it out from now on.

    A contact is overwritten in live, history, raw rows, plans, notes and logs, in all its spellings; of a
    listing, its contact fields are. The audit says that it was done, never what was erased. It cannot be
    undone. Scrapes and imports that run are stopped; resume them, or run them again.
    """
    _require_one_way(asked)
    async with run.database() as database:
        if asked["listed"]:
            return await _list(database)
        who = asked["actor"] or account()
        if asked["lift"] is not None:
            return await _lift(database, asked["lift"], who)
        return _told(await _forget(run, database, asked, who))


def _require_one_way(asked: dict[str, Any]) -> None:
    if asked["surplus"]:
        raise UsageError("erase takes its values behind options", next_step="erase --contact VALUE")
    ways = [name for name in ("contact", "property_id", "listed", "lift") if asked[name] not in (None, False)]
    if len(ways) != 1:
        raise UsageError(
            "erase takes one of --contact, --property-id, --list and --lift", next_step="see erase --help"
        )
    if asked["property_id"] is not None and asked["source"] is None:
        raise UsageError("an id means something within its source only", next_step="add --source NAME")
    for name, given in (("--source", asked["source"]), ("--field", asked["fields"])):
        if given and asked["property_id"] is None:
            raise UsageError(
                f"{name} goes with --property-id", next_step="leave it out: a contact goes wherever it stands"
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


def _told(done: Forgotten) -> Result:
    erasure = done.erasure
    rows = sum(erasure.counts.values())
    places = ", ".join(f"{name} {count:,}" for name, count in sorted(erasure.counts.items()))
    verb = "Would erase" if erasure.dry_run else "Erased"
    shown = [f"{verb} {_KINDS[erasure.kind]}: {counted(rows, 'row')}{f' ({places})' if places else ''}."]
    if not rows:
        shown.append("note: nothing that is stored holds it; check the spelling")
    if not erasure.dry_run:
        shown.append(f"It is kept out from now on: erasure {erasure.id}.")
    if erasure.sessions_stopped:
        stopped = counted(erasure.sessions_stopped, "running session")
        shown.append(f"Stopped {stopped}: resume or run again, see list-sessions --status interrupted")
    document = {
        "erasure_id": erasure.id,
        "kind": erasure.kind,
        "dry_run": erasure.dry_run,
        "rows": rows,
        "counts": erasure.counts,
        "log_places": done.log_places,
        "sessions_stopped": erasure.sessions_stopped,
    }
    return Result(document, shown)


async def _list(database: Database) -> Result:
    from services.erasure import list_erasures

    found = await list_erasures(database)
    rows = [
        (
            *(item["id"], item["requested_at"], item["kind"], item["actor"]),
            f"{item['source']} {item['property_id']}" if item["kind"] == "listing" else None,
            sum(item["counts"].values()),
            _state(item),
        )
        for item in found
    ]
    shown = (
        table(["id", "asked", "what", "by", "listing", "rows", "state"], rows) if rows else "No erasures yet."
    )
    return Result({"erasures": found}, [shown])


def _state(item: dict[str, Any]) -> str:
    if item["lifted_at"] is not None:
        return f"lifted by {item['lifted_by']}"
    return "kept out" if item["completed_at"] is not None else "kept out; interrupted: run it again"


async def _lift(database: Database, erasure_id: int, who: str) -> Result:
    from services.erasure import lift_erasure

    lifted = await lift_erasure(database, erasure_id, actor=who)
    said = f"Lifted erasure {erasure_id}: what it kept out comes in again with the next session."
    if not lifted:
        said = f"Erasure {erasure_id} is lifted already."
    return Result({"erasure_id": erasure_id, "lifted": lifted}, [said])
