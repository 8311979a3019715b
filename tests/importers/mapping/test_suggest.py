"""Mappings proposed from headers and values, with confidence, ready to be edited."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.mapping import id_candidates, suggest, to_toml
from importers.mapping.guess import LEAST
from importers.mapping.load import parse_mapping
from importers.mapping.suggest import CERTAIN, Suggestion
from tests.importers.mapping.rows import values
from tests.tables import rows


def suggested(rows: list[dict[str, Any]]) -> Suggestion:
    return suggest(list(rows[0]), rows)


def targets(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {guess.column: guess.target for guess in suggested(rows).mapped if guess.target is not None}


CANADIAN = [
    {
        "": str(number), "address": f"{4000 + number} W {number + 2}th Ave", "zip_code": f"V6N 2L{number}",
        "price": f"${number + 1},788,000", "bed": "— beds" if number == 3 else f"{number} beds",
        "bath": f"{number}.5 baths", "sqr_footage": f"1,65{number} ",
        "property_link": f"https://homes.example.com/vancouver/home/{1000 + number}",
    }
    for number in range(9)
]  # fmt: skip


class TestHomeMadeScrape:
    def test_columns_are_known_by_name_and_value(self) -> None:
        assert targets(CANADIAN) == {
            "address": "address", "zip_code": "postal_code", "price": "price", "bed": "bedrooms",
            "bath": "bathrooms", "sqr_footage": "covered_area_m2", "property_link": "source_url",
        }  # fmt: skip

    def test_the_link_is_the_id_and_the_row_number_is_not(self) -> None:
        assert suggested(CANADIAN).mapping.id == ("property_link",)
        assert [each.columns for each in id_candidates(list(CANADIAN[0]), CANADIAN)] == [("property_link",)]

    def test_postal_codes_tell_the_country_and_its_money(self) -> None:
        mapping = suggested(CANADIAN).mapping
        assert (mapping.country, mapping.defaults) == ("CA", {"currency": "CAD"})

    def test_the_suggestion_reads_the_rows(self) -> None:
        row = values(suggested(CANADIAN).mapping, CANADIAN[4])
        assert (row["price"], row["currency"], row["bedrooms"]) == (5_788_000, "CAD", 4)
        assert (row["bathrooms"], row["half_bathrooms"], float(row["covered_area_m2"])) == (4, 1, 153.66)
        assert values(suggested(CANADIAN).mapping, CANADIAN[3])["bedrooms"] is None


@rows(
    ("column", "cells", "target"),
    [
        ("Precio de venta", ["1.250.000 €", "980.000 €"], "price"),
        ("Superficie", ["120 m²", "85 m²"], "total_area_m2"),
        ("Recámaras", ["3", "2"], "bedrooms"),
        ("Colonia", ["Centro", "Jardines"], "neighborhood"),
        ("Wohnfläche", ["82,5", "120"], "covered_area_m2"),
        ("Baujahr", ["1998", "2010"], "construction_year"),
        ("PLZ", ["10115", "20095"], "postal_code"),
        ("Code postal", ["75001", "75002"], "postal_code"),
        ("TOT_LVG_AREA", ["1500", "2100"], "covered_area_m2"),
        ("ACT_YR_BLT", ["1988", "2003"], "construction_year"),
        ("SITUS_CITY", ["ORLANDO", "OCOEE"], "city"),
        ("StandardStatus", ["Active", "Pending"], "standard_status"),
        ("BedroomsTotal", [3, 4], "bedrooms"),
        ("ListAgentFullName", ["Ann Lee", "Bo Ek"], "agent_name"),
        ("Asking", ["$1,830,000", "$975,000", "POA", "abc?"], "price"),
        ("price/m2", ["1200", "900"], "price_per_m2"),
        ("Pirce", ["250000", "310000"], "price"),
        ("Column 7", ["ann@a.example", "bo@b.example"], "agent_email"),
        ("Column 8", ["$250,000", "$1,310,000"], "price"),
        ("Column 9", ["12 Main St", "4 Oak Ave"], "address"),
    ],
)
def test_names_of_many_kinds_are_known(column: str, cells: list[Any], target: str) -> None:
    assert targets([{column: cell} for cell in cells]) == {column: target}


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("$/SQUARE FEET", ["335", "305"]),
        ("price_per_sqft", ["335", "305"]),
        ("HOA/MONTH", ["42", "75"]),
        ("beds", ["Simmons", "Sealy"]),
        ("year_built", ["brick", "wood"]),
        ("qwzx", ["a", "b"]),
    ],
)
def test_columns_that_fit_no_field_are_left_out(column: str, cells: list[Any]) -> None:
    (guess,) = suggested([{column: cell} for cell in cells]).columns
    assert guess.target is None
    assert guess.confidence < LEAST
    assert guess.why


def test_the_surer_of_two_columns_gets_the_field() -> None:
    rows = [{"Type": "Condo", "property_type": "Flat"}, {"Type": "House", "property_type": "House"}]
    guesses = {guess.column: guess for guess in suggested(rows).columns}
    assert guesses["property_type"].target == "property_type"
    assert (guesses["Type"].target, guesses["Type"].confidence) == (None, 0.7)
    assert guesses["Type"].why == "property_type too, but 'property_type' is surer"


def test_nested_values_are_proposed_as_paths() -> None:
    row = {
        "id": "A1",
        "address": {"streetAddress": "12 Main St", "city": "Ocoee"},
        "photos": [{"url": "https://a.example/1.jpg"}],
    }
    assert targets([row]) == {
        "address.streetAddress": "address", "address.city": "city", "photos[].url": "image_urls",
    }  # fmt: skip


def test_a_state_that_looks_like_a_blank_counts() -> None:
    rows = [{"state": "NC", "zip": "28804", "lot": "10454"}, {"state": "NC", "zip": "28806", "lot": "8712"}]
    guess = next(guess for guess in suggested(rows).mapped if guess.column == "lot")
    assert suggested(rows).mapping.country == "US"
    assert (guess.unit, guess.why) == ("sqft", "named so; no unit is stated, square feet are usual in US")


def test_decimal_mark_and_day_order_need_proof() -> None:
    sure = suggested(
        [
            {"price": "1.250.000,50", "list_date": "25/03/2026"},
            {"price": "900.000,00", "list_date": "01/02/2026"},
        ]
    )
    assert (sure.mapping.options.decimal, sure.mapping.options.date_format) == (",", ("%d/%m/%Y",))
    unsure = suggested([{"price": "1.250", "list_date": "03/04/2026"}])
    assert (unsure.mapping.options.decimal, unsure.mapping.options.date_format) == (None, ())


def test_a_known_export_is_recognised() -> None:
    columns = ["MLS#", "STATUS", "PROPERTY TYPE", "ADDRESS", "CITY", "STATE OR PROVINCE", "PRICE", "BEDS",
               "BATHS", "LOCATION", "SQUARE FEET", "LOT SIZE", "YEAR BUILT", "LATITUDE"]  # fmt: skip
    assert suggest(columns, []).shipped == "redfin"
    assert suggested(CANADIAN).shipped is None


def test_the_file_tells_confidence_and_what_to_look_at() -> None:
    text = to_toml(
        suggested(
            [
                {"id": "A1", "Type": "Condo", "c9": "12 Main St", "x": "?"},
                {"id": "A2", "Type": "House", "c9": "4 Oak Ave", "x": "!"},
            ]
        )
    )
    assert '\nid = "id"  # 0.85, called id; 100% of the listings have their own, 100% filled\n' in text
    assert '\nproperty_type = "Type"  # 0.7, named so\n' in text
    assert '\naddress = "c9"  # LOOK AT THIS: 0.5, looks like street addresses\n' in text
    assert '\n# "x": no field by that name or shape\n' in text


UNITS = [
    {
        "building": f"https://homes.example.com/b/{number // 4}", "street": f"{10 + number // 4} Oak Ave",
        "unit": str(number % 4 + 1), "zip": "32110", "bedrooms": str(number % 3),
        "price": f"${number + 200},000",
    }
    for number in range(12)
]  # fmt: skip


class TestIdOfAFileWithoutOne:
    def test_an_address_that_units_share_is_joined_with_the_unit(self) -> None:
        assert suggested(UNITS).mapping.id == ("street", "unit")

    def test_a_joined_id_is_never_certain_and_says_what_it_is(self) -> None:
        first = suggested(UNITS).ids[0]
        assert first.confidence < CERTAIN
        assert "derived from what describes the home" in first.why
        assert 'id = ["street", "unit"]  # LOOK AT THIS: 0.5' in to_toml(suggested(UNITS))

    def test_an_address_of_its_own_is_enough(self) -> None:
        houses = [{"street": row["street"], "zip": row["zip"]} for row in UNITS if row["unit"] == "1"]
        assert suggested(houses).mapping.id == ("street",)

    def test_homes_that_nothing_tells_apart_get_no_id(self) -> None:
        alike = [{"city": "Ocoee", "price": f"${number}50,000"} for number in range(1, 9)]
        assert suggested(alike).ids == ()


AGENCY = [
    {
        "id": f"S-{number}",
        "type": "rent" if number % 2 else "buy",
        "seller": {
            "organization": {
                "website": {"title": "Muster Homes", "url": "https://agency.example.com/"},
                "address": {"street": "1 Bank Street", "city": "Zug"},
            }
        },
        "address": {"street": f"{number} Lake Road", "city": "Zug"},
        "localizations": [{"title": f"Home {number}"}],
        "prices": {"rent": {"gross": 1500 + number}} if number % 2 else {"buy": {"price": 900_000 + number}},
        "badge": "https://cdn.example.com/image/new-badge.png",
        "photo": f"https://cdn.example.com/photo/{number}.jpg",
        "geometry": {"type": "Point", "coordinates": [8.5, 47.1]},
    }
    for number in range(1, 9)
]  # fmt: skip


class TestValuesThatSpeakAgainstAName:
    def test_what_is_the_agencys_is_not_the_homes(self) -> None:
        found = targets(AGENCY)
        of_the_agency = {column: field for column, field in found.items() if column.startswith("seller.")}
        assert of_the_agency == {}
        assert (found["address.street"], found["address.city"]) == ("address", "city")

    def test_words_for_sale_and_rent_are_no_type_of_home(self) -> None:
        assert targets(AGENCY)["type"] == "operation_type"

    def test_a_price_and_a_rent_that_fill_each_others_gaps_are_one_field(self) -> None:
        mapping = suggested(AGENCY).mapping
        assert set(mapping.fields["price"].columns) == {"prices.buy.price", "prices.rent.gross"}
        assert [values(mapping, row)["price"] for row in AGENCY[:2]] == [1501, 900_002]

    def test_a_badge_is_not_the_main_picture(self) -> None:
        assert targets(AGENCY)["photo"] == "main_image_url"
        assert "badge" not in targets(AGENCY)

    def test_a_geometry_is_read_whole_because_its_pairs_are_longitude_first(self) -> None:
        row = values(suggested(AGENCY).mapping, AGENCY[0])
        assert (row["latitude"], row["longitude"]) == (Decimal("47.1"), Decimal("8.5"))

    def test_a_word_that_every_feature_has_is_no_type(self) -> None:
        assert "type" not in targets([{"type": "Feature", "id": f"A{number}"} for number in range(6)])

    def test_a_title_that_most_rows_share_is_not_certain(self) -> None:
        rows = [
            {"id": f"A{number}", "title": "Fine homes", "price": f"{number}00000"} for number in range(1, 9)
        ]
        (title,) = (each for each in suggested(rows).columns if each.column == "title")
        assert title.confidence < LEAST
        assert "most rows share it" in title.why

    def test_amounts_far_apart_are_not_one_kind_of_price(self) -> None:
        rows = [{"price": str(amount)} for amount in (9, 12, 450_000, 520_000, 610_000, 700_000)]
        (price,) = suggested(rows).columns
        assert price.confidence < CERTAIN
        assert "not one kind of price" in price.why

    def test_the_second_of_two_keys_of_one_name_is_the_less_likely(self) -> None:
        rows = [
            {"price": f"{number}50000", "price (2)": "1" if number == 3 else None} for number in range(1, 9)
        ]
        assert targets(rows) == {"price": "price"}


class TestRepeatedIds:
    def test_a_listing_that_stands_in_the_file_twice_speaks_for_the_column(self) -> None:
        twice = [
            {"ref": f"R{number // 2}", "address": f"{number // 2} Oak Ave", "price": f"${number + 300},000"}
            for number in range(20)
        ]
        assert suggested(twice).ids[0].confidence == 1.0

    def test_homes_of_one_id_speak_against_it_however_late_they_come(self) -> None:
        rows = [{"ref": f"R{number}", "address": f"{number} Oak Ave"} for number in range(300)]
        rows += [{"ref": "R1", "address": f"{number} Elm St"} for number in range(300)]
        assert suggested(rows).ids[0].columns == ("address",)


def test_numbers_that_lost_digits_are_no_id_and_the_file_says_why() -> None:
    rows = [{"ACCOUNT": f"1.9143{number}E+18", "SITUS": f"{number} Oak Ave"} for number in range(5)]
    found = suggested(rows)
    assert found.mapping.id == ("SITUS",)
    assert '# "ACCOUNT": its numbers lost digits in a spreadsheet' in to_toml(found)


_cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
)
_headers = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["price", "Price (USD)", "id", "a.b", 'say "hi"', "tab\there", "\x7f"]),
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(_headers, _cells, min_size=1, max_size=6), min_size=1, max_size=4))
def test_any_file_gets_a_suggestion_that_reads_back(rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    found = suggest(columns, rows)
    assert parse_mapping(tomllib.loads(to_toml(found))) == found.mapping


def test_a_file_of_commas_has_its_areas_proposed_by_the_words_of_its_language() -> None:
    rows = [
        {"Objekt-Nr": f"WB-{n:03}", "Titel": f"Haus {n}", "Kaufpreis": f"{249 + n}.500,00",
         "Wohnfläche": f"{92 + n},5", "Grundstück": f"1.{100 + n}", "Währung": "EUR"}
        for n in range(1, 13)
    ]  # fmt: skip
    proposal = suggested(rows)
    found = parse_mapping(tomllib.loads(to_toml(proposal)))
    assert found.options.decimal == ","
    assert targets(rows)["Grundstück"] == "lot_size_m2"
    assert targets(rows)["Währung"] == "currency"
    read = values(found, rows[0])
    assert (read["price"], read["covered_area_m2"], read["lot_size_m2"]) == (250_500, Decimal("93.5"), 1_101)
