"""What was erased is nowhere any more, as of no time, and live is still the fold of its audit."""

from __future__ import annotations

import json
import re
from typing import Any

import asyncpg
import pytest

from config.errors import BusyError, DatabaseError, NotFoundError, UsageError
from config.listing import FIELDS
from config.source import Source
from services.erasure import erase_contact, erase_listing, lift_erasure, list_erasures
from services.feed.watch import Place, changes
from services.frontier import Priority, enqueue
from services.staging import SessionWriter
from tests.catalogue import Catalogue, at, home, homes
from tests.services.erasure.everything import places_of
from tests.services.erasure.juan import DIGITS, EMAIL, PHONE, of_juan

EVERYWHERE = {
    *("properties_live.description", "property_changes.new_value", "property_scrapes_staging.raw"),
    *(
        "plan_changes.old_value",
        "quarantine.reasons",
        "findings.value",
        "listing_warnings.value",
        "property_scrapes_staging.issues",
        "scraping_sessions.error_message",
        "scraping_errors.url",
        "frontier.url",
        "frontier.reason",
    ),
}


async def grown(acme: Catalogue) -> list[dict[str, Any]]:
    """Listings come with the contact, get it and lose it; a row is set aside, a session waits, one failed."""
    for severity, field in (("warning", "description"), ("error", "agency_name")):
        await acme.superuser.execute(
            "insert into validation_rules (rule_name, field_name, rule_type, rule_config, severity)"
            " values ($1, $2, 'length', '{\"max\": 9}', $1)",
            *(severity, field),
        )
    others = homes(6)[3:]
    rows = [of_juan(1), of_juan(2), of_juan(3, agency_name=f"{EMAIL} {DIGITS}"), *others]
    await acme.run(rows, day=0)
    rows = [of_juan(1, agent_phone="+52 1 999 123 4567 ", price=1), home(2), *others, of_juan(7)]
    rows[2] |= {"title": f"Casa en venta, llame ya al telefono de Juan Perez: {DIGITS} o visite la oficina"}
    await acme.run(rows, day=1)
    await acme.stage([*rows, {"title": f"sin id, {EMAIL}", "agent_phone": DIGITS}], day=2)
    running = await SessionWriter.open(
        acme.database, acme.source, scope="b", kind="scrape", session_name=f"{EMAIL} {DIGITS}"
    )
    await running.error(f"https://acme.example/?a={EMAIL}&b={DIGITS}", "HTTP", f"of {EMAIL}, {DIGITS}")
    await running.fail(f"{PHONE} and {EMAIL} were too much")
    # without the contact these addresses are one, and a source's queue has no address twice
    urls = [f"https://acme.example/?q={said}" for said in (DIGITS, PHONE, EMAIL, f"{EMAIL},{DIGITS}")]
    for reason in (f"asked by {EMAIL}, {DIGITS}", "asked"):
        urls = [*urls, f"https://acme.example/{reason[:5]}"]
        await enqueue(acme.database, acme.source.name, urls, priority=Priority.NEW, reason=reason)
    return rows


@pytest.mark.parametrize(("contact", "written"), [(PHONE, DIGITS), (EMAIL, EMAIL), ("999 123 4567", DIGITS)])
async def test_a_contact_is_nowhere_after_it_was_erased(acme: Catalogue, contact: str, written: str) -> None:
    await grown(acme)
    before = await places_of(acme.superuser, written)
    assert {*before} >= EVERYWHERE
    done = await erase_contact(acme.database, contact, actor="ana")
    assert await places_of(acme.superuser, written) == []
    assert await acme.complaints() == []
    assert {"properties_live", "property_changes", "property_scrapes_staging"} <= done.counts.keys()


async def test_a_contact_field_is_cleared_and_texts_are_redacted(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]])
    await erase_contact(acme.database, PHONE, actor="ana")
    listing = await acme.live(1)
    assert (listing["agent_phone"], listing["message_url"]) == (None, None)
    assert (listing["agent_name"], listing["agent_email"]) == ("Juan Pérez", EMAIL)
    assert listing["description"].startswith("Casa amplia.\nLlame al ([erased] o a ")
    assert acme.read(listing["features"]) == {"contacto": {"tel": "[erased]", "pisos": 2}}
    search = await acme.superuser.fetchval(
        "select search_vector::text from properties_live where property_id = 'A-1'"
    )
    assert "4567" not in search


async def test_the_past_shows_what_is_left(acme: Catalogue) -> None:
    await grown(acme)
    await erase_contact(acme.database, PHONE, actor="ana", clock=lambda: at(3))
    then = await acme.superuser.fetch("select * from api.listings_at($1)", at(0.5))
    assert {row["property_id"]: row["agent_phone"] for row in then}["A-1"] is None
    assert {row["property_id"]: row["agent_email"] for row in then}["A-1"] == EMAIL


async def test_erased_values_stay_out_and_make_no_changes(acme: Catalogue) -> None:
    rows = [of_juan(1), *homes(3)[1:]]
    await acme.run(rows, day=0)
    await erase_contact(acme.database, PHONE, actor="ana")
    await erase_contact(acme.database, EMAIL, actor="ana")
    for day in (1, 2):
        result = await acme.run(rows, day=day)
        assert result.metrics is not None
        assert (result.metrics.unchanged_properties, result.metrics.changed_fields) == (3, 0)
    assert await acme.candidates(result) == []
    assert await places_of(acme.superuser, DIGITS, EMAIL) == []


async def test_a_new_listing_with_an_erased_contact_comes_without_it(acme: Catalogue) -> None:
    await acme.run(homes(3), day=0)
    await erase_contact(acme.database, "(999) 123-4567", actor="ana", country="MX")
    await acme.run([*homes(3), of_juan(4)], day=1)
    assert (await acme.live(4))["agent_phone"] is None
    issues = await acme.superuser.fetchval(
        "select issues from property_scrapes_staging where property_id = 'A-4'"
    )
    assert {i["field"] for i in json.loads(issues) if i["kind"] == "suppressed"} == {
        *("agent_phone", "message_url", "description", "features")
    }
    assert await places_of(acme.superuser, DIGITS) == []


async def test_a_new_agent_does_not_get_the_erased_phone(acme: Catalogue) -> None:
    await acme.run([home(1, agent_name="Eva", agent_phone="999 765 4321"), *homes(3)[1:]], day=0)
    await erase_contact(acme.database, PHONE, actor="ana")
    await acme.run([of_juan(1), *homes(3)[1:]], day=1)
    listing = await acme.live(1)
    assert (listing["agent_name"], listing["agent_phone"]) == ("Juan Pérez", None)


async def test_the_feed_never_contains_what_was_erased(acme: Catalogue) -> None:
    await grown(acme)
    upto = await acme.database.value("feed_position")
    await erase_contact(acme.database, PHONE, actor="ana")
    everything = [change async for change in changes(acme.database, Place(), follow=False)]
    assert DIGITS not in re.sub(r"[\s()+.-]", "", json.dumps(everything, default=str))
    reported = {(c.property_id, c.field_name) for c in everything if c.position > upto}
    assert {("A-1", "agent_phone"), ("A-7", "description")} <= reported
    assert {c.origin for c in everything if c.position > upto} == {"erase"}


async def test_a_saved_plan_does_not_bring_it_back(acme: Catalogue) -> None:
    await acme.run([home(1, agent_phone="999 765 4321"), *homes(30)[1:]], day=0)
    held = await acme.run([of_juan(1), *homes(30)[1:]], day=1, dry_run=True)
    await erase_contact(acme.database, PHONE, actor="ana")
    await acme.approve(held, day=1)
    assert (await acme.live(1))["agent_phone"] is None
    assert await places_of(acme.superuser, DIGITS) == []
    assert await acme.complaints() == []


async def test_erasing_again_changes_nothing(acme: Catalogue) -> None:
    await grown(acme)
    await erase_contact(acme.database, PHONE, actor="ana")
    position = await acme.database.value("feed_position")
    again = await erase_contact(acme.database, PHONE, actor="ana")
    assert again.counts == {}
    assert await acme.database.value("feed_position") == position


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_the_same_request_completes_a_killed_erasure(acme: Catalogue, steps: int) -> None:
    """Every step commits by itself, so what a kill leaves is the first ones."""
    await Catalogue(acme.database, acme.superuser, Source(name="other", country="MX")).register()
    await grown(acme)

    class KilledError(Exception):
        pass

    left, value = steps, acme.database.value

    async def until_killed(name: str, *args: Any) -> Any:
        nonlocal left
        if name.startswith("erase_"):
            if not left:
                raise KilledError
            left -= 1
        return await value(name, *args)

    acme.database.value = until_killed  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        await erase_contact(acme.database, PHONE, actor="ana")
    acme.database.value = value  # type: ignore[method-assign]
    assert await acme.complaints() == []
    (interrupted,) = await list_erasures(acme.database)
    assert interrupted.completed_at is None

    await erase_contact(acme.database, PHONE, actor="ana")
    assert await places_of(acme.superuser, DIGITS) == []
    (completed,) = await list_erasures(acme.database)
    assert completed.completed_at is not None
    assert await acme.complaints() == []


async def test_a_dry_run_counts_and_leaves_everything(acme: Catalogue) -> None:
    await grown(acme)
    before = await places_of(acme.superuser, DIGITS)
    tried = await erase_contact(acme.database, PHONE, actor="ana", dry_run=True)
    assert await places_of(acme.superuser, DIGITS) == before
    assert await list_erasures(acme.database) == []
    assert (await erase_contact(acme.database, PHONE, actor="ana")).counts == tried.counts


async def test_a_source_that_is_being_synced_is_waited_for(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]])
    await acme.lease_taken_by("another")
    with pytest.raises(BusyError, match="acme is being synced"):
        await erase_contact(acme.database, PHONE, actor="ana", wait_seconds=0)
    assert (await acme.live(1))["agent_phone"] == PHONE
    await acme.lease_released()
    await erase_contact(acme.database, PHONE, actor="ana", wait_seconds=0)
    assert await places_of(acme.superuser, DIGITS) == []


async def test_the_list_of_erasures_does_not_contain_the_contact(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]])
    await erase_contact(acme.database, PHONE, actor="ana")
    (listed,) = await list_erasures(acme.database)
    assert (listed.kind, listed.actor) == ("phone", "ana")
    assert listed.counts["properties_live"] == 1
    assert not hasattr(listed, "hash")


async def test_what_was_lifted_comes_in_again(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]], day=0)
    done = await erase_contact(acme.database, PHONE, actor="ana")
    await erase_contact(acme.database, PHONE, actor="ana")
    assert done.id is not None
    assert await lift_erasure(acme.database, done.id, actor="eva") == 2
    await acme.run([of_juan(1), *homes(3)[1:]], day=1)
    assert (await acme.live(1))["agent_phone"] == PHONE
    with pytest.raises(NotFoundError, match="no erasure 99"):
        await lift_erasure(acme.database, 99, actor="eva")


async def test_a_pin_does_not_hold_what_was_erased(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]], day=0)
    await acme.superuser.execute(
        "select api.pin_field('acme', 'A-1', 'agent_phone', 'eva', $1)", f"call {PHONE} first"
    )
    await acme.run([of_juan(1, agent_phone="999 765 4321"), *homes(3)[1:]], day=1)
    await acme.run([of_juan(1), *homes(3)[1:]], day=2)
    await erase_contact(acme.database, PHONE, actor="ana")
    assert await places_of(acme.superuser, DIGITS) == []
    assert await acme.complaints() == []


async def test_the_audit_stays_closed_to_everybody_else(acme: Catalogue) -> None:
    await acme.run(homes(3))
    await erase_contact(acme.database, PHONE, actor="ana")
    with pytest.raises(DatabaseError, match="permission denied"):
        async with acme.database.connection() as conn:
            await conn.execute("update public.property_changes set change_reason = 'x'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await acme.superuser.execute("update public.property_changes set change_reason = 'x'")


async def test_a_listings_personal_fields_are_erased_and_kept_out(acme: Catalogue) -> None:
    rows = [of_juan(1), of_juan(2)]
    await acme.run([{**rows[0], "agent_name": "Juan A. Pérez"}, rows[1]], day=0)
    await acme.run(rows, day=1)
    await erase_listing(acme.database, "acme", "A-1", actor="ana")
    listing = await acme.live(1)
    assert [listing[field.name] for field in FIELDS if field.group == "contact"] == [None] * 5
    assert listing["description"] == "Casa amplia.\nLlame al ([erased] o a [erased] hoy"
    assert (await acme.live(2))["agent_phone"] == PHONE
    assert await acme.complaints() == []
    left = await acme.superuser.fetch(
        "select old_value::text, new_value::text, change_reason"
        " from property_changes where property_id = 'A-1'"
    )
    assert not any(word in str([*map(tuple, left)]) for word in ("Juan", DIGITS, "999 123 4567", "wa.me"))
    raw = "select count(*) from property_scrapes_staging where property_id = 'A-1' and raw is not null"
    for day in (2, 3):
        result = await acme.run(rows, day=day)
        assert result.metrics is not None
        assert result.metrics.unchanged_properties == 2
        assert await acme.superuser.fetchval(raw) == 0


async def test_one_field_of_a_listing_can_be_erased_alone(acme: Catalogue) -> None:
    await acme.run([of_juan(1, address="Calle 7"), *homes(3)[1:]], day=0)
    await erase_listing(acme.database, "acme", "A-1", fields=["address", "latitude"], actor="ana")
    listing = await acme.live(1)
    assert (listing["address"], listing["address_normalized"], listing["latitude"]) == (None, None, None)
    assert listing["agent_email"] == EMAIL
    assert await acme.complaints() == []


@pytest.mark.parametrize("field", ["title", "source_url", "property_id", "scraped_at", "nonsense"])
async def test_a_listing_keeps_what_it_cannot_be_without(acme: Catalogue, field: str) -> None:
    with pytest.raises(UsageError, match=field):
        await erase_listing(acme.database, "acme", "A-1", fields=[field], actor="ana")


async def test_an_unknown_source_is_refused(acme: Catalogue) -> None:
    with pytest.raises(NotFoundError, match='no source "nobody"'):
        await erase_listing(acme.database, "nobody", "A-1", actor="ana")
