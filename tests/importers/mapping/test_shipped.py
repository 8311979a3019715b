"""Each shipped mapping on rows as its kind of file has them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from config.listing import BIT, FIELDS
from config.source import Source
from importers.mapping import cell_reader, compile_mapping, load_mapping
from importers.mapping.model import TARGETS
from tests.importers.mapping.rows import ACME, FETCHED, Row, staged

REDFIN_URL = "URL (SEE https://www.redfin.com/buy-a-home/comparative-market-analysis FOR INFO ON PRICING)"


def fields(name: str, cells: dict[str, Any]) -> dict[str, Any]:
    row = staged(load_mapping(name), cells)
    assert row.problem is None
    return {name: row.values[bit] for name, bit in BIT.items() if row.values[bit] is not None}


class TestRedfin:
    CELLS: ClassVar[dict[str, Any]] = {
        "SALE TYPE": "MLS Listing",
        "PROPERTY TYPE": "Townhouse",
        "ADDRESS": "7 Alder Loop Unit 4",
        "CITY": "Asheville",
        "STATE OR PROVINCE": "NC",
        "ZIP OR POSTAL CODE": "28804",
        "PRICE": "451500",
        "BEDS": "3",
        "BATHS": "2.5",
        "LOCATION": "Alder Hill",
        "SQUARE FEET": "1348",
        "LOT SIZE": "10454",
        "YEAR BUILT": "1968",
        "DAYS ON MARKET": "8",
        "$/SQUARE FEET": "335",
        "STATUS": "Active",
        REDFIN_URL: "https://homes.example.com/7",
        "SOURCE": "AN MLS",
        "MLS#": "4400123",
        "LATITUDE": "35.61",
        "LONGITUDE": "-82.61",
    }

    def test_a_row(self) -> None:
        row = fields("redfin", self.CELLS)
        assert row["property_id"] == "4400123"
        assert (row["price"], row["currency"], row["state"]) == (451_500, "USD", "NC")
        assert (row["bathrooms"], row["half_bathrooms"]) == (2, 1)
        assert (row["covered_area_m2"], row["lot_size_m2"]) == (Decimal("125.23"), Decimal("971.21"))
        assert row["source_url"] == "https://homes.example.com/7"
        assert row["address_normalized"] == "7 ALDER LOOP UNIT 4"

    def test_a_canadian_row_is_priced_in_canadian_dollars(self) -> None:
        assert fields("redfin", {**self.CELLS, "STATE OR PROVINCE": "BC"})["currency"] == "CAD"

    def test_the_disclaimer_line_is_dropped_as_blank(self) -> None:
        assert set(load_mapping("redfin").options.drop_if_blank) <= set(self.CELLS) - {"SALE TYPE"}


class TestRealtor:
    CELLS: ClassVar[dict[str, Any]] = {
        "property_url": "https://homes.example.com/9",
        "property_id": "5700000001",
        "status": "SOLD",
        "text": "A home.",
        "style": "SINGLE_FAMILY",
        "full_street_line": "330 Birch Rd",
        "city": "Durham",
        "state": "NC",
        "zip_code": "27701",
        "beds": "3",
        "full_baths": "2",
        "half_baths": "",
        "sqft": "1763",
        "year_built": "1953",
        "list_price": "",
        "list_date": "2025-03-20",
        "sold_price": "700000",
        "lot_sqft": "23958",
        "stories": "1",
        "latitude": "35.9",
        "longitude": "-78.9",
        "office_name": "Birch Realty",
        "alt_photos": "https://i.example.com/1.jpg, https://i.example.com/2.jpg",
    }

    def test_a_sold_home_is_closed_and_without_a_list_price(self) -> None:
        row = fields("realtor", self.CELLS)
        assert (row["standard_status"], row.get("price"), row["operation_type"]) == ("Closed", None, "sale")
        assert row["image_urls"] == '["https://i.example.com/1.jpg","https://i.example.com/2.jpg"]'
        assert row["listing_date"] == date(2025, 3, 20)
        assert row["agency_name"] == "Birch Realty"

    def test_a_rental_is_rented_by_the_month(self) -> None:
        row = fields("realtor", {**self.CELLS, "status": "FOR_RENT", "list_price": "2200"})
        assert (row["operation_type"], row["price_period"], row["price"]) == ("rent", "month", 2200)
        assert row["standard_status"] == "Active"


class TestReso:
    CELLS: ClassVar[dict[str, Any]] = {
        "ListingKey": "MLS1",
        "MlgCanView": True,
        "StandardStatus": "ActiveUnderContract",
        "PropertyType": "Residential",
        "PropertySubType": "SingleFamilyResidence",
        "ListPrice": 425000,
        "StreetNumber": "123",
        "StreetDirPrefix": "N",
        "StreetName": "Larch",
        "StreetSuffix": "Street",
        "UnitNumber": "4B",
        "City": "Elm",
        "StateOrProvince": "IL",
        "BedroomsTotal": 4.0,
        "BathroomsFull": 2,
        "BathroomsHalf": 1,
        "LivingArea": 200,
        "LivingAreaUnits": "SquareMeters",
        "LotSizeArea": 0.5,
        "LotSizeUnits": "Acres",
        "ListingContractDate": "2026-05-01",
        "Media": [
            {"MediaURL": "https://m.example.com/b.jpg", "Order": 1},
            {"MediaURL": "https://m.example.com/a.jpg", "Order": 0},
        ],
    }

    def test_a_residence(self) -> None:
        row = fields("reso", self.CELLS)
        assert (row["standard_status"], row["operation_type"]) == ("Active Under Contract", "sale")
        assert (row["address"], row["address_normalized"]) == ("123 N Larch Street 4B", "123 N LARCH ST # 4B")
        assert (row["covered_area_m2"], row["lot_size_m2"]) == (200, Decimal("2023.43"))
        assert (row["bedrooms"], row["bathrooms"], row["half_bathrooms"]) == (4, 2, 1)
        assert row["main_image_url"] == "https://m.example.com/a.jpg"
        assert json.loads(row["image_urls"]) == ["https://m.example.com/a.jpg", "https://m.example.com/b.jpg"]
        assert "price_period" not in row

    def test_a_bare_living_area_is_in_square_feet(self) -> None:
        assert fields("reso", {**self.CELLS, "LivingAreaUnits": None})["covered_area_m2"] == Decimal("18.58")

    @pytest.mark.parametrize(
        ("said", "period"),
        [
            ({}, "month"),
            ({"LeaseAmountFrequency": "Annually"}, "year"),
            ({"LeaseAmountFrequency": "Weekly"}, "week"),
        ],
    )
    def test_a_lease_states_its_period(self, said: dict[str, str], period: str) -> None:
        row = fields("reso", {**self.CELLS, "PropertyType": "Residential Lease", **said})
        assert (row["operation_type"], row["price_period"]) == ("rent", period)

    def test_a_listing_that_may_not_be_shown_is_deleted(self) -> None:
        row = fields("reso", {"ListingKey": "MLS1", "MlgCanView": False})
        assert row["standard_status"] == "Delete"

    @pytest.mark.parametrize(
        ("place", "money"),
        [
            ({"Country": "CA"}, "CAD"),
            ({"StateOrProvince": "QC"}, "CAD"),
            ({"StateOrProvince": "ND"}, "USD"),
            ({"Country": "MX"}, "MXN"),
        ],
    )
    def test_the_money_follows_the_place(self, place: dict[str, str], money: str) -> None:
        assert fields("reso", {**self.CELLS, **place})["currency"] == money


def test_zillow_rows_flat_or_nested() -> None:
    nested = {
        "zpid": 44,
        "homeStatus": "FOR_RENT",
        "price": 2500,
        "homeType": "CONDO",
        "livingArea": 900,
        "address": {"streetAddress": "5 Ash Ct", "city": "Reno", "state": "NV", "zipcode": "89501"},
        "detailUrl": "https://z.example.com/44",
        "lotAreaValue": 0.25,
        "lotAreaUnits": "Acres",
    }
    row = fields("zillow", nested)
    assert (row["property_id"], row["address"], row["city"], row["postal_code"]) == (
        "44",
        "5 Ash Ct",
        "Reno",
        "89501",
    )
    assert (row["operation_type"], row["price_period"], row["currency"]) == ("rent", "month", "USD")
    assert (row["covered_area_m2"], row["lot_size_m2"]) == (Decimal("83.61"), Decimal("1011.71"))
    flat = fields(
        "zillow",
        {"zpid": "45", "address": "6 Ash Ct, Reno, NV", "unformattedPrice": 300000, "statusType": "FOR_SALE"},
    )
    assert (flat["address"], flat["price"], flat["operation_type"]) == ("6 Ash Ct, Reno, NV", 300_000, "sale")


def test_a_generic_mls_export_by_its_labels() -> None:
    row = fields(
        "mls",
        {
            "MLS Number": "A11",
            "Status": "Pending",
            "Property Type": "Residential",
            "Street Number": "12",
            "Street Name": "Fir",
            "Street Suffix": "Ave",
            "List Price": "$310,000",
            "Beds": "3",
            "Full Baths": "2",
            "Half Baths": "0",
            "Sq Ft": "1,500",
            "Acres": "0.2",
            "Year Built": "1990",
            "List Agent": "Ann Lee",
        },
    )
    assert (row["address"], row["price"], row["standard_status"]) == ("12 Fir Ave", 310_000, "Pending")
    assert (row["covered_area_m2"], row["lot_size_m2"]) == (Decimal("139.35"), Decimal("809.37"))
    assert (row["bathrooms"], row["half_bathrooms"], row["agent_name"]) == (2, 0, "Ann Lee")


def test_a_plain_table_however_its_headers_are_spelled() -> None:
    row = fields(
        "plain",
        {
            "ID": "1",
            "Precio": "$1,250,000",
            "Tipo": "Casa",
            "Recámaras": "3",
            "SQFT": "1000",
            "Zip Code": "06100",
        },
    )
    assert (row["price"], row["property_type"], row["bedrooms"], row["postal_code"]) == (
        1_250_000,
        "Casa",
        3,
        "06100",
    )
    assert row["covered_area_m2"] == Decimal("92.90")


@pytest.mark.parametrize(
    "source",
    [ACME, Source(name="de", country="DE", currency="EUR"), Source(name="mx", country="MX", currency="MXN")],
)
def test_what_we_export_reads_back_unchanged(source: Source) -> None:
    raw = {
        "property_id": "A-1",
        "title": "Casa «Sol»",
        "description": "Line one\nline two",
        "property_type": "Casa",
        "operation_type": "rent",
        "standard_status": "Active",
        "address": "Calle 5 #3",
        "city": "León",
        "state": "GTO",
        "postal_code": "06100",
        "latitude": "20.5",
        "longitude": "-100.25",
        "price": "1,234.5",
        "currency": "EUR",
        "price_period": "month",
        "price_max": "2000",
        "price_is_from": True,
        "bedrooms": 3,
        "bathrooms": 2,
        "half_bathrooms": 1,
        "total_area_m2": "123,45",
        "features": {"pool": True, "n": 1.5},
        "amenities": ["a, b", "c"],
        "image_urls": ["https://i.example.com/1.jpg"],
        "agent_phone": "+525512345678",
        "agent_email": "a@b.example",
        "is_featured": False,
        "listing_date": "2026-03-04",
        "source_url": "https://p.example.com/1",
        "offers": [{"operation": "rent", "amount": 1234.5, "currency": "EUR", "period": "month"}],
    }
    first = cell_reader(load_mapping("own"), source).read(raw, url=None, page_number=None, fetched_at=FETCHED)
    exported = {
        field.name: "" if value is None else str(value)
        for field, value in zip(FIELDS, first.values, strict=True)
    }
    again = staged(load_mapping("own"), exported, source)
    assert {field.name: again.values[BIT[field.name]] for field in FIELDS} == {
        field.name: first.values[BIT[field.name]] for field in FIELDS
    }
    assert not [issue for issue in again.issues if issue["kind"] != "blank"]


def test_our_own_export_changes_no_field() -> None:
    report = compile_mapping(load_mapping("own"), [field.name for field in FIELDS]).check()
    assert {target for targets in report.mapped.values() for target in targets} == {*TARGETS, "id"}
    assert report.unmapped == ("address_normalized",)
    assert compile_mapping(load_mapping("own"), ["property_id"]).raw(Row({"property_id": "1"})).fields == {
        "property_id": "1"
    }
