"""`watch`: the feed as lines, from any place, until it is stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today
from tests.faults.processes import ROOT, python


async def test_the_whole_feed_up_to_now(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(2), day=today() - 1)
    await acme.run([home(1, price=900_000), home(2)], day=today())
    ended = await cli("watch", "--no-follow")
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert len(lines) == 3
    assert lines[2].endswith("acme A-1  updated: price 1,001,000 → 900,000 MXN (−10.1 %)")
    assert ended.stderr == f"to go on: property-manager watch --since {lines[2].split()[0]}\n"


async def test_it_continues_after_a_position(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(3), day=today())
    everything = (await cli("watch", "--until-now", "--json")).stdout.splitlines()
    places = [json.loads(line)["place"] for line in everything]
    rest = (await cli("watch", "--no-follow", "--since", places[0], "--json")).stdout.splitlines()
    assert [json.loads(line)["place"] for line in rest] == places[1:]
    assert (await cli("watch", "--no-follow", "--since", "1", "--json")).stdout == ""


async def test_it_can_follow_one_source_only(acme: Catalogue, cli: Cli) -> None:
    other = await other_source(acme, "other")
    await acme.run(homes(2), day=today())
    await other.run(homes(1), day=today())
    lines = (await cli("watch", "--no-follow", "--source", "other", "--json")).stdout.splitlines()
    assert [json.loads(line)["source"] for line in lines] == ["other"]


@pytest.mark.parametrize("place", ["monday", "1.2.3", "-1"])
async def test_an_invalid_position_is_wrong_usage(place: str, cli: Cli) -> None:
    ended = await cli("watch", "--since", place)
    assert ended.exit_code == 2
    assert "is not a place in the feed" in ended.stderr


async def test_it_follows_over_a_lost_connection_until_ctrl_c(
    acme: Catalogue, cli: Cli, dsn: str, tmp_path: Path
) -> None:
    await acme.run(homes(1), day=today() - 1)
    command = (str(ROOT / "property_manager_cli.py"), "watch", "--since", "0", "--json")
    environment = {**os.environ, "DATABASE_URL": dsn}
    async with python(*command, cwd=tmp_path, env=environment, stderr=asyncio.subprocess.PIPE) as watching:
        first = json.loads(await watching.stdout.readline())
        await acme.superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'"
        )
        await acme.run([home(1, price=5_000)], day=today())
        second = json.loads(await watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        _, output = await watching.communicate()
    assert (first["change_type"], second["new_value"]) == ("created", 5_000)
    assert watching.returncode == 0
    assert b"Traceback" not in output
