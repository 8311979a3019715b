"""A page is looked at by many readers; what they share is read of it once."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urljoin

from scrapers.extract.cards import find_cards
from scrapers.extract.content import content
from scrapers.extract.jsonld import jsonld
from scrapers.extract.page import Page, once

_HOME = "https://homes.example/listing/1"


def test_a_reader_reads_the_same_page_once() -> None:
    """A second question about a page is answered from what the first one read."""
    asked: Counter[tuple[str, int]] = Counter()

    @once
    def reader(page: Page, factor: int) -> int:
        asked[page.url, factor] += 1
        return factor * len(page.url)

    page = Page("<p>A house</p>", _HOME)
    assert [reader(page, 2), reader(page, 2), reader(page, 3)] == [62, 62, 93]
    assert asked == {(_HOME, 2): 1, (_HOME, 3): 1}


def test_another_page_of_the_same_address_is_read_anew() -> None:
    """A page fetched again may say something else, so nothing is remembered from one to the next."""
    before, after = Page("<p>$100,000</p>", _HOME), Page("<p>$90,000</p>", _HOME)
    assert [content(before).text, content(after).text] == ["$100,000", "$90,000"]


def test_cards_text_and_data_of_a_page_are_read_once() -> None:
    """The page's kind and its listing are judged by the same cards, text and structured data."""
    page = Page('<h1>Home</h1><script type="application/ld+json">{"@type": "House"}</script>', _HOME)
    hosts = frozenset({"homes.example"})
    assert find_cards(page, hosts) is find_cards(page, hosts)
    assert content(page) is content(page)
    assert jsonld(page) is jsonld(page)


def test_a_plain_address_is_joined_as_any_other() -> None:
    """The short way for plain addresses gives what the standard library's join does."""
    links = (
        *(
            "/homes/12",
            "/homes/a-b.html?page=2&sort=price,asc",
            "/",
            "/a/",
            "/%C3%A9~x",
            "?page=2",
            "",
            "#map",
        ),
        *("/a/../b", "/a/./b", "/..", "//cdn.example/x", "/a//b", "/a?", "/a#", "/a#b", "/a;b", "homes/12"),
        *(
            "http://other.example:8080/x?y=1",
            "HTTP://other.example/x",
            "https://other.example",
            "mailto:a@b.c",
        ),
        *("https://homes.example/a/../b", "/a b", "/é", "https:///x", "tel:+1"),
    )
    for own in ("https://homes.example/for-sale/list.html", "http://127.0.0.1:80", "/saved/page.html", ""):
        page = Page("<p>Homes</p>", own)
        assert [page.absolute(link) for link in links] == [urljoin(own, link) for link in links]
