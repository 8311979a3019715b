"""`pin`, `unpin` and `rollback`: what staff changes by hand, and what it takes back."""

from __future__ import annotations

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import today

ACME = ("--source", "acme", "--property-id", "A-1")


async def test_a_price_is_corrected_and_stays_corrected(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today() - 1)

    ended = await cli("pin", *ACME, "--field", "price", "--value", "950000", "--reason", "agent called")

    assert ended.exit_code == 0
    assert ended.stdout == (
        "price of A-1: 1,001,000 → 950,000, pinned.\n"
        "to let it follow the source again: unpin --source acme --property-id A-1 --field price\n"
    )
    await acme.stage([home(1, price=900_000), *homes(3)[1:]], day=today())
    assert (
        "note: 1 pinned field differs from what the source shows: see property-manager pin --list"
        in (await cli("sync")).stdout
    )
    (pin,) = (await cli("pin", "--list", "--source", "acme", "--json")).document["pins"]
    assert (pin["value"], pin["differs"], pin["shown"]) == (950_000, True, 900_000)
    assert "agent called" in (await cli("pin", "--list")).stdout


async def test_json_is_what_an_edit_did(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    ended = await cli("pin", *ACME, "--field", "amenities", "--value", '["alberca"]', "--json")
    assert ended.document["changes"] == [{"field": "amenities", "old": None, "new": ["alberca"]}]
    assert ended.document["pinned"] == ["amenities"]
    assert '["alberca"]' in (await cli("pin", "--list")).stdout


async def test_a_field_is_held_as_it_is_and_let_go(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    assert (await cli("pin", *ACME, "--field", "title")).stdout.startswith("Pinned title of A-1 as it is.")
    assert (await cli("unpin", *ACME)).stdout == (
        "Released title of A-1: the next sync brings what acme shows.\n"
    )
    assert (await cli("unpin", *ACME, "--field", "titel")).exit_code == 2
    ended = await cli("unpin", *ACME, "--field", "title", "--json")
    assert (ended.exit_code, ended.document["unpinned"]) == (0, [])
    assert (await cli("pin", "--list")).stdout == "Nothing is pinned.\n"


async def test_what_cannot_be_is_refused_with_the_reason(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    wrong = await cli("pin", *ACME, "--field", "bedrooms", "--value", "many", "--json")
    assert (wrong.exit_code, wrong.document["error"]["code"]) == (2, "usage")
    assert 'bedrooms of listing A-1 cannot be "many"' in wrong.document["error"]["message"]
    assert (await cli("pin", *ACME, "--field", "offers", "--value", "[1")).exit_code == 2
    assert (await cli("pin", *ACME)).exit_code == 2
    assert (await cli("pin", "--list", "--field", "price")).exit_code == 2
    assert (await cli("unpin", "--source", "acme", "--property-id", "A-9")).exit_code == 2


async def test_a_session_is_undone_and_the_undoing_is_undone(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(9), day=today() - 2)
    bad = await acme.run([home(1, price=5_000), *homes(10)[1:]], day=today() - 1)
    session = str(bad.session_id)[:8]

    planned = await cli("rollback", "--session-id", session, "--dry-run")
    assert planned.stdout.startswith(
        f"Would roll back session {session} (change set 2), 2 changes: 2 reversed. Nothing was changed."
    )
    undone = await cli("rollback", "--session-id", session)
    assert (undone.exit_code, (await acme.live())["price"]) == (0, 1_001_000)
    assert undone.stdout.startswith(
        f"Rolled back session {session} (change set 2), 2 changes: 2 reversed.\n"
        "to undo that: property-manager rollback --change-set 3\n"
    )
    assert "price 5,000 → 1,001,000" in undone.stdout
    again = await cli("rollback", "--session-id", session)
    assert again.exit_code == 0
    assert again.stdout.startswith(f"Session {session} (change set 2) is rolled back already, by ")
    assert again.stdout.endswith(" UTC.\nto undo that: property-manager rollback --change-set 3\n")
    (shown,) = (
        row for row in (await cli("status", "--json")).document["recent_syncs"] if row["updated_properties"]
    )
    assert shown["sync_status"] == "rolled_back"
    assert (await cli("list-sessions", "--status", "rolled_back", "--json")).document["sessions"]

    restored = await cli("rollback", "--change-set", "3")
    assert restored.stdout.startswith(
        f"Brought back session {session} (undoing change set 3), 2 changes: 2 reversed.\n"
        "to undo that: property-manager rollback --change-set 4\n"
    )
    output = (await cli("rollback", "--change-set", "3", "--json")).document
    assert (output["status"], output["undoes"], output["brings_back"]) == ("already_undone", 3, True)
    assert (await acme.live())["price"] == 5_000
    assert await acme.complaints() == []


async def test_an_edit_is_undone_by_its_change_set(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    made = (await cli("pin", *ACME, "--field", "price", "--value", "950000", "--json")).document
    await cli("unpin", *ACME)
    undone = await cli("rollback", "--change-set", str(made["change_set_id"]))
    assert undone.stdout.startswith(f"Undone change set {made['change_set_id']}, 1 change: 1 reversed.")
    assert (await acme.live())["price"] == 1_001_000


async def test_a_session_that_cleanup_removed_is_still_undone(acme: Catalogue, cli: Cli) -> None:
    old = await acme.run(homes(9), day=today() - 50)
    for day in range(6):
        await acme.run(homes(9, price=1_000 * day + 900_000), day=today() - 49 + day)
    assert (await cli("cleanup", "--days", "30", "--json")).document["sessions"] > 0
    session = str(old.session_id)[:8]

    output = await cli("rollback", "--session-id", session, "--dry-run")

    assert (output.exit_code, f"session {session} (change set 1)" in output.stdout) == (0, True)
    gone = await cli("session-details", "--session-id", session, "--json")
    assert (gone.exit_code, gone.document["error"]["message"]) == (
        2,
        f"session {session} was removed by cleanup",
    )


async def test_json_has_every_change(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(9), day=today() - 1)
    bad = await acme.run([home(1, price=5_000, bedrooms=4), *homes(10)[1:]], day=today())
    shown = (await cli("rollback", "--session-id", str(bad.session_id), "--dry-run", "--limit", "1")).stdout
    assert "… 2 more" in shown
    output = await cli("rollback", "--session-id", str(bad.session_id), "--limit", "1", "--json")
    assert [row["field"] for row in output.document["rows"]] == ["bedrooms", "price", "status"]
    assert (output.document["reversed"], output.document["success"]) == (3, True)


async def test_a_rollback_that_reverses_nothing_exits_with_3(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(9), day=today() - 1)
    bad = await acme.run([home(1, price=5_000), *homes(9)[1:]], day=today())
    await cli("pin", *ACME, "--field", "price")
    ended = await cli("rollback", "--session-id", str(bad.session_id))
    assert ended.exit_code == 3
    assert "can be reversed." in ended.stdout
    assert "pinned by" in ended.stdout
    assert "next: unpin what is pinned, undo later changes first; each row has its reason" in ended.stdout
    output = await cli("rollback", "--session-id", str(bad.session_id), "--json")
    assert (output.exit_code, output.document["error"]["code"]) == (3, "nothing_to_reverse")


async def test_what_to_undo_must_be_named(acme: Catalogue, cli: Cli) -> None:
    staged = await acme.stage(homes(3), day=today())
    assert (await cli("rollback")).exit_code == 2
    assert (await cli("rollback", "--session-id", str(staged), "--change-set", "1")).exit_code == 2
    ended = await cli("rollback", "--session-id", str(staged), "--json")
    assert (ended.exit_code, ended.document["error"]["code"]) == (2, "not_found")
