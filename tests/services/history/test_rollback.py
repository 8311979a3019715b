"""A session, or any change set, can be undone; live stays the fold of its audit."""

from __future__ import annotations

from typing import Any

import pytest

from config.errors import BeforeHistoryError, BusyError, DatabaseUnreachableError, NotFoundError, UsageError
from services.erasure import erase_listing
from services.history.rollback import Reversal, rollback
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, at, home, homes

MOVED = [home(1, price=5_000, address="Calle 99"), *homes(9)[1:]]


def rows(reversals: tuple[Reversal, ...]) -> dict[tuple[str, str], str]:
    return {(row.property_id, row.field): row.verdict for row in reversals}


async def misses(catalogue: Catalogue, number: int = 1) -> int:
    count: int = await catalogue.superuser.fetchval(
        "select misses from property_manager.listing_scopes where property_id = $1", f"A-{number}"
    )
    return count


async def sync_status(catalogue: Catalogue, done: SyncResult) -> str:
    status: str = await catalogue.superuser.fetchval(
        "select sync_status from public.scraping_sessions where id = $1", done.session_id
    )
    return status


async def images(catalogue: Catalogue) -> dict[str, Any]:
    """What live says, derived values included; not when it was fetched or written."""
    found = await catalogue.superuser.fetch(
        "select property_id, (to_jsonb(l) - '{scraped_at,change_set_id,updated_at,last_updated_at}'::text[])"
        "::text as image from public.properties_live l"
    )
    return {row["property_id"]: catalogue.read(row["image"]) for row in found}


async def test_a_rollback_restores_values_and_derived_values(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    before = await images(catalogue)
    blanked = {"description": "otra", "title": "Otra casa", "city": "Progreso", "amenities": ["alberca"]}
    bad = await catalogue.run([home(1, price=900_000, address="Avenida 99", **blanked), *homes(9)[1:]], day=1)
    assert await images(catalogue) != before

    undone = await catalogue.rollback(bad, day=2)

    assert (undone.status, undone.reversed, undone.kept, undone.failed) == ("rolled_back", 6, 0, 0)
    assert await images(catalogue) == before
    assert await sync_status(catalogue, bad) == "rolled_back"
    assert await catalogue.complaints() == []


async def test_a_rollback_of_a_flagged_value_clears_the_flag(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    before = await images(catalogue)
    bad = await catalogue.run([home(1, price=500, title="Otra casa"), *homes(9)[1:]], day=1)
    assert (await catalogue.live())["verification_status"] == "flagged"

    await catalogue.rollback(bad, day=2)

    assert await images(catalogue) == before


async def test_a_flag_stays_while_its_value_stays(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, price=500), *homes(9)[1:]])
    bad = await catalogue.run([home(1, price=500, title="Otra casa"), *homes(9)[1:]], day=1)

    await catalogue.rollback(bad, day=2)

    assert (await catalogue.live())["verification_status"] == "flagged"


async def test_an_erasure_cannot_be_undone(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3, agent_name="Rosa"))
    await erase_listing(catalogue.database, "acme", "A-1", actor="ana")
    erased = await catalogue.superuser.fetchval(
        "select id from property_manager.change_sets where origin = 'erase'"
    )
    for dry_run in (True, False):
        with pytest.raises(UsageError, match=f"change set {erased} cannot be undone: it is an erasure"):
            await rollback(catalogue.database, change_set=erased, dry_run=dry_run)


async def test_listings_that_a_session_created_become_removed(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(3))
    bad = await catalogue.run(homes(4), day=1)

    undone = await catalogue.rollback(bad, day=2)

    assert rows(undone.rows) == {("A-4", "status"): "reversed"}
    assert (await catalogue.live(4))["status"] == "removed"
    assert await catalogue.complaints() == []
    again = await catalogue.run(homes(4), day=3)
    assert again.metrics.reactivated_properties == 1
    assert (await catalogue.live(4))["status"] == "active"
    assert await catalogue.complaints() == []


async def test_an_absence_that_was_rolled_back_does_not_count(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED[1:], day=1)
    assert ((await catalogue.live())["status"], await misses(catalogue)) == ("inactive", 1)

    await catalogue.rollback(bad, day=2)

    assert ((await catalogue.live())["status"], await misses(catalogue)) == ("active", 0)
    assert (await catalogue.live())["last_seen_at"] == at(0)
    absent = await catalogue.run([home(2, price=7_000), *homes(9)[2:]], day=3)
    assert absent.metrics.missing_properties == 1
    assert (await catalogue.live())["status"] == "inactive"
    assert await catalogue.complaints() == []


async def test_a_removal_that_was_rolled_back_starts_again(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.run([home(2, price=7_000), *homes(9)[2:]], day=1)
    bad = await catalogue.run([home(2, price=8_000), *homes(9)[2:]], day=2)
    assert (await catalogue.live())["status"] == "removed"

    await catalogue.rollback(bad, day=3)

    assert ((await catalogue.live())["status"], await misses(catalogue)) == ("inactive", 0)
    await catalogue.run([home(2, price=9_000), *homes(9)[2:]], day=4)
    assert (await catalogue.live())["status"] == "inactive"
    assert await catalogue.complaints() == []


async def test_a_return_is_undone_too_and_comes_again(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.run([home(2, price=7_000), *homes(9)[2:]], day=1)
    back = await catalogue.run(homes(9), day=2)
    assert back.metrics.reactivated_properties == 1

    await catalogue.rollback(back, day=3)

    assert (await catalogue.live())["status"] == "inactive"
    assert (await catalogue.live(2))["price"] == 7_000
    again = await catalogue.run(homes(9), day=4)
    assert (again.metrics.reactivated_properties, again.metrics.updated_properties) == (1, 1)
    assert await catalogue.complaints() == []


async def test_undoing_twice_changes_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    first = await catalogue.rollback(bad, day=2, actor="ana")
    audit = await catalogue.changes()

    second = await catalogue.rollback(bad, day=3, actor="eva")

    assert (second.status, second.change_set_id, second.undone_actor) == (
        "already_undone",
        first.change_set_id,
        "ana",
    )
    assert await catalogue.changes() == audit


async def test_a_rollback_can_be_undone_and_repeated(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run([*MOVED[:8], home(10)], day=1)
    after = await images(catalogue)
    first = await catalogue.rollback(bad, day=2)
    assert first.change_set_id is not None

    restored = await catalogue.rollback(first.change_set_id, day=3)

    assert (restored.status, restored.undoes) == ("rolled_back", first.change_set_id)
    assert await images(catalogue) == after
    assert (await sync_status(catalogue, bad), await misses(catalogue, 9)) == ("completed", 1)
    assert await catalogue.complaints() == []

    again = await catalogue.rollback(bad, day=4)
    assert (again.status, again.undoes) == ("rolled_back", restored.change_set_id)
    assert (await catalogue.statuses())["A-10"] == "removed"
    assert (await sync_status(catalogue, bad), await misses(catalogue, 9)) == ("rolled_back", 0)
    assert await catalogue.complaints() == []


async def test_later_changes_are_kept_and_name_their_actor(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run([home(1, price=5_000, bedrooms=9), home(2, price=6_000), *homes(9)[2:]], day=1)
    await catalogue.edit(1, day=2, actor="eva", price=950_000)
    later = await catalogue.run(
        [home(1, price=5_000, bedrooms=9), home(2, price=8_000), *homes(9)[2:]], day=3
    )

    undone = await catalogue.rollback(bad, day=4)

    reasons = {(row.property_id, row.field): row.reason for row in undone.rows}
    assert rows(undone.rows) == {
        ("A-1", "price"): "kept",
        ("A-2", "price"): "kept",
        ("A-1", "bedrooms"): "reversed",
    }
    assert "edited since, 2025-11-03 00:00 UTC by eva" in reasons["A-1", "price"]
    assert (
        f"synced since, 2025-11-04 00:00 UTC by session {str(later.session_id)[:8]}"
        in reasons["A-2", "price"]
    )
    assert (undone.reversed, undone.kept) == (1, 2)
    assert ((await catalogue.live())["price"], (await catalogue.live())["bedrooms"]) == (950_000, 3)
    assert await catalogue.complaints() == []


async def test_a_pinned_field_is_kept(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    await catalogue.pin("price")

    undone = await catalogue.rollback(bad, day=2)

    assert rows(undone.rows) == {("A-1", "price"): "kept", ("A-1", "address"): "reversed"}
    assert undone.rows[0].reason.startswith("pinned by ana, ")
    assert (await catalogue.live())["price"] == 5_000


async def test_a_new_listing_whose_status_moved_since_is_kept(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    bad = await catalogue.run(homes(4), day=1)
    await catalogue.edit(4, day=2, status="inactive")

    undone = await catalogue.rollback(bad, day=3)

    assert (undone.status, undone.kept, undone.change_set_id) == ("nothing", 1, None)
    assert await sync_status(catalogue, bad) == "completed"
    assert await catalogue.complaints() == []


async def test_a_listing_cannot_lose_its_title(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run([home(1, title="Otra", price=5_000), *homes(9)[1:]], day=1)
    await catalogue.superuser.execute(
        "begin; set local session_replication_role = replica;"
        "update public.property_changes set old_value = null where field_name = 'title'; commit"
    )

    undone = await catalogue.rollback(bad, day=2)

    assert rows(undone.rows) == {("A-1", "title"): "failed", ("A-1", "price"): "reversed"}
    assert undone.rows[0].reason == "no listing can be without it"
    assert await catalogue.complaints() == []


async def test_a_dry_run_reports_the_same_and_changes_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    audit = await catalogue.changes()

    planned = await catalogue.rollback(bad, day=2, dry_run=True, limit=1)

    assert (planned.status, planned.reversed, len(planned.rows)) == ("planned", 2, 1)
    assert await catalogue.changes() == audit
    assert (await catalogue.rollback(bad, day=2)).reversed == 2


async def test_the_next_sync_restores_what_the_source_shows(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    await catalogue.rollback(bad, day=2)

    synced = await catalogue.run(MOVED, day=3)

    assert synced.metrics.updated_properties == 1
    assert (await catalogue.live())["price"] == 5_000
    assert await catalogue.complaints() == []


async def test_a_rolled_back_session_is_stale(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    undone = await catalogue.rollback(bad, day=2)

    again = await catalogue.sync(bad.session_id, day=3)

    assert again.status == "stale"
    assert again.error is not None
    assert again.error.endswith(f"rollback --change-set {undone.change_set_id}")
    assert (await catalogue.live())["price"] == 1_001_000


async def test_a_rolled_back_session_does_not_count_as_history(catalogue: Catalogue) -> None:
    await catalogue.run(homes(30))
    older = await catalogue.stage(homes(31), day=1)
    await catalogue.register(guard={"leaving_share": 1, "leaving_share_small": 1, "least_share_of_median": 0})
    small = await catalogue.run(homes(3), day=2)
    await catalogue.register(guard={"leaving_share": 1, "leaving_share_small": 1})

    await catalogue.rollback(small, day=3)

    # the usual number is 30 again, not 16.5: 12 rows are fewer than half of it
    assert (await catalogue.run(homes(12), day=4)).reasons[0].code == "few_rows"
    assert (await catalogue.sync(older, day=4)).status == "stale"  # overtaken once, it stays stale
    assert set((await catalogue.statuses()).values()) == {"active"}
    assert await catalogue.complaints() == []


async def test_a_large_session_is_undone_in_one_change_set(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2_500))
    await catalogue.register(guard={"changed_share": 1, "price_move_share": 1})
    bad = await catalogue.run([home(n, price=(n + 1_100) * 1_000) for n in range(1, 5_001)], day=1)
    assert (bad.metrics.updated_properties, bad.metrics.new_properties) == (2_500, 2_500)

    undone = await catalogue.rollback(bad, day=2, limit=5)

    assert (undone.reversed, undone.kept, undone.failed, len(undone.rows)) == (5_000, 0, 0, 5)
    assert (await catalogue.live(7))["price"] == 1_007_000
    assert list((await catalogue.statuses()).values()).count("removed") == 2_500
    assert await catalogue.complaints() == []


async def test_an_edit_is_undone_once_its_pin_is_released(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    edited = await catalogue.edit(1, day=1, price=950_000)
    assert edited.change_set_id is not None
    assert (await catalogue.rollback(edited.change_set_id, day=2)).status == "nothing"
    await catalogue.unpin("price")

    undone = await catalogue.rollback(edited.change_set_id, day=2)

    assert (undone.status, undone.session_id) == ("rolled_back", None)
    assert (await catalogue.live())["price"] == 1_001_000
    assert await catalogue.complaints() == []


async def test_the_feed_names_what_was_undone_and_the_actor(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run([*homes(9), home(10)], day=1)
    undone = await catalogue.rollback(bad, day=2, actor="eva")
    assert undone.position is not None

    (change,) = await catalogue.database.rows("feed_after", undone.position - 1, 1 << 60, None, 10)

    assert (change["origin"], change["actor"], change["session_id"]) == (
        "rollback",
        "eva",
        bad.session_id,
    )
    assert (change["change_type"], change["old_value"], change["new_value"]) == (
        "removed",
        "active",
        "removed",
    )
    assert change["change_reason"].startswith("rolled back: ")


async def test_a_rollback_waits_for_a_sync_and_gives_up(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    await catalogue.lease_taken_by("other")
    with pytest.raises(BusyError):
        await rollback(catalogue.database, session_id=bad.session_id, wait_seconds=0)
    await catalogue.lease_released()
    assert (await catalogue.live())["price"] == 5_000
    assert await catalogue.complaints() == []


async def test_a_rollback_killed_half_way_did_not_happen(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    await catalogue.superuser.execute(
        "create function public.kill() returns trigger language plpgsql security definer as"
        " $$begin perform pg_terminate_backend(pg_backend_pid()); return new; end$$;"
        "create trigger kill before insert on property_manager.change_sets"
        " for each row execute function public.kill()"
    )
    with pytest.raises(DatabaseUnreachableError):
        await catalogue.rollback(bad, day=2)
    await catalogue.superuser.execute("drop function public.kill cascade")

    assert (await catalogue.live())["price"] == 5_000
    assert await sync_status(catalogue, bad) == "completed"
    assert (await catalogue.rollback(bad, day=2)).status == "rolled_back"
    assert await catalogue.complaints() == []


async def test_what_was_never_applied_cannot_be_undone(catalogue: Catalogue) -> None:
    staged = await catalogue.stage(homes(3))
    with pytest.raises(NotFoundError, match="was never applied"):
        await catalogue.rollback(staged)
    with pytest.raises(NotFoundError, match="no change set 99"):
        await catalogue.rollback(99)


async def test_one_thing_at_a_time(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError):
        await rollback(catalogue.database)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_what_is_folded_already_is_refused_by_name(catalogue: Catalogue, dry_run: bool) -> None:
    await catalogue.run(homes(9))
    bad = await catalogue.run(MOVED, day=1)
    await catalogue.superuser.execute(
        "insert into property_manager.horizons (source_id, begins, compacted_at, compacted_by)"
        " select id, $1, $1, 'ana' from public.sources",
        at(5),
    )
    with pytest.raises(BeforeHistoryError, match="older than the history that is kept"):
        await catalogue.rollback(bad, day=6, dry_run=dry_run)
    assert (await catalogue.live())["price"] == 5_000


async def test_undoing_the_rollback_of_an_approved_plan_restores_its_misses(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5))
    planned = await catalogue.run(homes(4), day=1, dry_run=True)
    applied = await catalogue.approve(planned, day=1)
    assert (await catalogue.statuses())["A-5"] == "inactive"
    undone = await catalogue.rollback(applied, day=1.1)
    assert (await catalogue.statuses())["A-5"] == "active"
    assert undone.change_set_id is not None
    await catalogue.rollback(undone.change_set_id, day=1.2)
    assert (await catalogue.statuses())["A-5"] == "inactive"

    await catalogue.run(homes(4, price=5_000_000), day=3)
    assert (await catalogue.statuses())["A-5"] == "removed"
