"""Index pages of unseen portals: the listings they link to, their cards, their next page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from config.source import Source
from scrapers.extract import Index, Page, Recipe, extract_index
from tests.scrapers.extract.conftest import document, jsonld, next_data

CASAS = "https://homes.example/casas-pagina"
SEARCH = "https://homes.example/for-sale/oakham"
NAV = """<nav><a href="/">Home</a><a href="/for-sale/stamford">Stamford</a>
  <a href="/for-rent/oakham">To rent</a></nav>
  <div><a href="/guides/buying-2026">Guide</a><a href="/for-sale/uppingham">Uppingham</a></div>"""
FOOTER = '<footer><a href="/contact">Contact</a><a href="https://ads.example/home-12345">Ad</a></footer>'

ReadIndex = Callable[..., Index]


@pytest.fixture
def read_index(source: Source) -> ReadIndex:
    """Read a search page of the portal."""

    def extract(html: str, url: str = SEARCH, recipe: dict[str, Any] | None = None) -> Index:
        return extract_index(Page(html, url), source, Recipe.model_validate(recipe) if recipe else None)

    return extract


def tile(n: int) -> str:
    return f"""<li class="tile"><a href="/homes/rosewood-{n}-4711{n:03}#photos"><img src="/p/{n}.jpg"></a>
      <h3><a href="/homes/rosewood-{n}-4711{n:03}?utm_source=list">Rosewood {n}</a></h3>
      <p class="price">£{n}25,000</p><p>{n} beds</p></li>"""


def plain_row(n: int) -> str:
    return f'<tr><td><a href="/listing.php?id={4711000 + n}">Rosewood {n}</a></td><td>£{n}25,000</td></tr>'


def slug(n: int) -> str:
    name = ["", "elm-house", "the-barn", "old-mill", "rosewood"][n]
    price = f"<i>£{n}25,000</i> 3 bed"
    return f'<a class="box" href="/property/{name}"><img src="/p/{n}.jpg"><b>{name}</b> {price}</a>'


FOUR = range(1, 5)
TILES = f"<ul>{''.join(map(tile, FOUR))}</ul>"
ROWS = f"<table>{''.join(map(plain_row, FOUR))}</table>"
BOXES = f"<div>{''.join(map(slug, FOUR))}</div>"


@pytest.mark.parametrize(
    ("cards", "links"),
    [
        (TILES, [f"/homes/rosewood-{n}-4711{n:03}" for n in FOUR]),
        (ROWS, [f"/listing.php?id={4711000 + n}" for n in FOUR]),
        (BOXES, ["/property/elm-house", "/property/the-barn", "/property/old-mill", "/property/rosewood"]),
    ],
    ids=["tiles", "table rows", "slugs"],
)
def test_listing_links_are_separated_from_navigation(
    read_index: ReadIndex, cards: str, links: list[str]
) -> None:
    found = read_index(document(NAV + cards + FOOTER))
    assert found.links == [f"https://homes.example{link}" for link in links]


def test_cards_give_rows(read_index: ReadIndex) -> None:
    found = read_index(document(NAV + f"<ul>{tile(2)}{tile(3)}</ul>"))
    assert found.cards[0] == {
        "property_id": "4711002",
        "title": "Rosewood 2",
        "price": "£225,000",
        "bedrooms": "2",
        "main_image_url": "https://homes.example/p/2.jpg",
        "source_url": "https://homes.example/homes/rosewood-2-4711002",
    }


def test_links_known_only_to_the_pages_json_are_found(read_index: ReadIndex) -> None:
    homes = [
        {"id": n, "url": f"/homes/elm-{n}", "price": 1000 * n, "beds": 2, "title": f"Elm {n}"}
        for n in (4711001, 4711002)
    ]
    expected = ["https://homes.example/homes/elm-4711001", "https://homes.example/homes/elm-4711002"]
    state = {"search": {"results": homes}, "similar": [{**homes[0], "url": "/x/1"}] * 9}
    found = read_index(document(NAV + next_data(state)))
    assert found.links == expected
    assert [card["price"] for card in found.cards] == [4711001000, 4711002000]
    entries = [{"@type": "ListItem", "position": i, "url": url} for i, url in enumerate(expected, 1)]
    listing = jsonld({"@type": "ItemList", "itemListElement": entries})
    assert read_index(document(NAV, head=listing)).links == expected


def test_json_fills_what_the_card_lacks(read_index: ReadIndex) -> None:
    entry = {
        "@type": "House",
        "url": "https://homes.example/homes/rosewood-2-4711002",
        "numberOfBathroomsTotal": 2,
    }
    listing = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": entry}]}
    found = read_index(document(f"<ul>{tile(2)}{tile(3)}</ul>", head=jsonld(listing)))
    assert found.cards[0]["bathrooms"] == 2
    assert len(found.cards) == 2


@pytest.mark.parametrize(
    ("url", "pager", "following"),
    [
        (SEARCH, '<link rel="next" href="?page=2">', f"{SEARCH}?page=2"),
        (SEARCH, '<a rel="next" href="/for-sale/oakham/page/2">2</a>', f"{SEARCH}/page/2"),
        (SEARCH, '<a href="/for-sale/oakham?from=24">Next »</a>', f"{SEARCH}?from=24"),
        (SEARCH, '<a aria-label="Página siguiente" href="?pagina=2"><svg></svg></a>', f"{SEARCH}?pagina=2"),
        (SEARCH, '<div class="pager"><a href="?p=2">›</a></div>', f"{SEARCH}?p=2"),
        (f"{SEARCH}?page=2", '<a href="?page=1">1</a><a href="?page=3">3</a>', f"{SEARCH}?page=3"),
        (SEARCH, '<a href="?page=9">9</a><a href="?page=2">2</a>', f"{SEARCH}?page=2"),
        (f"{SEARCH}?offset=24", '<a href="?offset=0">1</a><a href="?offset=48">3</a>', f"{SEARCH}?offset=48"),
        (f"{CASAS}-2.html", '<a href="/casas-pagina-3.html">3</a>', f"{CASAS}-3.html"),
        (f"{SEARCH}?s=a", '<a href="?page=2&s=b">b</a><a href="?page=2&s=a">2</a>', f"{SEARCH}?page=2&s=a"),
    ],
)  # fmt: skip
def test_the_next_page_is_found(read_index: ReadIndex, url: str, pager: str, following: str) -> None:
    found = read_index(document(TILES + pager), url=url)
    assert (found.next_url, found.is_last) == (following, False)


@pytest.mark.parametrize(
    ("url", "rest", "last"),
    [
        (f"{SEARCH}?page=3", '<a href="?page=1">1</a><a href="?page=2">2</a>', True),
        (f"{SEARCH}?page=3", '<a rel="prev" href="?page=2">Previous</a>', True),
        (f"{SEARCH}?page=3", '<span class="next disabled"><a href="?page=3">Next</a></span>', True),
        (f"{SEARCH}?page=3", '<a href="?page=1">Next</a><a href="?page=2">2</a>', True),
        (SEARCH, "<p>4 properties found</p>", True),
        (SEARCH, '<a title="Next" href="/homes/rosewood-1-4711001">photo</a>', None),
        (SEARCH, "<p>We sell homes.</p>", None),
        (SEARCH, '<a href="https://other.example/?page=2">Next</a>', None),
    ],
)
def test_the_last_page_is_known_only_by_a_sign(
    read_index: ReadIndex, url: str, rest: str, last: bool | None
) -> None:
    found = read_index(document(TILES + rest), url=url)
    assert (found.next_url, found.is_last) == (None, last)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("1 – 4 of 1,234 results", 1234),
        ("17.249 propiedades en venta", 17249),
        ("Mostrando 1 a 4 de 412", 412),
        ("2 properties", None),
        ("Since 1998", None),
    ],
)
def test_the_total_is_what_the_page_states(read_index: ReadIndex, text: str, total: int | None) -> None:
    assert read_index(document(f"<h1>Homes</h1><p>{text}</p>{TILES}")).total == total


def test_homes_recommended_below_the_results_are_not_results(read_index: ReadIndex) -> None:
    other = f"<h2>Recently viewed</h2><ul>{tile(8)}{tile(9)}</ul>"
    assert len(read_index(document(f"<section>{TILES}</section><section>{other}</section>")).links) == 4


def test_index_and_detail_page_give_the_same_id(read_index: ReadIndex) -> None:
    homes = [
        {
            "listing_id": f"99123{n}5678",
            "href": f"/h/elm_M99123-{n}5678",
            "price": 1,
            "beds": 2,
            "title": "Elm",
        }
        for n in (1, 2)
    ]
    found = read_index(document(next_data({"homes": homes})))
    assert [card["property_id"] for card in found.cards] == ["9912315678", "9912325678"]


def test_a_page_without_listings_links_to_none(read_index: ReadIndex) -> None:
    found = read_index(document(NAV + "<h1>No homes found</h1>" + FOOTER))
    assert (found.links, found.cards, found.next_url) == ([], [], None)


def test_a_recipe_locates_cards_links_and_next_page(read_index: ReadIndex) -> None:
    body = """<div class="r"><a class="x" href="/agents/1">Agent</a><a class="y" href="/h/a">A</a></div>
              <div class="r"><a class="y" href="/h/b">B</a></div>
              <button data-go="/for-sale/oakham/more">More</button>"""
    recipe = {"index": {"card": ".r", "link": "a.y@href", "next": "button@data-go"}}
    found = read_index(document(body), recipe=recipe)
    assert found.links == ["https://homes.example/h/a", "https://homes.example/h/b"]
    assert found.next_url == f"{SEARCH}/more"


def test_poison_does_not_stop_an_index(read_index: ReadIndex) -> None:
    poison = '<a href="http://[x">x</a><a href="">y</a>' + next_data({"results": [[], None, {"url": 7}] * 50})
    poison += f"<script>window.listings = {json.dumps([{'url': None, 'price': {}}] * 3)}</script>"
    assert len(read_index(document(poison + TILES)).links) == 4
