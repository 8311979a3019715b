"""Every spelling of an address has one normal form; the original is never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.listing import BIT, FIELD
from config.source import Source
from parsing.address import ENGLISH, LONGEST_ADDRESS, normal_address
from parsing.rows import CellReader
from tests.tables import rows


@rows(
    ("text", "normal"),
    [
        ("123 North Main Street Apartment 4B", "123 N MAIN ST APT 4B"),
        ("123 n. main st., apt. #4b", "123 N MAIN ST APT 4B"),
        ("77 Live Oak Trail #12", "77 LIVE OAK TRL # 12"),
        ("77 Live Oak Trl 12", "77 LIVE OAK TRL # 12"),
        ("100 1/2 E Church St Unit 3-A", "100 1/2 E CHURCH ST UNIT 3-A"),
        ("12 Airport Rd Hangar A", "12 AIRPORT RD HNGR A"),
        ("400 Base Lane Building 52 Room 101", "400 BASE LN BLDG 52 RM 101"),
        ("10 W 35th St 15th Floor", "10 W 35TH ST FL 15"),
        ("89-12 Queens Boulevard", "89-12 QUEENS BLVD"),
        ("1 St. Paul’s Ave", "1 ST PAULS AVE"),
        ("12 Winston-Salem Dr", "12 WINSTON SALEM DR"),
        ("12 Main St Rear", "12 MAIN ST REAR"),
        ("1195 W 59 Ave", "1195 W 59TH AVE"),
        ("3113 E Kent Avenue North", "3113 E KENT AVE N"),
        ("233 S Wacker Dr 60606-6306", "233 S WACKER DR, 60606-6306"),
        ("12 Elm Street 02139", "12 ELM ST, 02139"),
        ("12 Main Street Springfield IL 62704", "12 MAIN ST, SPRINGFIELD IL 62704"),
        ("12 Main St Apt 4 Springfield IL 62704", "12 MAIN ST APT 4, SPRINGFIELD IL 62704"),
        ("12 Main St # 4 Springfield IL 62704", "12 MAIN ST # 4, SPRINGFIELD IL 62704"),
        ("12 Main St Apt # 4 Springfield IL 62704", "12 MAIN ST APT 4, SPRINGFIELD IL 62704"),
        ("12 Main St 4B Springfield IL 62704", "12 MAIN ST 4B SPRINGFIELD IL 62704"),
        ("12 Main St St Louis MO 63101", "12 MAIN ST, ST LOUIS MO 63101"),
        ("5 St Charles Ave New Orleans LA 70130", "5 ST CHARLES AVE, NEW ORLEANS LA 70130"),
        ("12 Main St N Miami FL 33161", "12 MAIN ST N MIAMI FL 33161"),
    ],
)
def test_us_addresses_take_the_forms_of_publication_28(text: str, normal: str) -> None:
    assert normal_address(text, country="US") == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("123 North St", "123 NORTH ST"),
        ("10041 S. Union", "10041 S UNION"),
        ("6938 S. East End Av.", "6938 S EAST END AVE"),
        ("123 North East 2nd Avenue", "123 NE 2ND AVE"),
        ("10 Court Street", "10 COURT ST"),
        ("100 Park Place Drive", "100 PARK PLACE DR"),
        ("20 Avenue of the Americas", "20 AVENUE OF THE AMERICAS"),
        ("99 Key West Dr", "99 KEY WEST DR"),
        ("10 Lot St", "10 LOT ST"),
        ("1313 County Road", "1313 COUNTY RD"),
        ("7 State St", "7 STATE ST"),
    ],
)
def test_names_that_look_like_directions_or_units_stay(text: str, normal: str) -> None:
    assert normal_address(text, country="US") == normal


@pytest.mark.parametrize("text", ["State Road 535", "STATE RD 535", "State Route 535", "S.R. 535", "SR-535"])
def test_a_numbered_road_has_one_name(text: str) -> None:
    assert normal_address(f"12345 {text}", country="US") == "12345 SR 535"


@rows(
    ("text", "normal"),
    [
        ("8 US Highway 192 Ste 4", "8 US HWY 192 STE 4"),
        ("8 U.S. 192", "8 US HWY 192"),
        ("12 Old/Hwy 5", "12 OLD/HWY 5"),
        ("55 County Road 12", "55 CR 12"),
        ("61 Highway 64 West", "61 HWY 64 W"),
        ("3 Interstate 40", "3 I 40"),
        ("4 Farm to Market Road 1960", "4 FM 1960"),
        ("9 Township Road 7", "9 TSR 7"),
        ("9 Twp Rd 7 Apt 2", "9 TSR 7 APT 2"),
        ("2451 N Grandview Hwy #152", "2451 N GRANDVIEW HWY # 152"),
        ("P.O. Box 123", "PO BOX 123"),
        ("Post Office Box 123", "PO BOX 123"),
    ],
)
def test_highways_and_boxes(text: str, normal: str) -> None:
    assert normal_address(text, country="US") == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("123 Main St, Suite 3, Orlando, Florida 328011234", "123 MAIN ST STE 3, ORLANDO FL 32801-1234"),
        ("123 Main St\nOrlando, FL 32801, USA", "123 MAIN ST, ORLANDO FL 32801"),
        ("1 Elm St, West Chester, West Virginia", "1 ELM ST, WEST CHESTER WV"),
        ("1 Elm St, New York", "1 ELM ST, NEW YORK"),
        ("Vacant Lot, Pine Hills Rd", "VACANT LOT, PINE HILLS RD"),
        ("Willow Court, 12 Main Street", "WILLOW CT 12 MAIN ST"),
    ],
)  # fmt: skip
def test_the_city_stays_after_a_comma(text: str, normal: str) -> None:
    assert normal_address(text, country="US") == normal


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("Av. Juárez No. 123, Col. Centro", "MX", "AV JUAREZ 123, COL CENTRO"),
        ("Avenida Juarez #123, Colonia Centro", "MX", "AV JUAREZ 123, COL CENTRO"),
        ("Calle Encino S/N Int. 3", "MX", "C ENCINO SN INT 3"),
        ("C/ Mayor, 5, 3º B", "ES", "C MAYOR, 5, 3 B"),
        ("Hauptstraße 5", "DE", "HAUPTSTR 5"),
        ("hauptstrasse 5", "DE", "HAUPTSTR 5"),
        ("12 Rue de l’Église", "FR", "12 RUE DE LEGLISE"),
        ("10 Downing Street", "GB", "10 DOWNING ST"),
        ("4091 West 34th Avenue", None, "4091 W 34TH AVE"),
        ("東京都港区1", "JP", "東京都港区1"),
    ],
)
def test_elsewhere_case_accents_punctuation_and_street_words(
    text: str, country: str | None, normal: str
) -> None:
    assert normal_address(text, country=country) == normal


def test_a_unit_of_its_own_column_joins_the_street() -> None:
    assert normal_address("12 Main St, Miami, FL", country="US", unit="4B") == "12 MAIN ST # 4B, MIAMI FL"
    assert normal_address("12 Main St", country="US", unit="Apt 4B") == "12 MAIN ST APT 4B"
    assert normal_address("12 Main St", country="US", unit="#4") == "12 MAIN ST # 4"


@pytest.mark.parametrize("text", ["", "  ", ",", ".,'", "x" * (LONGEST_ADDRESS + 1)])
def test_texts_without_an_address_have_no_normal_form(text: str) -> None:
    assert normal_address(text, country="US") is None


_PIECES = st.sampled_from(
    ["12", "N", "North", "Main", "St", "Street", "#", "Apt", "4B", "Unit", "State", "Road", "535", "US",
     "Hwy", "Rear", "Floor", "2nd", "PO", "Box", ",", "-", "½", "é", "Calle", "No"]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=9).map(" ".join)),
    st.sampled_from([None, "MX", *sorted(ENGLISH)]),
)
def test_any_text_is_taken_and_a_normal_form_is_tidy(text: str, country: str | None) -> None:
    normal = normal_address(text, country=country)
    if normal is not None:
        assert normal
        assert normal == normal.strip()
        assert "  " not in normal


def test_the_normal_form_is_stored_but_never_compared() -> None:
    reader = CellReader(Source(name="acme", country="US"))
    row = reader.read(
        {"property_id": "1", "address": "12 North Main Street"},
        url=None, page_number=None, fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert row.values[BIT["address"]] == "12 North Main Street"
    assert row.values[BIT["address_normalized"]] == "12 N MAIN ST"
    assert not FIELD["address_normalized"].compared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Main St Apt 4 Springfield IL 62704", "12 Main St Apt 5 Springfield IL 62704"),
        ("12 N Main St Springfield IL 62704", "12 S Main St Springfield IL 62704"),
        ("12 Main St Springfield IL 62704", "12 Main Ave Springfield IL 62704"),
        ("4400 N Powers Dr", "4400 N Powers"),
        ("12 Main St N Miami FL 33161", "12 Main St Miami FL 33161"),
    ],
)
def test_different_homes_have_different_forms(one: str, other: str) -> None:
    assert normal_address(one, country="US") != normal_address(other, country="US")


def test_a_line_without_commas_has_the_form_of_the_one_with_them() -> None:
    with_commas = normal_address("12 Main St, Apt 4, Springfield, IL 62704", country="US")
    assert normal_address("12 Main Street Apartment 4 Springfield IL 62704", country="US") == with_commas
