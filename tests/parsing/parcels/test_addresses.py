"""Addresses of parcels: every way to write one gives one line and one unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.parcels.addresses import Situs, same_place, unit_number, usps


@pytest.mark.parametrize(
    ("text", "line", "unit"),
    [
        # Publication 28
        ("123 North Main Street Apartment 4B", "123 N MAIN ST", "APT 4B"),
        ("5 SE 2nd Ave Ste 200", "5 SE 2ND AVE", "STE 200"),
        ("25 Culvern St #4", "25 CULVERN ST", "# 4"),
        ("8 Timber Wolf Ct Unit 22-B", "8 TIMBER WOLF CT", "UNIT 22-B"),
        ("77 Live Oak Trail Lot 12", "77 LIVE OAK TRL", "LOT 12"),
        ("77 Live Oak Trl Trailer 7", "77 LIVE OAK TRL", "TRLR 7"),
        ("12 Airport Rd Hangar A", "12 AIRPORT RD", "HNGR A"),
        ("100 N Orange Ave 3rd Floor", "100 N ORANGE AVE", "FL 3"),
        ("100 Main St Building 52 Room 101", "100 MAIN ST", "BLDG 52 RM 101"),
        ("Bldg 52 Rm 101, 4 Main St", "4 MAIN ST", "BLDG 52 RM 101"),
        ("UNIT 4 100 MAIN ST", "100 MAIN ST", "UNIT 4"),
        ("# 4 100 MAIN ST", "100 MAIN ST", "# 4"),
        ("12 Main St Rear", "12 MAIN ST", "REAR"),
        # numbered roads
        ("12345 State Road 535", "12345 SR 535", None),
        ("12345 State Rd 535", "12345 SR 535", None),
        ("12345 S.R. 535", "12345 SR 535", None),
        ("123 County Road 435", "123 CR 435", None),
        ("15200 N US Highway 441", "15200 N US HWY 441", None),
        ("15200 U.S. 441", "15200 US HWY 441", None),
        # numbers of houses
        ("100 1/2 E Church St", "100 1/2 E CHURCH ST", None),
        ("123½ Main St", "123 1/2 MAIN ST", None),
        ("112-10 Northern Blvd", "112-10 NORTHERN BLVD", None),
        ("100 - 102 Main St", "100-102 MAIN ST", None),
        ("100 & 102 Main St", "100-102 MAIN ST", None),
        ("N6W23001 Bluemound Road", "N6W23001 BLUEMOUND RD", None),
        # vacant land
        ("Vacant Lot, Pine Hills Rd", "PINE HILLS RD", None),
        ("0 PINE HILLS RD", "PINE HILLS RD", None),
        ("PINE HILLS RD", "PINE HILLS RD", None),
        # boxes and routes
        ("P.O. Box 12", "PO BOX 12", None),
        ("RR 2 BOX 152", "RR 2 BOX 152", None),
        ("C/O JOHN SMITH, 100 MAIN ST", "100 MAIN ST", None),
        ("%SMITH 5 OAK LN", "5 OAK LN", None),
        # city and state behind the street
        ("1234 S ORANGE BLOSSOM TRL ORLANDO FL", "1234 S ORANGE BLOSSOM TRL", None),
        ("1234 S Orange Blossom Trl, Orlando, FL 32805", "1234 S ORANGE BLOSSOM TRL", None),
        ("1234 S ORANGE BLOSSOM TRL ORLANDO FL 32805-1234", "1234 S ORANGE BLOSSOM TRL", None),
        ("100 MAIN ST WINTER GARDEN FL", "100 MAIN ST", None),
        ("100 LAKE AVE ST CLOUD FL", "100 LAKE AVE", None),
        ("5 HIGHWAY 50 OCOEE FL", "5 HWY 50", None),
        ("100 MAIN ST APT 4 ORLANDO FL", "100 MAIN ST", "APT 4"),
        # what only looks like one of these
        ("100 W 5TH ST FL 3", "100 W 5TH ST", "FL 3"),
        ("100 5TH CT", "100 5TH CT", None),
        ("7512 DR PHILLIPS BLVD STE 50", "7512 DR PHILLIPS BLVD", "STE 50"),
        ("LOT 5 MAIN ST", "LOT 5 MAIN ST", None),
        ("123 AVE C", "123 AVE C", None),
    ],
)
def test_an_address_has_one_line_and_one_unit(text: str, line: str, unit: str | None) -> None:
    found = usps(text)

    assert found == Situs(line, unit)
    assert usps(f"{line} {unit}" if unit else line) == found, "the normal form is its own"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "#",
        ",,",
        "½",
        "VACANT LAND",
        "UNASSIGNED LOCATION RE",
        "TIMESHARE",
        "Lot 7 Blk B Lakeside Sub",
    ],
)
def test_what_is_no_address_has_no_form(text: str) -> None:
    assert usps(text) is None


def test_a_city_that_is_known_is_cut_off_without_its_state() -> None:
    assert usps("1234 S ORANGE BLOSSOM TRL ORLANDO", city="Orlando") == ("1234 S ORANGE BLOSSOM TRL", None)
    assert usps("9 N MAIN ST N MIAMI FL", city="N MIAMI") == ("9 N MAIN ST", None)
    assert usps("12 ORLANDO AVE", city="Orlando") == ("12 ORLANDO AVE", None)


def test_a_unit_of_its_own_column_is_named_once() -> None:
    assert usps("100 MAIN ST APT 4B", unit="4B") == ("100 MAIN ST", "APT 4B")
    assert usps("100 MAIN ST", unit="4B") == ("100 MAIN ST", "# 4B")
    assert usps("100 MAIN ST", unit="Apartment 4b") == ("100 MAIN ST", "APT 4B")


def test_units_are_told_apart_by_number_whatever_they_are_called() -> None:
    assert unit_number("APT 4-B") == unit_number("# 4B") == "4B"
    house, flat = Situs("1 A ST"), Situs("1 A ST", "APT 4B")
    assert same_place(house, flat)
    assert same_place(flat, Situs("1 A ST", "# 4B"))
    assert not same_place(flat, Situs("1 A ST", "APT 5"))
    assert not same_place(house, Situs("2 A ST"))


@given(st.text(max_size=80), st.text(max_size=10), st.text(max_size=20))
def test_no_text_raises(text: str, unit: str, city: str) -> None:
    found = usps(text, unit=unit, city=city)

    assert found is None or found.line == found.line.strip()
