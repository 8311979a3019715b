"""`crawl auto`, `crawl run --tier`, `crawl verify` and `crawl status` say what was looked at and why."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.services.scans.portal import Portal


async def test_what_is_due_is_scanned_and_told(cli: Cli, home: Path) -> None:
    async with Portal.up() as portal:
        (home / "sources").mkdir(parents=True)
        (home / "sources" / "portal.toml").write_text(
            f'name = "portal"\nhosts = ["127.0.0.1"]\nstart = ["{portal.url}"]\ncurrency = "MXN"\n'
            'country = "MX"\nlanguage = "spanish"\nrequests_per_second = 50\n'
        )
        assert (await cli("scrape", "--source", "portal", "--allow-private")).exit_code == 0
        portal.homes = {13: 1_500_000, **{n: p for n, p in portal.homes.items() if n != 7}}
        portal.homes[4] = 900_000

        auto = await cli("crawl", "auto", "--allow-private")
        again = await cli("crawl", "auto", "--allow-private", "--json")
        asked = await cli(
            "crawl", "run", "--source", "portal", "--tier", "newest", "--allow-private", "--json"
        )
        verified = await cli("crawl", "verify", "--source", "portal", "--allow-private", "--json")
        status = await cli("crawl", "status")
        tiers = (await cli("crawl", "status", "--json")).document["tiers"]

    assert auto.exit_code == 0
    assert (
        "portal whole: 3 index pages (and 2 again), 12 listings: 1 new, 1 repriced, 10 unmoved; 1 missing; "
        "2 detail pages queued (complete)" in auto.stdout
    )
    assert "how often: as declared, until three scans have measured how much moves" in auto.stdout
    assert again.document["runs"][0]["tier"] is None  # the whole counts for what is narrower
    assert asked.document["runs"][0]["scans"][0]["unmoved"] == 11
    assert verified.document["runs"][0]["verification"]["asked"] == 0
    assert "why so often" in status.stdout
    assert [(each["tier"], each["is_due"]) for each in tiers] == [
        ("newest", False),
        ("front", False),
        ("whole", False),
    ]
