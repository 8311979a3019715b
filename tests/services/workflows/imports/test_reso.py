"""A RESO Web API imported: all of it once, then what changed; gone is what the feed itself says is gone."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from pydantic import SecretStr
from tenacity import wait_none

from config.errors import FetchError, FetchTimeoutError, PropertyManagerError, RefusedError, UsageError
from database.direct import DirectDatabase
from scrapers.fetch.api import JsonApi
from services.pipeline import apply_plan
from services.workflows.access import Access
from services.workflows.import_ import ListingImporter
from services.workflows.imported import ImportResult
from services.workflows.suggest import suggest_mapping
from tests import sites
from tests.catalogue import on, since
from tests.scrapers.fetch.conftest import dripping
from tests.services.workflows.imports.conftest import synced
from tests.services.workflows.imports.odata import Odata, listing, serving

TOKEN = "s3cret-bearer"


@pytest.fixture
async def mls() -> AsyncIterator[Odata]:
    async with serving() as odata:
        yield odata


@dataclass
class Importing:
    database: DirectDatabase
    mls: Odata

    async def __call__(
        self, day: float = 0, *, options: str = "", dry_run: bool = False, **more: Any
    ) -> ImportResult:
        access = Access(allow_private=True, reso_token=SecretStr(TOKEN))
        importer = ListingImporter(self.database, access=access, options=on(day, dry_run=dry_run))
        return await importer.import_and_sync(f"reso:{self.mls.base}{options}", source="mls", **more)


@pytest.fixture
def importing(database: DirectDatabase, mls: Odata) -> Importing:
    return Importing(database, mls)


async def live(superuser: asyncpg.Connection) -> dict[str, str]:
    rows = await superuser.fetch("select property_id, status from public.properties_live order by 1")
    return {row["property_id"]: row["status"] for row in rows}


async def test_a_first_import_reads_every_page(importing: Importing, superuser: asyncpg.Connection) -> None:
    importing.mls.has(*(listing(number) for number in range(1, 6)))
    result = await importing()
    assert (synced(result).status, synced(result).metrics.new_properties) == ("applied", 5)
    assert (result.accounting.rows_read, result.accounting.staged, result.verdict) == (5, 5, "partial")
    assert len(importing.mls.asked) == 3
    row = await superuser.fetchrow("select * from public.properties_live where property_id = 'K3'")
    assert (row["price"], row["city"], row["currency"]) == (303_000, "Austin", "USD")


async def test_the_next_import_asks_from_the_watermark(importing: Importing) -> None:
    importing.mls.has(listing(1), listing(2), listing(3))
    await importing()
    importing.mls.asked.clear()
    importing.mls.has(listing(4))  # of that same moment, committed by the server a little later
    importing.mls.has(listing(2, "2026-06-02T08:00:00Z", ListPrice=290_000))
    result = synced(await importing(1))
    assert importing.mls.asked[0].query["$filter"] == "ModificationTimestamp ge 2026-06-01T12:00:00.123Z"
    figures = result.metrics
    assert (figures.new_properties, figures.updated_properties, figures.unchanged_properties) == (1, 1, 2)
    assert figures.missing_properties == figures.removed_properties == 0


async def test_a_feed_continues_after_the_last_applied_session(importing: Importing) -> None:
    importing.mls.has(listing(1))
    await importing()
    importing.mls.has(listing(2, "2026-06-02T00:00:00Z"))
    await importing(1, dry_run=True)
    await importing(2, auto_sync=False)
    importing.mls.asked.clear()
    planned = synced(await importing(3, dry_run=True))
    assert "ge 2026-06-01T12:00:00.123Z" in importing.mls.queries[0]
    assert planned.plan_id is not None
    await apply_plan(importing.database, planned.plan_id)
    importing.mls.asked.clear()
    await importing(4)
    assert "2026-06-02T00:00:00Z" in importing.mls.queries[0]


async def test_a_failed_pass_does_not_move_the_watermark(importing: Importing) -> None:
    importing.mls.has(listing(1))
    await importing()
    importing.mls.has(*(listing(number, "2026-06-02T00:00:00Z") for number in (2, 3, 4)))
    importing.mls.failing["skip=2"] = [web.Response(status=403)]
    with pytest.raises(FetchError):
        await importing(1)
    importing.mls.asked.clear()
    assert synced(await importing(2)).metrics.new_properties == 3
    assert "2026-06-01T12:00:00.123Z" in importing.mls.queries[0]


async def test_cleanup_keeps_the_watermark(importing: Importing, superuser: asyncpg.Connection) -> None:
    importing.mls.has(listing(1))
    await importing()
    importing.mls.has(listing(2, "2026-06-02T00:00:00Z"))
    await importing(1)
    done = await superuser.fetchval("select api.cleanup($1, 100, false) ->> 'sessions'", since(90))
    assert done == "1"
    importing.mls.asked.clear()
    await importing(91)
    assert "ge 2026-06-02T00:00:00Z" in importing.mls.queries[0]


async def test_an_empty_pass_leaves_no_session_and_keeps_the_watermark(importing: Importing) -> None:
    importing.mls.has(listing(1))
    await importing()
    importing.mls.rows.clear()
    result = await importing(1)
    assert (result.sessions, result.verdict, result.accounting.rows_read) == ((), "partial", 0)
    importing.mls.asked.clear()
    await importing(2)
    assert "ge" in importing.mls.queries[0]


async def test_an_empty_feed_is_refused_the_first_time(importing: Importing) -> None:
    with pytest.raises(RefusedError, match=r"has no rows, and there is no source mls yet"):
        await importing()
    importing.mls.asked.clear()
    importing.mls.has(listing(1))
    assert synced(await importing(1)).metrics.new_properties == 1
    assert "$filter" not in importing.mls.asked[0].query


async def test_another_filter_is_another_feed(importing: Importing) -> None:
    importing.mls.has(listing(1))
    await importing(options="?$filter=City eq 'Austin'")
    importing.mls.asked.clear()
    await importing(1, options="?$filter=City eq 'Dallas'")
    assert importing.mls.asked[0].query["$filter"] == "City eq 'Dallas'"


async def test_a_withdrawn_listing_is_removed_at_once_with_a_reason(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    importing.mls.has(listing(1), listing(2), listing(3))
    await importing()
    for number in (2, 9):
        stamp = "2026-06-02T00:00:00Z"
        importing.mls.rows[f"K{number}"] = {
            "ListingKey": f"K{number}",
            "ModificationTimestamp": stamp,
            "MlgCanView": False,
        }
    importing.mls.rows = {key: row for key, row in importing.mls.rows.items() if key in ("K2", "K9")}
    result = await importing(1)
    assert synced(result).status == "applied"
    assert synced(result).metrics.removed_properties == 1
    assert await live(superuser) == {"K1": "active", "K2": "removed", "K3": "active"}
    account = result.accounting
    assert (account.rows_read, account.staged, account.rows_skipped) == (2, 1, 1)
    assert account.skipped[0].why == "withdrawn, never imported"
    kept = await superuser.fetchrow("select price from public.properties_live where property_id = 'K2'")
    assert kept["price"] == 302_000
    raw = await superuser.fetchval(
        "select raw ->> '@gone' from public.property_scrapes_staging where standard_status = 'Delete'"
    )
    assert "MlgCanView is false" in raw


async def test_a_withdrawn_listing_can_return(importing: Importing, superuser: asyncpg.Connection) -> None:
    importing.mls.has(listing(1), listing(2))
    await importing()
    importing.mls.has(listing(2, "2026-06-02T00:00:00Z", MlgCanView=False))
    await importing(1)
    importing.mls.has(listing(2, "2026-06-03T00:00:00Z", MlgCanView=True))
    assert synced(await importing(2)).metrics.reactivated_properties == 1
    assert await live(superuser) == {"K1": "active", "K2": "active"}


async def test_the_key_sweep_removes_listings_the_server_lacks(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    importing.mls.has(*(listing(number) for number in range(1, 6)))
    await importing(complete=True)
    del importing.mls.rows["K4"]
    assert synced(await importing(1)).metrics.removed_properties == 0
    result = await importing(2, complete=True)
    assert synced(result).metrics.removed_properties == 1
    assert (await live(superuser))["K4"] == "removed"
    assert result.accounting.rows_read == result.accounting.staged == 5
    assert result.fell_short is False
    again = synced(await importing(3, complete=True)).metrics
    assert (again.removed_properties, again.unchanged_properties) == (0, 4)


async def test_a_sweep_compares_only_listings_of_its_own_feed(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    importing.mls.has(listing(1), listing(2))
    await importing()
    importing.mls.rows = {"K3": listing(3)}
    await importing(1, options="?$filter=City eq 'Dallas'", complete=True)
    assert await live(superuser) == {"K1": "active", "K2": "active", "K3": "active"}


@pytest.mark.parametrize("how", ["broken off", "short", "empty"])
async def test_an_incomplete_sweep_removes_nothing(
    importing: Importing, superuser: asyncpg.Connection, how: str
) -> None:
    importing.mls.has(*(listing(number) for number in range(1, 6)))
    await importing()
    del importing.mls.rows["K4"]
    if how == "broken off":
        importing.mls.failing["select"] = [web.json_response({"error": {"message": "no"}}, status=400)]
    elif how == "short":
        importing.mls.count_off = 1
    else:
        importing.mls.failing["select"] = [web.json_response({"value": []})]
    result = await importing(1, complete=True)
    assert synced(result).metrics.removed_properties == 0
    assert (result.verdict, result.fell_short) == ("partial", True)
    assert "it removed nothing" in str(result.reason)
    assert set((await live(superuser)).values()) == {"active"}


async def test_many_removals_at_once_are_held(importing: Importing, superuser: asyncpg.Connection) -> None:
    importing.mls.page_size = 100
    importing.mls.has(*(listing(number) for number in range(1, 41)))
    await importing()
    importing.mls.rows = {key: row for key, row in importing.mls.rows.items() if key in ("K1", "K2")}
    result = synced(await importing(1, complete=True))
    assert result.status == "held"
    assert [reason.code for reason in result.reasons] == ["many_leaving", "many_changed"]
    assert set((await live(superuser)).values()) == {"active"}


async def test_a_pass_of_changes_only_is_not_held(importing: Importing) -> None:
    importing.mls.page_size = 100
    importing.mls.has(*(listing(number) for number in range(1, 81)))
    await importing()
    stamp = "2026-06-02T00:00:00Z"
    changed = [listing(number, stamp, ListPrice=299_000 + 1_000 * number) for number in range(1, 31)]
    importing.mls.rows = {row["ListingKey"]: row for row in changed}
    result = synced(await importing(1))
    assert (result.status, result.metrics.updated_properties) == ("applied", 30)


async def test_withdrawn_listings_are_not_vanished_values(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    importing.mls.page_size = 100
    importing.mls.has(*(listing(number) for number in range(1, 301)))
    before = synced(await importing()).metrics.completeness_rate
    stamp = "2026-06-02T00:00:00Z"
    gone = [
        {"ListingKey": f"K{number}", "ModificationTimestamp": stamp, "MlgCanView": False}
        for number in range(1, 23)
    ]
    importing.mls.rows = {}
    importing.mls.has(listing(299, stamp, ListPrice=1_000_000), *gone)
    result = synced(await importing(1))
    assert (result.status, result.metrics.removed_properties) == ("applied", 22)
    assert before is not None
    assert result.metrics.completeness_rate == before


async def test_columns_missing_from_a_small_pass_are_not_gone(importing: Importing) -> None:
    importing.mls.has(listing(1), listing(2))
    await importing()
    later = {"ListingKey": "K1", "ModificationTimestamp": "2026-06-02T00:00:00Z", "ListPrice": 310_000}
    importing.mls.rows = {"K1": later}
    result = synced(await importing(1))
    assert (result.status, result.metrics.updated_properties) == ("applied", 1)


async def test_the_token_is_sent_to_its_server_only(
    importing: Importing, superuser: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    importing.mls.has(*(listing(number) for number in range(1, 4)))
    await importing(complete=True)
    assert {request.headers["Authorization"] for request in importing.mls.asked} == {f"Bearer {TOKEN}"}
    assert all("gzip" in request.headers["Accept-Encoding"] for request in importing.mls.asked)
    said = web.json_response({"error": {"message": f"{TOKEN} may not do this"}}, status=400)
    importing.mls.failing["orderby"] = [said]
    with pytest.raises(PropertyManagerError) as caught:
        await importing(1)
    assert "… may not do this" in caught.value.message
    assert TOKEN not in caplog.text + caught.value.message + repr(importing.mls.base)
    sessions = await superuser.fetch("select s::text from public.scraping_sessions s")
    assert len(sessions) == 1
    assert TOKEN not in str(sessions)


async def test_a_busy_server_is_retried_after_its_pause(mls: Odata) -> None:
    now = 0.0

    async def wait(seconds: float) -> None:
        nonlocal now
        now += seconds

    busy = web.Response(status=429, headers={"Retry-After": "7"})
    mls.failing["a="] = [busy, web.Response(status=503)]
    api = JsonApi(mls.base, None, token_name="T", allow_private=True, clock=lambda: now, sleep=wait)
    async with api:
        assert await api.get_json(f"{mls.base}?a=1") == {"value": []}
    assert len(mls.asked) == 3
    assert now >= 7
    assert "Authorization" not in mls.asked[0].headers


async def test_a_page_that_never_ends_times_out(mls: Odata) -> None:
    async def no_wait(_: float) -> None:
        """Try again at once."""

    async with (
        sites.serving(dripping) as base,
        JsonApi(
            f"{base}/odata/Property",
            None,
            token_name="T",
            allow_private=True,
            seconds_per_page=0.1,
            wait=wait_none(),
            sleep=no_wait,
        ) as api,
    ):
        with pytest.raises(FetchTimeoutError):
            await api.get_json(f"{base}/odata/Property")


async def test_a_redirect_is_not_followed_with_the_token(mls: Odata) -> None:
    mls.failing["a="] = [web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})]
    async with JsonApi(mls.base, SecretStr(TOKEN), token_name="T", allow_private=True) as api:
        with pytest.raises(FetchError, match="redirects"):
            await api.get_json(f"{mls.base}?a=1")
        with pytest.raises(FetchError, match="is not on"):
            await api.get_json("http://127.0.0.2:9/odata/Property")


def test_a_token_is_not_sent_unencrypted_over_the_internet() -> None:
    with pytest.raises(UsageError, match="unencrypted"):
        JsonApi("http://mls.example/odata/Property", SecretStr(TOKEN), token_name="T")


async def test_a_mapping_can_be_proposed_for_a_feed(mls: Odata) -> None:
    mls.has(*(listing(number) for number in range(1, 6)))
    proposal = await suggest_mapping(f"reso:{mls.base}", access=Access(allow_private=True))
    assert proposal.suggestion.ids[0].columns == ("ListingKey",)


async def test_a_mapping_with_two_ids_cannot_read_a_feed(importing: Importing, tmp_path: Any) -> None:
    path = tmp_path / "two.toml"
    path.write_text('name = "two"\nid = ["A", "B"]\n[fields]\ntitle = "T"\n')
    with pytest.raises(UsageError, match="a feed has one key"):
        await importing(mapping=str(path))
