"""Stores of pages: a folder and a bucket hold the same, and what a bucket refuses is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.errors import StorageError, UsageError
from config.settings import Settings
from config.source import Source
from database.handle import Database
from database.retrying import without_waiting
from scrapers.fetch import PoliteClient
from services.pages import FolderStore, Keeping, PageKeeper, Stores, expire_pages, stores_of
from services.pages.bucket import Bucket
from services.pages.stores import Store
from services.staging import register_source
from tests.services.pages.storage import KEY, Storage
from tests.sites import Site

NAMES = ["ab12-1.html.gz", "cd34-2.html.gz"]


@pytest.fixture
async def storage() -> AsyncIterator[Storage]:
    async with Storage.up("pages") as up:
        yield up


@pytest.fixture
def bucket(storage: Storage) -> Bucket:
    return Bucket(storage.base, KEY, "pages")


async def test_folder_and_bucket_hold_pages_alike(bucket: Bucket, storage: Storage, tmp_path: Path) -> None:
    stores: list[Store] = [FolderStore(tmp_path / "pages"), bucket]
    for store in stores:
        for content in (b"one", b"one again"):
            await store.put(NAMES[0], content)
        assert await store.get(NAMES[0]) == b"one again"
        assert await store.get(NAMES[1]) is None
        await store.delete(NAMES)
        await store.delete(NAMES)
        assert await store.get(NAMES[0]) is None
        await store.close()
    assert bucket.place(NAMES[0]) == f"{storage.base}/storage/v1/object/pages/ab/{NAMES[0]}"


async def test_a_bucket_that_labours_is_asked_again_and_what_it_refuses_is_said(storage: Storage) -> None:
    with without_waiting():
        asked = Bucket(storage.base, KEY, "pages")
        storage.failing = 2
        await asked.put(NAMES[0], b"one")
        assert storage.objects == {f"ab/{NAMES[0]}": b"one"}
        storage.failing = 9
        with pytest.raises(StorageError, match="answered 503: try again"):
            await asked.get(NAMES[0])
        storage.failing = 0
        await asked.close()
        for other, said in (
            (Bucket(storage.base, KEY, "missing"), "Bucket not found"),
            (Bucket(storage.base, "sb_secret_wrong", "pages"), "invalid key"),
            (Bucket("http://127.0.0.1:9", KEY, "pages"), "could not be reached"),
        ):
            with pytest.raises(StorageError, match=said):
                await other.get(NAMES[0])
            await other.close()


def test_settings_name_the_store(tmp_path: Path) -> None:
    project = {"supabase_url": "https://x.supabase.co", "supabase_secret_key": KEY}
    given = Settings(home=tmp_path, pages="supabase:pages", **project)
    assert stores_of(given).kinds == ["supabase:pages", "folder"]
    assert stores_of(Settings(home=tmp_path)).current.place("ab") == str(tmp_path / "pages" / "ab" / "ab")
    with pytest.raises(UsageError, match="PROPERTY_MANAGER_PAGES is supabase:pages: SUPABASE_URL is not set"):
        stores_of(Settings(home=tmp_path, pages="supabase:pages"))
    with pytest.raises(UsageError, match="cannot be a bucket's name"):
        stores_of(Settings(home=tmp_path, pages="supabase:../pages", **project))


async def test_pages_in_a_bucket_are_kept_and_the_oldest_go_when_room_is_short(
    database: Database, site: Site, bucket: Bucket, storage: Storage
) -> None:
    facts = Source(name="acme", requests_per_second=50)
    await register_source(database, facts)
    site.pages = {f"/{n}": f"<p>{n}</p>" * 50 for n in (1, 2, 3)}
    stores = Stores(bucket)
    async with (
        PoliteClient(facts, allow_private=True) as client,
        PageKeeper(database, stores, facts) as keeper,
    ):
        for n in (1, 2, 3, 1):
            await Keeping(client, keeper).get(f"{site.base}/{n}")
    kept = await database.value("pages_kept")
    assert (kept["pages"], kept["bodies"], len(storage.objects)) == (4, 3, 3)
    assert kept["bytes"] == sum(map(len, storage.objects.values()))
    room = kept["bytes"] - 1
    done = await expire_pages(database, Stores(bucket, most_bytes=room), batch=1)
    assert (done.pages, done.bodies) == (2, 1), "page 1 was fetched last too, so page 2 is the oldest"
    assert (await database.value("pages_kept"))["pages"] == 2
    await bucket.close()
