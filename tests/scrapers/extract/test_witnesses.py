"""What a page says in several places: the best witness is believed, and nothing passes for what it is not."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from config.source import Source
from scrapers.extract import Page, extract_index, page_kind
from tests.scrapers.extract.conftest import URL, Read, document, jsonld, next_data

HEAD = "<h1>Rosewood Cottage for sale</h1>"


def house(**more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "House",
        "name": "Rosewood Cottage",
        "numberOfBedrooms": 3,
        "offers": {"@type": "Offer", "price": "425000", "priceCurrency": "GBP"},
        **more,
    }


class TestJsonLd:
    """Blocks as sites write them."""

    def test_texts_are_read_without_their_entities(self, read: Read) -> None:
        found = read(document(head=jsonld(house(name="Tom &amp; Jerry&#039;s caf&eacute;")))).raw
        assert found["title"] == "Tom & Jerry's café"

    def test_an_address_keeps_what_only_looks_like_an_entity(self, read: Read) -> None:
        image = "https://i.example/a.jpg?x=1&copy=2"
        assert read(document(head=jsonld(house(image=[image])))).raw["image_urls"] == [image]

    def test_every_object_of_a_block_counts(self, read: Read) -> None:
        agency = {"@type": "Organization", "name": "Agency"}
        both = json.dumps(agency) + "\n" + json.dumps(house())
        found = read(document(head=f'<script type="application/ld+json">{both}</script>')).raw
        assert found["price"] == "425000"

    def test_a_block_escaped_as_text_is_read(self, read: Read) -> None:
        escaped = html.escape(json.dumps(house()))
        found = read(document(head=f'<script type="application/ld+json">{escaped}</script>')).raw
        assert found["price"] == "425000"

    @pytest.mark.parametrize("zero", [0, "0", "0.00"])
    def test_a_price_of_zero_does_not_hide_the_price_shown(self, read: Read, zero: Any) -> None:
        offer = {"@type": "Offer", "price": zero, "priceCurrency": "GBP"}
        found = read(document(HEAD + "<p>£425,000</p>", head=jsonld(house(offers=offer)))).raw
        assert found["price"] == "£425,000"

    def test_the_currency_of_a_price_of_zero_is_the_price_s(self, read: Read) -> None:
        offer = {"@type": "Offer", "price": "0", "priceCurrency": "USD"}
        found = read(document(HEAD + "<p>$425,000</p>", head=jsonld(house(offers=offer)))).raw
        assert (found["price"], found["currency"]) == ("$425,000", "USD")

    @pytest.mark.parametrize(
        ("availability", "status"),
        [
            ("https://schema.org/SoldOut", "Closed"),
            ("OutOfStock", "Closed"),
            ("http://schema.org/Reserved", "Hold"),
        ],
    )
    def test_an_offer_that_is_over_says_so(self, read: Read, availability: str, status: str) -> None:
        offer = {"@type": "Offer", "price": 425_000, "availability": availability}
        assert read(document(head=jsonld(house(offers=offer)))).raw["standard_status"] == status

    def test_an_offer_in_stock_says_nothing(self, read: Read) -> None:
        offer = {"@type": "Offer", "price": 425_000, "availability": "https://schema.org/InStock"}
        assert "standard_status" not in read(document(head=jsonld(house(offers=offer)))).raw

    def test_a_sale_and_a_rent_are_both_kept(self, read: Read) -> None:
        offers = [
            {
                "@type": "Offer",
                "price": 2500,
                "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
            },
            {"@type": "Offer", "price": 485000, "businessFunction": "http://purl.org/goodrelations/v1#Sell"},
        ]
        found = read(document(head=jsonld(house(offers=offers)))).raw
        assert found["price"] == 485000
        assert [(offer["operation"], offer["amount"]) for offer in found["offers"]] == [
            ("rent", 2500),
            ("sale", 485000),
        ]


class TestWords:
    """A value in words that are no known operation, type or status is none."""

    @pytest.mark.parametrize("word", ["Residenziale", "RESIDENTIAL", "2", "logout"])
    def test_an_unknown_operation_gives_way_to_the_heading(self, read: Read, word: str) -> None:
        state = {"listing": {"id": "4711001", "price": 425000, "bedrooms": 3, "operation": word}}
        found = read(document(HEAD, head=next_data(state)))
        assert found.raw["operation_type"] == "sale"
        assert [(issue["kind"], issue["text"]) for issue in found.issues] == [("overruled", word)]

    def test_a_number_is_no_property_type(self, read: Read) -> None:
        state = {"listing": {"id": "4711001", "price": 425000, "bedrooms": 3, "propertyType": "12"}}
        assert "property_type" not in read(document(HEAD, head=next_data(state))).raw

    def test_a_name_in_the_data_that_no_head_bears_out_is_no_title(self, read: Read) -> None:
        state = {"listing": {"id": "4711001", "price": 425000, "bedrooms": 3, "title": "classified"}}
        page = document(HEAD, head=next_data(state), title="Rosewood Cottage | Homes")
        assert read(page).raw["title"] == "Rosewood Cottage for sale"


class TestNumbers:
    """Amounts and areas with the signs and units that stand beside them."""

    def test_a_sign_after_its_number_is_not_the_next_number_s(self, read: Read) -> None:
        body = "<div><span><b>990.000</b> €</span> <span><span>172</span> m²</span></div><p>172 m² built</p>"
        assert read(document(HEAD + body)).raw["price"] == "990.000 €"

    def test_a_bare_amount_takes_the_sign_that_the_page_shows(self, read: Read) -> None:
        state = {"listing": {"id": "4711001", "price": 425000, "bedrooms": 3}}
        found = read(document(HEAD + '<p class="price">£425,000</p>', head=next_data(state))).raw
        assert found["price"] == "£425,000"

    def test_the_unit_in_the_key_beside_an_area_is_its_unit(self, read: Read) -> None:
        listing = {"id": "4711001", "price": 425000, "bedrooms": 3, "livingArea": 1238}
        state = {
            "listing": {**listing, "livingAreaUnits": "sqft", "lotAreaValue": 2, "lotAreaUnits": "acres"}
        }
        found = read(document(HEAD, head=next_data(state))).raw
        assert (found["covered_area_m2"], found["lot_size_m2"]) == ("1238 sqft", "2 acres")

    def test_the_unit_of_a_label_is_its_value_s(self, read: Read) -> None:
        body = "<p>£425,000</p><table><tr><td>Square Feet:</td><td>1056</td></tr></table>"
        assert read(document(HEAD + body)).raw["covered_area_m2"] == "1056 sq ft"


class TestStatus:
    """Badges and headings of homes that are sold, reserved or let."""

    @pytest.mark.parametrize(
        "words",
        [
            *(
                "Sold",
                "SOLD STC",
                "Let agreed",
                "Under offer",
                "Reservado",
                "Vendido",
                "Reserviert",
                "Verkauft",
            ),
            *("Vendu", "Sous compromis", "Venduto", "Verkocht", "Onder bod", "Exchanged"),
            "Sold STC - Off the market",
        ],
    )
    def test_a_badge_is_read(self, read: Read, words: str) -> None:
        body = HEAD + f'<span class="status-badge">{words}</span><p>£425,000</p><p>3 beds</p>'
        assert read(document(body)).raw["standard_status"] == words

    @pytest.mark.parametrize("name", ["tag", "overlay", "sash", "corner", "listing__state", "ribbon"])
    def test_a_badge_may_be_called_otherwise(self, read: Read, name: str) -> None:
        body = HEAD + f'<span class="{name}">Under offer</span><p>£425,000</p><p>3 beds</p>'
        assert read(document(body)).raw["standard_status"] == "Under offer"

    def test_a_status_in_the_page_s_data_is_no_operation(self, read: Read) -> None:
        state = {"listing": {"id": "4711001", "price": 425000, "bedrooms": 3, "status": "SOLD"}}
        found = read(document(HEAD, head=next_data(state))).raw
        assert (found["standard_status"], found["operation_type"]) == ("SOLD", "sale")

    def test_a_heading_that_begins_with_it_is_read(self, read: Read) -> None:
        assert (
            read(document("<h1>SOLD - Rosewood Cottage</h1><p>£425,000</p>")).raw["standard_status"] == "SOLD"
        )

    @pytest.mark.parametrize(("words", "operation"), [("For Rent", "rent"), ("En venta", "sale")])
    def test_a_badge_says_what_is_offered(self, read: Read, words: str, operation: str) -> None:
        body = (
            f'<h1>Rosewood Cottage</h1><span class="label-status">{words}</span><p>£425,000</p><p>3 beds</p>'
        )
        found = read(document(body), url="https://homes.example/oakham/rosewood-cottage-4711001")
        assert found.raw["operation_type"] == operation

    @pytest.mark.parametrize("words", ["For Sale", "New", "Sold prices in Oakham"])
    def test_other_badges_say_nothing(self, read: Read, words: str) -> None:
        body = HEAD + f'<span class="badge">{words}</span><p>£425,000</p><p>3 beds</p>'
        assert "standard_status" not in read(document(body)).raw


class TestPictures:
    """Pictures that stand where no list of them does."""

    def test_a_gallery_may_have_one(self, read: Read) -> None:
        body = HEAD + '<div class="gallery"><img src="/a.jpg"></div><p>£425,000</p>'
        assert read(document(body)).raw["image_urls"] == ["https://homes.example/a.jpg"]

    def test_plain_pictures_in_a_table_are_the_listing_s(self, read: Read) -> None:
        cells = '<td><img src="f/1.jpg" width="400"><img src="f/2.jpg"></td>'
        body = f"{HEAD}<table><tr>{cells}</tr></table><p>£425,000</p>"
        assert len(read(document(body)).raw["image_urls"]) == 2

    def test_a_recipe_takes_all_that_its_selector_finds(self, read: Read) -> None:
        body = HEAD + '<p class="x"><img src="/a.jpg"><img src="/b.jpg"></p><p>£425,000</p>'
        found = read(document(body), recipe={"fields": {"image_urls": ".x img@src"}}).raw
        assert found["image_urls"] == ["https://homes.example/a.jpg", "https://homes.example/b.jpg"]


def test_a_declarative_shadow_root_is_read(read: Read) -> None:
    body = (
        f'<home-page><template shadowrootmode="open">{HEAD}<p>£425,000</p><p>3 beds</p>'
        "<template><p>£1</p></template></template></home-page>"
    )
    found = read(document(body)).raw
    assert (found["price"], found["bedrooms"], found["title"]) == (
        "£425,000",
        "3",
        "Rosewood Cottage for sale",
    )


def similar(number: int) -> str:
    return (
        f'<li><a href="/for-sale/oakham/other-house-47110{number}"><img src="/p/{number}.jpg">N{number}</a>'
        f"<p>£{number}5,000</p><p>2 beds</p></li>"
    )


def test_a_home_with_similar_ones_below_is_no_list_of_homes(source: Source) -> None:
    rooms = "<p>3 bedrooms</p><p>2 bathrooms</p><p>110 m² floor area</p><p>Property type: Cottage</p>"
    own = f"{HEAD}<p>£425,000</p>{rooms}"
    others = "<ul>" + "".join(similar(number) for number in range(20, 26)) + "</ul>"
    page = Page(document(own + others), "https://homes.example/oakham/rosewood")
    assert page_kind(page) == "detail"
    assert page_kind(Page(document(f"<h1>Homes</h1>{others}"), "https://homes.example/oakham")) == "index"


@pytest.mark.parametrize(
    "heading",
    ["Similar homes", "More from this agent", "Das könnte Sie auch interessieren", "Otras viviendas", ""],
)
@pytest.mark.parametrize("path", ["/oakham/rosewood", "/for-sale/oakham/rosewood-4711001", "/x.php?ref=abc"])
def test_a_home_of_few_facts_is_told_from_the_others_on_its_page(read: Read, heading: str, path: str) -> None:
    """A price and the rooms outside of the cards are a home, whatever its address and the cards' heading."""
    others = "<ul>" + "".join(similar(number) for number in range(20, 26)) + "</ul>"
    body = f"<h1>Rosewood Cottage</h1><p>£425,000</p><p>3 bedrooms</p><h2>{heading}</h2>{others}"
    url = f"https://homes.example{path}"
    assert page_kind(Page(document(body), url)) == "detail"
    found = read(document(body), url=url).raw
    assert (found["price"], found["bedrooms"]) == ("£425,000", "3")


def test_other_homes_above_a_home_are_not_read_as_its_own(read: Read) -> None:
    others = "<aside><ul>" + "".join(similar(number) for number in range(20, 26)) + "</ul></aside>"
    found = read(document(f"{others}{HEAD}<p>£425,000</p><p>3 bedrooms</p>")).raw
    assert (found["price"], found["bedrooms"]) == ("£425,000", "3")


def test_filters_beside_a_list_do_not_make_it_a_home() -> None:
    """Links to narrower searches state prices and rooms, but are no facts of one home."""
    filters = "".join(f'<li><a href="/oakham?beds={n}">{n} bedrooms</a></li>' for n in range(1, 5))
    others = "<ul>" + "".join(similar(number) for number in range(20, 26)) + "</ul>"
    body = f"<h1>Oakham</h1><ul>{filters}</ul><a href='/oakham?max=1'>up to £200,000</a>{others}"
    assert page_kind(Page(document(body), "https://homes.example/oakham")) == "index"


def test_of_a_sale_and_a_rent_shown_the_sale_s_price_is_read(read: Read) -> None:
    body = "<h1>Casa</h1><p>Venta: $4,250,000 MXN</p><p>Renta: $25,000 MXN</p><p>3 recámaras</p>"
    assert read(document(body)).raw["price"] == "Venta: $4,250,000 MXN"


def test_the_code_in_a_box_of_its_own_is_the_currency(read: Read) -> None:
    price = {"amount": 425000, "currency": {"code": "EUR"}}
    listing = {"id": "4711001", "bedrooms": 3, "price": price}
    page = document("<h1>Rosewood</h1>", head=next_data({"listing": listing}))
    assert read(page).raw["currency"] == "EUR"


def test_microdata_of_one_home_is_the_page_of_a_home() -> None:
    price = '<meta itemprop="price" content="425000">'
    offer = f'<div itemprop="offers" itemscope itemtype="https://schema.org/Offer">{price}</div>'
    body = (
        f'<div itemscope itemtype="https://schema.org/House"><h1 itemprop="name">Rosewood</h1>{offer}</div>'
    )
    assert page_kind(Page(document(body), "https://homes.example/rosewood")) == "detail"


def test_pictures_and_documents_are_no_listings(source: Source) -> None:
    links = "".join(
        f'<li><a href="/photos/house-47110{number}.{ending}">House {number}</a> £{number}5,000 2 beds</li>'
        for number, ending in enumerate(("jpg", "png", "pdf", "webp", "JPG"), 20)
    )
    assert extract_index(Page(document(f"<ul>{links}</ul>"), URL), source).links == []


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("<p>6 homes</p>", 6),
        ("<p><strong>61</strong> homes for sale</p>", 61),
        ("<p>Showing 1-3 of 1,559 listings</p>", 1559),
        ("<p>128 new homes</p>", 128),
        ("<p>We found 1.300 propiedades</p>", 1300),
        ("<p>£201,000</p><p>3 bedrooms</p><p>Property for sale</p>", None),
        ("<p>£201,000 3 bedrooms Property for sale</p>", None),
        ("<a href='tel:1'>(217) 555-0100</a><h2>Properties</h2>", None),
        ("<p>Call 2175550100 homes</p>", None),
        ("<p>© 2026 properties of Oakham</p>", None),
        ("<p>Ref 4711 houses</p>", None),
        ("<p>Top 10 properties</p>", None),
        ("<p>87 Treffer</p>", 87),
        ("<p>Springfield, IL 62704</p><h2>Homes nearby</h2>", None),
    ],
)
def test_a_count_of_results_stands_beside_a_word_for_results(
    source: Source, text: str, total: int | None
) -> None:
    cards = "<ul>" + "".join(similar(number) for number in range(20, 23)) + "</ul>"
    page = Page(document(text + cards), "https://homes.example/oakham")
    assert extract_index(page, source).total == total
