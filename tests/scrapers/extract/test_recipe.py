"""A site's recipe beats what is found by general means, and mistakes in it are named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.errors import ExtractionError
from scrapers.extract import Recipe
from tests.scrapers.extract.conftest import Read, document, next_data

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


def test_an_xpath_that_cannot_be_carried_out_is_an_error_and_no_empty_answer(read: Read) -> None:
    with pytest.raises(ExtractionError, match="cannot be carried out"):
        read(document(BODY), recipe={"fields": {"price": "xpath:unheard-of(//p)"}})


@pytest.mark.parametrize(
    ("recipe", "hint"),
    [
        ({"field": {}}, "did you mean 'fields'"),
        ({"index": {"cards": "li"}}, "did you mean 'card'"),
        ({"fields": {"bedroms": "p"}}, "did you mean 'bedrooms'"),
        ({"fields": {"price": "p[["}}, "not a CSS selector"),
        ({"fields": {"price": "xpath://p[["}}, "not an XPath expression"),
        ({"fields": {"price": "xpath:"}}, "names no place"),
        ({"id": "url:("}, "not a regular expression"),
        ({"id": "id"}, "url:<regular expression"),
    ],
)
def test_a_mistake_in_a_recipe_is_named(recipe: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValidationError, match=hint):
        Recipe.model_validate(recipe)
