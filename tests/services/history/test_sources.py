"""A source renamed or removed: live stays the fold of the audit, and nothing of the past is lost."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from config.errors import BusyError, NotFoundError, UsageError
from services.feed import Place, changes
from services.frontier import Priority, crawl_status, enqueue
from services.history.as_of import listings_at
from services.history.explain import explain
from services.history.sources import remove_source, rename_source
from services.pipeline import apply_plan
from services.reports.sessions import pending_sessions
from services.reports.sources import list_sources, show_source
from tests.catalogue import Catalogue, at, home, homes, on


async def renamed(catalogue: Catalogue, new: str) -> Catalogue:
    """The catalogue's source under a new name."""
    await rename_source(catalogue.database, catalogue.source.name, new, actor="ana")
    source = catalogue.source.model_copy(update={"name": new})
    return Catalogue(catalogue.database, catalogue.superuser, source)


async def tables_with(superuser: asyncpg.Connection, name: str) -> list[str]:
    """The columns of ours in which a text is still a source's name or begins its made-up urls."""
    columns = await superuser.fetch(
        "select c.table_schema || '.' || c.table_name as t, c.column_name as c"
        " from information_schema.columns c join information_schema.tables using (table_schema, table_name)"
        " where table_type = 'BASE TABLE' and c.table_schema in ('public', 'property_manager')"
        " and c.data_type in ('text', 'jsonb', 'ARRAY')"
    )
    found = []
    for row in columns:
        text = f'"{row["c"]}"::text'
        holds = f"select exists (select from {row['t']} where {text} = $1 or strpos({text}, $2) > 0)"
        if await superuser.fetchval(holds, name, f"import:{name}/"):
            found.append(f"{row['t']}.{row['c']}")
    return sorted(found)


# renaming


async def test_a_renamed_source_keeps_its_catalogue_and_its_history(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3), day=0)
    second = await catalogue.run([home(1, price=2_000_000), home(2), home(3)], day=1)

    other = await renamed(catalogue, "bolt")

    assert await catalogue.complaints() == []
    assert await catalogue.statuses() == {}
    assert set((await other.statuses()).values()) == {"active"}
    before = await listings_at(catalogue.database, at(0.5), source="bolt")
    assert [int(row["price"]) for row in before.listings] == [1_001_000, 1_002_000, 1_003_000]
    told = await explain(catalogue.database, "bolt", "A-1", "price")
    assert (told.fields[0].source, told.fields[0].value) == ("bolt", 2_000_000)
    assert (await other.rollback(second, day=2)).reversed == 1
    assert (await other.live(1))["price"] == 1_001_000
    assert await catalogue.complaints() == []


async def test_the_next_session_of_a_renamed_source_finds_nothing_new(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3), day=0)
    other = await renamed(catalogue, "bolt")
    other.site = "acme"
    again = await other.run(homes(3), day=1)
    assert (again.metrics.unchanged_properties, again.metrics.new_properties) == (3, 0)


async def test_no_row_is_labelled_with_the_old_name_any_more(catalogue: Catalogue) -> None:
    await register_without_urls(catalogue)
    await catalogue.run(homes(2), day=0)
    await catalogue.edit(1, price=5, day=1)
    await renamed(catalogue, "bolt")
    assert await tables_with(catalogue.superuser, "acme") == []


async def register_without_urls(catalogue: Catalogue) -> None:
    """Let the rows of the catalogue have no page: their urls are made of the source's name."""
    await catalogue.register()
    catalogue.urls = False


async def test_a_listing_without_a_page_is_the_same_under_the_new_name(catalogue: Catalogue) -> None:
    await register_without_urls(catalogue)
    await catalogue.run(homes(2), day=0)
    assert (await catalogue.live(1))["source_url"] == "import:acme/A-1"
    other = await renamed(catalogue, "bolt")
    other.urls = False
    assert (await other.live(1))["source_url"] == "import:bolt/A-1"
    again = await other.run(homes(2), day=1)
    assert (again.metrics.unchanged_properties, again.metrics.updated_properties) == (2, 0)
    assert await catalogue.complaints() == []


async def test_a_plan_that_waits_is_applied_under_the_new_name(catalogue: Catalogue) -> None:
    await register_without_urls(catalogue)
    planned = await catalogue.run(homes(2), dry_run=True)
    other = await renamed(catalogue, "bolt")
    assert planned.plan_id is not None
    assert (await apply_plan(catalogue.database, planned.plan_id, on(0))).status == "applied"
    assert (await other.live(1))["source_url"] == "import:bolt/A-1"
    assert await catalogue.complaints() == []


async def test_readers_of_the_feed_are_told_of_a_new_name_once(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1), day=0)
    await catalogue.edit(1, price=7, day=1)
    await renamed(catalogue, "bolt")
    seen = [change async for change in changes(catalogue.database, Place(), follow=False)]
    (event,) = [change for change in seen if change.change_type == "renamed"]
    assert (event.old_value, event.new_value, event.listing_id) == ("acme", "bolt", None)
    assert seen[-1] == event
    assert {change.source for change in seen} == {"bolt"}
    assert [c async for c in changes(catalogue.database, event.place, follow=False)] == []
    small = [c async for c in changes(catalogue.database, Place(), source="bolt", follow=False)]
    assert event in small


async def test_a_rename_is_undone_by_renaming_back_and_not_by_rollback(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1), day=0)
    done = await rename_source(catalogue.database, "acme", "bolt", actor="ana")
    assert done.change_set_id is not None
    with pytest.raises(UsageError, match="it gave source bolt its name"):
        await catalogue.rollback(done.change_set_id)
    await rename_source(catalogue.database, "bolt", "acme", actor="ana")
    assert await catalogue.statuses() == {"A-1": "active"}
    assert await catalogue.complaints() == []


async def test_a_name_that_is_taken_or_cannot_be_one_is_refused(catalogue: Catalogue) -> None:
    await catalogue.beside("bolt")
    with pytest.raises(UsageError, match="there is a source of that name"):
        await rename_source(catalogue.database, "acme", "bolt", actor="ana")
    with pytest.raises(UsageError, match="cannot be the name of a source"):
        await rename_source(catalogue.database, "acme", "a/b", actor="ana")
    with pytest.raises(NotFoundError, match='there is no source "acne"'):
        await rename_source(catalogue.database, "acne", "b", actor="ana")


@pytest.mark.parametrize("what", ["rename", "remove"])
async def test_a_source_that_is_synced_or_written_stays_as_it_is(catalogue: Catalogue, what: str) -> None:
    async def change() -> object:
        if what == "rename":
            return await rename_source(catalogue.database, "acme", "bolt", actor="ana", wait_seconds=0)
        return await remove_source(catalogue.database, "acme", actor="ana", wait_seconds=0)

    session = await catalogue.stage(homes(1))
    await catalogue.lease_taken_by("elsewhere", session)
    with pytest.raises(BusyError, match="is syncing this source"):
        await change()
    await catalogue.lease_released()
    await catalogue.superuser.execute(
        "update public.scraping_sessions set status = 'running', verdict = null, sync_status = null,"
        " completed_at = null, heartbeat_at = now() where id = $1",
        session,
    )
    with pytest.raises(BusyError, match="is being written"):
        await change()
    assert [source.name for source in await list_sources(catalogue.database)] == ["acme"]


async def test_a_session_that_begins_during_a_rename_finds_no_source_of_the_old_name(
    catalogue: Catalogue,
) -> None:
    transaction = catalogue.superuser.transaction()
    await transaction.start()
    await catalogue.superuser.execute("select api.rename_source('acme', 'bolt', 'ana')")
    staging = asyncio.create_task(catalogue.stage(homes(1)))
    while not await catalogue.superuser.fetchval("select exists (select from pg_locks where not granted)"):
        await asyncio.sleep(0.02)
    await transaction.commit()
    with pytest.raises(NotFoundError, match='there is no source "acme"'):
        await staging


# removing


async def test_a_source_of_which_nothing_went_live_is_deleted_whole(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))
    before = await rows_of_all_tables(catalogue.superuser)
    other = await catalogue.beside("typo")
    await other.run([*homes(3, city="Oaxaca"), {"title": "no id"}], dry_run=True)
    await other.stage(homes(4), day=1)

    planned = await remove_source(catalogue.database, "typo", actor="ana", dry_run=True)
    removed = await remove_source(catalogue.database, "typo", actor="ana")

    assert (planned.status, planned.sessions, planned.rows) == ("deleted", 2, 8)
    assert (removed.status, removed.quarantined, removed.listings) == ("deleted", 1, 0)
    assert await rows_of_all_tables(catalogue.superuser) == before
    assert [source.name for source in await list_sources(catalogue.database)] == ["acme"]
    assert await catalogue.complaints() == []


async def rows_of_all_tables(superuser: asyncpg.Connection) -> dict[str, int]:
    tables = await superuser.fetch(
        "select c.oid::regclass::text as name from pg_class c"
        " where c.relnamespace in ('public'::regnamespace, 'property_manager'::regnamespace)"
        " and c.relkind = 'r'"
    )
    return {row["name"]: await superuser.fetchval(f"select count(*) from {row['name']}") for row in tables}


async def test_a_source_with_listings_is_retired_only_when_told_and_can_come_back(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(3), day=0)
    await catalogue.pin("status", 1)
    await catalogue.stage(homes(4), day=1)
    with pytest.raises(UsageError, match=r"has 3 listings, 3 of them not removed: it is not deleted"):
        await remove_source(catalogue.database, "acme", actor="ana")
    assert set((await catalogue.statuses()).values()) == {"active"}

    removed = await remove_source(catalogue.database, "acme", listings=True, actor="ana")

    assert (removed.status, removed.shown) == ("retired", 3)
    assert set((await catalogue.statuses()).values()) == {"removed"}
    assert await catalogue.complaints() == []
    assert await pending_sessions(catalogue.database) == []
    assert removed.change_set_id is not None
    assert (await catalogue.rollback(removed.change_set_id, day=2)).reversed == 3
    assert set((await catalogue.statuses()).values()) == {"active"}
    assert await catalogue.complaints() == []


async def test_a_retired_source_shows_again_what_a_later_session_shows(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2), day=0)
    urls = ["https://acme.example/A-9"]
    await enqueue(catalogue.database, "acme", urls, priority=Priority.NEW, reason="new")
    await remove_source(catalogue.database, "acme", listings=True, actor="ana")
    assert await crawl_status(catalogue.database) == []
    again = await catalogue.run(homes(2), day=1)
    assert (again.status, again.metrics.reactivated_properties) == ("applied", 2)
    assert await catalogue.complaints() == []


async def test_retiring_twice_changes_nothing_more(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1), day=0)
    await remove_source(catalogue.database, "acme", listings=True, actor="ana")
    position = await catalogue.position()
    again = await remove_source(catalogue.database, "acme", listings=True, actor="ana")
    assert (again.shown, again.change_set_id) == (0, None)
    assert await catalogue.position() == position


# looking


async def test_a_source_that_was_only_planned_says_that_nothing_was_applied(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2), dry_run=True)
    (listed,) = await list_sources(catalogue.database)
    assert (listed.applied, listed.active, listed.pending, listed.session_verdict) == (
        False,
        0,
        1,
        "complete",
    )
    await catalogue.run(homes(2), day=1)
    (listed,) = await list_sources(catalogue.database)
    assert (listed.applied, listed.active, listed.pending, listed.currency) == (True, 2, 0, "MXN")


async def test_a_source_is_shown_with_its_facts_and_scopes(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2), scope="https://acme.example/buy")
    shown = await show_source(catalogue.database, "acme")
    assert (shown.facts.language, shown.summary.sessions) == ("spanish", 1)
    assert [(scope.name, scope.sessions) for scope in shown.scopes] == [("https://acme.example/buy", 1)]


# a source whose listings are another's


async def test_a_new_source_with_the_listings_of_another_is_held(catalogue: Catalogue) -> None:
    await catalogue.run(homes(6), day=0)
    typo = Catalogue(
        catalogue.database, catalogue.superuser, catalogue.source.model_copy(update={"name": "acmee"})
    )
    typo.site = "acme"
    await typo.register()
    held = await typo.run(homes(10), day=1)
    assert held.status == "held"
    (reason,) = held.reasons
    assert reason.code == "listings_of_another_source"
    assert "these look like the listings of source acme, which has 6 of the 10" in reason.sentence
    assert "did you mean --source acme?" in reason.sentence
    assert (await typo.approve(held, day=1)).status == "applied"
    assert (await typo.run(homes(10), day=2)).status == "applied"  # it is a source of its own now


async def test_a_new_source_that_shares_half_of_its_listings_is_its_own(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5), day=0)
    other = await catalogue.beside("other")
    other.site = "acme"
    assert (await other.run(homes(10), day=1)).status == "applied"


async def test_equal_ids_alone_make_no_twin(catalogue: Catalogue) -> None:
    await register_without_urls(catalogue)
    await catalogue.run(homes(5), day=0)
    other = await catalogue.beside("other")
    other.urls = False
    titled = [home(n, title=f"Villa {n} in Lisbon") for n in range(1, 6)]
    assert (await other.run(titled, day=1)).status == "applied"


async def test_a_file_without_urls_is_known_by_ids_and_titles(catalogue: Catalogue) -> None:
    await register_without_urls(catalogue)
    await catalogue.run(homes(5), day=0)
    other = await catalogue.beside("other")
    other.urls = False
    assert (await other.run(homes(5), day=1)).status == "held"
