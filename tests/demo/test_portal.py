"""What the sample portal shows on each day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import astuple
from urllib.parse import urljoin

import aiohttp
import phonenumbers
import pytest
from selectolax.lexbor import LexborHTMLParser

from demo.portal.days import (
    BROKEN,
    CUTS_ON_TUESDAY,
    GONE_SINCE_TUESDAY,
    REPEATED,
    SCRAPED,
    SOLD_UNTIL_THURSDAY,
    Card,
    Day,
    cards,
    on_offer,
)
from demo.portal.homes import Home, Style, homes
from demo.portal.server import FAILS_ONCE, Portal
from services.results import Metrics
from tests.demo.expected import EXPECTED, HELD


class Visitor:
    """Walks the portal as a crawler does."""

    def __init__(self, portal: Portal, session: aiohttp.ClientSession) -> None:
        self.portal = portal
        self.session = session

    async def page(self, path: str) -> tuple[int, str]:
        async with self.session.get(urljoin(self.portal.url, path)) as response:
            return response.status, await response.text()

    async def index(self) -> list[LexborHTMLParser]:
        """The index from its first page on, following rel=next."""
        pages, path = [], self.portal.url
        while path:
            status, html = await self.page(path)
            assert status == 200
            pages.append(LexborHTMLParser(html))
            following = pages[-1].css_first("nav a[rel=next]")
            path = following.attributes["href"] if following else ""
        return pages

    async def shown(self) -> list[tuple[str, str]]:
        """Every card's (id, path), in order."""
        return [
            (card.attributes["data-clave"], card.css_first("a").attributes["href"])
            for page in await self.index()
            for card in page.css("article.ficha")
        ]


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with Portal() as portal, aiohttp.ClientSession() as session:
        yield Visitor(portal, session)


@pytest.mark.parametrize("day", SCRAPED)
async def test_the_index_shows_as_many_cards_as_the_day_expects_rows(visitor: Visitor, day: Day) -> None:
    visitor.portal.day = day
    shown = await visitor.shown()
    assert len(shown) == EXPECTED[day].total_scraped
    assert len({path for _, path in shown}) == len(shown), "every card has a url of its own"
    repeats = [
        identity for identity, count in Counter(identity for identity, _ in shown).items() if count > 1
    ]
    assert repeats == ([] if day is Day.WED else [REPEATED])


@pytest.mark.parametrize("day", Day)
async def test_every_card_leads_to_its_page(visitor: Visitor, day: Day) -> None:
    visitor.portal.day = day
    await visitor.page(Card(on_offer(day)[FAILS_ONCE]).path)
    for identity, path in await visitor.shown():
        status, html = await visitor.page(path)
        assert status == 200
        assert LexborHTMLParser(html).css_first("h1").text() == on_offer(day)[identity].title
        assert identity in html


@pytest.mark.parametrize("day", SCRAPED)
def test_every_row_has_exactly_one_outcome(day: Day) -> None:
    rows, *outcomes = astuple(EXPECTED[day])[:7]
    assert rows == sum(outcomes)


def test_a_correct_sync_counts_what_is_expected() -> None:
    live: dict[str, Home] = {}
    active: set[str] = set()
    for day in SCRAPED:
        expected = EXPECTED[day]
        seen = {card.home.id: card.home for card in cards(day)}
        counted = Counter(
            quarantined_properties=len(seen.keys() & BROKEN), superseded_rows=len(cards(day)) - len(seen)
        )
        sound = {identity: home for identity, home in seen.items() if identity not in BROKEN}
        for identity, home in sound.items():
            counted[outcome(live.get(identity), home)] += 1
        absent = live.keys() - seen.keys()
        counted["missing_properties"] = len(absent & active)
        assert Metrics(len(cards(day)), **counted) == expected, day
        if day is not HELD:
            live |= sound
            active = {identity for identity, home in live.items() if not home.sold} - absent


def outcome(known: Home | None, home: Home) -> str:
    if known is None:
        return "new_properties"
    if known == home:
        return "unchanged_properties"
    return "reactivated_properties" if known.sold else "updated_properties"


async def test_an_index_page_has_24_cards_and_the_outage_one_page(visitor: Visitor) -> None:
    pages = await visitor.index()
    assert [len(page.css("article.ficha")) for page in pages] == [24, 24, 16]
    assert {page.css_first(".total").text().split()[0] for page in pages} == {"64"}
    visitor.portal.day = Day.WED
    assert len(await visitor.index()) == 1


async def test_the_outage_hides_homes_with_working_pages(visitor: Visitor) -> None:
    visitor.portal.day = Day.WED
    hidden = on_offer(Day.WED)[REPEATED]
    assert hidden not in {card.home for card in cards(Day.WED)}
    assert (await visitor.page(Card(hidden).path))[0] == 200


async def test_a_home_taken_off_the_market_answers_404(visitor: Visitor) -> None:
    path = Card(on_offer(Day.MON)[GONE_SINCE_TUESDAY]).path
    assert (await visitor.page(path))[0] == 200
    visitor.portal.day = Day.TUE
    assert (await visitor.page(path))[0] == 404


async def test_the_sold_home_is_marked_until_its_return(visitor: Visitor) -> None:
    for day, status in ((Day.MON, "Vendida"), (Day.TUE, "Vendida"), (Day.THU, "Disponible")):
        visitor.portal.day = day
        _, html = await visitor.page(Card(on_offer(day)[SOLD_UNTIL_THURSDAY]).path)
        assert f"<dt>Estatus</dt><dd>{status}</dd>" in html


async def test_a_price_cut_shows_new_and_old_price(visitor: Visitor) -> None:
    for identity in CUTS_ON_TUESDAY:
        before, after = (on_offer(day)[identity] for day in (Day.MON, Day.TUE))
        visitor.portal.day = Day.TUE
        page = LexborHTMLParser((await visitor.page(Card(after).path))[1])
        assert page.css_first("main .precio").text() == after.price.text
        assert page.css_first("main del").text() == before.price.text
        assert after.price.amount and before.price.amount
        assert 0.01 < 1 - after.price.amount / before.price.amount < 0.1


async def test_one_page_fails_once_and_then_answers(visitor: Visitor) -> None:
    path = Card(on_offer(Day.MON)[FAILS_ONCE]).path
    assert [(await visitor.page(path))[0] for _ in range(3)] == [503, 200, 200]


async def test_both_urls_of_the_repeated_home_serve_the_same_page(visitor: Visitor) -> None:
    featured, plain = (card.path for card in cards(Day.MON) if card.home.id == REPEATED)
    assert await visitor.page(featured) == await visitor.page(plain)


async def test_robots_disallows_only_the_admin_pages(visitor: Visitor) -> None:
    assert await visitor.page("/robots.txt") == (200, "User-agent: *\nDisallow: /admin\n")


@pytest.mark.parametrize("path", ["/inmuebles?pagina=9", "/inmuebles?pagina=0", "/inmuebles?pagina=x"])
async def test_a_page_of_the_index_that_does_not_exist_answers_404(visitor: Visitor, path: str) -> None:
    assert (await visitor.page(path))[0] == 404


async def test_every_detail_page_shows_other_homes_beside_its_own(visitor: Visitor) -> None:
    for style in Style:
        home = next(home for home in on_offer(Day.MON).values() if home.style is style)
        page = LexborHTMLParser((await visitor.page(Card(home).path))[1])
        others = [card.attributes["data-clave"] for card in page.css("aside article")]
        assert len(others) == 3
        assert home.id not in others


async def test_embedded_data_is_json_and_carries_the_home(visitor: Visitor) -> None:
    structured = next(home for home in homes() if home.style is Style.STRUCTURED)
    hydrated = next(home for home in homes() if home.style is Style.HYDRATED)
    page = LexborHTMLParser((await visitor.page(Card(structured).path))[1])
    graph, similar = (json.loads(node.text()) for node in page.css("script[type='application/ld+json']"))
    assert graph["@graph"][-1]["identifier"] == structured.id
    assert len(similar["itemListElement"]) == 3
    page = LexborHTMLParser((await visitor.page(Card(hydrated).path))[1])
    state = json.loads(page.css_first("#__NEXT_DATA__").text())
    assert state["props"]["pageProps"]["listing"]["id"] == hydrated.id


def test_phones_are_unassigned_mexican_numbers() -> None:
    for home in homes():
        number = phonenumbers.parse(home.agent.phone, "MX")
        assert phonenumbers.is_valid_number(number)
        assert home.agent.phone.split()[1].strip("0") == ""


def test_hosts_of_agencies_are_reserved_for_examples() -> None:
    assert all(home.agent.email.endswith(".example") for home in homes())


def test_homes_differ_and_come_in_every_style() -> None:
    known = homes()
    assert len({home.id for home in known}) == len({home.title for home in known}) == len(known)
    prices = Counter(home.price.text for home in known)
    assert [text for text, count in prices.items() if count > 1] == ["Precio a consultar"]
    assert min(Counter(home.style for home in known).values()) >= 20
    for start in ("$", "Desde $", "US$ ", "Precio a consultar"):
        assert any(text.startswith(start) for text in prices)
