"""Each check of doctor: plant a fault, read the sentence, run the command that it names, see green."""

from __future__ import annotations

import re
import shlex

import pytest

from services.reports.doctor import examine
from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import today

FUTURE = "now() + interval '40 days'"
RUNNING = (
    "update public.scraping_sessions set status = 'running', verdict = null, sync_status = null,"
    " completed_at = null, heartbeat_at = now() - interval '2 minutes'"
)
PLANTED = {
    "live is the fold of its audit": (
        "update public.properties_live set title = 'x' where property_id = 'A-2'"
    ),
    "no sync holds a source without working": "update property_manager.leases set leased_until = now()",
    "every sync that runs has a worker": "update public.sync_metadata set sync_status = 'running'",
    "no scrape stopped half-way": f"{RUNNING}, kind = 'scrape'",
    "every session that runs has a process": f"{RUNNING}, kind = 'import'",
    "subscribers keep up with the feed": "update property_manager.subscribers set error = 'the disk is full'",
    "no moment of history is in the future": (
        f"update property_manager.change_sets set committed_at = {FUTURE}"
    ),
    "every erasure was completed": (
        "update property_manager.erasures set completed_at = null, requested_at = now() - interval '1 hour'"
    ),
    "the service writes by its functions alone": (
        "grant update (price) on public.properties_live to service_role"
    ),
    "readers cannot write": "grant insert on property_manager.plans to public",
    "row-level security is on": "alter table public.properties_live disable row level security",
    "tables have every declared column": (
        "alter table public.property_scrapes_staging drop column page_number cascade"
    ),
}
BACKUP = (
    "every row of a synced session has one outcome",
    "the feed has no gap",
    "every change belongs to a change set",
)
"""Only somebody who writes past the functions makes these red, and what is lost then only a backup has."""
JOBS = (
    "the last run of every job was done",
    "every job runs when it is due",
    "every job that runs has a worker",
)
"""Planted in tests/cli/test_schedule.py: their command is a worker, which does not end."""
REALTIME = "readers may hear of changes by Realtime"
"""Planted in tests/services/feed/test_realtime.py."""
MARKET = "listings on the market are counted"
"""Planted in tests/sql/test_market_counts.py."""
COUNTY = "live county records are the fold of their audit"
"""Planted in tests/services/county/records/test_history.py."""
ALERTS = "alerts are delivered"
"""Planted in tests/services/alerts/test_send.py."""


async def walk(catalogue: Catalogue, cli: Cli, sentence: str) -> None:
    """Do what the sentence says: the last command or statement that it names."""
    if statement := re.search(r"in psql: (.+)$", sentence):
        await catalogue.superuser.execute(statement[1])
        return
    command = re.findall(r"property-manager ([^;()]+?)(?:,|;| \(|$)", sentence)[-1]
    ended = await cli(*shlex.split(command))
    assert ended.exit_code == 0, (command, ended.stderr)


@pytest.mark.parametrize("check", PLANTED)
async def test_the_command_that_doctor_names_makes_it_green(acme: Catalogue, cli: Cli, check: str) -> None:
    await acme.run(
        [home(1, agent_name="Ana"), home(2, title="Casa 'O'Hara' en venta"), *homes(5)[2:]], day=today()
    )
    if check == "every erasure was completed":
        assert (await cli("erase", "--source", "acme", "--property-id", "A-1")).exit_code == 0
    await acme.superuser.execute(PLANTED[check])

    for _ in range(8):  # a sentence names one thing at a time
        found = (await cli("doctor", "--json")).document["checks"]
        red = {one["check"]: one["next_step"] for one in found if one["found"]}
        if check not in red:
            break
        await walk(acme, cli, red[check])

    assert red == {}


async def test_every_check_of_the_database_is_walked(acme: Catalogue) -> None:
    """Here, or where each way of being exposed is tried."""
    exposed = await acme.superuser.fetch("select check_name from property_manager.exposures()")
    elsewhere = {row["check_name"] for row in exposed}
    assert {finding.check for finding in await examine(acme.database)} == {
        *PLANTED,
        *BACKUP,
        *JOBS,
        REALTIME,
        MARKET,
        COUNTY,
        ALERTS,
        *elsewhere,
    }


async def test_what_only_a_backup_has_is_said_so(acme: Catalogue) -> None:
    await acme.run(homes(2), day=today())
    await acme.superuser.execute("delete from property_manager.change_sets")
    red = {one.check: one.next_step or "" for one in await examine(acme.database) if not one.green}
    assert red.keys() == {"the feed has no gap", "every change belongs to a change set"}
    assert all("restore a backup by pg_restore" in sentence for sentence in red.values())
