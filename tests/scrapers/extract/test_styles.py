"""Pages in styles of many site builders and countries: what each states is read, and nothing beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from config.listing import BIT
from config.source import Source
from parsing.rows import CellReader
from parsing.staged import StagedRow
from parsing.vocabulary import amounts
from scrapers.extract import Page
from scrapers.extract.index import extract_index
from scrapers.extract.listing import extract_listing
from tests.parsing.forms import forms
from tests.scrapers.extract.conftest import document, jsonld
from tests.tables import rows

FETCHED = datetime(2026, 3, 1, tzinfo=UTC)
MENU = (
    "<header><nav><a href='/'>Agency</a><a href='/contact'>Contact</a></nav><a href='tel:+18005550000'>Call"
    "</a>"
    "</header>"
)
URL = "https://agency.example/homes/1001"


def row_of(body: str, country: str | None, head: str = "", url: str = URL) -> StagedRow:
    """The staged row of what is certain on a page, which has a menu before its own part."""
    source = Source(name="agency", country=country)
    raw = extract_listing(Page(document(f"{MENU}<main>{body}</main>", head), url), source).certain
    return CellReader(source).read(raw, url=url, page_number=None, fetched_at=FETCHED)


def read(body: str, country: str | None, *names: str, head: str = "", url: str = URL) -> tuple[Any, ...]:
    """The values of some fields of a page."""
    row = row_of(body, country, head, url)
    return tuple(row.values[BIT[name]] for name in names)


def labelled(*pairs: tuple[str, str]) -> str:
    """A definition list."""
    return f"<dl>{''.join(f'<dt>{label}</dt><dd>{value}</dd>' for label, value in pairs)}</dl>"


class TestNamesOfPeople:
    @pytest.mark.parametrize(
        "heading", ["<h1>Maison 3 à Lyon</h1>", "<h1 class='title'><span>Casa Azul</span></h1>"]
    )
    def test_the_menu_does_not_make_the_heading_the_agent(self, heading: str) -> None:
        assert read(f"{heading}<p>245 000 €</p><p>3 chambres</p>", "FR", "agent_name") == (None,)

    @pytest.mark.parametrize("text", ["Call us today", "Ask for a viewing", "Send us a message"])
    def test_a_sentence_under_contact_is_nobodys_name(self, text: str) -> None:
        body = f"<h1>Flat 3</h1><p>£1,300 pcm</p><div><h3>Contact</h3><p>{text}</p></div>"
        assert read(body, "GB", "agent_name") == (None,)

    @pytest.mark.parametrize("name", ["Mary Johnson", "María de la Cruz", "Jan van der Berg", "Rosa Canul"])
    def test_a_name_under_contact_is(self, name: str) -> None:
        body = f"<h1>Flat 3</h1><p>£1,300 pcm</p><div><h3>Contact</h3><p>{name}</p></div>"
        assert read(body, "GB", "agent_name") == (name,)


class TestAmountsThatAreNoPrice:
    def test_a_home_report_is_not_the_price(self) -> None:
        """Scotland's pages show what the surveyor thinks a home is worth, often first and often larger."""
        text = "<ul><li>Home Report value £340,000</li></ul><p class='price'>Offers Over £325,000</p>"
        for shown in (text, labelled(("Home Report", "£340,000"), ("Offers over", "£325,000"))):
            assert read(f"<h1>1 Glen Road</h1>{shown}<p>3 bedrooms</p>", "GB", "price") == (325_000,)

    def test_an_appraisal_and_a_least_bid_are_not_the_price(self) -> None:
        shown = labelled(("Valore di perizia", "€ 210.000,00"), ("Prezzo base", "€ 157.000,00"),
                     ("Offerta minima", "€ 118.000,00"), ("Superficie", "91 m²"))  # fmt: skip
        assert read(f"<h1>Appartamento all'asta</h1>{shown}", "IT", "price") == (157_000,)

    def test_of_land_house_and_package_the_package_is_the_price(self) -> None:
        shown = labelled(
            ("Land price", "$310,000"), ("House price", "$289,000"), ("Package price", "$599,000")
        )
        assert read(f"<h1>Lot 7, Wattle Estate</h1>{shown}<p>4 bedrooms</p>", "AU", "price") == (599_000,)

    def test_of_land_and_house_neither_is_the_price(self) -> None:
        shown = labelled(("Land price", "$310,000"), ("House price", "$289,000"))
        assert read(f"<h1>Lot 7, Wattle Estate</h1>{shown}<p>4 bedrooms</p>", "AU", "price") == (None,)

    def test_land_alone_has_its_price(self) -> None:
        shown = labelled(("Land price", "$310,000"), ("Land size", "450 m²"))
        assert read(f"<h1>Lot 7, Wattle Estate</h1>{shown}", "AU", "price", "lot_size_m2") == (310_000, 450)

    @rows("word", [form for word in amounts.PARTS for form in forms(word)])
    def test_parts_in_many_languages(self, word: str) -> None:
        other = "site" if word == "land" else "land"
        shown = labelled((f"{word} price", "$310,000"), (f"{other} price", "$289,000"), ("Price", "$599,000"))
        assert read(f"<h1>Wattle</h1>{shown}<p>4 bedrooms</p>", "AU", "price") == (599_000,)

    def test_a_deposit_is_not_the_rent(self) -> None:
        shown = "<ul><li>£1,500 deposit</li><li>£1,310 pcm</li><li>2 bedrooms</li></ul>"
        assert read(f"<h1>Flat 3</h1>{shown}", "GB", "price", "price_period") == (1_310, "month")


class TestStyles:
    def test_a_shop_of_homes(self) -> None:
        """Prices in cents in a script, other homes below, the offer in JSON-LD."""
        product = {"@type": "Product", "name": "Casa Azul", "sku": "CA-1",
                   "offers": [{"@type": "Offer", "price": "246000.0", "priceCurrency": "USD"}]}  # fmt: skip
        head = (
            jsonld(product) + "<script>var meta={'product':{'id':6600000000001,'price':24600000}};</script>"
        )
        other = "<a href='/products/casa-azul-7'>Casa Azul 7</a><span>$252,000.00</span>"
        related = f"<div class='related'><h2>You may also like</h2>{other}</div>"
        body = f"<h1>Casa Azul</h1><span class='money'>$246,000.00</span>{related}"
        assert read(body, "US", "property_id", "price", head=head) == ("CA-1", 246_000)

    def test_fields_with_their_labels_in_boxes(self) -> None:
        fields = [("Price", "€385,000"), ("Bedrooms", "4"), ("Bathrooms", "2.5"), ("Floor area", "121 sq. m"),
                  ("Status", "Sale Agreed"), ("Management fee", "€1,200 per annum")]  # fmt: skip
        boxes = "".join(
            f"<div class='field'><div class='label'>{label}</div><div class='item'>{value}</div></div>"
            for label, value in fields
        )
        names = ("price", "bedrooms", "bathrooms", "half_bathrooms", "standard_status")
        assert read(f"<article><h1>1 Sea View</h1>{boxes}</article>", "IE", *names) == (
            385_000, 4, 2, 1, "Active Under Contract",
        )  # fmt: skip

    def test_a_german_list_of_terms(self) -> None:
        shown = labelled(("Kaufpreis", "385.000 €"), ("Verkehrswert", "400.000 €"), ("Hausgeld", "310 €"),
                     ("Wohnfläche ca.", "112,5 m²"), ("Zimmer", "4,5"), ("Schlafzimmer", "3"),
                     ("Baujahr", "1974"), ("Etage", "2 von 4"), ("Status", "Reserviert"))  # fmt: skip
        names = ("price", "bedrooms", "construction_year", "floor_number", "standard_status")
        assert read(f"<h1>Helle Wohnung</h1>{shown}", "DE", *names) == (385_000, 3, 1974, 2, "Hold")

    def test_rdfa_in_french(self) -> None:
        """The price without the agency's fee, the tax and the rooms are not what they stand beside."""
        offer = "<span property='price' content='245000'>245 000 €</span>"
        body = (f"<div vocab='https://schema.org/' typeof='House'><h1 property='name'>Maison</h1>{offer}"
                "<p>Honoraires inclus, soit 235 000 € hors honoraires</p><ul><li>Surface : 98 m²</li>"
                "<li>Terrain : 450 m²</li><li>Pièces : 5</li><li>Chambres : 3</li>"
                "<li>Taxe foncière : 1 250 €</li></ul></div>")  # fmt: skip
        names = ("price", "bedrooms", "total_area_m2", "lot_size_m2")
        assert read(body, "FR", *names) == (245_000, 3, 98, 450)

    @pytest.mark.parametrize(("country", "bedrooms"), [("IT", 3), ("RO", None), ("MD", None)])
    def test_rooms_are_bedrooms_where_the_country_calls_them_so(
        self, country: str, bedrooms: int | None
    ) -> None:
        body = "<h1>Apartament</h1><p class='pret'>89.100 €</p><ul><li>Camere: 3</li></ul>"
        assert read(body, country, "price", "bedrooms") == (89_100, bedrooms)

    def test_a_list_with_microdata_leads_to_every_home(self) -> None:
        cards = "".join(
            "<li itemscope itemtype='https://schema.org/House'>"
            f"<a itemprop='url' href='/for-sale/ref/AB12-{n}'><span itemprop='name'>{n} Mill Lane</span></a>"
            f"<span itemprop='price'>£{325 + n},000</span></li>"
            for n in range(1, 7)
        )
        page = Page(document(f"{MENU}<h1>For sale</h1><ul>{cards}</ul>"), "https://agency.example/for-sale")
        links = extract_index(page, Source(name="agency", country="GB")).links
        assert links == [f"https://agency.example/for-sale/ref/AB12-{n}" for n in range(1, 7)]
