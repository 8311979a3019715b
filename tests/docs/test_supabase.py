"""The tables of docs/supabase.md are the program's: each command by HTTPS, each code of the API."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import pytest

from cli.app import property_manager
from database.https.errors import codes_known
from tests.cli.conftest import Command, Ended, command, home
from tests.homes import ENDS_WITH_US, RUN, end_processes_of
from tests.services.workflows.imports.conftest import MAPPING, as_csv, row, rows
from tests.sites import Site
from tests.stack.gateway import Gateway

__all__ = ["command", "home"]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "supabase.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^|]+)` \| (works|refused)(?:[;:] )?([^|]*) \|$", re.MULTILINE)
COUNTY = """state = "FL"
county_fips = "12095"
[layers.roll]
type = "delimited"
path = "roll.csv"
[layers.roll.kinds.properties]
parcel_id = "PARCEL_ID"
address = "SITUS"
[layers.sales]
type = "delimited"
path = "sales.csv"
key_order = "STR"
[layers.sales.kinds.tax_sales]
parcel_id = "PARCEL"
tda_number = "TDA"
"""


def table(name: str) -> str:
    """What stands between the marks of a table."""
    return PAGE.partition(f"<!-- {name} -->")[2].partition("<!-- end -->")[0]


KEY = "the key of the dashboard"

SAID = {command: (outcome, why) for command, outcome, why in ROW.findall(table("commands"))}


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command that does something, by the words that lead to it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        path = f"{before} {name}".strip()
        if isinstance(found, click.Group):
            yield from leaves(found, path)
        else:
            yield path


def test_the_table_has_every_command() -> None:
    """A new command has to say whether it works by HTTPS: add it to the page, and to the walk below."""
    assert sorted(SAID) == sorted(leaves(property_manager))


def test_the_table_of_codes_is_what_the_program_knows() -> None:
    """Each code of the page has a meaning in the program, and the other way round."""
    assert (
        set(re.findall(r"`([0-9A-Z]{3,})`(?=[^|]*\|[^|]*\|$)", table("codes"), re.MULTILINE)) == codes_known()
    )


class Walk:
    """Commands run by HTTPS alone, one after another on one catalogue."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.ended: dict[str, list[Ended]] = {}

    async def run(self, path: str, *arguments: str, codes: tuple[int, ...] = (0,)) -> Ended:
        ended = await asyncio.to_thread(self.command, *path.split(), *arguments)
        assert ended.exit_code in codes, (path, arguments, ended.stdout, ended.stderr)
        self.ended.setdefault(path, []).append(ended)
        return ended

    async def apart(self, path: str, *arguments: str) -> None:
        """Run a command in a process of its own, as one that handles signals has to be."""
        process = await asyncio.create_subprocess_exec(
            *(*ENDS_WITH_US, sys.executable, str(ROOT / "property_manager_cli.py"), path, *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        self.ended.setdefault(path, []).append(Ended(0, said.decode(), ""))

    async def serve(self, path: str, *arguments: str) -> None:
        """Run a command that serves until it is told to end, and ask it for a page."""
        process = await asyncio.create_subprocess_exec(
            *(
                *ENDS_WITH_US,
                sys.executable,
                str(ROOT / "property_manager_cli.py"),
                path,
                *arguments,
                "--json",
            ),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            started = json.loads(await process.stdout.readline())
            async with httpx.AsyncClient(headers={"authorization": f"Bearer {KEY}"}, timeout=60) as client:
                answer = await client.get(f"{started['url']}overview.json")
            process.terminate()
            await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
        assert (answer.status_code, process.returncode) == (200, 0), answer.text
        self.ended.setdefault(path, []).append(Ended(0, answer.text, ""))


async def test_each_command_does_by_https_what_the_table_says(
    rest: Gateway, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    """With the URL and the secret key alone a command works, or refuses with the sentence of the page."""
    monkeypatch.setenv(RUN, str(tmp_path))
    monkeypatch.setenv("SUPABASE_URL", rest.url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", rest.secret_key)
    monkeypatch.setenv("PROPERTY_MANAGER_CONTACT", "ana@acme.example")
    (tmp_path / "acme.toml").write_text(MAPPING.format(more=""))
    for name, price in (("first", "1500000"), ("second", "1600000"), ("third", "1700000")):
        table = [*rows(4, Price=price), row(5, Beds="400")]  # the last one is set aside
        (tmp_path / f"{name}.csv").write_text(as_csv(table))
    monkeypatch.setenv("PROPERTY_MANAGER_DASHBOARD_KEY", KEY)
    walk = Walk(command)

    def file(name: str) -> tuple[str, ...]:
        mapping = ("--mapping", str(tmp_path / "acme.toml"), "--source", "acme")
        return ("--file", str(tmp_path / f"{name}.csv"), *mapping)

    async def imported(name: str) -> str:
        ended = await walk.run("import", *file(name), "--json")
        return str(ended.document["session_id"])

    listing = ("--source", "acme", "--property-id", "A-1")
    first, second = await imported("first"), await imported("second")
    await walk.run("import", *file("third"), "--no-auto-sync")
    planned = await walk.run("sync", "--dry-run", "--json")
    await walk.run("plans list")
    await walk.run("plans show", planned.document["plan_id"])
    await walk.run("plans discard", planned.document["plan_id"])
    await walk.run("sync-pending")
    site.lists([1, 2, 3])
    await walk.run("scrape", "--url", site.start, "--source", "other", "--allow-private")
    await walk.run("crawl auto", "--source", "other", "--allow-private", codes=(0, 4))
    await walk.run("crawl verify", "--source", "other")
    await walk.run("crawl reparse", "--source", "other")
    await walk.run("crawl enqueue", f"{site.base}/homes/casa-5001", "--source", "other")
    await walk.run("crawl run", "--allow-private")
    await walk.run("crawl status")
    await walk.run("quarantine list")
    await walk.run("quarantine show", "1")
    await walk.run("quarantine reprocess", "--source", "acme", codes=(0, 2, 3))
    await walk.run("quarantine discard", "--source", "acme", "--reason", "a test", codes=(0, 2))
    await walk.run("rules list")
    await walk.run("rules show", "price_range")
    await walk.run("rules test", "price_range", "--min", "5000", "--session-id", first)
    await walk.run("rules set", "price_range", "--min", "5000")
    await walk.run("rules functions")
    await walk.run("rules add", "has_city", "--kind", "required", "--field", "city")
    for switch in ("enable", "disable", "remove", "history"):
        await walk.run(f"rules {switch}", "has_city")
    looks = ("status", "list-sessions", "quality-report", "sources list", "doctor", "db status", "db stats")
    for look in looks:
        await walk.run(look)
    await walk.run("session-details", "--session-id", first)
    await walk.run("quality-checks", codes=(0, 1))
    await walk.run("search", "--place", "Mérida", "--out", str(tmp_path / "found.csv"))
    await walk.run("history", *listing)
    await walk.run("leads score")
    for look in ("leads list", "leads tiers", "leads versions list"):
        await walk.run(look)
    for look in ("leads show", "leads explain"):
        await walk.run(look, "nothing", codes=(2,))
    (tmp_path / "weights.toml").write_text('name = "other"\n', encoding="utf-8")
    await walk.run("leads simulate", "--weights", str(tmp_path / "weights.toml"))
    await walk.run("leads versions add", str(tmp_path / "weights.toml"))
    await walk.run("leads versions show", "2")
    await walk.run("leads versions use", "2")
    await walk.run("leads replay", "--version", "2")
    await walk.run("leads forget", "--before", "2020")
    await walk.run("leads near", "28.5", "-81.4", "--metres", "500", "--tier", "A")
    await walk.run("county near", "28.5", "-81.4", "--miles", "1")
    await walk.run("db postgis", codes=(0,))
    (tmp_path / "area.json").write_text('{"type": "Polygon", "coordinates": []}')
    await walk.run("county at", "28.5", "-81.4", codes=(2,))
    await walk.run("county within", str(tmp_path / "area.json"), codes=(2,))
    await walk.run("diff", "--session-id", first, "--session-id", second)
    await walk.run("explain", *listing, "--field", "price")
    await walk.run("watch", "--no-follow", "--since", "0")
    await walk.run("export", "--format", "jsonl")
    await walk.run("sources show", "acme")
    await walk.run("sources init", "--url", site.start, "--name", "drawn", "--allow-private")
    await walk.run("sources check", "drawn", "--allow-private")
    await walk.run("sources ids", "acme")
    await walk.run("sources pause", "acme", "--hours", "1")
    await walk.run("sources resume", "acme")
    pair = ("acme/A-1", "acme/A-2")
    await walk.run("duplicates find")
    await walk.run("duplicates list")
    await walk.run("duplicates show", *pair, codes=(0, 2))
    await walk.run("duplicates merge", *pair)
    await walk.run("duplicates home", pair[0])
    await walk.run("duplicates split", pair[0])
    decisions = (await walk.run("duplicates log", "--json")).document
    await walk.run("duplicates undo", str(decisions["decisions"][0]["id"]))
    await walk.run("pin", *listing, "--field", "title")
    await walk.run("unpin", *listing)
    await walk.run("rollback", "--session-id", second)
    await walk.run("erase", "--contact", "ana@acme.example", "--dry-run")
    await walk.run("erase", *listing)
    await walk.run("cleanup", "--compact-days", "1")
    await walk.run("repair")
    await walk.run("refresh-views")
    (tmp_path / "roll.csv").write_text("PARCEL_ID,SITUS\n29-22-28-8850-02-050,1 Main St\n")
    (tmp_path / "sales.csv").write_text("TDA,PARCEL\n2023-1,35-20-27-6645-00-001\n")
    (tmp_path / "orange.toml").write_text(COUNTY)
    for look in ("show", "check"):
        await walk.run(f"county {look}", str(tmp_path / "orange.toml"))
    await walk.run("county list")
    begun = ("--name", "begun", "--state", "FL", "--fips", "12095", "--type", "delimited")
    await walk.run("county draft", str(tmp_path / "roll.csv"), *begun, "--out", str(tmp_path / "begun.toml"))
    await walk.run("county load", str(tmp_path / "orange.toml"))
    await walk.run("county status", str(tmp_path / "orange.toml"))
    await walk.run("county explain", "properties", "292228885002050")
    for kind in ("properties", "sales", "foreclosures", "records", "cases", "runs"):
        await walk.run(f"county {kind}")
    await walk.run("county check-data", codes=(0, 3))
    await walk.run("county parcel", "29-22-28-8850-02-050")
    await walk.run("county match")
    await walk.run("county waiting list")
    await walk.run("county waiting show", "orange.sales/2023-1")
    await walk.run("county waiting decide", "orange.sales/2023-1", "--leave")
    await walk.run("county waiting undo", "1")
    await walk.run("schedule install")
    await walk.run("schedule list")
    await walk.apart("worker", "--once")
    await walk.serve("dashboard", "--port", "0")
    await walk.run("schedule remove", "--all")
    monkeypatch.setenv("PROPERTY_MANAGER_ALERT_WEBHOOK", "http://127.0.0.1:1/")  # nobody is there
    await walk.run("alerts test", codes=(1,))
    await walk.run("alerts send", codes=(0, 1))
    await walk.run("alerts list")
    await walk.run("alerts status")
    await walk.run("metrics")
    await walk.run("sources rename", "acme", "acme homes")
    await walk.run("sources merge", "other", "acme homes", "--yes")
    await walk.run("sources remove", "acme homes", "--listings", "--yes")
    await walk.run("as-of", "--at", datetime.now(UTC).isoformat(), "--source", "other")
    (tmp_path / "supabase").mkdir()
    (tmp_path / "supabase" / "config.toml").write_text('[api]\nschemas = ["public", "api"]\n')
    await walk.run("db export", str(tmp_path))
    for alone in ("demo", "db schema", "db start", "db stop"):
        await walk.run(alone)
    end_processes_of(tmp_path)  # what watches the embedded server would end a minute after it
    for path, (outcome, why) in SAID.items():
        if outcome == "refused":
            ended = await walk.run(path, codes=(2,))
            assert why in ended.stderr
            assert "next: " in ended.stderr

    assert sorted(walk.ended) == sorted(SAID)
    assert {asked.path for asked in rest.asked} == {"/rest/v1/rpc/ask"}
