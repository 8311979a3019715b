"""A scrape whose pages fit another rule of ids ends well, whatever that rule reads of the known listings."""

from __future__ import annotations

from config.source import Source
from database.direct import DirectDatabase
from services.history.ids import list_id_plans
from services.workflows.access import Access
from services.workflows.scrape import EnhancedPropertyScraper
from tests.sites import Site, detail, index

LITTLE = Source(name="little", currency="MXN", requests_per_second=50)


async def test_a_scrape_plans_no_ids_where_its_rule_reads_none_of_the_known_pages(
    site: Site, database: DirectDatabase
) -> None:
    """A site moves its ids within the address: the scrape ends with a sync, not with an error."""
    scraper = EnhancedPropertyScraper(database, access=Access(allow_private=True))
    site.lists([1, 2, 3, 4, 5, 6])
    await scraper.scrape_and_sync(site.start, source=LITTLE)
    moved = {f"/homes/{n}/ver": detail(n, url=f"/homes/{n}/ver") for n in range(1, 7)}
    site.pages |= {"/homes?page=1": index(list(moved)), **moved}

    result = await scraper.scrape_and_sync(site.start, source=LITTLE)

    assert result.ids is not None
    assert result.ids.proposed is not None
    assert result.ids.plan_id is None
    assert result.sync is not None
    assert [plan for plan in await list_id_plans(database) if plan.rule is not None] == []


async def test_a_rule_in_the_file_is_believed_if_it_tells_homes_apart_and_else_proposed(
    site: Site, database: DirectDatabase
) -> None:
    """Of a new source it is the rule; one that gives homes one id is none; a later one is only proposed."""
    scraper = EnhancedPropertyScraper(database, access=Access(allow_private=True))
    links = [f"/homes/casa-{100 + n}?unit=K{n}&list=9" for n in range(6)]
    site.pages["/homes?page=1"] = index(links)
    site.pages |= {link: detail(n, identifier=None, url=link) for n, link in enumerate(links)}

    async def told(rule: str, name: str) -> tuple[str, str]:
        facts = {"name": name, "id_rule": rule, "requests_per_second": 50}
        ids = (await scraper.scrape_and_sync(site.start, source=LITTLE.model_copy(update=facts))).ids
        assert ids is not None
        return ids.rule, str(ids.proposed)

    assert await told("query:unit", "first") == ("unit= in the address", "None")
    assert (await told("query:list", "other"))[0] != "list= in the address"
    assert await told("last number:-1", "first") == (
        *("unit= in the address", "the last number in the last part of the address"),
    )
