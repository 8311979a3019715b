"""From nothing to a message in a channel, as a person at a terminal and a worker go there."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from aiohttp import web

from tests.catalogue import Catalogue, homes
from tests.cli.conftest import Cli
from tests.faults.processes import ROOT, python
from tests.services.alerts.receivers import Hook

URL = "PROPERTY_MANAGER_ALERT_WEBHOOK"


@pytest.fixture
async def hook(monkeypatch: pytest.MonkeyPatch, way: None) -> AsyncIterator[Hook]:
    async with Hook.up() as receiver:
        monkeypatch.setenv("PROPERTY_MANAGER_ALERT_PRIVATE", "true")
        yield receiver


async def test_from_no_channel_to_a_message_that_a_worker_sends(
    cli: Cli,
    acme: Catalogue,
    hook: Hook,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    superuser: asyncpg.Connection,
) -> None:
    for words in ("test", "send"):
        refused = await cli("alerts", words)
        assert refused.exit_code == 2 and "no channel for alerts is set" in refused.stderr
        assert f"next: set {URL}" in refused.stderr
    monkeypatch.setenv(URL, hook.url)
    tried = await cli("alerts", "test")
    assert (tried.exit_code, hook.titles) == (0, ["A test of alerts"])
    assert tried.stdout.startswith("Delivered by webhook (http://127.0.0.1:")
    assert "No job sends alerts." in (await cli("alerts", "status")).stdout
    assert (await cli("alerts", "list")).stdout == "Nothing needs anybody.\n"
    assert (await cli("alerts", "send")).stdout == "Nothing is to be told.\n"
    assert "alerts-send runs at * * * * * UTC, by a worker." in (await cli("schedule", "install")).stdout

    await acme.run(homes(30))
    await acme.run(homes(3), day=1)
    await superuser.execute(
        "update property_manager.jobs set next_due = now() + interval '1 day';"
        "update property_manager.jobs set next_due = now() where name = 'alerts-send'"
    )
    await superuser.execute("delete from property_manager.job_wakes")
    script = str(ROOT / "property_manager_cli.py")
    async with python(script, "worker", "--once", "--json", cwd=home) as worker:
        worked, _ = await worker.communicate()
    assert [(run["job"], run["outcome"]) for run in json.loads(worked)["runs"]] == [("alerts-send", "done")]
    assert hook.titles[1:] == ["1 plan is held: acme"]
    listed = (await cli("alerts", "list")).stdout
    assert re.search(r"acme +plan is held +webhook", listed)
    assert "acme: 3 rows, usual 30" in listed and "next: property-manager plans show " in listed
    await cli("plans", "discard", (await cli("alerts", "list", "--json")).document["alerts"][0]["path"][7:])
    over = await cli("alerts", "send", "--json")
    assert (over.exit_code, [each["title"] for each in over.document["sent"]]) == (
        0,
        ["Over: 1 plan is held: acme"],
    )
    stands = (await cli("alerts", "status", "--json")).document
    assert [(each["part"], each["status"]) for each in stands["messages"]] == [
        ("ended", "sent"),
        ("began", "sent"),
    ]
    assert (stands["job"]["name"], stands["quiet"]) == ("alerts-send", False)
    everything = "".join(each.stdout + each.stderr for each in (tried, over))
    assert "s3cr3t" not in everything + listed + worked.decode()


async def test_what_is_not_delivered_is_said_and_kept_without_the_secret(
    cli: Cli, hook: Hook, monkeypatch: pytest.MonkeyPatch, superuser: asyncpg.Connection
) -> None:
    monkeypatch.setenv(URL, hook.url)
    await cli("alerts", "send")
    await superuser.execute(
        "select property_manager.raise_alert('worker_failed', 'a', null, 'it broke', null, null)"
    )
    hook.answers += [web.Response(status=404, text=hook.url), web.Response(status=404)]
    failed = await cli("alerts", "send")
    assert failed.exit_code == 1
    assert "Not sent by webhook: 1 worker failed: " in failed.stdout and "answers 404" in failed.stdout
    assert f"next: make a new webhook, and set {URL} to it" in failed.stdout
    tried = await cli("alerts", "test")
    assert tried.exit_code == 1 and "Not delivered by webhook" in tried.stdout
    status = await cli("alerts", "status", "--json")
    assert status.document["messages"][0]["status"] == "waiting"
    log = (await cli("alerts", "send", "--again", "--json")).document
    assert [each["attempt"] for each in log["sent"]] == [2]
    stored = await superuser.fetchval(
        "select string_agg(to_jsonb(m)::text, '') from property_manager.alert_messages m"
    )
    assert not any("s3cr3t" in text for text in (failed.stdout, failed.stderr, status.stdout, stored))
