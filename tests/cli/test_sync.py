"""`sync`, `sync-pending`, `plans` and `quarantine`: from a session that waits to live, or to a plan."""

from __future__ import annotations

from tests.catalogue import Catalogue, home, homes, without
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today


async def test_without_a_session_the_newest_that_waits_is_synced(acme: Catalogue, cli: Cli) -> None:
    await acme.stage(homes(2), day=today() - 1)
    newest = await acme.stage(homes(3), day=today())
    ended = await cli("sync", "--json")
    assert (ended.exit_code, ended.document["session_id"]) == (0, str(newest))
    assert ended.document["success"] is True
    assert ended.document["metrics"]["new_properties"] == 3


async def test_when_nothing_waits_there_is_nothing_to_do(acme: Catalogue, cli: Cli) -> None:
    assert (await cli("sync", "--json")).document["status"] == "nothing_to_do"
    ended = await cli("sync-pending")
    assert (ended.exit_code, ended.stdout) == (0, "No session waits for its sync.\n")


async def test_an_overtaken_session_is_left_alone_without_failing(acme: Catalogue, cli: Cli) -> None:
    older = await acme.stage(homes(2), day=today() - 1)
    await acme.run(homes(3), day=today())
    ended = await cli("sync", "--session-id", str(older))
    assert ended.exit_code == 0
    assert "a newer session of the same scope was applied already" in ended.stdout
    assert (await cli("sync", "--session-id", str(older), "--json")).document["status"] == "stale"


async def test_a_session_is_found_by_the_start_of_its_id(acme: Catalogue, cli: Cli) -> None:
    session = await acme.stage(homes(1), day=today())
    ended = await cli("sync", "--session-id", str(session)[:8])
    assert ended.exit_code == 0
    assert ended.stdout.startswith("1 row = 1 new    applied in ")


async def test_a_dry_run_shows_what_would_change_and_changes_nothing(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today() - 1)
    await acme.stage([home(1, price=900_000), *homes(4)[1:]], day=today())
    ended = await cli("sync", "--dry-run", "--limit", "1")
    assert ended.exit_code == 0
    assert "4 rows = 1 new + 1 updated + 2 unchanged" in ended.stdout
    assert "price 1,001,000 → 900,000 MXN (−10.1 %)" in ended.stdout
    assert "0.95: moves by more than 10 %" in ended.stdout
    assert "--after A-1" in ended.stdout
    assert set(await acme.statuses()) == {"A-1", "A-2", "A-3"}


async def test_a_plan_is_paged_and_applied_as_printed(acme: Catalogue, cli: Cli) -> None:
    await acme.stage(homes(5), day=today())
    plan = (await cli("sync", "--dry-run", "--json")).document["plan_id"][:8]
    first = (await cli("plans", "show", plan, "--limit", "3", "--json")).document
    assert (first["status"], first["row_count"], first["after"]) == ("ready", 5, "A-3")
    rest = (await cli("plans", "show", plan, "--after", "A-3", "--json")).document
    assert [row["property_id"] for row in first["rows"] + rest["rows"]] == [f"A-{n}" for n in range(1, 6)]
    assert rest["after"] is None
    assert (await cli("sync", "--approve", plan, "--json")).document["status"] == "applied"
    assert len(await acme.statuses()) == 5


async def test_a_plan_of_new_listings_shows_what_was_read(acme: Catalogue, cli: Cli) -> None:
    await acme.stage(homes(5), day=today())
    plan = (await cli("sync", "--dry-run", "--json")).document["plan_id"][:8]
    lines = [" ".join(line.split()) for line in (await cli("plans", "show", plan)).stdout.splitlines()]
    assert "5 rows = 5 new; 5 rows to write · quality 1.00" in lines
    assert f"to drop it: property-manager plans discard {plan}" in lines
    assert "A-1: new, https://acme.example/A-1" in lines
    assert "price 1,001,000 price" in lines
    assert "bedrooms 5 3 3, 3, 3" in lines
    assert "price, sale MXN: 5 listings, median 1M" in lines
    assert not [line for line in lines if line.startswith("A-4:")]
    document = (await cli("plans", "show", plan, "--show", "4", "--json")).document
    assert len(document["preview"]["listings"]) == 4
    later = (await cli("plans", "show", plan, "--after", "A-3", "--json")).document
    assert "preview" not in later


async def test_a_dry_run_shows_what_was_read_and_then_what_to_do(acme: Catalogue, cli: Cli) -> None:
    """The first listings as they would be live, how values are spread, the plan's rows; then approving."""
    await acme.stage([*homes(9), home(10, price=1_200_000_000)], day=today())
    ended = await cli("sync", "--dry-run", "--show", "1")
    lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert "price 1,001,000 price" in lines
    assert any(line.startswith("! A-10: 1,200,000,000 is ") for line in lines)
    assert lines[-1].startswith("next: property-manager sync --approve ")
    document = (await cli("sync", "--dry-run", "--json")).document
    assert (len(document["preview"]["listings"]), len(document["rows"])) == (3, 10)


async def test_a_refused_plan_exits_with_3_and_can_be_approved(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(20), day=today() - 1)
    await acme.stage(homes(3), day=today())
    ended = await cli("sync")
    assert ended.exit_code == 3
    assert "REFUSED plan" in ended.stdout
    assert "looks like an outage or a block" in ended.stdout
    assert "would leave the market" in ended.stdout
    held = (await cli("plans", "list", "--json")).document["plans"][0]
    plan = held["id"][:8]
    assert held["status"] == "held"
    assert f"sync --approve {plan}" in ended.stdout
    shown = await cli("plans", "show", plan)
    assert "active → inactive: not shown by 1 complete session" in shown.stdout
    assert (await cli("sync", "--approve", plan)).exit_code == 0
    assert list((await acme.statuses()).values()).count("inactive") == 17


async def test_a_refusal_as_json_has_the_planned_figures(acme: Catalogue, cli: Cli) -> None:
    await acme.stage([], day=today())
    ended = await cli("sync", "--json")
    assert (ended.exit_code, ended.document["status"], ended.document["success"]) == (3, "held", False)
    assert ended.document["error"]["code"] == "no_usable_rows"
    assert ended.document["plan_id"]


async def test_a_plan_is_not_applied_once_live_has_moved(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today() - 2)
    await acme.stage([home(1, price=5_000), *homes(3)[1:]], day=today() - 1)
    plan = (await cli("sync", "--dry-run", "--json")).document["plan_id"]
    await acme.run([home(1, price=7_000), *homes(3)[1:]], day=today())
    ended = await cli("sync", "--approve", plan, "--json")
    assert (ended.exit_code, ended.document["error"]["code"]) == (3, "plan_outdated")


async def test_a_discarded_plan_waits_no_longer(acme: Catalogue, cli: Cli) -> None:
    await acme.stage(homes(1), day=today())
    plan = (await cli("sync", "--dry-run", "--json")).document["plan_id"]
    assert (await cli("plans", "discard", plan[:8])).exit_code == 0
    assert (await cli("sync", "--json")).document["status"] == "nothing_to_do"
    assert (await cli("sync", "--approve", plan)).exit_code == 3


async def test_approve_goes_with_no_other_option(acme: Catalogue, cli: Cli) -> None:
    ended = await cli("sync", "--approve", "3f2a", "--dry-run")
    assert ended.exit_code == 2
    assert "--approve" in ended.stderr


async def test_pending_sessions_go_on_beside_a_refused_one(acme: Catalogue, cli: Cli) -> None:
    other = await other_source(acme, "other")
    await acme.stage([], day=today())
    await other.stage(homes(2), day=today())
    ended = await cli("sync-pending", "--json")
    assert ended.exit_code == 3
    assert {s["source"]: s["status"] for s in ended.document["sessions"]} == {
        "acme": "held",
        "other": "applied",
    }


async def test_pending_sessions_of_one_source_only(acme: Catalogue, cli: Cli) -> None:
    other = await other_source(acme, "other")
    await acme.stage(homes(1), day=today())
    await other.stage(homes(2), day=today())
    assert (await cli("sync-pending", "--source", "other")).stdout.startswith("other ")
    assert await acme.statuses() == {}


async def test_without_validation_only_the_guard_judges(acme: Catalogue, cli: Cli) -> None:
    await acme.stage([*homes(4), home(5, bedrooms=400)], day=today())
    planned = await cli("sync", "--no-validation", "--dry-run", "--show", "0")
    assert "5 rows = 5 new · quality not assessed" in planned.stdout
    metrics = (await cli("sync", "--no-validation", "--json")).document["metrics"]
    assert (metrics["new_properties"], metrics["quarantined_properties"]) == (5, 0)
    assert metrics["data_quality_score"] is None


async def test_a_quarantined_row_has_a_reason_and_can_be_reprocessed(acme: Catalogue, cli: Cli) -> None:
    await acme.run([*homes(4), home(5, bedrooms=400)], day=today())
    listed = await cli("quarantine", "list", "--source", "acme")
    assert "bedrooms 400 is outside 0 … 200" in listed.stdout
    row = (await cli("quarantine", "list", "--json")).document["rows"][0]["id"]
    shown = await cli("quarantine", "show", str(row))
    assert "bedrooms_range" in shown.stdout
    assert '"bedrooms": 400' in shown.stdout
    await acme.superuser.execute(
        "update public.validation_rules set is_active = false where field_name = 'bedrooms'"
    )
    again = await cli("quarantine", "reprocess", "--source", "acme", "--json")
    assert (again.exit_code, again.document["metrics"]["new_properties"]) == (0, 1)
    assert (await cli("quarantine", "list")).stdout == "No rows are set aside.\nIn all: 1 reprocessed\n"


async def test_quarantine_is_listed_page_by_page(acme: Catalogue, cli: Cli) -> None:
    await acme.run(
        [*homes(9), *(without(home(n), "title", "property_type", "address", "city") for n in (10, 11))],
        day=today(),
    )
    first = (await cli("quarantine", "list", "--limit", "1", "--json")).document
    rest = (await cli("quarantine", "list", "--after", str(first["after"]), "--json")).document
    assert [row["property_id"] for row in first["rows"] + rest["rows"]] == ["A-10", "A-11"]
    assert rest["after"] is None
