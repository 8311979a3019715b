"""A site's recipe beats what is found by general means, and mistakes in it are named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.source import Source
from scrapers.extract import Page, Recipe, extract_index, extract_listing
from tests.scrapers.extract.conftest import URL, Read, document, jsonld, next_data
from tests.tables import rows

BODY = """<h1>Rosewood Cottage</h1><p class="price">£425,000</p><p id="real" data-amount="399000">Call us</p>
          <ul><li>Dormitorios: 3</li></ul><p>Salas <b>2</b></p>"""


@pytest.mark.parametrize(
    ("field", "place", "value"),
    [
        ("title", "#real", "Call us"),
        ("price", "#real@data-amount", "399000"),
        ("price", "json:props.pageProps.cost.0", 398000),
        ("bedrooms", "label:Salas", "2"),
        ("bedrooms", "label:Dormitorios", "3"),
        ("city", r"url:for-sale/(\w+)/", "oakham"),
        ("bedrooms", "xpath://li[starts-with(., 'Dormitorios')]/text()", "Dormitorios: 3"),
        ("price", "xpath://p[@id='real']/@data-amount", "399000"),
        ("bathrooms", "xpath:count(//li)", "1"),
        ("title", "xpath:normalize-space(//h1)", "Rosewood Cottage"),
    ],
)
def test_a_place_in_the_recipe_wins(read: Read, field: str, place: str, value: Any) -> None:
    html = document(BODY + next_data({"cost": [398000]}))
    found = read(html, recipe={"fields": {field: place}})
    assert found.raw[field] == value
    assert found.evidence[field] == f"recipe {place}"


def test_the_id_may_come_from_the_url(read: Read) -> None:
    assert read(document(BODY), recipe={"id": r"url:([a-z]+)-cottage"}).raw["property_id"] == "rosewood"


def test_a_recipe_that_finds_nothing_is_reported_and_skipped(read: Read) -> None:
    found = read(document(BODY), recipe={"fields": {"price": ".gone"}})
    assert found.raw["price"] == "£425,000"
    (issue,) = found.issues
    assert (issue["field"], issue["kind"], issue["text"]) == ("price", "missing", ".gone")


@pytest.mark.parametrize("place", ["img@src", "xpath://img/@src"])
def test_a_gallery_is_all_that_a_place_selects(read: Read, place: str) -> None:
    pictures = '<img src="/a.jpg"><img src="/b.jpg"><img src="/a.jpg">'
    found = read(document(BODY + pictures), recipe={"fields": {"image_urls": place}})
    assert [link.rpartition("/")[2] for link in found.raw["image_urls"]] == ["a.jpg", "b.jpg"]


READINGS: dict[str, tuple[str, Any, Any]] = {
    "a number in words": ("bedrooms", {"at": "#facts", "parse": "number"}, "3"),
    "the group of a pattern": ("bathrooms", {"at": "#facts", "pattern": r"(\d) baths"}, "2"),
    "the only area of a line": ("covered_area_m2", {"at": "#facts", "parse": "area"}, "1,100 sq ft"),
    "a price in a sentence": ("price", {"at": ".price", "parse": "price"}, "Guide price £425,000"),
    "a day by its format": (
        *("listing_date", {"at": "time", "parse": "date", "format": "%d.%m.%y"}, "2026-04-03"),
    ),
    "a word of a map": (
        "operation_type",
        {"at": ".badge", "map": {"To  LET": "rent", "Sold": "sale"}},
        "rent",
    ),
    "texts in one": ("description", {"at": ".about p", "join": "\n"}, "Quiet.\nSunny."),
    "a list": ("amenities", {"at": "xpath://ul/li"}, ["Pool", "Garden"]),
    "a list where one is usual": ("features", {"at": ".about p", "all": True}, ["Quiet.", "Sunny."]),
    "the first place that has it": ("title", ["h2", "json:name", "h1"], "Rosewood Cottage"),
    "the first that can be read": ("bedrooms", {"at": ["h1", "#facts"], "pattern": r"\d"}, "3"),
    "structured data": ("city", "json:address.addressLocality", "Oakham"),
    "a wildcard": ("image_urls", "json:$.photo[*].src", ["https://homes.example/1.jpg"]),
}


@pytest.mark.parametrize("what", READINGS)
def test_the_recipe_says_how_a_text_is_read(read: Read, what: str) -> None:
    field, place, value = READINGS[what]
    body = """<h1>Rosewood Cottage</h1><b class="price">Guide price £425,000</b><i class="badge">to let</i>
        <p id="facts">3 beds, 2 baths | 1,100 sq ft</p><time>03.04.26</time>
        <ul><li>Pool<li>Garden<li>Pool</ul>
        <div class="about"><p>Quiet.</p><p>Sunny.</p></div>"""
    data = {"@type": "House", "address": {"addressLocality": "Oakham"}, "photo": [{"src": "/1.jpg"}]}
    found = read(document(body, jsonld(data)), recipe={"fields": {field: place}})
    assert found.raw[field] == value
    assert found.evidence[field].startswith("recipe ")


def test_a_text_that_is_not_what_the_recipe_says_is_reported_with_why(read: Read) -> None:
    found = read(document(BODY), recipe={"fields": {"bedrooms": {"at": "h1", "parse": "number"}}})
    issue = next(issue for issue in found.issues if issue["field"] == "bedrooms")
    assert (issue["text"], issue["why"]) == ("Rosewood Cottage", "h1: no number in it")
    assert found.raw["bedrooms"] == "3"


def test_what_the_recipe_finds_on_a_card_counts_on_its_page(source: Source) -> None:
    card = '<li data-ref="X{0}"><a href="/for-sale/{0}">Home</a><i>{0} beds</i><u>Bought</u></li>'
    cards = "".join(card.format(number) for number in (4711001, 4711002))
    fields = {
        "state": "@data-ref",
        "city": "xpath:substring-before(//i, ' beds')",
        "standard_status": {"at": "u", "map": {"bought": "sold"}},
        "price": "b",
    }
    recipe = Recipe.model_validate({"index": {"card": "li", "fields": fields}})
    index = extract_index(Page(document(f"<ul>{cards}</ul>"), URL), source, recipe)
    link = index.links[1]
    assert index.evidence[link]["city"] == "recipe xpath:substring-before(//i, ' beds')"
    assert [issue["field"] for issue in index.issues[link]] == ["price"]
    found = extract_listing(Page(document(BODY), link), source, recipe, index.said[link])
    stated = [found.raw[field] for field in ("state", "city", "standard_status")]
    assert stated == ["X4711002", "4711002", "sold"]
    assert found.evidence["state"] == "recipe @data-ref"


def test_the_addresses_of_listings_may_be_a_pattern(source: Source) -> None:
    links = "".join(f'<p><a href="/{path}">A page</a></p>' for path in ("p/one", "p/two", "about", "q/p"))
    recipe = Recipe.model_validate({"detail": {"url": "/p/"}})
    index = extract_index(Page(document(links), URL), source, recipe)
    assert [link.rpartition("/")[2] for link in index.links] == ["one", "two"]


@rows(
    ("recipe", "hint"),
    [
        ({"field": {}}, "did you mean 'fields'"),
        ({"index": {"cards": "li"}}, "did you mean 'card'"),
        ({"fields": {"bedroms": "p"}}, "did you mean 'bedrooms'"),
        ({"fields": {"price": "p[["}}, "not a CSS selector"),
        ({"fields": {"price": "xpath://p[["}}, "not an XPath expression"),
        ({"fields": {"price": "xpath:"}}, "names no place"),
        ({"fields": {"price": "xpath:unheard-of(//p)"}}, "Unregistered function"),
        ({"fields": {"price": "json:a[?x]"}}, "not a JSON path"),
        ({"fields": {"price": "@data-price"}}, "an attribute of no element"),
        ({"fields": {"price": {"at": "b", "parser": "price"}}}, "did you mean 'parse'"),
        ({"fields": {"price": {"at": "b", "pattern": "("}}}, "not a regular expression"),
        ({"fields": {"price": {"at": "b", "format": "%d"}}}, "a format is that of a date"),
        (
            {"fields": {"listing_date": {"at": "b", "parse": "date", "format": "%Q"}}},
            "not the format of a date",
        ),
        ({"fields": {"price": {"parse": "price"}}}, "Field required"),
        ({"index": {"fields": {"bedroms": "p"}}}, "did you mean 'bedrooms'"),
        ({"id": "url:("}, "not a regular expression"),
        ({"id": "id"}, "url:<regular expression"),
    ],
)
def test_a_mistake_in_a_recipe_is_named(recipe: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValidationError, match=hint):
        Recipe.model_validate(recipe)
