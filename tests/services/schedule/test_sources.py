"""Jobs name a source by its name: they follow one that is renamed, and stop with one that is removed."""

from __future__ import annotations

from services.history.sources import merge_sources, remove_source, rename_source
from tests.catalogue import Catalogue, homes
from tests.services.schedule.conftest import Bench


async def test_jobs_follow_a_renamed_source(bench: Bench, catalogue: Catalogue) -> None:
    """Under the old name a scrape would create a second source: every spelling of the option is changed."""
    await catalogue.run(homes(2))
    url = ("scrape", "--url", "https://acme.example/acme")
    await bench.job(*url, "--source", "acme", name="apart", options={"source": "acme"})
    await bench.job(*url, "--source=acme", name="joined", options={"source": "acme"})
    await bench.job(*url, "--source", "other", name="other", options={"source": "other"})
    await rename_source(bench.database, "acme", "casas", actor="ana")
    commands = {name: (await bench.status(name)).command for name in ("apart", "joined", "other")}
    assert commands == {
        "apart": [*url, "--source", "casas"],
        "joined": [*url, "--source=casas"],
        "other": [*url, "--source", "other"],
    }
    source = "select source, options ->> 'source' from property_manager.jobs where name = 'apart'"
    assert tuple(await bench.superuser.fetchrow(source)) == ("casas", "casas")


async def test_jobs_of_a_removed_source_are_switched_off(bench: Bench, catalogue: Catalogue) -> None:
    """A scrape would bring the source back: its jobs are off until they are installed again."""
    await catalogue.run(homes(2))
    name = await bench.job("sync-pending", "--source", "acme", options={"source": "acme"})
    await bench.job("cleanup")
    await remove_source(bench.database, "acme", actor="ana", listings=True)
    assert (await bench.status(name)).state == "off"
    assert [due["name"] for due in await bench.database.rows("due_jobs")] == ["cleanup"]
    await bench.job("sync-pending", "--source", "acme", options={"source": "acme"})
    assert (await bench.status(name)).state == "waiting"


async def test_jobs_of_a_merged_source_go_on_under_the_other_name(bench: Bench, catalogue: Catalogue) -> None:
    """Under its own name a scrape would show again what was merged away."""
    other = await catalogue.beside("acmee")
    other.site = "acme"
    await catalogue.run(homes(3))
    held = await other.run(homes(3), day=1)
    if held.status == "held":
        await other.approve(held, day=1)
    name = await bench.job("sync-pending", "--source", "acmee", options={"source": "acmee"})
    await merge_sources(bench.database, "acmee", "acme", actor="ana")
    assert (await bench.status(name)).command == ["sync-pending", "--source", "acme"]
