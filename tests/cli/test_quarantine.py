"""`quarantine`: rows that could not go live are tried again once mended, or discarded; none is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.catalogue import Catalogue, at, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today
from tests.tables import rows as each_of


@pytest.fixture
async def waiting(acme: Catalogue) -> Catalogue:
    """Ten homes two days ago, of which rows 9 and 10 wait: one has 400 bedrooms, one 300 bathrooms."""
    rows = [*homes(8), home(9, bedrooms=400), home(10, bathrooms=300)]
    result = await acme.run(rows, day=today() - 2)
    assert result.metrics.quarantined_properties == 2
    return acme


async def listed(cli: Cli, *words: str) -> Any:
    return (await cli("quarantine", "list", *words, "--json")).document


async def test_a_rule_is_tried_added_found_wrong_and_mended_and_its_rows_go_live(
    acme: Catalogue, cli: Cli
) -> None:
    """From a draft to live: each step says what the next one finds."""
    words = ["few_rooms", "--kind", "range", "--field", "bedrooms", "--max", "7", "--severity", "error"]
    rows = [*homes(8), home(9, bedrooms=9)]
    session = await acme.stage(rows, day=today())
    (place,) = (await cli("rules", "test", *words, "--session-id", str(session), "--json")).document[
        "trials"
    ][0]["places"]
    assert (place["failing"], [row["property_id"] for row in place["rows"]]) == (1, ["A-9"])

    await cli("rules", "add", *words)
    assert (await cli("rules", "enable", "few_rooms")).exit_code == 0
    synced = (await cli("sync", "--session-id", str(session), "--json")).document
    assert (synced["status"], synced["metrics"]["quarantined_properties"]) == ("applied", 1)
    (row,) = (await listed(cli, "--rule", "few_rooms"))["rows"]
    assert (row["property_id"], row["reasons"][0]["reason"]) == ("A-9", "bedrooms 9 is outside −∞ … 7")

    await cli("rules", "set", "few_rooms", "--max", "12")
    again = (await cli("quarantine", "reprocess", "--rule", "few_rooms", "--json")).document["syncs"][0]
    assert (again["status"], again["metrics"]["new_properties"]) == ("applied", 1)
    assert (await acme.live(9))["bedrooms"] == 9
    assert (await listed(cli))["counts"] == {"reprocessed": 1}
    assert await acme.complaints() == []


async def test_rows_are_chosen_by_rule_by_session_and_by_source(waiting: Catalogue, cli: Cli) -> None:
    """Each command takes those alone, and leaves the others waiting."""
    other = await other_source(waiting, "other")
    result = await other.run([*homes(8), home(9, bedrooms=500)], day=today())
    assert [row["source"] for row in (await listed(cli, "--rule", "bedrooms_range"))["rows"]] == [
        "acme",
        "other",
    ]
    assert [row["source"] for row in (await listed(cli, "--session-id", str(result.session_id)))["rows"]] == [
        "other"
    ]
    assert len((await listed(cli, "--source", "acme"))["rows"]) == 2

    await cli("rules", "set", "bedrooms_range", "--max", "600")
    syncs = (await cli("quarantine", "reprocess", "--rule", "bedrooms_range", "--json")).document["syncs"]
    assert [(each["source"], each["metrics"]["new_properties"]) for each in syncs] == [
        ("acme", 1),
        ("other", 1),
    ]
    (left,) = (await listed(cli))["rows"]
    assert left["reasons"][0]["rule"] == "bathrooms_range"


async def test_a_reprocessed_listing_keeps_the_time_of_its_row(waiting: Catalogue, cli: Cli) -> None:
    """It was fetched and last seen when its first session was, not when somebody mended a rule."""
    first = await waiting.superuser.fetchrow("select completed_at from public.scraping_sessions")
    await cli("rules", "set", "bedrooms_range", "--max", "600")
    assert (await cli("quarantine", "reprocess", "--rule", "bedrooms_range")).exit_code == 0
    row = await waiting.superuser.fetchrow(
        "select l.scraped_at, public.last_seen_at(l) as seen_at from public.properties_live l"
        " where property_id = 'A-9'"
    )
    assert abs(row["scraped_at"] - first["completed_at"]) < timedelta(minutes=1)
    assert row["seen_at"] == first["completed_at"]


async def test_a_reprocessed_listing_that_is_not_shown_again_leaves_as_any_other(
    waiting: Catalogue, cli: Cli
) -> None:
    """It belongs to what its first session covered: two sessions without it remove it."""
    await cli("rules", "set", "bedrooms_range", "--max", "600")
    await cli("quarantine", "reprocess", "--rule", "bedrooms_range")
    for day in (today() - 1, today()):
        await waiting.run(homes(8, price=2_000_000 + int(day)), day=day)
    assert (await waiting.live(9))["status"] == "removed"
    assert await waiting.complaints() == []


async def test_a_known_listing_is_not_seen_later_than_it_was(acme: Catalogue, cli: Cli) -> None:
    """Its row waits while two later sessions miss it: taken again, it is still missed."""
    await acme.run(homes(9), day=today() - 4)
    await acme.run([*homes(8), home(9, bedrooms=400)], day=today() - 3)
    await acme.run(homes(8), day=today() - 1)
    assert (await acme.live(9))["status"] == "inactive"
    await cli("rules", "set", "bedrooms_range", "--max", "600")
    await cli("quarantine", "reprocess", "--rule", "bedrooms_range")
    seen = await acme.superuser.fetchval(
        "select public.last_seen_at(l) from public.properties_live l where property_id = 'A-9'"
    )
    assert abs(seen - at(today() - 3)) < timedelta(minutes=1)


async def test_rows_of_a_plan_that_is_dropped_wait_again(waiting: Catalogue, cli: Cli) -> None:
    """They are not live, and nobody has decided on them."""
    for name in ("bedrooms_range", "bathrooms_range"):
        await cli("rules", "disable", name)
    await cli(
        *"rules add no_more --kind one_of --field city --value Lima --fail-above 0 --on".split()  # noqa: SIM905
    )
    held = (await cli("quarantine", "reprocess", "--source", "acme", "--json")).document
    assert (held["status"], (await listed(cli))["counts"]) == ("held", {"reprocessed": 2})
    assert (await cli("plans", "discard", held["plan_id"])).exit_code == 0
    assert (await listed(cli))["counts"] == {"open": 2}


async def test_a_discarded_row_is_kept_with_who_when_and_why_and_still_counts(
    waiting: Catalogue, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken again, is a line of the admin audit, and its text is there; only it was discarded."""
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    number = (await listed(cli, "--rule", "bathrooms_range"))["rows"][0]["id"]
    done = await cli("quarantine", "discard", str(number), "--reason", "a hotel", "--json")
    assert done.document["discarded"] == 1

    found = await listed(cli, "--status", "discarded")
    (row,) = found["rows"]
    assert (row["id"], row["decided_by"], row["decision"]) == (number, "ana", "a hotel")
    assert (row["decided_at"] is not None, found["counts"]) == (True, {"discarded": 1, "open": 1})
    shown = (await cli("quarantine", "show", str(number))).stdout
    assert "discarded by ana" in shown
    assert "300" in shown
    report = (await cli("quality-report", "--json")).document
    assert report["quarantine"]["statuses"] == {"discarded": 1, "open": 1}
    (deed,) = await waiting.superuser.fetch(
        "select actor, details ->> 'reason' as reason, details -> 'ids' as ids"
        " from property_manager.admin_audit where action = 'discard_quarantined'"
    )
    assert (deed["actor"], deed["reason"], deed["ids"]) == ("ana", "a hotel", f"[{number}]")

    await cli("rules", "disable", "bathrooms_range")
    refused = await cli("quarantine", "reprocess", "--source", "acme", str(number))
    assert (refused.exit_code, "no quarantined row" in refused.stderr) == (2, True)


async def test_all_rows_of_a_rule_are_discarded_at_once(waiting: Catalogue, cli: Cli) -> None:
    ended = await cli(
        "quarantine", "discard", "--source", "acme", "--rule", "bathrooms_range", "--reason", "hotels"
    )
    assert "Discarded 1 row" in ended.stdout
    assert (await listed(cli))["counts"] == {"discarded": 1, "open": 1}


@each_of(
    ("words", "said"),
    [
        (["discard", "1"], "--reason"),
        (["discard", "1", "--reason", " "], "say why"),
        (["discard", "--reason", "x"], "say which rows"),
        (["discard", "1", "999", "--reason", "x"], "there is no quarantined row 999"),
        (["discard", "--rule", "nothing", "--reason", "x"], "no open row to discard"),
        (["discard", "--source", "acmee", "--reason", "x"], "did you mean acme?"),
        (["reprocess"], "say which rows"),
        (["reprocess", "--rule", "nothing"], "no quarantined row"),
        (["reprocess", "1", "--accept-prices"], "--accept-prices"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_nothing_is_decided(
    words: list[str], said: str, waiting: Catalogue, cli: Cli
) -> None:
    ended = await cli("quarantine", *words)
    assert (ended.exit_code, said in ended.stderr) == (2, True), ended.stderr
    assert (await listed(cli))["counts"] == {"open": 2}


async def test_a_row_is_discarded_once(waiting: Catalogue, cli: Cli) -> None:
    await cli("quarantine", "discard", "1", "--reason", "first")
    again = await cli("quarantine", "discard", "1", "--reason", "second")
    assert (again.exit_code, "row 1 is discarded" in again.stderr) == (2, True)
    assert (await listed(cli, "--status", "discarded"))["rows"][0]["decision"] == "first"


async def test_rows_that_are_cleaned_up_leave_a_trace(waiting: Catalogue, cli: Cli) -> None:
    """How many of which rule were set aside, and what had become of them; lists go on counting them."""
    await cli("quarantine", "discard", "--rule", "bathrooms_range", "--reason", "hotels")
    for day in range(10, 4, -1):
        await waiting.run(homes(8), day=today() - day / 10)
    assert (await cli("cleanup", "--days", "1")).exit_code == 0
    assert await listed(cli) == {"rows": [], "counts": {"removed": 2}, "after": None}
    assert (await listed(cli, "--rule", "bathrooms_range"))["counts"] == {"removed": 1}
    told = await waiting.superuser.fetchval("select quarantined from property_manager.cleaned_sessions")
    assert sorted((each["rules"], each["status"], each["rows"]) for each in json.loads(told)) == [
        (["bathrooms_range"], "discarded", 1),
        (["bedrooms_range"], "open", 1),
    ]
