"""A paused source, as a person and a job see it: said everywhere, fetched nowhere, and resumed at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import asyncpg

from tests.cli.conftest import Cli
from tests.sites import CHALLENGE, Site, path_of


async def test_a_blocked_source_is_paused_everywhere_until_it_is_resumed(
    cli: Cli, site: Site, home: Path, superuser: asyncpg.Connection
) -> None:
    url = ("--url", site.start, "--allow-private")
    site.lists([1, 2, 3])
    assert (await cli("scrape", *url, "--source", "acme")).exit_code == 0
    good = {path: site.pages[path] for path in (path_of(1), path_of(2))}
    site.pages |= dict.fromkeys(good, CHALLENGE)

    blocked = await cli("scrape", *url, "--json")
    assert blocked.exit_code == 3
    pause = blocked.document["pause"]
    assert blocked.document["session"]["verdict"] == "suspect"
    assert Path(pause["page"]).parent == home / "problem-pages"
    assert Path(pause["page"]).read_text() == CHALLENGE

    site.asked.clear()
    refused = await cli("scrape", *url)
    assert (refused.exit_code, site.asked) == (3, [])
    assert "source acme is paused until" in refused.stderr
    assert "next: property-manager sources resume acme" in refused.stderr
    for look in ("status", "sources list", "sources show acme"):
        said = (await cli(*look.split())).stdout
        assert "aused until" in said, look
    assert pause["page"] in (await cli("sources", "show", "acme")).stdout

    as_job = await cli("scrape", *url, "--json")  # as a worker runs it, and records what it says
    assert (as_job.exit_code, as_job.document["error"]["code"], site.asked) == (3, "source_paused", [])
    assert as_job.document["error"]["next"] == "property-manager sources resume acme"

    resumed = await cli("sources", "resume", "acme")
    assert resumed.stdout.startswith("Source acme is resumed. It was paused: ")
    site.pages |= good
    assert (await cli("scrape", *url)).exit_code == 0
    assert "paused" not in (await cli("status")).stdout
    assert (await cli("sources", "resume", "acme")).stdout == "Source acme is not paused.\n"

    own = await cli("sources", "pause", "acme", "--hours", "48", "--reason", "they redesign", "--json")
    assert own.document["pause"]["reason"] == "they redesign"
    length = await superuser.fetchval(
        "select until - since from property_manager.pauses order by id desc limit 1"
    )
    assert length == timedelta(hours=48)
    unknown = await cli("sources", "resume", "acmee")
    assert unknown.exit_code == 2 and "did you mean acme?" in unknown.stderr
