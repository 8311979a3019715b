"""How raw rows are staged: absent, blank, stated none or a value; poison is kept out."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.listing import BIT, FIELDS
from config.source import Source
from parsing.rows import CellReader
from parsing.staged import StagedRow
from tests.parsing.cells import a_cell
from tests.tables import rows
from tests.values import nested, scalars

HUGE = pytest.param(10**5000, id="5001 digits")
FETCHED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
MEXICAN = Source(name="acme", currency="MXN", country="MX", language="spanish")


class Read:
    """A staged row, asked by field name."""

    def __init__(self, row: StagedRow) -> None:
        self.row = row

    def __getitem__(self, name: str) -> Any:
        return self.row.values[BIT[name]]

    def keeps(self, name: str) -> bool:
        return bool(self.row.absent >> BIT[name] & 1)

    def kinds(self, name: str) -> list[str]:
        return [issue["kind"] for issue in self.row.issues if issue["field"] == name]


def read(
    raw: dict[str, Any] | None = None, *, source: Source = MEXICAN, url: str | None = None, **cells: Any
) -> Read:
    row = {"property_id": "A-1", **(raw or {}), **cells}
    return Read(CellReader(source).read(row, url=url, page_number=None, fetched_at=FETCHED))


OF_EVERY_ROW = {"property_id", "source_url", "page_number", "scraped_at", "address_normalized"}
NEIGHBOURS = {
    "price": {"price_period", "price_max", "price_is_from", "price_note", "currency", "offers"},
    "price_note": {"price", "price_period", "price_max", "price_is_from"},
    "bathrooms": {"half_bathrooms"},
    "gps_coordinates": {"latitude", "longitude"},
}


@rows("name", [field.name for field in FIELDS if field.name != "address_normalized"])
def test_a_cell_states_its_own_field_and_no_other(name: str) -> None:
    row = read({name: a_cell(name)})
    stated = {field.name for field in FIELDS if not row.keeps(field.name)}
    assert row[name] is not None
    assert name in stated
    assert stated - {name} - OF_EVERY_ROW <= NEIGHBOURS.get(name, set())
    assert row.kinds(name) == []


def test_typed_values_pass_as_they_are() -> None:
    cells = {
        "title": "Casa con jardín", "bedrooms": 3, "price": Decimal("4650000.00"),
        "latitude": Decimal("20.67"),
        "is_featured": True,
        "listing_date": date(2026, 3, 1), "total_area_m2": Decimal("110.5"),
    }  # fmt: skip
    row = read(cells)
    assert {name: row[name] for name in cells} == cells
    assert not any(row.keeps(name) for name in cells)
    assert row.row.issues == []


def test_numbers_are_rounded_as_their_columns_round() -> None:
    row = read(price=Decimal("1250000.005"), latitude=20.123456785, total_area_m2="110.555")
    assert str(row["price"]) == "1250000.01"
    assert str(row["latitude"]) == "20.12345679"
    assert str(row["total_area_m2"]) == "110.56"
    assert str(read(longitude=Decimal("-0.000000001"))["longitude"]) == "0E-8"


class TestAbsentAndBlank:
    def test_an_absent_cell_is_absent(self) -> None:
        row = read()
        assert (row["bedrooms"], row.keeps("bedrooms"), row.kinds("bedrooms")) == (None, True, [])

    @rows("blank", ["", "  ", None, "-", "—", "N/A", "n/d", "null", "\u00a0", float("nan"), "n.a."])
    @rows("name", ["bedrooms", "title", "price", "agent_phone", "features", "listing_date", "latitude"])
    def test_a_blank_cell_keeps_what_live_has(self, name: str, blank: object) -> None:
        row = read({"property_type": None, name: blank})
        assert (row[name], row.keeps(name), row.kinds(name)[0]) == (None, True, "blank")

    @rows("error", ["#N/A", "#REF!", " #div/0! ", "#NAME?", "#WERT!", "#¡VALOR!", "#ИМЯ?"])
    @rows(
        "name", ["bedrooms", "title", "price", "agent_phone", "features", "listing_date", "latitude", "state"]
    )
    def test_the_error_of_a_spreadsheet_cannot_be_read(self, name: str, error: str) -> None:
        """It is no blank, which somebody may have meant, and it is told like any other unreadable cell."""
        row = read({"property_type": None, name: error}, source=MEXICAN.model_copy(update={"blank": "clear"}))
        assert (row[name], row.keeps(name), row.kinds(name)[0]) == (None, True, "unparseable")

    def test_the_error_of_a_spreadsheet_is_no_id(self) -> None:
        assert read(property_id="#REF!").row.problem

    @pytest.mark.parametrize("cell", ["", "ver ficha"])
    def test_a_source_may_mean_none_by_its_blanks(self, cell: str) -> None:
        row = read(bedrooms=cell, price=cell, source=MEXICAN.model_copy(update={"blank": "clear"}))
        assert (row["bedrooms"], row.keeps("bedrooms")) == (None, False)
        assert (row["price"], row.keeps("price")) == (None, False)
        assert row.keeps("bathrooms")

    def test_an_unparseable_cell_is_null_and_keeps_its_text(self) -> None:
        row = read(bedrooms="varias", title="Casa")
        assert (row["bedrooms"], row.keeps("bedrooms"), row["title"]) == (None, True, "Casa")
        assert row.row.issues == [
            {"field": "bedrooms", "kind": "unparseable", "text": "varias", "why": "no number in it"}
        ]
        assert row.row.problem is None


class TestPrice:
    def test_a_price_text_fills_its_neighbours(self) -> None:
        row = read(price="Desde US$ 12,000 / mes")
        said = ("price", "currency", "price_period", "price_is_from", "price_note", "price_max", "offers")
        assert [row[name] for name in said] == [Decimal("12000.00"), "USD", "month", True, None, None, None]
        assert not any(row.keeps(name) for name in said)

    @pytest.mark.parametrize(
        "price",
        [
            "9999999999999 - 99999999999999",
            "$1,000,000,000,000 - $99,999,999,999,999",
            "from 9000000000000 to 9999999999999.999",
        ],
    )
    def test_a_range_that_no_column_holds_is_unreadable(self, price: str) -> None:
        row = read(price=price)
        assert (row["price"], row["price_max"]) == (None, None)
        assert row.kinds("price") in (["unparseable"], ["doubtful"])

    def test_the_rows_own_cells_win(self) -> None:
        row = read(price="$12,000", currency="USD", price_period="weekly", price_note="reduced")
        assert (row["currency"], row["price_period"], row["price_note"]) == ("USD", "week", "reduced")

    @pytest.mark.parametrize("price", [4650000, "4650000", Decimal(4650000), 4650000.0])
    def test_a_bare_amount_is_in_the_currency_of_the_source(self, price: object) -> None:
        row = read(price=price)
        assert (row["price"], row["currency"], row.keeps("currency")) == (Decimal("4650000.00"), "MXN", False)
        assert (row["price_note"], row.keeps("price_note")) == (None, False)

    @pytest.mark.parametrize("price", ["Precio a consultar", 0, 1, "0", Decimal("0.00"), "POA"])
    def test_a_stated_lack_of_price_is_a_change(self, price: object) -> None:
        row = read(price=price)
        assert (row["price"], row.keeps("price"), row["price_note"]) == (None, False, str(price))
        assert row.kinds("price") == ["stated_none"]

    def test_a_note_without_a_price_states_it_too(self) -> None:
        for cells in ({}, {"price": None}, {"price": ""}):
            row = read({"price_note": "on request", **cells})
            assert (row["price"], row.keeps("price"), row["price_note"]) == (None, False, "on request")

    def test_an_unparseable_price_leaves_its_neighbours_absent(self) -> None:
        row = read(price="tres recámaras")
        assert row.kinds("price") == ["unparseable"]
        assert all(row.keeps(name) for name in ("price", "price_note", "price_period", "currency"))

    def test_two_operations_are_offers_and_the_sale_is_the_price(self) -> None:
        row = read(price="$43,000,000 For Sale / US$ 12,000 / mes For Rent")
        assert (row["price"], row["currency"], row["operation_type"]) == (
            Decimal("43000000.00"),
            "MXN",
            "sale",
        )
        assert json.loads(row["offers"]) == [
            {"amount": 43000000, "currency": "MXN", "operation": "sale", "period": None},
            {"amount": 12000, "currency": "USD", "operation": "rent", "period": "month"},
        ]

    def test_a_unit_price_times_the_area_is_the_price(self) -> None:
        row = read(price="$1,200 por m²", lot_size_m2="250 m²")
        assert (row["price_per_m2"], row["price"], row.kinds("price")) == (1200, 300000, ["derived"])
        alone = read(price="$1,200 por m²")
        assert (alone["price_per_m2"], alone["price"], alone["price_note"]) == (1200, None, "$1,200 por m²")

    @pytest.mark.parametrize(
        "price", [10**13, Decimal("1e999999999"), HUGE, -5, float("inf"), "$" + "9" * 30]
    )
    def test_a_price_the_column_cannot_hold_is_unreadable(self, price: object) -> None:
        row = read(price=price)
        assert (row["price"], row.keeps("price"), row.kinds("price")) == (None, True, ["unparseable"])


class TestIdentity:
    @pytest.mark.parametrize(
        ("given_id", "read_id"),
        [
            (" EB-XX0001 ", "EB-XX0001"),
            (42, "42"),
            (12.0, "12"),
            (Decimal(7), "7"),
            ("007", "007"),
            ("ñ1", "ñ1"),
        ],
    )
    def test_an_id_is_the_sources_own_text(self, given_id: object, read_id: str) -> None:
        assert read(property_id=given_id)["property_id"] == read_id

    @rows(
        "given_id",
        [
            None,
            "",
            "  ",
            "N/A",
            True,
            1.5e300,
            float("nan"),
            "x" * 501,
            "a\x00b",
            ["a"],
            {"a": 1},
            b"\xff",
            HUGE,
        ],
    )
    def test_a_row_without_a_usable_id_keeps_its_raw(self, given_id: object) -> None:
        row = read(property_id=given_id, title="Casa").row
        assert row.problem is not None
        assert row.values[BIT["property_id"]] is None
        assert row.raw or row.raw_bytes

    def test_the_page_is_the_url_unless_the_row_has_one(self) -> None:
        assert read(url="https://a.example/1")["source_url"] == "https://a.example/1"
        assert (
            read(url="https://a.example/1", source_url="https://b.example/2")["source_url"]
            == "https://b.example/2"
        )
        assert read(url="https://a.example/1", source_url="/2")["source_url"] == "https://a.example/1"
        assert read()["source_url"] == "import:acme/A-1"
        assert read(source_url="import:acme/A-9")["source_url"] == "import:acme/A-9"

    def test_a_row_was_scraped_when_it_was_fetched(self) -> None:
        assert read()["scraped_at"] == FETCHED
        assert read(scraped_at="2026-01-01T00:00:00Z")["scraped_at"] == datetime(2026, 1, 1, tzinfo=UTC)

    def test_a_missing_title_is_derived_from_type_and_place(self) -> None:
        row = read(property_type="Casa", neighborhood="Roma", city="CDMX")
        assert (row["title"], row.keeps("title"), row.kinds("title")) == (
            "Casa, Roma, CDMX",
            True,
            ["derived"],
        )
        assert read(property_type="Casa", address="Calle 5")["title"] == "Casa, Calle 5"
        assert read()["title"] is None


class TestPlace:
    def test_coordinates_come_out_of_the_pair(self) -> None:
        row = read(gps_coordinates="20.67, -103.35")
        assert (row["latitude"], row["longitude"]) == (Decimal("20.67"), Decimal("-103.35"))
        assert (row["gps_coordinates"], row.keeps("latitude")) == ("20.67, -103.35", False)

    def test_given_coordinates_win_over_the_pair(self) -> None:
        assert read(gps_coordinates="1,2", latitude=20.5, longitude=-100)["latitude"] == Decimal("20.5")

    def test_degrees_off_the_globe_are_left_to_the_rules(self) -> None:
        row = read(latitude=95, longitude="-895.465")
        assert (row["latitude"], row["longitude"]) == (Decimal(95), Decimal("-895.465"))

    def test_degrees_that_no_column_holds_are_unreadable(self) -> None:
        row = read(latitude=100, longitude="-1e30", gps_coordinates="95,-181")
        assert (row["latitude"], row["longitude"]) == (None, None)
        assert row.kinds("gps_coordinates") == ["unparseable"]

    def test_without_a_country_the_state_says_whether_a_zip_code_lost_its_zeros(self) -> None:
        nowhere = Source(name="acme")
        for state in ("MA", "Massachusetts"):
            found = read(postal_code="2139", state=state, source=nowhere)
            assert (found["postal_code"], found.kinds("postal_code")) == ("02139", ["repaired"])
        assert read(postal_code="2000", state="NSW", source=nowhere)["postal_code"] == "2000"
        alone = read(postal_code="2139", source=nowhere)
        assert (alone["postal_code"], alone.kinds("postal_code")) == (None, ["doubtful"])

    @pytest.mark.parametrize("cell", ["6.27E+04", "1,5E+04"])
    def test_a_rounded_postal_code_is_none(self, cell: str) -> None:
        assert read(postal_code=cell).kinds("postal_code") == ["unparseable"]

    def test_a_point_of_geojson_is_a_place_and_its_text(self) -> None:
        """The field of coordinates has them as text, whatever structure gave them."""
        found = read(gps_coordinates={"type": "Point", "coordinates": [-89.62, 20.97]})
        assert (found["gps_coordinates"], found["latitude"]) == ("20.97,-89.62", Decimal("20.97"))
        assert found.kinds("gps_coordinates") == []
        assert read(gps_coordinates={"type": "Line"}).kinds("gps_coordinates") == ["unparseable"]

    def test_a_day_of_listing_long_after_the_row_was_read_is_doubtful(self) -> None:
        assert read(listing_date=FETCHED.date() + timedelta(days=300)).kinds("listing_date") == []
        assert read(listing_date="2099-12-31").kinds("listing_date") == ["doubtful"]

    @pytest.mark.parametrize("number", ["1480", "1,480", 1480, 1480.5])
    def test_an_area_of_no_unit_is_doubtful_where_land_is_measured_in_feet(self, number: object) -> None:
        """Whoever takes it for m² is wrong by a factor of ten; metric countries need no unit."""
        american = Source(name="acme", country="US", currency="USD")
        assert read(covered_area_m2=number, source=american).kinds("covered_area_m2") == ["doubtful"]
        assert read(covered_area_m2="1480 m²", source=american)["covered_area_m2"] == 1480
        assert read(covered_area_m2="1480")["covered_area_m2"] == 1480

    @pytest.mark.parametrize(
        ("field", "word"), [("operation_type", "Residencial"), ("standard_status", "xyz")]
    )
    def test_a_word_that_is_no_operation_or_status_is_none(self, field: str, word: str) -> None:
        found = read({field: word})
        assert (found[field], found.kinds(field)) == (None, ["unparseable"])

    def test_not_available_is_a_status_and_elsewhere_a_blank(self) -> None:
        assert read(standard_status="No disponible")["standard_status"] == "Withdrawn"
        assert read(city="No disponible").kinds("city") == ["blank"]

    def test_leading_zeros_of_postal_codes_are_restored(self) -> None:
        assert read(postal_code=1000)["postal_code"] == "01000"
        assert read(postal_code="06700")["postal_code"] == "06700"


class TestCounts:
    def test_a_half_bathroom_is_counted_apart(self) -> None:
        row = read(bathrooms="2.5")
        assert (row["bathrooms"], row["half_bathrooms"], row.keeps("half_bathrooms")) == (2, 1, False)
        assert read(bathrooms=3.5, half_bathrooms=2)["half_bathrooms"] == 2
        assert read(bathrooms="2½")["bathrooms"] == 2
        assert read(bathrooms=2)["half_bathrooms"] is None

    @pytest.mark.parametrize(
        ("name", "cell", "count"),
        [("bedrooms", "Studio", 0), ("bedrooms", "5 beds", 5), ("bedrooms", 12.0, 12),
         ("bedrooms", "12.0", 12),
         ("floor_number", "PB", 0), ("age_years", "A estrenar", 0), ("parking_spaces", "653 ", 653),
         ("floor_number", -2, -2)],
    )  # fmt: skip
    def test_counts(self, name: str, cell: object, count: int) -> None:
        assert read({name: cell})[name] == count

    @pytest.mark.parametrize("cell", ["1 a 3 rec.", "2.3", 2**31, -(2**31) - 1, True, "1e40", [2], {"n": 1}])
    def test_texts_without_a_count_are_unparseable(self, cell: object) -> None:
        row = read(bedrooms=cell)
        assert (row["bedrooms"], row.kinds("bedrooms")) == (None, ["unparseable"])

    def test_a_range_of_areas_gives_its_lower_end(self) -> None:
        row = read(covered_area_m2="36 a 101 m²")
        assert (row["covered_area_m2"], row.kinds("covered_area_m2")) == (36, ["derived"])


class TestLists:
    @pytest.mark.parametrize(
        ("cell", "stored"),
        [
            (["pool", "gym"], '["pool","gym"]'),
            (("pool", "gym"), '["pool","gym"]'),
            ({"gym", "pool"}, '["gym","pool"]'),
            ("pool, gym", '["pool","gym"]'),
            ("pool | gym, big", '["pool","gym, big"]'),
            ('["pool", "gym"]', '["pool","gym"]'),
            ({"pool": True, "gym": False, "floors": 2}, '["pool","floors: 2"]'),
            (["jardín", ""], '["jardín"]'),
            (["pool", " ", "\u2028", "\x7f", "\ufeff", None], '["pool"]'),
            (["🏠", "\x7f", "", " "], '["🏠"]'),
        ],
    )
    def test_amenities(self, cell: object, stored: str) -> None:
        assert read(amenities=cell)["amenities"] == stored

    def test_features_are_canonical_json(self) -> None:
        assert (
            read(features={"b": [1, 2.5, None], "a": {"z": True}})["features"]
            == '{"a":{"z":true},"b":[1,2.5,null]}'
        )
        assert read(features='{"b": 1, "a": 2}')["features"] == '{"a":2,"b":1}'
        assert read(features={2: "two", "a": Decimal("2.50")})["features"] == '{"2":"two","a":2.5}'

    def test_pictures_are_absolute_addresses_in_their_order(self) -> None:
        good = ["https://b.example/2.jpg", "http://a.example/1.jpg?w=1,h=2"]
        stored = json.dumps(good, separators=(",", ":"))
        for cell in (good, tuple(good), json.dumps(good), " ".join(good), [{"url": url} for url in good]):
            assert read(image_urls=cell)["image_urls"] == stored
        row = read(image_urls=[*good, "javascript:alert(1)", "/x.jpg"])
        assert (row["image_urls"], row.kinds("image_urls")) == (stored, ["repaired"])
        assert read(image_urls=["/x.jpg"]).kinds("image_urls") == ["unparseable"]

    def test_quotes_and_newlines_in_addresses_do_not_break_the_json(self) -> None:
        row = read(image_urls=['https://a.example/"],[1', "https://a.example/\nhttps://b.example/x"])
        assert len(json.loads(row["image_urls"])) == 2


class TestPoison:
    def test_nul_and_half_characters_are_replaced_and_reported(self) -> None:
        row = read(
            title="Ca\x00sa \ud83d bonita \ud83c\udfe0",
            features={"a\x00": "b\ud800"},
            amenities=["x\x00", "y"],
        )
        assert row["title"] == "Casa \ufffd bonita 🏠"
        assert json.loads(row["features"]) == {"a": "b\ufffd"}
        assert json.loads(row["amenities"]) == ["x", "y"]
        assert [row.kinds(name) for name in ("title", "features", "amenities")] == [["repaired"]] * 3
        assert row.row.raw is not None
        assert b"Ca\\u0000sa \\ud83d bonita" in row.row.raw
        assert json.loads(read(amenities=["🏠", "b\ud800"])["amenities"]) == ["🏠", "b\ufffd"]
        assert read(amenities=["🏠"]).row.issues == []

    def test_the_note_of_a_price_is_repaired(self) -> None:
        row = read(price="Precio\x00 a consultar \ud83d")
        assert row["price_note"] == "Precio a consultar \ufffd"
        assert row.kinds("price") == ["stated_none"]
        assert row.row.issues[0]["why"] == "Precio a consultar \ufffd"

    def test_long_texts_are_kept_and_enormous_ones_clipped(self) -> None:
        assert len(read(description="x" * 1_000_000)["description"]) == 1_000_000
        row = read(description="x" * 10_000_001, city="y" * 201)
        assert (len(row["description"]), row.kinds("description")) == (10_000_000, ["clipped"])
        assert (len(row["city"]), row.kinds("city")) == (200, ["clipped"])

    @pytest.mark.parametrize("depth", [501, 20_000])
    def test_json_too_deep_is_unparseable_and_its_row_is_staged(self, depth: int) -> None:
        nested: Any = []
        for _ in range(depth):
            nested = [nested]
        row = read(features=nested, amenities="[" * depth + "]" * depth, title="Casa")
        assert (row["features"], row["title"]) == (None, "Casa")
        assert row.kinds("features") == row.kinds("amenities") == ["unparseable"]
        assert row.row.raw is None
        assert row.row.raw_bytes is not None
        assert row.row.raw_bytes.count(b"[") >= depth

    def test_a_cycle_is_unreadable(self) -> None:
        loop: dict[str, Any] = {}
        loop["self"] = loop
        row = read(features=loop)
        assert row.kinds("features") == ["unparseable"]
        assert b"(a cycle)" in (row.row.raw or b"")

    @pytest.mark.parametrize(
        "number",
        [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), HUGE,
         Decimal("1e999999999"), Decimal("1e-999999999"), "1e999999999"],
    )  # fmt: skip
    def test_no_number_breaks_a_row(self, number: object) -> None:
        for field in FIELDS:
            row = read({field.name: number}).row
            assert fits(row)
            assert row.raw is not None
            json.loads(row.raw)

    def test_odd_mappings_and_values_are_read(self) -> None:
        reader = CellReader(MEXICAN)
        for raw in (
            OrderedDict(property_id=b"A-1", title=b"Casa \xff"),
            MappingProxyType({"property_id": b"A-1", 5: {6}}),
        ):
            row = reader.read(raw, url=None, page_number=3, fetched_at=FETCHED)  # type: ignore[arg-type]
            assert (row.problem, row.values[BIT["property_id"]], row.values[BIT["page_number"]]) == (
                None,
                "A-1",
                3,
            )
            assert json.loads(row.raw or b"")
        assert Read(reader.read({"property_id": "1", "title": b"Casa \xff"}, url=None, page_number=None,
                                fetched_at=FETCHED)).kinds("title") == ["repaired"]  # fmt: skip

    def test_moments_at_the_ends_of_time_are_read_or_refused(self) -> None:
        late = read(listing_date="9999-12-31")
        assert (late["listing_date"], late.kinds("listing_date")) == (None, ["doubtful"])
        east = timezone(timedelta(hours=14))
        assert read(scraped_at=datetime(1, 1, 1, tzinfo=east))["scraped_at"] == FETCHED

    def test_unknown_keys_stay_in_raw_only(self) -> None:
        row = read(mls_secret="x")
        assert json.loads(row.row.raw or b"")["mls_secret"] == "x"
        assert row.row.issues == []


def fits(row: StagedRow) -> bool:
    """Whether every value is one that its column takes as it is."""
    return all(
        value is None or _fits(field.sql, value) for field, value in zip(FIELDS, row.values, strict=True)
    )


def _fits(sql: str, value: Any) -> bool:
    if sql.startswith("numeric"):
        precision, scale = map(int, sql[8:-1].split(","))
        return type(value) is Decimal and value.is_finite() and abs(value) < 10 ** (precision - scale) and (
            value.as_tuple().exponent == -scale
        )  # fmt: skip
    if sql == "integer":
        return type(value) is int and -(2**31) <= value < 2**31
    if sql == "boolean":
        return type(value) is bool
    if sql == "date":
        return type(value) is date
    if sql == "timestamptz":
        return isinstance(value, datetime) and value.tzinfo is not None
    if type(value) is not str or "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        return False
    if sql == "jsonb":
        json.loads(value, parse_constant=pytest.fail)
        return "\\u0000" not in value
    return value == value.strip() and value != ""


_texts = [
    "$1,200 por m²",
    "36 a 101 m²",
    "2.5",
    "0",
    "1/2/2024",
    "1,2",
    "https://x.example/ñ",
    "€1",
    "[1",
    "consultar \x00\udfff",
]
_keys = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=3)
VALUES = nested(scalars(texts=_texts), _keys)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([field.name for field in FIELDS] + ["other"]), VALUES, max_size=12))
def test_any_row_is_staged_as_its_columns_can_hold_it(raw: dict[str, Any]) -> None:
    row = CellReader(MEXICAN).read(raw, url=None, page_number=None, fetched_at=FETCHED)
    assert fits(row)
    assert (row.raw is None) != (row.raw_bytes is None)
    if row.raw is not None:
        json.loads(row.raw.decode(), parse_constant=pytest.fail)
    assert b"\\u0000" not in orjson.dumps(row.issues)
    for field, value in zip(FIELDS, row.values, strict=True):
        assert value is None or field.name == "title" or not row.absent >> BIT[field.name] & 1


def test_reading_again_what_was_staged_changes_nothing() -> None:
    first = read(price="Desde US$ 12,000 / mes", bathrooms="2.5", gps_coordinates="20.67,-103.35",
                 operation_type="Renta",
                 agent_phone="044 55 1234 5678", standard_status="SOLD", amenities="a, b",
                 listing_date="3/2/2026").row  # fmt: skip
    again = CellReader(MEXICAN).read(
        {field.name: value for field, value in zip(FIELDS, first.values, strict=True) if value is not None},
        url=None, page_number=None, fetched_at=FETCHED,
    )  # fmt: skip
    assert again.values == first.values


@pytest.mark.parametrize(
    ("field", "plain", "spaced"),
    [
        ("price", "451500", " 451500"),
        ("price", "1234.50", "1234.50 "),
        ("price", "9.99", " 9.99"),
        ("bedrooms", "3", " 3"),
        ("construction_year", "007", " 007"),
        ("latitude", "35.61", " 35.61"),
        ("longitude", "-100.123456789", " -100.123456789"),
        ("image_urls", "https://a.example/1.jpg, https://a.example/2.jpg", " https://a.example/1.jpg,  https://a.example/2.jpg"),
        ("image_urls", "https://a.example/1.jpg,https://a.example/2.jpg", " https://a.example/1.jpg,https://a.example/2.jpg"),
    ],
)  # fmt: skip
def test_clean_texts_are_staged_like_padded_ones(field: str, plain: str, spaced: str) -> None:
    for source in (MEXICAN, Source(name="de", country="DE", currency="EUR")):
        short, long = read(source=source, **{field: plain}).row, read(source=source, **{field: spaced}).row
        assert (short.values, short.absent, short.issues) == (long.values, long.absent, long.issues)
