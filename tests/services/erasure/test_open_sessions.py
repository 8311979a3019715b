"""An erasure while rows are being staged: sessions go on, and none of their rows holds what was erased."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import SecretStr

from config.errors import BusyError, TakenOverError, UsageError
from database.erasure_key import ErasureKey
from parsing.rows import CellReader
from services.erasure import erase_contact, erase_listing, list_erasures
from services.staging import SessionWriter
from tests.catalogue import Catalogue, Row, at, homes
from tests.faults.backends import open_gate, shut_gate, waiting
from tests.services.erasure.conftest import KEY
from tests.services.erasure.everything import places_of
from tests.services.erasure.juan import DIGITS, EMAIL, PHONE, of_juan
from tests.services.feed.conftest import until

BATCH = 4


async def opened(acme: Catalogue, **options: Any) -> SessionWriter:
    options = {"scope": "all", "kind": "import", "batch_rows": BATCH, "clock": lambda: at(0), **options}
    return await SessionWriter.open(acme.database, acme.source, **options)


async def add(writer: SessionWriter, rows: Iterable[Row]) -> None:
    reader = CellReader(writer.source)
    for row in rows:
        await writer.add(reader.read(row, url=None, page_number=None, fetched_at=at(0)))


def juans(first: int, last: int) -> list[Row]:
    return [of_juan(number) for number in range(first, last + 1)]


async def landed(acme: Catalogue, writer: SessionWriter) -> list[int]:
    rows = await acme.superuser.fetch(
        "select row_no from property_scrapes_staging where session_id = $1 order by 1", writer.session_id
    )
    return [row["row_no"] for row in rows]


async def completed(acme: Catalogue, writer: SessionWriter, count: int) -> None:
    """The session ends complete with all of its rows, and they go live."""
    await writer.complete("complete")
    assert await landed(acme, writer) == [*range(1, count + 1)]
    result = await acme.sync(writer.session_id)
    assert (result.status, result.metrics.new_properties) == ("applied", count)
    assert await acme.complaints() == []


@pytest.mark.parametrize("unsent", range(BATCH + 1))
async def test_a_session_goes_on_without_what_was_erased(acme: Catalogue, unsent: int) -> None:
    writer = await opened(acme)
    await add(writer, juans(1, 8 + unsent))
    done = await erase_contact(acme.database, PHONE, actor="ana")
    await add(writer, juans(9 + unsent, 17))

    await completed(acme, writer, 17)

    assert done.open_sessions == 1
    assert await places_of(acme.superuser, DIGITS) == []
    assert {(await acme.live(number))["agent_email"] for number in range(1, 18)} == {EMAIL}


async def test_an_erased_listing_stays_out_of_a_session_that_goes_on(acme: Catalogue) -> None:
    writer = await opened(acme)
    await add(writer, juans(1, 6))
    await erase_listing(acme.database, "acme", "A-6", actor="ana")

    await completed(acme, writer, 6)

    assert (await acme.live(5))["agent_name"] == "Juan Pérez"
    assert (await acme.live(6))["agent_name"] is None


async def test_rows_cleaned_while_they_wait_are_as_rows_cleaned_at_once(acme: Catalogue) -> None:
    before = await opened(acme, batch_rows=100)
    await add(before, [*juans(1, 3), *homes(6)[3:]])
    await erase_contact(acme.database, PHONE, actor="ana")
    await before.complete("complete")
    after = await opened(acme, scope="other")
    await add(after, [*juans(1, 3), *homes(6)[3:]])
    await after.complete("complete")

    rows = [
        await acme.superuser.fetch(
            "select to_jsonb(s) - 'session_id' - 'created_at' from property_scrapes_staging s"
            " where session_id = $1 order by row_no",
            writer.session_id,
        )
        for writer in (before, after)
    ]
    assert rows[0] == rows[1]
    declared = await acme.superuser.fetch("select distinct declared_fields from scraping_sessions")
    assert len(declared) == 1


async def test_an_erasure_waits_for_a_batch_that_is_on_its_way(acme: Catalogue) -> None:
    writer = await opened(acme)
    await shut_gate(acme.superuser, "public.property_scrapes_staging")
    await add(writer, juans(1, BATCH))
    await add(writer, juans(5, 6))
    await waiting(acme.superuser, 1)  # the batch, its rows written and not committed
    erasing = asyncio.create_task(erase_contact(acme.database, PHONE, actor="ana"))
    await waiting(acme.superuser, 2)  # the erasure, for the batch
    await open_gate(acme.superuser)
    await erasing

    await completed(acme, writer, 6)

    assert await places_of(acme.superuser, DIGITS) == []


async def test_a_batch_that_does_not_end_is_named_and_the_erasure_goes_on_later(acme: Catalogue) -> None:
    writer = await opened(acme)
    await shut_gate(acme.superuser, "public.property_scrapes_staging")
    await add(writer, juans(1, BATCH))
    await waiting(acme.superuser, 1)
    with pytest.raises(BusyError, match=f"session {writer.session_id} has been sending one batch"):
        await erase_contact(acme.database, PHONE, actor="ana", wait_seconds=0)
    await open_gate(acme.superuser)
    await erase_contact(acme.database, PHONE, actor="ana")

    await completed(acme, writer, BATCH)

    assert len(await list_erasures(acme.database)) == 1
    assert await places_of(acme.superuser, DIGITS) == []


async def test_two_erasures_at_once_leave_neither_contact(acme: Catalogue) -> None:
    writers = [await opened(acme, scope=scope) for scope in ("a", "b", "c")]
    for writer in writers:
        await add(writer, juans(1, 6))

    async def go_on(writer: SessionWriter) -> None:
        await add(writer, juans(7, 30))
        await writer.complete("complete")

    erasures = [erase_contact(acme.database, contact, actor="ana") for contact in (PHONE, EMAIL)]
    await asyncio.gather(*map(go_on, writers), *erasures)

    assert [len(await landed(acme, writer)) for writer in writers] == [30, 30, 30]
    assert await places_of(acme.superuser, DIGITS, EMAIL) == []
    for writer in writers:
        assert (await acme.sync(writer.session_id)).status == "applied"
    assert await acme.complaints() == []


async def test_what_is_noted_about_a_session_is_without_what_was_erased(acme: Catalogue) -> None:
    writer, failing = await opened(acme), await opened(acme, scope="b", kind="scrape")
    url = f"https://acme.example/?tel={DIGITS}"
    await writer.error(url, "http_500", f"of {DIGITS}")
    await erase_contact(acme.database, PHONE, actor="ana")

    await writer.resolved([url])
    await writer.error(f"{url}&b=2", "http_500", f"of {PHONE}")
    await writer.describe({"columns": ["id", f"tel {DIGITS}"], "cell": 9991234567})
    await writer.complete("partial", f"of {PHONE}")
    await failing.fail(f"{PHONE} was too much")
    named = await opened(acme, session_name=PHONE, base_url=url, filters={"tel": DIGITS})
    await named.complete("complete")

    assert await places_of(acme.superuser, DIGITS) == []
    errors = await acme.superuser.fetch("select url, resolved from scraping_errors order by id")
    assert [tuple(row) for row in errors] == [
        ("https://acme.example/?tel=[erased]", True),
        ("https://acme.example/?tel=[erased]&b=2", False),
    ]


async def test_a_heartbeat_loads_what_was_erased(acme: Catalogue) -> None:
    writer = await opened(acme)
    await erase_contact(acme.database, PHONE, actor="ana")
    erased = await acme.superuser.fetchval("select now()")
    async with writer.kept_alive(every_seconds=0.01):
        await until(
            lambda: acme.superuser.fetchval("select heartbeat_at > $1 from scraping_sessions", erased)
        )

    await add(writer, juans(1, 2))
    await completed(acme, writer, 2)
    assert await places_of(acme.superuser, DIGITS) == []


async def test_a_session_from_before_the_erasure_can_be_resumed(acme: Catalogue) -> None:
    writer = await opened(acme)
    await add(writer, juans(1, 5))
    await writer.flush()
    await erase_contact(acme.database, PHONE, actor="ana")
    await acme.interrupted(writer.session_id)

    resumed = await SessionWriter.resume(acme.database, writer.session_id, acme.source, clock=lambda: at(0))
    await add(resumed, juans(6, 7))
    with pytest.raises(TakenOverError):
        await writer.flush()
    await completed(acme, resumed, 7)

    assert await places_of(acme.superuser, DIGITS) == []


async def test_a_host_without_the_key_stages_nothing_more(acme: Catalogue) -> None:
    writer = await opened(acme)
    await add(writer, juans(1, 6))
    await writer.flush()
    await add(writer, juans(7, 7))
    await erase_contact(acme.database, PHONE, actor="ana")
    acme.database.erasure_key = ErasureKey(SecretStr("the key of another database"))

    with pytest.raises(UsageError, match="without the key"):
        await writer.complete("complete")
    acme.database.erasure_key = ErasureKey(KEY)

    await completed(acme, writer, 7)
    assert await places_of(acme.superuser, DIGITS) == []
