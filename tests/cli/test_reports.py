"""`status`, sessions, quality, `cleanup`, `doctor`: read, and never an empty answer in place of an error."""

from __future__ import annotations

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli, Command
from tests.cli.sessions import other_source, today
from tests.servers import over_https

READS = ("status", "list-sessions", "quality-report", "quality-checks", "sync", "sync-pending", "watch")


@pytest.mark.parametrize("name", [*READS, "plans list", "quarantine list"])
async def test_an_unknown_source_is_an_error_and_not_an_empty_answer(
    name: str, acme: Catalogue, cli: Cli
) -> None:
    ended = await cli(*name.split(), "--source", "acne", "--json")
    assert (ended.exit_code, ended.document["error"]["code"]) == (2, "not_found")
    assert ended.document["error"]["next"] == "did you mean acme?"


async def test_status_lists_pending_sessions_and_refused_plans(acme: Catalogue, cli: Cli) -> None:
    other = await other_source(acme, "other")
    await acme.run(homes(3), day=today() - 1)
    await acme.run([], day=today())
    await other.stage(homes(2), day=today())
    output = (await cli("status")).stdout
    assert "1 session waiting.\nnext: property-manager sync-pending\n" in output
    assert "A refused plan waits for a decision.\nnext: property-manager plans list\n" in output
    assert "Views are 1 change set behind" in output
    document = (await cli("status", "--source", "acme", "--json")).document
    assert [(s["name"], s["active"], s["held"]) for s in document["sources"]] == [("acme", 3, 1)]
    assert document["database"]["mode"] == ("https" if over_https() else "direct")


async def test_status_shows_the_error_of_a_subscriber(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(1), day=today())
    await acme.database.value("subscriber_position", "views")
    await acme.database.run("subscriber_failed", "views", "the disk is full")
    assert "views cannot follow the feed: the disk is full" in (await cli("status")).stdout


async def test_views_follow_a_sync(acme: Catalogue, cli: Cli) -> None:
    await acme.stage(homes(1), day=today())
    await cli("sync")
    assert "Views are current (feed position 1)." in (await cli("status")).stdout


async def test_status_names_a_dead_source_and_fits_a_narrow_terminal(
    acme: Catalogue, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    await acme.run(homes(3), day=today())
    result = await (await other_source(acme, "other")).run(homes(3), day=today())
    await acme.superuser.execute(
        "update public.sync_metadata set completed_at = now() - interval '30 days' where session_id = $1",
        result.session_id,
    )
    output = (await cli("status")).stdout
    assert "other: its last sync was 30 days ago. Is its site or feed dead?\n" in output
    assert "acme: its last sync" not in output
    tables = [line for line in output.splitlines() if line.startswith(" ")]
    assert max(map(len, tables)) <= 80


async def test_an_edit_by_sql_asks_for_no_sync(acme: Catalogue, cli: Cli) -> None:
    await acme.stage(homes(1), day=today())
    await cli("sync")
    await acme.superuser.execute("select api.edit_listing('acme', 'A-1', '{\"bedrooms\": 7}', 'ana', null)")
    output = (await cli("status")).stdout
    assert "waiting" not in output and "sync-pending" not in output
    assert "Views are 1 change set behind.\nnext: property-manager repair\n" in output
    assert (await cli("repair")).stdout == "The views caught up with 1 change set.\n"
    assert "Views are current (feed position 2)." in (await cli("status")).stdout


async def test_an_empty_catalogue_names_the_first_step(cli: Cli) -> None:
    assert "No sources yet.\nnext: property-manager scrape --url URL\n" in (await cli("status")).stdout
    assert (await cli("list-sessions")).stdout == "No sessions.\n"
    assert (await cli("plans", "list")).stdout == "No plans yet.\n"


async def test_sessions_are_listed_by_status_and_newest_first(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(1), day=today() - 2)
    waiting = [str(await acme.stage(homes(n), day=today() - 1 + n / 10)) for n in (1, 2)]
    listed = (await cli("list-sessions", "--status", "pending", "--json")).document["sessions"]
    assert [session["id"] for session in listed] == waiting[::-1]
    assert len((await cli("list-sessions", "--limit", "1", "--json")).document["sessions"]) == 1


async def test_a_session_is_printed_in_full(acme: Catalogue, cli: Cli) -> None:
    result = await acme.run(homes(2), day=today(), verdict="partial", reason="2 of 9 pages")
    output = (await cli("session-details", "--session-id", str(result.session_id)[:10])).stdout
    assert "2 of 9 pages" in output
    assert "applied" in output


async def test_quality_is_reported_of_the_newest_session(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(2), day=today() - 1)
    newest = await acme.run([*homes(2), home(3, bedrooms=400)], day=today())
    report = (await cli("quality-report", "--json")).document
    assert (report["session_id"], report["quarantined"]) == (str(newest.session_id), 1)
    output = (await cli("quality-report")).stdout
    assert "bedrooms_range" in output
    assert "Not assessed: duplicates, as listings were not compared with each other." in output
    assert "next: property-manager duplicates find" in output


async def test_a_session_that_was_never_validated_is_not_scored(acme: Catalogue, cli: Cli) -> None:
    session = await acme.stage(homes(2), day=today())
    output = (await cli("quality-report")).stdout
    assert f"Not scored yet.\nnext: property-manager sync --dry-run --session-id {str(session)[:8]}" in output


async def test_a_missed_threshold_fails_the_checks(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(2), day=today())
    assert (await cli("quality-checks")).exit_code == 0
    await acme.run([home(n, bedrooms=400) for n in (1, 2)] + homes(5)[2:], day=today() + 0.001)
    ended = await cli("quality-checks", "--source", "acme", "--json")
    assert (ended.exit_code, ended.document["success"]) == (1, False)
    assert {check["name"]: check["passed"] for check in ended.document["checks"]}["errors"] is False
    assert {check["name"]: check["passed"] for check in ended.document["checks"]}["duplicates"] is None


async def test_checks_compare_sources_and_name_what_is_never_filled(acme: Catalogue, cli: Cli) -> None:
    other = await other_source(acme, "other")
    await acme.run(homes(2), day=today())
    await other.run(
        [home(1, main_image_url=None, bedrooms="a few"), home(2, main_image_url=None)], day=today()
    )
    ended = await cli("quality-checks")
    assert "By source, the worst first" in ended.stdout
    assert "other: never filled, and weighs in completeness: main_image_url" in ended.stdout
    assert 'other: bedrooms: cannot be read in 1 of 2 rows: "a few"' in ended.stdout
    compared = (await cli("quality-checks", "--json")).document["sources"]
    assert [(each["source"], each["never_filled"]) for each in compared] == [
        ("other", ["main_image_url"]),
        ("acme", []),
    ]


async def test_every_cell_that_is_unread_can_be_listed(acme: Catalogue, cli: Cli) -> None:
    result = await acme.run([home(n, bedrooms="a few", bathrooms="?!") for n in (1, 2, 3)], day=today())
    given = ("session-details", "--session-id", str(result.session_id)[:8], "--unread")
    first = await cli(*given, "--limit", "1")
    assert first.stdout.count("a few") == 1
    assert f"{' '.join(given)} --after 1" in first.stdout
    rest = (await cli(*given, "--after", "1", "--json")).document
    assert [(each["row_no"], each["field"]) for each in rest["cells"]] == [
        *((2, "bathrooms"), (2, "bedrooms")),
        *((3, "bathrooms"), (3, "bedrooms")),
    ]
    assert rest["after"] is None
    assert " ".join(given) in (await cli("quality-report")).stdout
    assert (await cli(*given, "--superseded")).exit_code == 2


async def test_cleanup_counts_before_it_removes(acme: Catalogue, cli: Cli) -> None:
    for days in range(67, 60, -1):
        await acme.run(homes(2), day=today() - days)
    planned = await cli("cleanup", "--days", "30", "--dry-run")
    assert planned.stdout == "Would remove 2 sessions and 4 staged rows, ended more than 30 days ago.\n"
    done = (await cli("cleanup", "--json")).document
    assert (done["sessions"], done["rows"]) == (2, 4)
    assert (await cli("cleanup", "--json")).document["sessions"] == 0
    assert (await cli("doctor")).exit_code == 0


async def test_doctor_is_green_on_an_untouched_catalogue(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    ended = await cli("doctor")
    assert (ended.exit_code, ended.stdout.splitlines()[-1]) == (0, "All green.")
    assert "✗" not in ended.stdout


async def test_doctor_names_a_change_past_the_audit(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    await acme.superuser.execute("update public.properties_live set price = 1 where property_id = 'A-2'")
    ended = await cli("doctor")
    assert ended.exit_code == 1
    assert "✗ live is the fold of its audit (1): acme A-2: price" in ended.stdout
    assert "  next: see which is right: property-manager explain --source 'acme'" in ended.stdout


def test_doctor_reports_a_database_that_does_not_answer(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:secret@127.0.0.1:9/x")
    ended = command("doctor", "--json")
    checks = {check["check"]: check for check in ended.document["checks"]}
    assert (ended.exit_code, ended.document["green"]) == (1, False)
    assert checks["the database answers"]["found"] == 1
    assert "secret" not in ended.stdout


def test_doctor_reports_a_missing_migration(
    server: object, bare_name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.login_dsn(bare_name))  # type: ignore[attr-defined]
    ended = command("doctor", "--json")
    red = [check for check in ended.document["checks"] if check["found"]]
    assert ended.exit_code == 1
    assert [check["next_step"] for check in red] == ["property-manager db migrate"]
