"""No command shows, logs or stores a secret that was given to it, wherever it was given."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from config.source import Source
from database.direct import DirectDatabase
from services.feed import changes
from services.staging import SessionWriter, register_source
from tests.cli.conftest import Cli, Command
from tests.cli.tree import READS, filled, leaves, log_of, planted
from tests.services.erasure.everything import places_of
from tests.services.workflows.test_secrets import S, guarded
from tests.sites import Site, id_of

# every command is tried, `db start` too, which starts a server of its own where there is no DATABASE_URL
pytestmark = pytest.mark.direct

URLS = [
    f"https://agent:{S}@192.0.2.1/homes?api_key={S}",
    f"postgresql://agent:{S}@127.0.0.1:1/homes",
    f"postgresql://agent:12/{S}@127.0.0.1:1/homes",
    f"mysql://agent:{S}@127.0.0.1:1/homes#listings",
    f"reso:http://127.0.0.1:1/odata/Property?access_token={S}",
    f"--{S}=token",
]


@pytest.mark.parametrize("name", sorted(leaves()))
async def test_what_is_given_to_a_command_is_shown_nowhere(
    name: str, cli: Cli, home: Path, superuser: asyncpg.Connection
) -> None:
    for url in URLS[:2] if name != "import" else URLS[:5]:
        for words in planted(leaves()[name], url):
            for extra in (["--json"], ["--debug"]):  # --debug prints what is printed without it, and more
                ended = await cli(*name.split(), *words, *extra)
                assert S not in ended.stdout + ended.stderr, (words, ended)
    assert S not in log_of(home)
    assert await places_of(superuser, S) == []


async def test_settings_are_shown_and_logged_nowhere(
    cli: Cli, home: Path, dsn: str, monkeypatch: pytest.MonkeyPatch, superuser: asyncpg.Connection
) -> None:
    for variable in ("RESO_TOKEN", "ERASURE_KEY"):
        monkeypatch.setenv(f"PROPERTY_MANAGER_{variable}", f"{S}{variable}".ljust(40, "x"))
    for variable in ("SUPABASE_SECRET_KEY", "SUPABASE_PUBLISHABLE_KEY"):
        monkeypatch.setenv(variable, f"sb_secret_{S}")
    password = urlsplit(dsn).password
    assert password
    for name in READS:
        for extra in ([], ["--json"], ["--debug"]):
            ended = await cli(*name.split(), *READS[name][0], *extra)
            printed = ended.stdout + ended.stderr
            assert S not in printed
            assert f":{password}@" not in printed
    monkeypatch.setenv("DATABASE_URL", f"postgresql://agent:{S}@127.0.0.1:1/homes?sslpassword={S}")
    for name in READS:
        for extra in ([], ["--json"], ["--debug"]):
            ended = await cli(*name.split(), *READS[name][0], *extra)
            assert S not in ended.stdout + ended.stderr
    assert S not in log_of(home)
    assert await places_of(superuser, S) == []


async def test_a_scraped_token_is_in_no_output_table_feed_or_connection(
    site: Site, cli: Cli, home: Path, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    heard: list[str] = []
    for channel in await superuser.fetch("select distinct 'property_changes' as name"):
        await superuser.add_listener(channel["name"], lambda *told: heard.append(str(told)))
    start = guarded(site, [1, 2, 3])
    ended = await cli("scrape", "--url", start, "--allow-private", "--source", "acme", "--json", "--debug")
    assert ended.exit_code == 0
    printed = [ended.stdout, ended.stderr]
    session = json.loads(ended.stdout)["session_id"]
    for name, ways in READS.items():
        for words in ways:
            given = filled(words, session=session, listing=id_of(1))
            for extra in ([], ["--json"]):
                ended = await cli(*name.split(), *given, *extra)
                printed += [ended.stdout, ended.stderr]
    printed.append((await cli("export")).stdout)
    printed += [str(change) async for change in changes(database, follow=False)]
    connections = "select application_name, query from pg_stat_activity"
    printed += [str(row) for row in await superuser.fetch(connections)]
    assert not [text for text in [*printed, *heard, log_of(home)] if S in text]
    assert await places_of(superuser, S) == []


async def test_a_scrape_with_a_token_is_resumed_by_giving_its_url_again(
    site: Site, cli: Cli, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    start = guarded(site, [1, 2, 3])
    source = Source(name="acme")
    await register_source(database, source)
    writer = await SessionWriter.open(database, source, scope=start, kind="scrape", base_url=start)
    session = str(writer.session_id)
    await superuser.execute("update public.scraping_sessions set heartbeat_at = now() - interval '1 hour'")
    alone = await cli("scrape", "--resume", session, "--allow-private")
    assert (alone.exit_code, f"scrape --resume {session} --url URL" in alone.stderr) == (2, True)
    other = await cli("scrape", "--resume", session, "--url", start.replace(S, f"{S}2"), "--allow-private")
    assert (other.exit_code, "another url" in other.stderr) == (2, True)
    again = await cli("scrape", "--resume", session, "--url", start, "--allow-private", "--json")
    assert (again.exit_code, again.document["session_id"]) == (0, session), again


def test_a_failure_that_nobody_expected_is_masked_in_output_and_traceback(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object) -> None:
        raise KeyError(f"connect('postgresql://u:{S}@h/d', headers={{'Authorization': 'Bearer {S}'}})")

    monkeypatch.setattr("database.embedded.Embedded.status", broken)
    for extra in ([], ["--json"], ["--debug"]):
        ended = command("db", "status", *extra)
        assert ended.exit_code == 1
        assert S not in ended.stdout + ended.stderr
    assert "KeyError" in log_of(home)
    assert S not in log_of(home)
