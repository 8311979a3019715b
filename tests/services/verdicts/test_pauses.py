"""A source that is left alone after a suspect session: for how long, why, and until a person resumes it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from config.errors import NotNowError, SourcePausedError
from config.source import Source
from services.reports.sources import list_sources, show_source
from services.reports.status import dashboard
from services.verdicts import (
    DailyBudget,
    Pause,
    doubts,
    pause_source,
    paused_sources,
    require_not_paused,
    resume_source,
)
from services.workflows.access import Access
from services.workflows.scrape import EnhancedPropertyScraper, ScrapeResult
from tests.catalogue import ACME, Catalogue, Row, home, homes, on
from tests.sites import CHALLENGE, Site, detail, path_of

LITTLE = Source(name="little", hosts=("127.0.0.1",), currency="MXN", requests_per_second=50)
COUNT = 10


def length(pause: Pause | None) -> timedelta:
    assert pause is not None and pause.until is not None
    return pause.until - pause.since


async def scraped(
    catalogue: Catalogue, site: Site, home: Path, day: int, source: Source = LITTLE
) -> ScrapeResult:
    scraper = EnhancedPropertyScraper(
        catalogue.database, access=Access(allow_private=True), options=on(day), sources_home=home
    )
    return await scraper.scrape_and_sync(site.start, source=source)


async def test_a_site_with_a_new_layout_is_left_alone_until_it_is_resumed(
    catalogue: Catalogue, site: Site, tmp_path: Path
) -> None:
    """Nothing is removed or blanked, the page is kept, each pause is longer until a session is good."""
    database = catalogue.database
    site.lists(list(range(1, COUNT + 1)))
    assert (await scraped(catalogue, site, tmp_path, 1)).verdict == "complete"
    without_price = {path_of(n): detail(n, offers=None) for n in range(1, COUNT + 1)}
    site.pages |= without_price

    bad = await scraped(catalogue, site, tmp_path, 2)

    assert bad.verdict == "suspect" and bad.reason is not None
    assert bad.reason.startswith("currency, price: found on at most 0 of 10 pages, before on 100 % of them")
    assert bad.sync is not None and bad.sync.status == "held"
    assert length(bad.pause) == timedelta(hours=1)
    assert bad.pause is not None and bad.pause.page is not None
    kept = Path(bad.pause.page)
    assert kept.read_text() in without_price.values()
    assert kept.stat().st_mode & 0o077 == 0
    prices = await catalogue.superuser.fetchval("select count(price) from properties_live")
    assert prices == COUNT

    site.asked.clear()
    with pytest.raises(SourcePausedError, match="source little is paused until") as refused:
        await scraped(catalogue, site, tmp_path, 3)
    assert (refused.value.exit_code, refused.value.next_step) == (3, "sources resume little")
    assert site.asked == []
    (listed,) = (each for each in await list_sources(database) if each.name == "little")
    shown = (await show_source(database, "little")).summary
    assert listed.pause == shown.pause == bad.pause
    assert (await dashboard(database)).pauses == (bad.pause,)

    await resume_source(database, "little", actor="ada")
    again = await scraped(catalogue, site, tmp_path, 3)
    assert (again.verdict, length(again.pause)) == ("suspect", timedelta(hours=2))

    await resume_source(database, "little", actor="ada")
    site.lists(list(range(1, COUNT + 1)))
    good = await scraped(catalogue, site, tmp_path, 4)
    assert (good.verdict, good.pause) == ("complete", None)

    site.lists([1, 2, 3])
    few = await scraped(catalogue, site, tmp_path, 5)
    assert few.sync is not None and few.sync.status == "held"
    assert (few.verdict, length(few.pause)) == ("complete", timedelta(hours=1))


async def test_a_layout_that_was_approved_is_the_usual_one(
    catalogue: Catalogue, site: Site, tmp_path: Path
) -> None:
    site.lists(list(range(1, COUNT + 1)))
    await scraped(catalogue, site, tmp_path, 1)
    site.pages |= {path_of(n): detail(n, numberOfBedrooms=None) for n in range(1, COUNT + 1)}
    bad = await scraped(catalogue, site, tmp_path, 2)
    assert bad.sync is not None and bad.verdict == "suspect"
    await catalogue.approve(bad.sync, day=2)
    await resume_source(catalogue.database, "little", actor="ada")
    assert (await scraped(catalogue, site, tmp_path, 3)).verdict == "complete"


async def test_a_block_on_the_first_page_pauses_a_known_source_for_as_long_as_the_site_asks(
    catalogue: Catalogue, site: Site, tmp_path: Path
) -> None:
    site.lists([1, 2])
    await scraped(catalogue, site, tmp_path, 1)
    site.pages["/homes?page=1"] = CHALLENGE
    with pytest.raises(Exception, match="challenge"):
        await scraped(catalogue, site, tmp_path, 2)
    (pause,) = await paused_sources(catalogue.database)
    assert "challenge" in pause.reason and length(pause) == timedelta(hours=1)
    assert pause.page is not None and Path(pause.page).read_text() == CHALLENGE

    asked = await pause_source(catalogue.database, "little", "429", least_seconds=5 * 3600)
    assert length(asked) == timedelta(hours=5)


async def test_pauses_double_to_a_week_and_a_persons_own_counts_apart(catalogue: Catalogue) -> None:
    database = catalogue.database
    hours = []
    for _ in range(10):
        pause = await pause_source(database, "acme", "blocked")
        assert pause is not None
        hours.append(length(pause) / timedelta(hours=1))
    assert hours == [1, 2, 4, 8, 16, 32, 64, 128, 168, 168]

    ended = await resume_source(database, "acme", actor="ada")
    assert ended is not None and ended["ended_by"] == "ada"
    assert await resume_source(database, "acme", actor="ada") is None
    await require_not_paused(database, "acme")

    own = await pause_source(database, "acme", "they redesign", actor="ada")
    assert own is not None and own.until is None
    assert own.sentence == "source acme is paused by ada until it is resumed: they redesign"
    kept = await pause_source(database, "acme", "blocked")
    assert kept == own
    short = await pause_source(database, "acme", "a day off", actor="ada", hours=24)
    assert length(short) == timedelta(hours=24)

    assert await pause_source(database, "nobody", "why") is None
    assert await resume_source(database, "nobody", actor="ada") is None


def same(number: int) -> Row:
    return home(number, title="Inicia sesión", price=1_000_000)


HERE = {"latitude": 20.9, "longitude": -89.6}
DOUBTS: dict[str, tuple[list[Row], str, set[str]]] = {
    "the same again": (homes(20), "complete", set()),
    "few of a partial session": (homes(5), "partial", set()),
    "far fewer": (homes(9), "complete", {"few_rows"}),
    "one title": (homes(20, title="Inicia sesión"), "complete", {"one_value_everywhere"}),
    "one place": (
        homes(20, **HERE), "partial", {"one_value_everywhere"},
    ),
    "no rooms": (homes(20, bedrooms=None, bathrooms=None), "partial", {"layout_changed"}),
    "no rooms on half": (
        [home(n, bedrooms=None if n % 2 else 3) for n in range(1, 21)], "complete", set(),
    ),
}  # fmt: skip


async def test_rows_are_judged_beside_the_session_that_was_applied_last(catalogue: Catalogue) -> None:
    async def judged(rows: list[Row], verdict: str, day: int) -> set[str]:
        session = await catalogue.stage(rows, day=day)
        return {doubt.code for doubt in await doubts(catalogue.database, session, verdict)}

    assert await judged(homes(20), "complete", 1) == set()
    assert await judged([same(n) for n in range(1, 21)], "complete", 1) == {"one_value_everywhere"}
    await catalogue.run(homes(20), day=2)
    for name, (rows, verdict, codes) in DOUBTS.items():
        assert (name, await judged(rows, verdict, 3)) == (name, codes)


async def test_a_days_pages_are_counted_for_all_processes_together(catalogue: Catalogue) -> None:
    takers = [DailyBudget(catalogue.database, ACME, 7) for _ in range(4)]
    taken = await asyncio.gather(*(taker.take() for taker in takers * 5))
    assert taken.count(True) == 7
    elsewhere = ACME.model_copy(update={"time_zone": "Pacific/Kiritimati"})
    assert await DailyBudget(catalogue.database, elsewhere, 100).take()
    assert await DailyBudget(catalogue.database, Source(name="unknown"), 1).take()


async def test_a_scrape_that_spends_its_day_goes_on_the_next(
    catalogue: Catalogue, site: Site, tmp_path: Path
) -> None:
    """What was fetched is staged, and the session is resumed where it was."""
    site.lists(list(range(1, COUNT + 1)))
    await scraped(catalogue, site, tmp_path, 1)
    small = LITTLE.model_copy(update={"pages_per_day": 6})
    with pytest.raises(NotNowError, match="6 pages a day of source little") as refused:
        await scraped(catalogue, site, tmp_path, 2, small)
    assert refused.value.exit_code == 4

    session, rows = await catalogue.superuser.fetchrow(
        "select session_id, count(*) from property_scrapes_staging s group by 1 order by min(scraped_at) desc"
    )
    assert refused.value.next_step == f"then: scrape --resume {str(session)[:8]}"
    assert rows == 5
    staged = await catalogue.superuser.fetch(
        "select source_url from property_scrapes_staging where session_id = $1", session
    )
    site.asked.clear()
    scraper = EnhancedPropertyScraper(
        catalogue.database, access=Access(allow_private=True), options=on(3), sources_home=tmp_path
    )
    whole = await scraper.scrape_and_sync(site.start, source=LITTLE, resume=session)
    assert (whole.verdict, whole.rows) == ("complete", COUNT)
    assert len(site.details_asked) == COUNT - 5
    assert not {site.base + path for path in site.details_asked} & {row[0] for row in staged}
