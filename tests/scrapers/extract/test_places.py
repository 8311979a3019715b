"""Where a home is, read from what the page says of its address, and nothing of another's."""

from __future__ import annotations

from typing import Any

import pytest

from config.source import Source
from scrapers.extract import Page, extract_listing
from tests.scrapers.extract.conftest import URL, Read, document, jsonld, next_data

HEAD = "<h1>Rosewood Cottage for sale</h1><p>£425,000</p><p>3 beds</p>"
PLACE = (52.671, -0.727)


def place(raw: dict[str, Any]) -> tuple[float, float] | None:
    if "latitude" not in raw:
        return None
    return float(raw["latitude"]), float(raw["longitude"])


def state(*others: Any, **listing: Any) -> str:
    """A listing with an address and no place, and other objects of the page's data."""
    own = {"listing_id": "4711001", "price": 425000, "bedrooms": 3, "displayAddress": "Mill Lane, Oakham"}
    return next_data({"own": {**own, **listing}, "widgets": list(others)})


class TestCompanions:
    """Objects of the page's data that name the listing's own address."""

    def test_an_object_with_the_same_address_places_the_listing(self, read: Read) -> None:
        map_of_it = {"fullAddress": "Mill Lane, Oakham", "latitude": 52.671, "longitude": -0.727}
        found = read(document(HEAD, head=state({"props": {**map_of_it, "postcode": "LE15 6AA"}}))).raw
        assert (place(found), found["postal_code"]) == (PLACE, "LE15 6AA")

    def test_an_object_with_another_address_does_not(self, read: Read) -> None:
        other = {"fullAddress": "Church Street, Oakham", "latitude": 52.671, "longitude": -0.727}
        assert place(read(document(HEAD, head=state({"props": other}))).raw) is None

    def test_two_that_differ_are_not_believed(self, read: Read) -> None:
        one = {"fullAddress": "Mill Lane, Oakham", "latitude": 52.671, "longitude": -0.727}
        assert (
            place(read(document(HEAD, head=state({"a": one}, {"b": {**one, "latitude": 51.5}}))).raw) is None
        )

    def test_an_agency_s_place_is_its_own(self, read: Read) -> None:
        office = {"address": "Mill Lane, Oakham", "latitude": 52.671, "longitude": -0.727}
        assert place(read(document(HEAD, head=state({"branch": office}))).raw) is None

    def test_the_own_postal_code_names_the_town(self, read: Read) -> None:
        section = {"location": {"address": {"city": "Castelnau le Lez", "zipCode": "34170"}}}
        found = read(
            document(HEAD, head=state(section, {"city": "Paris", "zipCode": "75001"}, cp="34170"))
        ).raw
        assert found["city"] == "Castelnau le Lez"


class TestScripts:
    """Maps that a script draws."""

    @pytest.mark.parametrize(
        "script",
        [
            "var hub_lat = 52.671;\n var hub_long = -0.727;",
            'const position = {lat: 52.671, lng: -0.727}; new Map("x")',
            "new google.maps.Marker({position: new google.maps.LatLng(52.671, -0.727)})",
            "L.marker([52.671, -0.727]).addTo(map)",
            "map.setView([52.671, -0.727], 13)",
            "new google.maps.Map(x, {center: new google.maps.LatLng(52.671, -0.727)})",
            "var map = {center: new google.maps.LatLng(53.999, -0.111)}; var lat = 52.671, lng = -0.727;",
        ],
    )
    def test_the_place_of_its_map_is_the_listing_s(self, read: Read, script: str) -> None:
        assert place(read(document(f"{HEAD}<script>{script}</script>")).raw) == PLACE

    def test_several_places_are_none(self, read: Read) -> None:
        script = "L.marker([52.671, -0.727]); L.marker([52.1, -0.5125]);".replace("52.1,", "52.1001,")
        assert place(read(document(f"{HEAD}<script>{script}</script>")).raw) is None

    def test_what_cannot_be_a_place_is_none(self, read: Read) -> None:
        script = "var lat = 152.671; var lng = -0.727;"
        assert place(read(document(f"{HEAD}<script>{script}</script>")).raw) is None


class TestStates:
    """Regions and provinces by what counts in their country."""

    @pytest.mark.parametrize(
        ("country", "state_read"), [("IT", "Lombardia"), ({"id": "FR"}, "Lombardia"), ("ES", "Milano")]
    )
    def test_a_region_is_the_state_where_the_country_counts_by_regions(
        self, read: Read, country: Any, state_read: str
    ) -> None:
        location = {"city": "Milano", "province": "Milano", "region": "Lombardia", "nation": country}
        assert read(document(HEAD, head=state(location=location))).raw["state"] == state_read

    def test_a_province_without_a_region_is_the_state(self, read: Read) -> None:
        location = {"city": "Milano", "province": "Milano", "nation": "IT"}
        assert read(document(HEAD, head=state(location=location))).raw["state"] == "Milano"


class TestAddressElements:
    """Elements that call themselves an address."""

    def test_an_address_without_a_label_is_read(self, read: Read) -> None:
        body = f'{HEAD}<p class="address">1 Mill Lane, <span>Oakham</span> LE15</p>'
        assert read(document(body)).raw["address"] == "1 Mill Lane, Oakham LE15"

    def test_an_agent_s_address_is_not_the_home_s(self, read: Read) -> None:
        body = f'{HEAD}<div class="agent-box"><address>9 High Street, Oakham</address></div>'
        assert "address" not in read(document(body)).raw

    def test_two_addresses_are_none(self, read: Read) -> None:
        body = f"{HEAD}<address>1 Mill Lane, Oakham</address><address>9 High Street, Oakham</address>"
        assert "address" not in read(document(body)).raw


class TestCurrency:
    """A sign that several countries share means the money of the home's own country."""

    @pytest.mark.parametrize(
        ("address", "currency"),
        [
            ("350 N Forest, Casper, WY 82609", "USD"),
            ("12 King St, Toronto, ON M5V 1J2", "CAD"),
            ("3 Beach Rd, Bondi NSW 2026", "AUD"),
            ("Calle 60, Mérida, YUC 97000", None),
            ("Av. Juárez 5, Morelia, MI 58000", None),
        ],
    )
    def test_of_a_dollar_sign(self, source: Source, address: str, currency: str | None) -> None:
        body = f"<h1>House</h1><p>Price: $335,000</p><p>3 beds</p><p>Address: {address}</p>"
        assert extract_listing(Page(document(body), URL), source).raw.get("currency") == currency

    def test_by_the_country_that_the_page_states(self, read: Read) -> None:
        address = {"@type": "PostalAddress", "addressLocality": "Mérida", "addressCountry": "MX"}
        body = "<h1>Casa</h1><p>$3,350,000</p>"
        found = read(document(body, head=jsonld({"@type": "House", "name": "Casa", "address": address}))).raw
        assert found["currency"] == "MXN"

    def test_a_source_s_own_country_comes_first(self) -> None:
        source = Source(name="homes.example", country="MX")
        body = "<h1>House</h1><p>Price: $335,000</p><p>3 beds</p><p>Address: 1 A St, Casper, WY 82609</p>"
        assert "currency" not in extract_listing(Page(document(body), URL), source).raw
