"""What a page says against a value: said as doubtful, overruled or missing, and never applied in silence."""

from __future__ import annotations

from typing import Any

import pytest

from parsing.staged import Issue
from tests.scrapers.extract.conftest import Read, document, jsonld, next_data

HEAD = "<h1>Rosewood Cottage for sale</h1>"


def house(**more: Any) -> str:
    offer = {"@type": "Offer", "price": "425000", "priceCurrency": "GBP"}
    return jsonld(
        {"@type": "House", "name": "Rosewood Cottage", "numberOfBedrooms": 3, "offers": offer, **more}
    )


def state(**listing: Any) -> str:
    return next_data({"listing": {"id": "4711001", "price": 425000, "bedrooms": 3, **listing}})


def noted(issues: list[Issue], kind: str) -> dict[str, str | None]:
    return {issue["field"]: issue["text"] for issue in issues if issue["kind"] == kind}


def test_two_prices_of_the_page_s_data_of_which_it_shows_neither_are_a_doubt(read: Read) -> None:
    """Neither goes live: which is right cannot be told."""
    found = read(document(HEAD, head=house() + state(price=475000)))
    (issue,) = [issue for issue in found.issues if issue["kind"] == "doubtful"]
    assert (issue["field"], issue["readings"]) == ("price", ["425000", "475000"])
    assert "price" in found.raw
    assert "price" not in found.certain


@pytest.mark.parametrize("shown", ["425,000", "475,000"])
def test_the_price_that_the_page_shows_is_right(read: Read, shown: str) -> None:
    found = read(document(f'{HEAD}<p class="price">£{shown}</p>', head=house() + state(price=475000)))
    assert str(found.certain["price"]).strip("£").replace(",", "") == shown.replace(",", "")
    assert noted(found.issues, "overruled").keys() == {"price"}


@pytest.mark.parametrize(
    "more",
    [
        {"bathrooms": 2.5},  # with and without the half one
        {"livingArea": 111, "livingAreaUnits": "sqm"},  # rounded
        {"price": 425000.0},
    ],
    ids=["half bathrooms", "a rounded area", "the same price"],
)
def test_what_is_counted_or_rounded_in_another_way_is_no_contradiction(read: Read, more: Any) -> None:
    structured = house(
        numberOfBathroomsTotal=2,
        floorSize={"@type": "QuantitativeValue", "value": 110.4, "unitCode": "MTK"},
    )
    assert read(document(HEAD, head=structured + state(**more))).issues == []


def test_square_feet_taken_for_square_metres_are_a_doubt(read: Read) -> None:
    structured = house(floorSize={"@type": "QuantitativeValue", "value": 1188, "unitCode": "MTK"})
    found = read(document(HEAD, head=structured + state(livingArea=110.4, livingAreaUnits="sqm")))
    assert noted(found.issues, "doubtful").keys() == {"covered_area_m2"}
    assert "covered_area_m2" not in found.certain


def test_areas_of_another_kind_overrule_each_other(read: Read) -> None:
    structured = house(floorSize={"@type": "QuantitativeValue", "value": 110, "unitCode": "MTK"})
    found = read(document(HEAD, head=structured + state(livingArea=96, livingAreaUnits="sqm")))
    assert found.certain["covered_area_m2"] == "110 m²"
    assert noted(found.issues, "overruled") == {"covered_area_m2": "96 m²"}


def test_a_sale_and_a_rent_of_one_listing_are_no_contradiction(read: Read) -> None:
    offers = [
        {"@type": "Offer", "price": price, "businessFunction": f"http://purl.org/goodrelations/v1#{function}"}
        for price, function in ((2500, "LeaseOut"), (485000, "Sell"))
    ]
    found = read(document(HEAD, head=house(offers=offers)))
    assert (found.certain["price"], found.issues) == (485000, [])


def test_a_page_without_a_price_says_so(read: Read) -> None:
    assert noted(read(document(f"{HEAD}<p>3 bedrooms</p>")).issues, "missing") == {"price": None}


def test_a_price_on_request_is_not_missing(read: Read) -> None:
    assert read(document(f'{HEAD}<p class="price">Price on request</p><p>3 bedrooms</p>')).issues == []


def test_an_unknown_word_with_nothing_better_is_said_to_be_missing(read: Read) -> None:
    page = document("<h1>Rosewood Cottage</h1>", head=state(operation="Residenziale"))
    found = read(page, url="https://homes.example/oakham/rosewood-cottage-4711001")
    assert noted(found.issues, "missing") == {"operation_type": "Residenziale"}
    assert "operation_type" not in found.raw
