"""A value is the one its label means: not the next cell's, the site's header's or a script's code."""

from __future__ import annotations

from typing import Any

import pytest

from config.source import Source
from scrapers.extract import Page, extract_index
from scrapers.extract.pagination import next_page, total_count
from tests.scrapers.extract.conftest import Read, document, jsonld, next_data
from tests.scrapers.extract.test_styles import read as read_row
from tests.tables import rows

TEXTS: dict[str, tuple[str, dict[str, Any]]] = {
    "four cells are two pairs": (
        "<table><tr><td>Beds:</td><td>2</td><td>Baños:</td><td>1 1/2</td></tr><tr><td>Nivel:</td><td>4</td>"
        "<td>Antigüedad:</td><td>12 años</td></tr><tr><td>Municipio:</td><td>Benito Juárez</td><td>C.P.:</td>"
        "<td>03020</td></tr></table>",
        {"bedrooms": 2, "bathrooms": 1, "half_bathrooms": 1, "floor_number": 4, "age_years": 12,
         "city": "Benito Juárez"},
    ),
    "label, number and unit apart": (
        "<div><h4>Area</h4><div><span>2,560</span><span>Sq Ft</span></div></div>", {"total_area_m2": "237.83"}
    ),
    "numbers before their labels": (
        "<p>Flat</p><div>Flat for you <b>3</b> chambres <b>5</b> pièces <b>121</b> m²</div>", {"bedrooms": 3}
    ),
    "a storey of several": ("<dl><dt>Piętro</dt><dd>2/4</dd></dl>", {"floor_number": 2, "total_floors": 4}),
    "a storey in words": (
        "<dl><dt>Podlaží</dt><dd>3. podlaží z celkem 6</dd></dl>", {"floor_number": 3, "total_floors": 6}
    ),
    "a storey in brackets": (
        "<dl><dt>Floor</dt><dd>7 (Out of 14 Floors)</dd></dl>", {"floor_number": 7, "total_floors": 14}
    ),
    "rooms, of them bedrooms": (
        "<dl><dt>Aantal kamers</dt><dd>5 kamers (3 slaapkamers)</dd><dt>Aantal badkamers</dt>"
        "<dd>1 badkamer en 1 apart toilet</dd></dl>",
        {"bedrooms": 3, "bathrooms": 1},
    ),
    "about so large": ("<dl><dt>Wohnfläche (ca.)</dt><dd>118,4 m²</dd></dl>", {"covered_area_m2": "118.40"}),
    "what it is built of": ("<dl><dt>Construction</dt><dd>2005</dd></dl>", {"covered_area_m2": None}),
    "what is built": ("<p>Construction: 185 m2</p>", {"covered_area_m2": 185}),
    "places of many languages": (
        "<dl><dt>Comune</dt><dd>Lucca</dd><dt>Codice postale</dt><dd>55100</dd><dt>Tipologia</dt><dd>Villa"
        "</dd>"
        "</dl>",
        {"city": "Lucca", "postal_code": "55100", "property_type": "Villa"},
    ),
    "a status that is an offer": (
        "<dl><dt>Property Status</dt><dd>For Sale</dd></dl>",
        {"operation_type": "sale"},
    ),
    "a company and its agent": (
        "<dl><dt>Agent:</dt><dd>Ann Lee</dd><dt>Agent Phone:</dt><dd>307-555-0161</dd><dt>Company:</dt>"
        "<dd>Today LLC</dd></dl>",
        {"agent_name": "Ann Lee", "agent_phone": "307-555-0161", "agency_name": "Today LLC"},
    ),
    "a company in the place of a person": (
        "<dl><dt>Contacto</dt><dd>Procasa S.C.</dd></dl>", {"agent_name": None, "agency_name": "Procasa S.C."}
    ),
    "a rent whose month stands apart": (
        "<p><span>£1,450</span> <span>pcm</span> <span>(£335 pw)</span></p>",
        {"price": 1450, "price_period": "month", "operation_type": "rent"},
    ),
    "land with the price of a square metre": (
        "<p>USD $120 por m²</p><p>Superficie: 2,400 m²</p>", {"price": 288_000, "currency": "USD"}
    ),
    "rooms of several homes": ("<p>From $90,000</p><p>1 a 3 recámaras</p>", {"bedrooms": None}),
    "an American address": (
        "<p class='address'>4412 Brook St, Plano, TX 75023</p>",
        {"address": "4412 Brook St, Plano, TX 75023", "city": "Plano", "state": "TX", "postal_code": "75023"},
    ),
    "a zip code of another state": ("<p class='address'>4412 Brook St, Plano, TX 15023</p>", {"state": None}),
    "a storey and what it is like": ("<p>5th floor exterior with lift</p>", {"floor_number": 5}),
    "a room of a storey": ("<p>1st floor bedroom 3.2m x 4m</p>", {"floor_number": None}),
    "a value that begins with the colon": (
        "<ul><li><span>Superficie construida</span><span>: 96 m²</span></li></ul>", {"covered_area_m2": 96}
    ),
    "two counts under two labels": (
        "<table><tr><td>Bedrooms / Baths</td><td>2 / 2.0</td></tr><tr><td>Approx. SqFt</td><td>1,388</td>"
        "</tr>"
        "</table>",
        {"bedrooms": 2, "bathrooms": 2, "total_area_m2": "128.95"},
    ),
    "icons in a row": (
        "<p><i class='icon-bed'></i> 2 <i class='icon-bath'></i> 1 <i class='icon-car'></i> 3</p>",
        {"bedrooms": 2, "bathrooms": 1, "parking_spaces": 3},
    ),
    "a measure in two units": ("<p>Built 128 m² (1,378 sq ft)</p>", {"covered_area_m2": 128}),
    "a home and its land": (
        "<ul><li><b>2,214</b> SqFt</li><li><b>0.19</b> Acres</li></ul>",
        {"total_area_m2": "205.69", "lot_size_m2": "768.90"},
    ),
    "a sign apart from its amount": (
        "<div class='price'><b>AED</b> <b aria-label='Price'>145,000</b> <b>Yearly</b></div>",
        {"price": 145_000, "currency": "AED", "price_period": "year"},
    ),
    "an old price inside of the price": (
        "<div class='price'>349.000€ <span class='antes'>365.000€</span></div>", {"price": 349_000}
    ),
    "an address that is none": (
        "<p class='address'>For privacy reasons, the exact address is not shown.</p>", {"address": None}
    ),
    "the telephone of the site": ("<p>3 bedrooms</p>", {"agent_phone": None}),
    "the telephone of the agent": ("<a href='tel:+34965550110'>Call</a>", {"agent_phone": "+34965550110"}),
}  # fmt: skip


@rows("name", TEXTS)
def test_a_value_is_its_labels_own(name: str) -> None:
    shown, truth = TEXTS[name]
    price = "" if any(mark in shown for mark in ("$", "£", "'price'")) else "<p class='price'>€ 99,000</p>"
    found = read_row(f"<h1>X</h1>{price}{shown}", None, *truth)
    assert {field: str(value).removesuffix(".00") for field, value in zip(truth, found, strict=True)} == {
        field: str(value) for field, value in truth.items()
    }


class TestData:
    """What a page's data says, and what it only seems to say."""

    def test_a_code_is_not_what_the_page_shows(self, read: Read) -> None:
        """Sites number their choices: 6 is "30 to 50 years", and the first floor."""
        state = next_data(
            {"listing": {"id": 4711001, "price": 65000, "floor": 6, "antiquity": 6, "bedrooms": 3}}
        )
        shown = "<dl><dt>Antigüedad</dt><dd>30 a 50 años</dd><dt>Planta</dt><dd>1ª Planta</dd></dl>"
        raw = read(document(shown + state)).raw
        assert (raw["floor_number"], raw["age_years"]) == ("1", "30 a 50 años")

    @pytest.mark.parametrize("price", [0, "0", 1, "1.00"])
    def test_no_price_in_the_data_does_not_hide_the_one_shown(self, read: Read, price: Any) -> None:
        state = next_data({"listing": {"id": 4711001, "price": price, "bedrooms": 3}})
        assert read(document(f"<p class='price'>£425,000</p>{state}")).raw["price"] == "£425,000"

    @pytest.mark.parametrize("most", [425000, 0, 5])
    def test_the_end_of_a_range_is_above_its_beginning(self, read: Read, most: int) -> None:
        state = next_data({"listing": {"id": 4711001, "price": 425000, "priceMax": most, "bedrooms": 3}})
        assert "price_max" not in read(document(state)).raw

    def test_an_offer_in_a_status_and_the_sizes_in_two_units(self, read: Read) -> None:
        sizes = [{"unit": "sqft", "minimumSize": 1184}, {"unit": "sqm", "minimumSize": 110}]
        home = {"id": 4711001, "price": 1, "homeStatus": "FOR_RENT", "sizings": sizes, "bedrooms": 3}
        home["contactInfo"] = {"telephoneNumbers": {"localNumber": "01263 555012"}}
        raw = read(document(next_data({"property": home}))).raw
        assert (raw["operation_type"], raw["total_area_m2"]) == ("rent", "110 m²")
        assert raw["agent_phone"] == "01263 555012"

    @pytest.mark.parametrize(
        ("body", "precision"),
        [
            (next_data({"home": {"id": 4711001, "bedrooms": 3, "price": 9, "location": {"latitude": 52.9,
                "longitude": 1.3, "pinType": "APPROXIMATE_POINT"}}}), "approximate"),
            (next_data({"home": {"id": 4711001, "bedrooms": 3, "price": 9, "location": {"coordinates": {
                "latitude": 52.9, "longitude": 1.3, "isApproximate": True}}}}), "approximate"),
            ("<div data-lat='52.9' data-lng='1.3'></div><p>3 beds</p><p>La ubicación es aproximada</p>",
             "approximate"),
            ("<div data-lat='52.9' data-lng='1.3'></div><p>3 beds</p>", None),
        ],
    )  # fmt: skip
    def test_a_place_that_is_only_about_right_is_marked(
        self, read: Read, body: str, precision: str | None
    ) -> None:
        raw = read(document(body)).raw
        assert (str(raw["latitude"]), raw.get("location_precision")) == ("52.9", precision)

    def test_boxes_of_the_land_and_of_the_one_home(self, read: Read) -> None:
        home = {
            "bedrooms": 2,
            "surface": 162,
            "land": {"surface": 240},
            "street": "Kerkstraat",
            "number": "12",
        }
        home["state"] = "attivo"
        raw = read(document(next_data({"estate": {"id": 4711001, "price": 9000, "properties": [home]}}))).raw
        assert (raw["price"], raw["bedrooms"], raw["address"]) == (9000, 2, "Kerkstraat 12")
        assert (raw["total_area_m2"], raw["lot_size_m2"], raw.get("state")) == (162, 240, None)

    def test_the_one_offer_that_has_an_amount(self, read: Read) -> None:
        offers = [{"businessType": "RENTAL", "price": None}, {"businessType": "SALE", "price": "1290000"}]
        raw = read(document(next_data({"ad": {"id": 4711001, "bedrooms": [3], "pricingInfos": offers}}))).raw
        assert (raw["price"], raw["operation_type"], raw["bedrooms"]) == ("1290000", "sale", 3)

    def test_pairs_of_programs_names_and_values(self, read: Read) -> None:
        pairs = [{"key": "square", "value": "118", "value_label": "118 m²"},
                 {"key": "bedrooms", "value": "3"},
                 {"key": "land_plot_surface", "value": "540"}, {"key": "rooms", "value": "5"}]  # fmt: skip
        pictures = {"urls": ["/1.jpg", "/2.jpg"], "thumb_url": "/t.jpg"}
        home = {"list_id": 4711001, "price": [329000], "attributes": pairs, "images": pictures}
        raw = read(document(next_data({"ad": home}))).raw
        assert (raw["price"], raw["bedrooms"], raw["lot_size_m2"]) == (329000, "3", "540")
        assert (raw["total_area_m2"], len(raw["image_urls"])) == ("118 m²", 2)

    def test_an_amount_without_a_sign_in_the_price_s_own_box(self) -> None:
        assert read_row("<h1>X</h1><p class='price'><b>95.50 Lac</b></p>", "IN", "price") == (9_550_000,)

    def test_an_unknown_currency_is_an_error_of_that_field_alone(self) -> None:
        offer = {"@type": "Offer", "price": "250000", "priceCurrency": "XQZ"}
        head = jsonld({"@type": "House", "numberOfBedrooms": 3, "offers": offer})
        assert read_row("<h1>X</h1>", None, "currency", "price", head=head) == (None, 250_000)

    def test_data_attributes_of_the_listings_own_element(self, read: Read) -> None:
        def element(number: int, price: int) -> str:
            return (
                f"<div data-listing-id='{number}' data-price='{price}' data-currency='CAD' data-beds='3'"
                f" data-sqft='1410' data-city='Ottawa'><p>Home</p></div>"
            )

        raw = read(document(element(4711002, 9) + element(4711001, 315000) + "<i data-price='5'></i>")).raw
        assert (raw["price"], raw["currency"], raw["city"]) == ("315000", "CAD", "Ottawa")
        assert (raw["bedrooms"], raw["covered_area_m2"]) == ("3", "1410 sqft")


class TestStructured:
    """schema.org in the ways that sites write it."""

    def test_nodes_that_are_named_elsewhere(self, read: Read) -> None:
        home = {"@type": "Apartment", "@id": "#home", "numberOfBedrooms": 2, "address": {"@id": "#place"}}
        place = {
            "@type": "PostalAddress",
            "@id": "#place",
            "addressLocality": "Toronto",
            "inside": {"@id": "#home"},
        }
        rent = {"@type": "UnitPriceSpecification", "price": "2450", "priceCurrency": "CAD", "unitCode": "MON"}
        offer = {
            "@type": "Offer",
            "itemOffered": {"@id": "#home"},
            "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
            "priceSpecification": rent,
        }
        raw = read(document(head=jsonld({"@graph": [home, place]}) + jsonld(offer))).raw
        assert (raw["price"], raw["currency"], raw["price_period"]) == ("2450", "CAD", "month")
        assert (raw["operation_type"], raw["bedrooms"], raw["city"]) == ("rent", 2, "Toronto")

    def test_quotes_inside_of_texts_that_nobody_escaped(self, read: Read) -> None:
        text = (
            '{"@type": "House", "name": "The "Old", long "Mill"", "description": "By "Lake Builders", 1950.",'
            ' "numberOfBedrooms": 3, "offers": {"@type": "Offer", "price": "189000", "priceCurrency":'
            ' "EUR",}}'
        )
        raw = read(document(head=f'<script type="application/ld+json">{text}</script>')).raw
        assert (raw["price"], raw["bedrooms"], raw["title"]) == ("189000", 3, 'The "Old", long "Mill"')

    def test_rdfa(self, read: Read) -> None:
        body = (
            '<div vocab="http://schema.org/" typeof="SingleFamilyResidence"><h1 property="name">Maison</h1>'
            '<div property="address" typeof="PostalAddress"><span property="streetAddress">8 rue des Lilas'
            "</span>"
            '<span property="schema:addressLocality">Nantes</span></div>'
            '<div property="offers" typeof="Offer">'
            '<span property="price" content="412000">412 000 €</span>'
            '<meta property="priceCurrency" content="EUR">'
            '</div><span property="numberOfBedrooms">3</span> chambres <span property="numberOfRooms">5'
            "</span></div>"
        )
        raw = read(document(body)).raw
        assert (raw["price"], raw["currency"], raw["bedrooms"]) == ("412000", "EUR", "3")
        assert (raw["address"], raw["city"]) == ("8 rue des Lilas", "Nantes")


@pytest.mark.parametrize(
    ("text", "total"),
    [("Est. 1987 properties", None), ("1987 properties", 1987), ("1 - 24 of 2026", 2026), ("312 homes", 312)],
)
def test_a_year_counts_nothing(text: str, total: int | None) -> None:
    assert total_count(text, 8, "https://homes.example/list") == total


@pytest.mark.parametrize(
    ("path", "following"),
    [("/sale/leeds", "/sale/leeds/2"), ("/sale/leeds/2", "/sale/leeds/3"), ("/sale", None)],
)
def test_a_pagers_numbers_may_end_the_path(path: str, following: str | None) -> None:
    links = "".join(f"<a href='/sale/leeds/{n}'>{n}</a>" for n in (1, 2, 3, 21))
    page = Page(document(f"<div class='pager'>{links}</div>"), f"https://homes.example{path}")
    assert next_page(page) == (following and f"https://homes.example{following}")


def test_homes_at_the_side_of_a_list_are_not_its_homes() -> None:
    def card(number: int) -> str:
        return f"<div><a href='/rent/flat-{number}'>Flat {number}</a><p>£1,200 pcm</p><p>2 beds</p></div>"

    cards = "".join(map(card, range(8101, 8107)))
    old = "".join(map(card, range(7101, 7104)))
    page = Page(
        document(f"<h1>To rent</h1>{cards}<aside><h4>Latest</h4>{old}</aside>"), "https://s.example/rent"
    )
    assert [link[-4:] for link in extract_index(page, Source(name="s")).links] == [
        str(n) for n in range(8101, 8107)
    ]
