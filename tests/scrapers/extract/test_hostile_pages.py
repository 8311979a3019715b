"""Deep, huge and broken pages neither crash nor hang; what can be read is read."""

from __future__ import annotations

import pytest

from config.errors import ExtractionError
from tests.scrapers.extract.conftest import Read, document, jsonld

GOOD = jsonld({"@type": "House", "numberOfBedrooms": 3, "address": "4 Mill Lane"})
DEEP = 30_000


@pytest.mark.parametrize(
    "poison",
    [
        f'<script type="application/ld+json">{"[" * DEEP}{"]" * DEEP}</script>',
        '<script type="application/ld+json">' + '{"about":' * DEEP + "1" + "}" * DEEP + "</script>",
        f'<script id="__NEXT_DATA__" type="application/json">{"[" * DEEP}</script>',
        '<script>window.price = {"bedrooms": ' + '{"a":' * 5_000 + "</script>",
        "<script>self.__next_f.push([1,</script>",
        '<script>window.listing = JSON.parse("{\\"price\\": \\ud800</script>',
        f"<script>var price = {{bed: {'9' * 6_000}}}</script>",
        "<div>" * 10_000,
        "<script>" + "price = {" * 3_000 + "</script>",
        '<script type="application/ld+json">{"@type": ["Product", null, {}], "offers": [null, 7, "x"],'
        ' "image": {"a": []}, "geo": 3, "address": [[]]}</script>',
    ],
    ids=["deep list", "deep object", "open list", "open object", "open push", "cut string", "long number",
         "deep tree", "many openings", "wrong types"],
)  # fmt: skip
def test_poison_beside_a_listing_does_not_hide_it(read: Read, poison: str) -> None:
    found = read(document(poison, head=GOOD)).raw
    assert (found["bedrooms"], found["address"]) == (3, "4 Mill Lane")


@pytest.mark.parametrize("html", ["", " ", "\x00\x00", "<", "{}", "<html></html>", "\ud800"])
def test_a_page_of_nothing_is_an_extraction_error(read: Read, html: str) -> None:
    with pytest.raises(ExtractionError):
        read(html)


def test_an_endless_page_is_refused_before_it_is_parsed(read: Read) -> None:
    with pytest.raises(ExtractionError, match="characters long"):
        read("x" * 20_000_001)


def test_a_tree_too_deep_is_refused_before_parsing(read: Read) -> None:
    with pytest.raises(ExtractionError, match="nested"):
        read("<div><b>" * DEEP + "</b></div>" * DEEP)


def test_an_unreadable_link_does_not_stop_the_page(read: Read) -> None:
    body = '<a href="http://[broken">x</a><a href="https://homes.example:port/for-sale/a/b-1234567">y</a>'
    assert read(document(body, head=GOOD)).raw["bedrooms"] == 3
